"""Days of random events: every plan valid, nothing moves that is pinned, what is told is what has changed."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from benchmarks.days import Chance, keys
from matcher import Batch, Plan, Running, check, dispatch
from matcher.demo import county_day
from matcher.events import Events
from matcher.running import day as day_module
from matcher.running.state import Note


def run_day(batch: Batch, seed: int, events: int) -> tuple[int, int]:
    """Takes so many events, one after the other, and checks each plan; visits changed and visits in force, summed."""
    plan: Plan = dispatch(batch)
    running, chance, moved, stood = Running(batch, plan), Chance(seed, batch, 5.0), 0, 0
    for _ in range(events):
        told = chance.events(running.batch, plan)
        pins = {(pin.request, pin.role, pin.volunteer, pin.start) for pin in running.batch.pins}
        found = running.take(told)
        report = check(running.batch, found.plan)
        assert report.violations == ()
        before, after = keys(plan), keys(found.plan)
        assert {key for key in pins - after if (key[0], key[2]) not in named(found.notes)} == set()
        gone = [each.change for each in found.churn if each.change.before]
        come = [each.change for each in found.churn if each.change.after]
        assert {(c.request, c.role, c.before, c.was) for c in gone} == before - after
        assert {(c.request, c.role, c.after, c.at) for c in come} == after - before
        assert {start for *_, start in before - after if start < told.now} <= {visit_start(told, plan)}
        moved, stood, plan = moved + len(found.churn), stood + len(before), found.plan
    return moved, stood


def named(notes: Sequence[Note]) -> set[tuple[str | None, str | None]]:
    """Requests and volunteers of visits that were let go."""
    return {(note.request, note.volunteer) for note in notes}


def visit_start(told: Events, plan: Plan) -> datetime | None:
    """The start of the visit that an event is about, which may lie before now: somebody did not come."""
    event = told.events[0]
    return next((v.start for v in plan.visits if (v.request, v.volunteer) == (event.request, event.volunteer)), None)


@pytest.mark.parametrize("seed", [1])
def test_a_small_day_planned_as_a_whole(seed: int) -> None:
    moved, stood = run_day(county_day(60, 12, seed=seed), seed, 60)
    assert 0 < moved < stood / 4


@pytest.mark.parametrize("seed", [3])
def test_a_day_planned_around_its_events(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_module, "WHOLE_PEOPLE", 0)
    moved, stood = run_day(county_day(150, 30, seed=seed), seed, 60)
    assert 0 < moved < stood / 4
