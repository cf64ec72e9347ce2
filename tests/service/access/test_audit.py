"""The audit: every line stays, the county reads it page by page."""

import pytest

from matcher.service.access.audit import PHONE_READ, Audit
from matcher.service.access.caller import LOCAL, Caller, RefusedError
from matcher.service.store.engine import Store, Unavailable
from tests.service.access.conftest import Clock

TOWN = Caller(key="k-1", name="town desk", role="town", site="t1", sites=frozenset({"t1"}))


@pytest.fixture
def audit(store: Store, clock: Clock) -> Audit:
    return Audit(store, clock)


def test_a_line_says_when_who_what_and_how_many(audit: Audit, clock: Clock) -> None:
    audit.note(TOWN, PHONE_READ, "plan-1", 12)
    line = audit.page(LOCAL)[0]
    assert (line.time, line.key, line.caller) == (clock.now, "k-1", "town desk")
    assert (line.action, line.subject, line.count) == ("phone.read", "plan-1", 12)


def test_pages_hold_every_line_once_and_in_order(audit: Audit) -> None:
    for number in range(7):
        audit.note(LOCAL, PHONE_READ, f"order-{number}")
    seen, after = list[str](), 0
    while page := audit.page(LOCAL, after, 3):
        assert len(page) <= 3
        seen += [line.subject for line in page]
        after = page[-1].number
    assert seen == [f"order-{number}" for number in range(7)]


@pytest.mark.parametrize("role", ["town", "village"])
def test_only_the_county_reads_it(audit: Audit, role: str) -> None:
    with pytest.raises(RefusedError):
        audit.page(TOWN.model_copy(update={"role": role}))


def test_a_subject_shows_no_number(audit: Audit) -> None:
    audit.note(LOCAL, PHONE_READ, "13912345678")
    assert audit.page(LOCAL)[0].subject == "139****5678"


def test_no_line_no_phone(audit: Audit, store: Store) -> None:
    """Where the line cannot be written, Unavailable keeps the phone from being shown."""
    with store.write(), pytest.raises(Unavailable):
        audit.note(LOCAL, PHONE_READ, "order-1")
    assert audit.page(LOCAL) == []
