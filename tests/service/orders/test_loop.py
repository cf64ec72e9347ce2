"""The loop of one order, step by step: offers, answers, backups, deadlines, escalation."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from matcher.errors import InputError
from matcher.service.access.caller import LOCAL, Caller, RefusedError
from matcher.service.orders.book import UnknownError
from matcher.service.orders.model import Evaluation, NewOrder, Rules
from matcher.service.orders.states import WrongStateError
from tests.service.orders.conftest import Loop
from tests.service.orders.small import county, order, plan_of

EAST = Caller(key="k-1", name="东镇", role="town", site="east", sites=frozenset({"east", "east-1"}))
TWO = [{"id": "a"}, {"id": "b"}]


def test_an_order_goes_round(loop: Loop) -> None:
    id = loop.order()
    assert (loop.get(id).state, loop.get(id).needs_dispatch) == ("pending", True)
    [offer] = loop.offered(id, ("helper", "v1"))
    assert (loop.get(id).state, loop.get(id).needs_dispatch) == ("offered", False)
    for to, state in (("accepted", "accepted"), ("started", "accepted"), ("done", "done")):
        loop.offering.answer(LOCAL, offer, to)
        assert loop.get(id).state == state
    loop.book.evaluate(LOCAL, id, Evaluation(rating=5, text="很好，电话13900000001"))
    assert (loop.get(id).state, loop.get(id).rating) == ("rated", 5)
    kinds = [event.kind for event in loop.book.events(LOCAL, 1, 100)]
    assert kinds == [
        "order.pending", "order.matched", "offer.offered", "order.offered", "offer.accepted", "order.accepted",
        "offer.started", "offer.done", "order.done", "order.rated",
    ]  # fmt: skip
    assert [event.seq for event in loop.book.events(LOCAL, 0, 100)] == list(range(1, 12))
    # planned from 9 to 10: sixty minutes where nobody says otherwise
    assert loop.get(id).offers[0].minutes == 60


def test_an_order_is_accepted_when_every_least_number_is(loop: Loop) -> None:
    id = loop.order(roles=[{"id": "a", "count": 3, "min_count": 2}, {"id": "b"}])
    a1, a2, a3, b = loop.offered(id, ("a", "v1"), ("a", "v2"), ("a", "v3"), ("b", "v4"))
    loop.offering.answer(LOCAL, a1, "accepted")
    loop.offering.answer(LOCAL, b, "accepted")
    assert loop.get(id).state == "offered"
    loop.offering.answer(LOCAL, a3, "declined")
    assert loop.get(id).state == "offered"
    loop.offering.answer(LOCAL, a2, "accepted")
    assert loop.get(id).state == "accepted"
    loop.offering.answer(LOCAL, b, "no_show", "家中有事")
    assert (loop.get(id).state, loop.get(id).needs_dispatch) == ("offered", True)
    loop.offering.answer(LOCAL, a1, "done", minutes=30)
    loop.offering.answer(LOCAL, a2, "done")
    assert loop.get(id).state == "done", "nobody is left to come: those who were there have done it"


def test_backups_are_called_in_their_order_and_once(loop: Loop) -> None:
    id = loop.order()
    other = loop.order(title="另一单")
    loop.offered(other, ("helper", "v3"))  # who is asked elsewhere for that time is passed over
    [first] = loop.offered(id, ("helper", "v1"), standby=(("helper", "v3"), ("helper", "v2"), ("helper", "v4")))
    loop.offering.answer(LOCAL, first, "declined", "没空")
    assert [(o.volunteer, o.state, o.rank) for o in loop.get(id).offers] == [
        ("v1", "declined", 0),
        ("v2", "offered", 2),
    ]
    loop.later(hours=2)
    assert loop.offering.expire() == 2, "v2's and, of the other order, v3's"
    assert [(o.volunteer, o.state) for o in loop.get(id).offers][1:] == [("v2", "expired"), ("v3", "offered")]
    for _ in range(4):
        loop.later(days=1)
        loop.offering.expire()
    assert [o.volunteer for o in loop.get(id).offers] == ["v1", "v2", "v3", "v4"]
    assert (loop.get(id).state, loop.get(id).needs_dispatch) == ("pending", True)


def test_without_backups_by_policy_the_order_is_open_again(tmp_path) -> None:
    loop = Loop(f"sqlite:///{tmp_path}/other.db", Rules(call_standby=False))
    id = loop.order()
    [offer] = loop.offered(id, ("helper", "v1"), standby=(("helper", "v2"),))
    loop.offering.answer(LOCAL, offer, "declined")
    assert (loop.get(id).state, loop.get(id).needs_dispatch) == ("pending", True)
    loop.store.close()


@pytest.mark.parametrize(("priority", "minutes"), [("emergency", 10), ("urgent", 30), ("normal", 60), ("low", 60)])
def test_a_deadline_is_by_priority_and_never_after_the_start(loop: Loop, priority: str, minutes: float) -> None:
    id = loop.order(priority=priority)
    [offer] = loop.offered(id, ("helper", "v1"))  # at 8, for 9 o'clock
    assert loop.get(id).offers[0].deadline - loop.now == timedelta(minutes=minutes)
    loop.later(minutes=minutes)
    with pytest.raises(WrongStateError) as refused:
        loop.offering.answer(LOCAL, offer, "accepted")
    assert "超时未接" in refused.value.problems[0].zh
    assert loop.get(id).offers[0].state == "expired"


def test_a_withdrawn_order_withdraws_its_offers(loop: Loop) -> None:
    id = loop.order()
    [offer] = loop.offered(id, ("helper", "v1"))
    loop.book.withdraw(LOCAL, id, "不需要了，打13900000001")
    assert (loop.get(id).state, loop.get(id).offers[0].state) == ("withdrawn", "withdrawn")
    assert {event.reason for event in loop.book.events(LOCAL, 5, 9)} >= {"不需要了，打139****0001"}
    for refused in (
        lambda: loop.book.withdraw(LOCAL, id, "再撤"),
        lambda: loop.offering.answer(LOCAL, offer, "accepted"),
        lambda: loop.book.evaluate(LOCAL, id, Evaluation(rating=3)),
        lambda: loop.book.escalate(LOCAL, id, "人不够"),
    ):
        with pytest.raises(WrongStateError):
            refused()


def test_an_order_goes_up_tier_by_tier_with_its_trail(loop: Loop) -> None:
    id = loop.order()
    for tier, desk in (("town", "east"), ("county", "county"), ("city", None)):
        shown = loop.book.escalate(LOCAL, id, "本级无人")
        assert (shown.state, shown.tier, shown.desk) == ("escalated", tier, desk)
    assert not shown.needs_dispatch, "the city is beyond a dispatch of the county"
    with pytest.raises(InputError, match="市级"):
        loop.book.escalate(LOCAL, id, "再上报")
    trail = [event.data for event in loop.book.events(LOCAL, 2, 9)]
    assert [(each["from"], each["to"]) for each in trail] == [
        (["village", "east-1"], ["town", "east"]),
        (["town", "east"], ["county", "county"]),
        (["county", "county"], ["city", None]),
    ]


def test_what_is_with_the_city_is_withdrawn_and_ordered_anew(loop: Loop) -> None:
    """No dispatch asks for it, no plan takes it back, and whoever hands it up again hears what to do instead."""

    def at_tier(ups: int) -> str:
        id = loop.order()
        for _ in range(ups):
            loop.book.escalate(LOCAL, id, "本级无人")
        return id

    at_county, at_city = at_tier(2), at_tier(3)
    cases, _ = loop.book.of_day(LOCAL, county().horizon)
    assert [request.id for request in loop.county.batch(cases, county().horizon, loop.rules).requests] == [at_county]
    for id, became in ((at_county, "matched"), (at_city, "stale")):
        batch, plan = plan_of(id, [("helper", "v1")])
        assert getattr(loop.offering.take_over(LOCAL, "plan", batch, plan), became) == (id,)
    assert (loop.get(at_county).state, loop.get(at_city).state) == ("matched", "escalated")
    with pytest.raises(InputError) as refused:
        loop.book.escalate(LOCAL, at_city, "再上报")
    [problem] = refused.value.problems
    assert "撤单后重新点单" in problem.zh
    assert "withdraw it and order anew" in problem.en
    assert loop.book.withdraw(LOCAL, at_city, "市级已办").state == "withdrawn"


def test_where_nobody_is_eligible_the_plan_takes_the_order_up(loop: Loop) -> None:
    near, none = loop.order(priority="low"), loop.order(roles=[{"id": "r", "skill": "diver"}])

    def reason(code: str, volunteers: int) -> dict[str, object]:
        return {"code": code, "volunteers": volunteers, "zh": code, "en": code}

    def taken(id: str, role: str, *reasons: dict[str, object]) -> list[str]:
        batch, plan = plan_of(id, [])
        empty = [{"request": id, "role": role, "missing": 1, "reasons": list(reasons)}]
        plan = type(plan).model_validate(plan.model_dump(mode="json", by_alias=True) | {"unserved": empty})
        loop.offering.take_over(LOCAL, "plan", batch, plan)
        return [loop.get(id).state, loop.get(id).tier]

    assert taken(near, "helper", reason("reach", 4), reason("shift", 2)) == ["pending", "village"], (
        "two at another time"
    )
    assert taken(near, "helper", reason("reach", 6)) == ["escalated", "town"], "one tier: more are in reach then"
    assert taken(none, "r", reason("skill", 6)) == ["escalated", "city"], "nobody in the county holds the skill"
    assert [e.data["to"][0] for e in loop.book.events(LOCAL, 4, 9)] == ["town", "county", "city"]


def test_a_later_plan_keeps_what_was_accepted_and_tells_who_is_not_needed(loop: Loop) -> None:
    id = loop.order(roles=TWO)
    first, _ = loop.offered(id, ("a", "v1"), ("b", "v2"))
    loop.offering.answer(LOCAL, first, "accepted")
    batch, plan = plan_of(id, [("a", "v1"), ("b", "v3")])
    assert loop.offering.take_over(LOCAL, "plan-2", batch, plan).matched == (id,)
    assert [(o.volunteer, o.state) for o in loop.get(id).offers] == [("v1", "accepted"), ("v2", "withdrawn")]
    assert [o.volunteer for o in loop.offering.send(LOCAL, [id])] == ["v3"]
    assert loop.offering.send(LOCAL, [id]) == [], "nobody is asked twice"
    # a plan that was made before v1 accepted, and sends another, is stale
    batch, plan = plan_of(id, [("a", "v4"), ("b", "v3")])
    assert loop.offering.take_over(LOCAL, "plan-3", batch, plan).stale == (id,)
    assert [o.state for o in loop.get(id).offers] == ["accepted", "withdrawn", "offered"]


def test_nobody_is_promised_to_two_orders_at_a_time(loop: Loop) -> None:
    one, two = loop.order(), loop.order()
    loop.offered(one, ("helper", "v1"))
    assert loop.offered(two, ("helper", "v1")) == []
    assert (loop.get(two).state, loop.get(two).needs_dispatch) == ("pending", True)


@pytest.mark.parametrize("count", [2, 5])
def test_a_plan_is_written_in_as_many_statements_whatever_its_size(loop: Loop, count: int) -> None:
    """One for all orders, one for all offers withdrawn, one for all events."""
    ids = [loop.order(title=f"第{number}单") for number in range(count)]
    plans = [plan_of(id, [("helper", f"v{number}")]) for number, id in enumerate(ids, start=1)]
    batch = county(requests=[order(id=id) for id in ids])
    plan = plans[0][1].model_copy(update={"visits": tuple(visit for _, each in plans for visit in each.visits)})
    loop.offering.take_over(LOCAL, "plan", batch, plan)
    loop.offering.send(LOCAL, ids)
    statements = list[str]()

    @event.listens_for(loop.store.engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        statements.append(statement.split()[0])

    loop.offering.take_over(LOCAL, "plan-2", batch, plan.model_copy(update={"visits": ()}))
    assert (statements.count("UPDATE"), statements.count("INSERT")) == (2, 1)
    assert {loop.get(id).offers[0].state for id in ids} == {"withdrawn"}


def test_a_plan_that_is_not_of_orders_or_sends_nobody_is_refused(loop: Loop) -> None:
    with pytest.raises(InputError) as refused:
        loop.offering.take_over(LOCAL, "plan", *plan_of("r00001", [("helper", "v1")]))
    assert [(p.code, p.where, p.value) for p in refused.value.problems] == [("unknown_id", "/requests/0/id", "r00001")]
    batch, plan = plan_of(loop.order(), [])
    with pytest.raises(InputError, match="没有安排任何人"):
        loop.offering.take_over(LOCAL, "plan", batch, plan.model_copy(update={"status": "infeasible"}))


def test_all_problems_of_new_orders_come_at_once_and_nothing_is_kept(loop: Loop) -> None:
    loop.book.create(LOCAL, [NewOrder.model_validate({"external_id": "n1", "request": order()})])
    wrong = [
        {"external_id": "n1", "request": order()},
        {"external_id": "n2", "request": order(roles=[{"id": "r", "skill": "flying"}])},
        {"external_id": "n2", "request": order(after=[{"request": "n9"}], preferred=["v1", "v9"], series="s" * 201)},
    ]
    with pytest.raises(InputError) as refused:
        loop.book.create(LOCAL, [NewOrder.model_validate(each) for each in wrong])
    assert {(p.code, p.where) for p in refused.value.problems} == {
        ("duplicate_id", "/0/external_id"),
        ("duplicate_id", "/2/external_id"),
        ("unknown_id", "/1/request/roles/0/skill"),
        ("unknown_id", "/2/request/after/0/request"),
        ("unknown_id", "/2/request/preferred/1"),
        ("too_long", "/2/request/series"),
    }
    assert len(loop.book.page(LOCAL, None, None, "", 10)) == 1


def test_orders_follow_each_other_by_the_senders_numbers(loop: Loop) -> None:
    later = {"external_id": "n2", "request": order(after=[{"request": "n1"}])}
    second, first = loop.book.create(
        LOCAL, [NewOrder.model_validate(each) for each in (later, {"external_id": "n1", "request": order()})]
    )
    assert second.request.after[0].request == first.id


def test_a_caller_keeps_to_the_subtree(loop: Loop) -> None:
    west = loop.order(site="west-1")
    [offer] = loop.offered(west, ("helper", "v4"))
    east = loop.book.create(EAST, [NewOrder.model_validate({"request": order(site=None)})])[0]
    assert east.site == "east", "an order without a site is one of the caller's"
    assert [shown.id for shown in loop.book.page(EAST, None, None, "", 10)] == [east.id]
    assert {event.site for event in loop.book.events(EAST, 0, 100)} == {"east"}
    assert loop.offering.page(EAST, None, None, "", 10) == []
    for refused in (
        lambda: loop.book.get(EAST, west),
        lambda: loop.book.contact(EAST, west),
        lambda: loop.book.withdraw(EAST, west, ""),
        lambda: loop.book.escalate(EAST, west, ""),
        lambda: loop.book.evaluate(EAST, west, Evaluation(rating=1)),
        lambda: loop.offering.answer(EAST, offer, "accepted"),
        lambda: loop.offering.send(EAST, [west]),
        lambda: loop.offering.take_over(EAST, "p", *plan_of(west, [("helper", "v4")])),
        lambda: loop.book.create(EAST, [NewOrder.model_validate({"request": order(site="west-1")})]),
    ):
        with pytest.raises(RefusedError):
            refused()


def test_unknown_ids_are_told(loop: Loop) -> None:
    with pytest.raises(UnknownError):
        loop.get("order-0")
    with pytest.raises(UnknownError):
        loop.offering.answer(LOCAL, "offer-0", "accepted")


def test_an_emergency_is_told_whom_to_call(loop: Loop) -> None:
    assert [n.call for n in loop.get(loop.order(title="家里着火了，有人昏迷")).notices] == ["119", "120"]
    assert loop.get(loop.order(title="防火、急救培训：着火怎么办")).notices == ()


def test_the_county_of_the_last_import_stands(loop: Loop) -> None:
    assert loop.county.parents()["east-1"] == "east"
    assert loop.county.take_over(county(volunteers=[]), loop.phones) == 2
    assert loop.county.known().people == {}
