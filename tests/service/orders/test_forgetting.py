"""Forgetting leaves figures and takes people."""

from datetime import timedelta

from matcher.service.access.caller import LOCAL
from matcher.service.orders.forgetting import forget
from tests.service.orders.conftest import Loop
from tests.service.orders.small import at


def test_what_tells_of_the_resident_goes_and_figures_stay(loop: Loop) -> None:
    contact = {"name": "联系人甲", "phone": "13912345678"}
    old = loop.order(contact=contact, address="示例村5组12号", note="备注", beneficiaries=3)
    new = loop.order(contact=contact, windows=[{"start": at(9, 9).isoformat(), "end": at(9, 9).isoformat()}])
    with loop.store.write() as connection:
        assert forget(connection, at(10) + timedelta(seconds=1)) == 1
        assert forget(connection, at(10) + timedelta(seconds=1)) == 0, "there is nothing left"
    request = loop.get(old).request
    assert (request.contact, request.address, request.note, request.beneficiaries) == (None, None, None, 3)
    assert loop.book.contact(LOCAL, old).phone is None
    assert loop.book.contact(LOCAL, new).phone == "13912345678"
