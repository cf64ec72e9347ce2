"""PyVRP."""

import pytest

from benchmarks.plain import fixed_batch, mixed_batch
from matcher.batch import Batch
from tests.benchmarks.tries import APART, ROW, ROW_OF_ONE, SECONDS, apart, pair, rivals, row, tried
from tests.checker.build import batch, request, volunteer

pytest.importorskip("pyvrp", reason="pyvrp is not installed: pip install '.[peers]'")

from benchmarks.peers.pyvrp import PEER


def test_the_best_of_all_ways() -> None:
    visits, report = tried(PEER, rivals())
    assert (visits, report.score.tiers) == (["r1 b 9:00", "r2 a 9:00"], (0, 0, 2, 0, -22))


def test_in_a_process_of_its_own() -> None:
    plan = PEER.solve(rivals(), SECONDS, 0)
    assert plan is not None
    assert [(visit.request, visit.volunteer) for visit in plan.visits] == [("r1", "b"), ("r2", "a")]


def test_a_tour_goes_straight_on() -> None:
    visits, report = tried(PEER, row())
    assert (visits, report.score.tiers) == ROW


@pytest.mark.parametrize("limits", [{"max_requests": 1}, {"max_minutes": 119.0}, {"max_requests_per_day": 1}])
def test_limits_are_kept(limits: dict[str, float]) -> None:
    visits, report = tried(PEER, row(**limits))
    assert (visits, report.score.tiers) == ROW_OF_ONE


def test_where_nobody_can_be_sent_nobody_is() -> None:
    assert tried(PEER, row(max_minutes=30.0))[0] == []
    assert tried(PEER, batch([], [request()]))[0] == []
    assert tried(PEER, batch([volunteer()], []))[0] == []


def test_rules_are_kept() -> None:
    assert tried(PEER, apart())[0] == APART


def test_a_group_comes_whole_or_not_at_all() -> None:
    assert tried(PEER, pair(3, 2, 2))[0] == ["r v0 9:00", "r v1 9:00"]
    assert tried(PEER, pair(3, 3, 2))[0] == []


@pytest.mark.parametrize(
    "b", [fixed_batch(30, 12), mixed_batch(30, 12, groups=0), fixed_batch(30, 12, all_or_nothing=True)]
)
def test_made_batches(b: Batch) -> None:
    assert tried(PEER, b)[0]


def test_a_group_cannot_choose_its_start() -> None:
    words = "several people who start together, at a start to be chosen"
    assert PEER.cannot(mixed_batch(30, 12, groups=0.5)) == words
