"""What an order and the county keep of people: phones sealed, wherever they were typed, other long numbers masked."""

import pytest
from sqlalchemy import select

from matcher.service.access.caller import LOCAL
from matcher.service.orders.tables import team_phones
from tests.service.orders.conftest import Loop
from tests.service.orders.small import county, order
from tests.service.phones import found_under


def test_personal_data_is_sealed_masked_and_handed_out_only_as_a_contact(loop: Loop) -> None:
    contact = {"name": "联系人甲", "phone": "13912345678"}
    id = loop.order(contact=contact, address="示例村5组12号", note="到了打13912345678")
    shown = loop.get(id).request
    assert (shown.contact.name, shown.contact.phone) == ("联＊＊", "139****5678")
    assert (shown.address, shown.note) == ("示例村＊组＊号", "到了打139****5678")
    assert loop.book.contact(LOCAL, id).phone == "13912345678"
    assert loop.county.with_phones(county(), [], loop.phones).volunteers[0].phone == "13900000001"
    loop.store.close()
    raw = b"".join(file.read_bytes() for file in loop.store.file.parent.iterdir())
    assert b"order.pending" in raw
    assert b"13912345678" not in raw
    assert b"1390000000" not in raw


@pytest.mark.parametrize(
    ("contact", "address", "name", "where"),
    [
        ({"name": "联系人甲 13912345678"}, "示例村5组", "联系人甲", "示例村5组"),
        ({"name": "联系人甲", "phone": ""}, "示例村5组，电话：139 1234 5678", "联系人甲", "示例村5组"),
        (None, "示例村5组 13912345678", "", "示例村5组"),
        ({"name": "联系人甲", "phone": "13912345678"}, "找13987654321", "联系人甲", "找139****4321"),
    ],
)
def test_a_phone_in_name_or_address_is_the_contacts(loop: Loop, contact, address, name, where) -> None:
    id = loop.order(title="打扫，问13987654321", contact=contact, address=address)
    assert loop.book.contact(LOCAL, id).model_dump() == {"name": name, "phone": "13912345678"}
    shown = loop.get(id).request
    assert (shown.contact.phone, shown.title) == ("139****5678", "打扫，问139****4321")
    [case], _ = loop.book.of_day(LOCAL, county().horizon)
    assert case.request.address == where
    full = loop.county.with_phones(county(requests=[order(id=id, contact={"name": name})]), [case], loop.phones)
    assert full.requests[0].contact.phone == "13912345678"
    loop.store.close()
    assert found_under([loop.store.file.parent]) == {}


def test_two_phones_in_a_name_are_masked(loop: Loop) -> None:
    id = loop.order(contact={"name": "联系人甲 13912345678 或 13987654321"}, address="")
    assert loop.book.contact(LOCAL, id).model_dump() == {"name": "联系人甲 139****5678 或 139****4321", "phone": None}


def test_a_phone_in_the_name_of_a_volunteer_or_leader_is_sealed(loop: Loop) -> None:
    people = county().model_dump(mode="json", by_alias=True)["volunteers"]
    people[0] |= {"name": "志愿者 v1 13912345678", "phone": None}
    people[1] |= {"name": "志愿者乙 13987654321"}
    people[2] |= {"id": "v3987654", "name": "志愿者 v3"}
    teams = [{"id": "red", "leader": "队长 13912345678"}, {"id": "blue", "leader": "v3987654"}]
    loop.county.take_over(county(volunteers=people, teams=teams), loop.phones)
    known = loop.county.known()
    assert [volunteer.name for volunteer in known.people.values()][:2] == ["志愿者 v1", "志愿者乙 139****4321"]
    assert [team.leader for team in known.batch.teams] == ["队长", "v3987654"], "a leader's id stays"
    full = loop.county.with_phones(known.batch, [], loop.phones)
    assert [volunteer.phone for volunteer in full.volunteers][:2] == ["13912345678", "13900000002"]
    with loop.store.read() as connection:
        [leader] = connection.execute(select(team_phones.c.phone).where(team_phones.c.team == "red")).scalars()
    assert loop.phones.open(leader) == "13912345678"
    loop.store.close()
    assert found_under([loop.store.file.parent]) == {}
