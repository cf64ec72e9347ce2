"""What each kind of event does, on days small enough to see through."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from matcher import Batch, InputError, Plan, Running, check, dispatch, redispatch
from matcher.batch import GridTravel, Role
from matcher.events import Event, Events, RoadClosed
from matcher.running import day as day_module
from matcher.running.day import Redispatch
from tests.checker import build


def happened(kind: Any, at: str = "8:00", **fields: Any) -> Event:
    return Event(at=build.at(at), kind=kind, **fields)


def after(batch: Batch, plan: Plan, *events: Event, now: str = "8:00") -> tuple[Redispatch, Batch]:
    found, then = redispatch(batch, plan, Events(schema="matcher.events/1", now=build.at(now), events=events))
    assert check(then, found.plan).violations == ()
    return found, then


def who(found: Redispatch, request: str = "r") -> list[str]:
    return [visit.volunteer for visit in found.plan.visits if visit.request == request]


def start(found: Redispatch, request: str = "r") -> datetime:
    return next(visit.start for visit in found.plan.visits if visit.request == request)


NEAR_AND_FAR = [build.volunteer("near", 5), build.volunteer("far", 20)]


def test_another_one_is_sent_for_who_declines_and_the_asking_counts() -> None:
    batch = build.batch(NEAR_AND_FAR, [build.request("r")])
    for kind in ("declined", "expired"):
        found, then = after(batch, dispatch(batch), happened(kind, request="r", volunteer="near"))
        assert who(found) == ["far"]
        assert then.requests[0].excluded == ("near",)
        assert [person.asked for person in then.volunteers] == [1, 0]
        (churn,) = found.churn
        assert (churn.change.kind, churn.change.before, churn.change.after) == ("replaced", "near", "far")
        assert found.whole
        assert found.plan.status == "optimal"
    assert churn.why_zh == "near 超时未接（r）"
    assert found.gap == 0
    assert found.zh == "1 条情况：改动 1 处安排，涉及 2 人；0 处不变。已证明没有更好的安排。"


def test_what_is_accepted_stays_though_a_better_one_turns_up() -> None:
    batch = build.batch([build.volunteer("far", 20)], [build.request("r")])
    running = Running(batch, dispatch(batch))
    accepted = Events(
        schema="matcher.events/1", now=build.at("8:00"), events=(happened("accepted", request="r", volunteer="far"),)
    )
    found = running.take(accepted)
    assert found.churn == ()
    assert [(pin.request, pin.volunteer) for pin in running.batch.pins] == [("r", "far")]
    pressing = build.request("now", priority="emergency", start="9:00")
    new = Events(schema="matcher.events/1", now=build.at("8:10"), events=(happened("new_request", payload=pressing),))
    found = running.take(new)
    assert who(found) == ["far"]
    assert [gap.request for gap in found.plan.unserved] == ["now"]


def test_what_is_only_told_gives_way_to_what_presses() -> None:
    batch = build.batch([build.volunteer("far", 20)], [build.request("r")])
    pressing = build.request("now", priority="emergency", start="9:00")
    found, _ = after(batch, dispatch(batch), happened("new_request", payload=pressing))
    assert (who(found), who(found, "now")) == ([], ["far"])
    assert {churn.why_zh for churn in found.churn} == {"新需求 now", "为其他改动腾出人手"}


def test_who_does_not_come_is_sent_nowhere_that_day() -> None:
    later = build.request("later", start="14:00")
    batch = build.batch(NEAR_AND_FAR, [build.request("r", until="11:00"), later])
    plan = dispatch(batch)
    found, then = after(batch, plan, happened("no_show", "9:10", request="r", volunteer="near"), now="9:10")
    assert who(found) == who(found, "later") == ["far"]
    assert start(found) > build.at("9:10")
    assert then.volunteers[0].shifts[0].end <= build.at("9:10")


def test_who_is_sick_falls_out_and_what_was_accepted_is_let_go_by_name() -> None:
    batch = build.batch(NEAR_AND_FAR, [build.request("r"), build.request("later", start="14:00")])
    accepted = happened("accepted", "8:00", request="later", volunteer="near")
    sick = happened("sick", "9:30", volunteer="near")
    found, then = after(batch, dispatch(batch), accepted, sick, now="9:30")
    assert (who(found), who(found, "later")) == (["near"], ["far"])
    assert [note.zh for note in found.notes] == [
        "志愿者 near 在需求 later（07-21 14:00）的安排原已固定，现不再保留：near 生病，不能再服务。"
    ]
    assert then.pins[0].volunteer == "near"


def test_who_comes_late_starts_later_or_another_one_goes() -> None:
    batch = build.batch([build.volunteer("v", 5)], [build.request("r", until="10:00")])
    found, _ = after(
        batch, dispatch(batch), happened("late", "8:30", request="r", volunteer="v", minutes=20.0), now="8:30"
    )
    assert (who(found), start(found)) == (["v"], build.at("9:20"))
    fixed = build.batch(NEAR_AND_FAR, [build.request("r")])
    found, _ = after(fixed, dispatch(fixed), happened("late", request="r", volunteer="near", minutes=20.0))
    assert who(found) == ["far"]


def test_what_takes_longer_moves_the_next_visit() -> None:
    batch = build.batch(
        [build.volunteer("v", 5)], [build.request("r"), build.request("next", start="10:05", until="12:00")]
    )
    done = happened("finished", "10:30", request="r", volunteer="v")
    found, then = after(batch, dispatch(batch), done, now="10:30")
    assert next(v.end for v in found.plan.visits if v.request == "r") == build.at("10:30")
    assert start(found, "next") == build.at("10:30")
    assert then.requests[0].roles[0].minutes == 90
    late_report = happened("finished", "17:00", request="r", volunteer="v")
    found, then = after(batch, dispatch(batch), late_report, now="17:00")
    assert found.churn == ()
    assert then.requests[0].roles[0].minutes is None


def test_a_group_that_has_begun_goes_on_with_who_is_there() -> None:
    group = build.request("r", roles=(Role(id="a", count=2),))
    batch = build.batch([build.volunteer("v"), build.volunteer("w", 1)], [group])
    found, then = after(batch, dispatch(batch), happened("no_show", "9:05", request="r", volunteer="w"), now="9:05")
    assert who(found) == ["v"]
    assert then.requests[0].roles[0].min_count == 1


def test_what_is_withdrawn_frees_people() -> None:
    batch = build.batch(
        [build.volunteer("v")], [build.request("r", priority="urgent"), build.request("q", start="9:30")]
    )
    found, then = after(batch, dispatch(batch), happened("withdrawn", request="r"))
    assert (who(found), who(found, "q")) == ([], ["v"])
    assert [request.id for request in then.requests] == ["q"]


def test_a_closed_road_is_gone_around() -> None:
    wall = [(row, 2) for row in range(-3, 4)]
    batch = build.batch([build.volunteer("v", 0), build.volunteer("w", 9)], [build.request("r", 4, "9:00")])
    plan = dispatch(batch)
    assert [visit.volunteer for visit in plan.visits] == ["v"]
    early, _ = after(batch, plan, happened("road_closed", payload=RoadClosed(cells=wall)))
    assert (who(early), early.plan.visits[0].leave) == (["v"], build.at("8:48"))
    found, then = after(batch, plan, happened("road_closed", "8:50", payload=RoadClosed(cells=wall)), now="8:50")
    assert who(found) == ["w"]
    assert isinstance(then.travel, GridTravel)
    assert set(then.travel.blocked) == set(wall)


def test_what_the_plan_knows_nothing_of_is_told() -> None:
    batch = build.batch(NEAR_AND_FAR, [build.request("r")])
    found, _ = after(batch, dispatch(batch), happened("accepted", request="r", volunteer="far"))
    assert found.churn == ()
    assert "方案里没有志愿者 far 在需求 r 的安排" in found.notes[0].zh


def test_nothing_changes_where_events_are_wrong() -> None:
    batch = build.batch(NEAR_AND_FAR, [build.request("r")])
    running = Running(batch, dispatch(batch))
    wrong = (
        happened("late", request="r", volunteer="near"),
        happened("declined", request="q", volunteer="nobody"),
        happened("road_closed", payload=RoadClosed(edges=[("a", "b")])),
        happened("new_request"),
    )
    with pytest.raises(InputError) as found:
        running.take(Events(schema="matcher.events/1", now=build.at("8:00"), events=wrong))
    assert [(p.code, p.where) for p in found.value.problems] == [
        ("missing_field", "/events/0/minutes"),
        ("unknown_id", "/events/1/request"),
        ("unknown_id", "/events/1/volunteer"),
        ("no_such_road", "/events/2/payload"),
        ("missing_field", "/events/3/payload"),
    ]
    assert running.batch == batch


def test_nothing_before_now_moves() -> None:
    batch = build.batch(
        [build.volunteer("v", 5)], [build.request("r"), build.request("q", start="8:30", priority="low")]
    )
    plan = dispatch(batch)
    pressing = build.request("now", start="9:10", until="9:30", priority="emergency")
    found, then = after(batch, plan, happened("new_request", "8:57", payload=pressing), now="8:57")
    assert who(found) == ["v"]
    assert [pin.request for pin in then.pins] == ["r"]
    assert start(found) - timedelta(minutes=5) < build.at("8:57")


def test_a_part_without_a_plan_is_looked_at_more_widely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_module, "WHOLE_PEOPLE", 0)
    monkeypatch.setattr(day_module, "NEAR", 1)
    batch = build.batch(NEAR_AND_FAR, [build.request("r", start="9:00", priority="urgent", mandatory=True)])
    plan = dispatch(batch)
    second = build.request("s", start="9:00", mandatory=True)
    found, _ = after(batch, plan, happened("new_request", payload=second))
    assert (who(found), who(found, "s")) in ((["near"], ["far"]), (["far"], ["near"]))
    third = build.request("t", start="9:00", mandatory=True)
    found, then = after(batch, plan, happened("new_request", payload=second), happened("new_request", payload=third))
    assert [note.zh for note in found.notes] != []
    assert sum(request.mandatory for request in then.requests) < 3
    assert not found.whole
