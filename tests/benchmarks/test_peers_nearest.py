"""The dispatcher's way: whoever is nearest, request by request."""

import pytest

from benchmarks.peers.nearest import PEER
from benchmarks.plain import fixed_batch, mixed_batch
from matcher.batch import Batch
from tests.benchmarks.tries import APART, ROW, ROW_OF_ONE, apart, pair, rivals, row, tried
from tests.checker.build import batch, request
from tests.dispatch.build import volunteer


def test_the_nearest_goes_though_the_other_would_be_better() -> None:
    # r1 first, by id: a is 1 away, b 2. Then b must go 12 to r2: 2 x 1 + 2 x 12 = 26 minutes; the other way round 22.
    visits, report = tried(PEER, rivals())
    assert (visits, report.score.tiers) == (["r1 a 9:00", "r2 b 9:00"], (0, 0, 2, 0, -26))


def test_what_presses_most_comes_first() -> None:
    asked = [request("r1", 0), request("r2", 0, priority="urgent")]
    assert tried(PEER, batch([volunteer("a", 0)], asked))[0] == ["r2 a 9:00"]


def test_the_start_is_the_one_for_which_most_are_free() -> None:
    # At 9:00 a alone can be there, from 9:10 on b as well.
    people = [volunteer("a", 0), volunteer("b", 70)]
    asked = request(start="9:00", until="9:30", roles=pair(2, 1, 0).requests[0].roles)
    assert tried(PEER, batch(people, [asked]))[0] == ["r a 9:10", "r b 9:10"]


def test_limits_and_rules_are_kept() -> None:
    visits, report = tried(PEER, row())
    assert (visits, report.score.tiers) == ROW
    assert tried(PEER, row(max_requests=1))[0] == ROW_OF_ONE[0]
    assert tried(PEER, row(max_minutes=119))[0] == ROW_OF_ONE[0]
    assert tried(PEER, row(max_requests_per_day=1))[0] == ROW_OF_ONE[0]
    assert tried(PEER, row(max_minutes=30))[0] == []
    assert tried(PEER, apart())[0] == APART


def test_a_group_comes_whole_or_not_at_all() -> None:
    assert tried(PEER, pair(3, 2, 2))[0] == ["r v0 9:00", "r v1 9:00"]
    assert tried(PEER, pair(3, 3, 2))[0] == []


@pytest.mark.parametrize(
    "b", [fixed_batch(30, 12), mixed_batch(30, 12), mixed_batch(30, 12, all_or_nothing=True)], ids=lambda b: b.id
)
def test_made_batches(b: Batch) -> None:
    assert tried(PEER, b)[0]


def test_no_time_gives_nothing() -> None:
    assert tried(PEER, rivals(), seconds=-1)[0] == []
