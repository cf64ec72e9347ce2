"""What has begun stays, also where it contradicts what happened: the day goes on."""

import pytest

from matcher import dispatch
from matcher.batch import After, NetworkTravel, NodePlace, Role
from matcher.events import RoadClosed
from tests.checker import build
from tests.running.test_kinds import after, happened, start, who

RING = [(row, column) for row in (-1, 0, 1) for column in (2, 3, 4, 5) if (row, column) not in ((0, 3), (0, 4))]
"""Closes the place 4 off, with the cell before it."""


@pytest.mark.parametrize("now", ["8:58", "9:20"])
def test_who_has_left_is_not_called_back_by_a_closed_road(now: str) -> None:
    """From 0 to 4 it takes 4 minutes: at 8:58 they are on the way, at 9:20 there; 4 is closed off from both sides."""
    batch = build.batch([build.volunteer("v"), build.volunteer("w", 9)], [build.request("r", 4)])
    found, then = after(batch, dispatch(batch), happened("road_closed", now, payload=RoadClosed(cells=RING)), now=now)
    assert (who(found), start(found), found.churn, found.notes) == (["v"], build.at("9:00"), (), ())
    assert [pin.volunteer for pin in then.pins] == ["v"]
    assert (then.volunteers[0].place, then.volunteers[0].ends_at) == (build.mark(4), "open")
    assert then.volunteers[1] == batch.volunteers[1]


def test_ways_between_visits_that_have_begun_are_not_judged_again() -> None:
    asked = [build.request("r", 4, "9:00"), build.request("q", 8, "10:04"), build.request("later", 8, "15:00")]
    batch = build.batch([build.volunteer("v")], asked)
    plan = dispatch(batch)
    found, then = after(batch, plan, happened("road_closed", "10:30", payload=RoadClosed(cells=RING)), now="10:30")
    assert (who(found), who(found, "q"), who(found, "later")) == (["v"], ["v"], ["v"])
    assert (found.churn, found.notes) == ((), ())
    assert then.requests[0].end_place == build.mark(8)
    assert then.volunteers[0].ends_at == build.mark(0)


def test_who_has_not_left_yet_does_not_go_where_no_way_leads() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r", 4)])
    found, then = after(
        batch, dispatch(batch), happened("road_closed", "8:50", payload=RoadClosed(cells=RING)), now="8:50"
    )
    assert who(found) == []
    assert then.volunteers == batch.volunteers


def test_who_is_kept_up_has_not_left_for_the_next_visit() -> None:
    """At 10:02 the first visit ends; the second would have been left for at 10:00, and can be given to another."""
    batch = build.batch(
        [build.volunteer("v"), build.volunteer("w", 70)],
        [build.request("r", 0), build.request("next", 5, "10:05", until="10:10")],
    )
    plan = build.plan(build.visit("r", "v"), build.visit("next", "v", "10:05"))
    done = happened("finished", "10:02", request="r", volunteer="v")
    found, then = after(batch, plan, done, now="10:02")
    assert (who(found, "next"), start(found, "next"), found.notes) == (["v"], build.at("10:10"), ())
    assert [pin.request for pin in then.pins] == ["r"]


def test_of_two_that_contradict_each_other_the_later_is_let_go_by_name() -> None:
    """They left at 10:03, are there at 10:08, and it begins at 10:05 or not at all."""
    batch = build.batch([build.volunteer("v")], [build.request("r", 0), build.request("next", 5, "10:05")])
    done = happened("finished", "10:03", request="r", volunteer="v")
    found, then = after(batch, dispatch(batch), done, now="10:04")
    assert (who(found), who(found, "next")) == (["v"], [])
    assert [(note.request, note.volunteer) for note in found.notes] == [("next", "v")]
    assert (
        found.notes[0].zh == "志愿者 v 在需求 next（07-21 10:05）的安排原已固定，现不再保留：与新的情况冲突，无法做到。"
    )
    assert then.requests[0].roles[0].minutes == 63


def test_of_two_that_have_both_started_the_first_ended_in_time() -> None:
    """The second began at 10:05, five minutes away: the first ended at 10:00, whatever was reported."""
    batch = build.batch([build.volunteer("v")], [build.request("r", 0), build.request("next", 5, "10:05")])
    done = happened("finished", "10:03", request="r", volunteer="v")
    begun = happened("started", "10:05", request="next", volunteer="v")
    found, then = after(batch, dispatch(batch), done, begun, now="10:06")
    assert (who(found), who(found, "next"), found.churn[1:]) == (["v"], ["v"], ())
    assert then.requests[0].roles[0].minutes == 60
    assert [note.zh for note in found.notes] == [
        "志愿者 v 已在需求 next 开始服务，需求 r 按 07-21 10:00 结束计，与报告的时间不同。"
    ]


def test_what_began_before_the_one_it_follows_had_ended_goes_on() -> None:
    second = build.request("q", 3, "10:00", after=(After(request="r"),))
    batch = build.batch([build.volunteer("v"), build.volunteer("w", 3)], [build.request("r", 0), second])
    plan = build.plan(build.visit("r", "v"), build.visit("q", "w", "10:00"))
    begun = happened("started", "10:00", request="q", volunteer="w")
    done = happened("finished", "10:20", request="r", volunteer="v")
    found, then = after(batch, plan, begun, done, now="10:30")
    assert (who(found), who(found, "q")) == (["v"], ["w"])
    assert then.requests[1].after == ()
    assert [note.zh for note in found.notes] == ["需求 q 已经开始，不再等需求 r。"]


def test_what_cannot_both_be_is_let_go_by_name_at_last() -> None:
    """Both have started, an hour apart by the way: the later report is not believed."""
    batch = build.batch([build.volunteer("v")], [build.request("r", 0), build.request("far", 5, "9:30")])
    plan = build.plan(build.visit("r", "v"), build.visit("far", "v", "9:04"))
    both = [happened("started", "9:00", request=name, volunteer="v") for name in ("r", "far")]
    found, _ = after(batch, plan, *both, now="9:10")
    assert (who(found), [(note.request, note.volunteer) for note in found.notes]) == (["v"], [("far", "v")])


def test_a_later_shift_begins_when_who_is_kept_up_is_free() -> None:
    """The visit ends at 10:20, twenty minutes into the next shift, which holds the second one."""
    shifts = [build.span("8:00", "10:00"), build.span("10:00", "12:00")]
    asked = [build.request("r", 0), build.request("next", 0, "10:30")]
    batch = build.batch([build.volunteer("v", shifts=shifts)], asked)
    done = happened("finished", "10:20", request="r", volunteer="v")
    found, then = after(batch, dispatch(batch), done, now="10:21")
    assert (who(found), who(found, "next"), found.notes) == (["v"], ["v"], ())
    assert [shift.start for shift in then.volunteers[0].shifts] == [build.at("8:00"), build.at("10:20")]


def test_a_group_that_has_begun_keeps_who_is_there() -> None:
    group = build.request("r", 4, roles=(Role(id="a", count=2, min_count=1),))
    batch = build.batch([build.volunteer("v"), build.volunteer("w", 4)], [group])
    found, _ = after(
        batch, dispatch(batch), happened("road_closed", "8:58", payload=RoadClosed(cells=RING)), now="8:58"
    )
    assert (who(found), found.notes) == (["v", "w"], ())


def test_who_is_where_no_road_leads_any_more_goes_on_and_serves_there() -> None:
    """From a to b it takes 4 minutes, and the only road is closed; w lives at b."""
    roads = NetworkTravel.model_validate({"kind": "network", "edges": [{"from": "a", "to": "b", "seconds": 240}]})
    a, b = NodePlace(node="a"), NodePlace(node="b")
    asked = [build.request("r", place=b), build.request("q", place=b, start="12:00")]
    people = [build.volunteer("v", place=a), build.volunteer("w", place=b)]
    batch = build.batch(people, asked, travel=roads)
    plan = build.plan(build.visit("r", "v", travel_seconds=240))
    closed = happened("road_closed", "8:58", payload=RoadClosed(edges=[("a", "b")]))
    found, _ = after(batch, plan, closed, now="8:58")
    assert (who(found), who(found, "q"), found.notes) == (["v"], ["w"], ())
