"""Peers that are programs of others, all on the same small batches; those that are not installed are skipped."""

from importlib import import_module

import pytest

from benchmarks.peers import Peer
from benchmarks.plain import fixed_batch, mixed_batch
from matcher.batch import Batch
from tests.benchmarks.tries import APART, ROW, ROW_OF_ONE, apart, pair, rivals, row, tried
from tests.checker.build import batch, request, volunteer

SECONDS = {"cpsat": 10.0, "routing": 1.0, "vroom": 1.0, "pyvrp": 1.0}
LIBRARY = {"vroom": "vroom", "pyvrp": "pyvrp"}
VEHICLES = ("routing", "vroom", "pyvrp")
"""Peers whose vehicles know nothing of each other."""


def peer(name: str) -> Peer:
    if name in LIBRARY:
        pytest.importorskip(LIBRARY[name], reason=f"{name} is not installed: pip install '.[peers]'")
    found: Peer = import_module(f"benchmarks.peers.{name}").PEER
    return found


@pytest.mark.parametrize("name", SECONDS)
def test_the_best_of_all_ways(name: str) -> None:
    visits, report = tried(peer(name), rivals())
    assert (visits, report.score.tiers) == (["r1 b 9:00", "r2 a 9:00"], (0, 0, 2, 0, -22))


@pytest.mark.parametrize("name", SECONDS)
def test_in_a_process_of_its_own(name: str) -> None:
    plan = peer(name).solve(rivals(), SECONDS[name], 0)
    assert plan is not None
    assert [(visit.request, visit.volunteer) for visit in plan.visits] == [("r1", "b"), ("r2", "a")]


@pytest.mark.parametrize("name", SECONDS)
def test_a_tour_goes_straight_on(name: str) -> None:
    visits, report = tried(peer(name), row())
    assert (visits, report.score.tiers) == ROW


@pytest.mark.parametrize("limits", [{"max_requests": 1}, {"max_minutes": 119.0}, {"max_requests_per_day": 1}])
@pytest.mark.parametrize("name", SECONDS)
def test_limits_are_kept(name: str, limits: dict[str, float]) -> None:
    visits, report = tried(peer(name), row(**limits))
    assert (visits, report.score.tiers) == ROW_OF_ONE


@pytest.mark.parametrize("name", SECONDS)
def test_where_nobody_can_be_sent_nobody_is(name: str) -> None:
    assert tried(peer(name), row(max_minutes=30.0))[0] == []
    assert tried(peer(name), batch([], [request()]))[0] == []
    assert tried(peer(name), batch([volunteer()], []))[0] == []


@pytest.mark.parametrize("name", SECONDS)
def test_rules_are_kept(name: str) -> None:
    assert tried(peer(name), apart())[0] == APART


@pytest.mark.parametrize("name", SECONDS)
def test_a_group_comes_whole_or_not_at_all(name: str) -> None:
    assert tried(peer(name), pair(3, 2, 2))[0] == ["r v0 9:00", "r v1 9:00"]
    assert tried(peer(name), pair(3, 3, 2))[0] == []


@pytest.mark.parametrize(
    "b", [fixed_batch(20, 8), mixed_batch(20, 8, groups=0), fixed_batch(20, 8, all_or_nothing=True)], ids=lambda b: b.id
)
@pytest.mark.parametrize("name", SECONDS)
def test_made_batches(name: str, b: Batch) -> None:
    assert tried(peer(name), b, SECONDS[name])[0]


def test_plain_cp_sat_lets_a_group_choose_its_start() -> None:
    assert tried(peer("cpsat"), mixed_batch(20, 8), SECONDS["cpsat"])[0]


@pytest.mark.parametrize("name", VEHICLES)
def test_a_group_cannot_choose_its_start(name: str) -> None:
    words = "several people who start together, at a start to be chosen"
    assert peer(name).cannot(mixed_batch(30, 12, groups=0.5)) == words
