"""The batch of a day: what is pinned, what is still to be filled, and that `dispatch` can always do something."""

import pytest

from matcher import check, dispatch
from matcher.batch import Batch, Horizon
from matcher.reading import check_batch
from matcher.service.access.caller import LOCAL, Caller
from tests.service.orders.conftest import Loop
from tests.service.orders.small import at, county, day_of

DAY = Horizon.model_validate(day_of(3))
EAST = Caller(key="k", name="东镇", role="town", site="east", sites=frozenset({"east", "east-1"}))
TWO = [{"id": "a"}, {"id": "b"}]


def batch_of(loop: Loop, caller: Caller = LOCAL, day: Horizon = DAY) -> Batch:
    planned, bound = loop.book.of_day(caller, day)
    return loop.county.batch(planned, day, loop.rules, bound=bound, sites=caller.sites)


def planned(loop: Loop, batch: Batch) -> dict[str, list[str]]:
    """The volunteers whom the best plan sends to each request; it is checked."""
    plan = dispatch(batch, work=2_000_000)
    assert check(batch, plan).valid
    sent: dict[str, list[str]] = {}
    for visit in plan.visits:
        sent.setdefault(visit.request, []).append(visit.volunteer)
    return sent


def test_open_orders_of_the_day_are_requests_and_phones_come_only_when_asked_for(loop: Loop) -> None:
    contact = {"name": "联系人甲", "phone": "13912345678"}
    id = loop.order(contact=contact, address="示例村5组12号", note="备注", windows=[
        {"start": at(9, 2).isoformat(), "end": at(10, 2).isoformat()},
        {"start": at(23, 2).isoformat(), "end": at(1, 3).isoformat()},
    ])  # fmt: skip
    loop.order(windows=[{"start": at(9, 4).isoformat(), "end": at(10, 4).isoformat()}])
    batch = batch_of(loop)
    [request] = batch.requests
    assert (request.id, request.contact.name, request.contact.phone) == (id, "联系人甲", None)
    assert [(w.start, w.end) for w in request.windows] == [(at(0), at(1))]
    assert batch.now == loop.clock()
    assert all(volunteer.phone is None for volunteer in batch.volunteers)
    planned, _ = loop.book.of_day(LOCAL, DAY)
    full = loop.county.with_phones(batch, planned, loop.phones)
    assert (full.requests[0].contact.phone, full.volunteers[0].phone) == ("13912345678", "13900000001")


def test_who_accepted_is_pinned_and_the_rest_is_still_asked_for(loop: Loop) -> None:
    id = loop.order(roles=TWO)
    first, second = loop.offered(id, ("a", "v1"), ("b", "v2"))
    loop.offering.answer(LOCAL, first, "accepted")
    loop.offering.answer(LOCAL, second, "declined")
    batch = batch_of(loop)
    assert [(pin.request, pin.role, pin.volunteer) for pin in batch.pins] == [(first, "a", "v1")]
    rest = {request.id: request for request in batch.requests}[id]
    assert [role.id for role in rest.roles] == ["b"]
    assert [(w.start, w.end) for w in rest.windows] == [(at(9), at(9))], "v1 is there at 9"
    assert rest.excluded == ("v1", "v2")
    sent = planned(loop, batch)
    assert sent[first] == ["v1"]
    assert sent[id] == ["v3"], "the nearest of who is left"


def test_an_order_that_nobody_can_complete_does_not_spoil_the_day(loop: Loop) -> None:
    id = loop.order(roles=[{"id": "a"}, {"id": "b", "skill": "diver"}])
    first, _ = loop.offered(id, ("a", "v1"), ("b", "v2"))
    loop.offering.answer(LOCAL, first, "accepted")
    other = loop.order()
    sent = planned(loop, batch_of(loop))
    assert sent[first] == ["v1"]
    assert other in sent


def test_roles_with_a_lag_follow_who_has_accepted(loop: Loop) -> None:
    late = {"id": "b", "lag": {"min": 30, "max": 60}}
    id = loop.order(roles=[{"id": "a"}, late])
    [first] = loop.offered(id, ("a", "v1"))
    loop.offering.answer(LOCAL, first, "accepted")
    [rest] = [request for request in batch_of(loop).requests if request.id == id]
    assert [(w.start, w.end) for w in rest.windows] == [(at(9.5), at(10))]
    assert rest.roles[0].lag is None
    other = loop.order(roles=[{"id": "a"}, late])
    [second] = loop.offered(other, ("b", "v2"))  # at 9, so that the first role starts between 8:00 and 8:30
    loop.offering.answer(LOCAL, second, "accepted")
    [rest] = [request for request in batch_of(loop).requests if request.id == other]
    assert [(w.start, w.end) for w in rest.windows] == [(at(8), at(8.5))]


def test_orders_wait_for_those_they_follow(loop: Loop) -> None:
    first = loop.order()
    second = loop.order(after=[{"request": first, "min": 30, "max": 60}], windows=[
        {"start": at(9).isoformat(), "end": at(17).isoformat()}])  # fmt: skip
    assert {r.id: [a.request for a in r.after] for r in batch_of(loop).requests} == {first: [], second: [first]}
    [offer] = loop.offered(first, ("helper", "v1"))
    loop.offering.answer(LOCAL, offer, "accepted")
    [rest] = [request for request in batch_of(loop).requests if request.id == second]
    assert [(w.start, w.end) for w in rest.windows] == [(at(10.5), at(11))], "30 to 60 minutes after 10 o'clock"


def test_other_towns_take_peoples_time_and_show_nothing(loop: Loop) -> None:
    west = loop.order(site="west-1", title="西村的事")
    [offer] = loop.offered(west, ("helper", "v1"))
    mine = loop.order()
    batch = batch_of(loop, EAST)
    assert {volunteer.id for volunteer in batch.volunteers} == {"v1", "v2", "v3"}
    assert {request.id: request.title for request in batch.requests} == {mine: "打扫", offer: ""}
    assert planned(loop, batch)[offer] == ["v1"]


@pytest.mark.parametrize(
    ("tier", "people"), [(0, {"v1", "v2"}), (1, {"v1", "v2", "v3"}), (2, {"v1", "v2", "v3", "v4", "v5", "v6"})]
)
def test_an_order_that_went_up_reaches_further(loop: Loop, tier: int, people: set[str]) -> None:
    id = loop.order(
        priority="low", roles=[{"id": "r", "count": 6, "min_count": 1}]
    )  # the policy lets a village help itself
    for _ in range(tier):
        loop.book.escalate(LOCAL, id, "人不够")
    assert set(planned(loop, batch_of(loop))[id]) == people


def test_a_town_plans_without_naming_whom_it_cannot_send(loop: Loop) -> None:
    """v4 of the other town has said no; at its town's tier the order would exclude v4 and v5 by name."""
    id = loop.order(priority="low")
    loop.book.escalate(LOCAL, id, "人不够")
    [offer] = loop.offered(id, ("helper", "v4"))
    loop.offering.answer(LOCAL, offer, "declined")
    batch = batch_of(loop, EAST)
    assert check_batch(batch) == []
    assert planned(loop, batch)[id] == ["v1"]


def test_people_whose_accepted_visits_cannot_be_kept_are_left_alone(loop: Loop) -> None:
    one = loop.order()
    two = loop.order(site="west-1", minutes=10, windows=[{"start": at(10).isoformat(), "end": at(10).isoformat()}])
    for id, start in ((one, at(9)), (two, at(10))):
        [offer] = loop.offered(id, ("helper", "v1"), start=start)  # from 9 to 10 in the east, at 10 in the west
        loop.offering.answer(LOCAL, offer, "accepted")
    third = loop.order()
    batch = batch_of(loop)
    assert "v1" not in {volunteer.id for volunteer in batch.volunteers}
    assert planned(loop, batch)[third] == ["v2"]


def test_people_who_are_not_in_the_county_any_more_play_no_part(loop: Loop) -> None:
    id = loop.order()
    [offer] = loop.offered(id, ("helper", "v1"))
    loop.offering.answer(LOCAL, offer, "accepted")
    loop.county.take_over(county(volunteers=[]), loop.phones)
    assert (batch_of(loop).pins, batch_of(loop).requests) == ((), ())
