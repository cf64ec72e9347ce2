"""The assignment problem, exact where it applies."""

import pytest

from benchmarks.peers.assignment import PEER
from benchmarks.plain import single_batch
from matcher.batch import Batch
from matcher.dispatching import dispatch
from tests.benchmarks.tries import pair, rivals, row, tried
from tests.checker.build import batch, request
from tests.dispatch.build import volunteer


def test_the_best_of_all_ways() -> None:
    # a to r2: 2 x 9, b to r1: 2 x 2.
    visits, report = tried(PEER, rivals())
    assert (visits, report.score.tiers) == (["r1 b 9:00", "r2 a 9:00"], (0, 0, 2, 0, -22))


def test_the_order_of_the_tiers_is_strict() -> None:
    # The urgent one alone outweighs two normal ones of value 9, and all of them a long way.
    asked = [request("r1", 0, value=9.0), request("r2", 0, value=9.0), request("r3", 40, priority="urgent", value=0.1)]
    people = [volunteer("a", 0, max_requests=1)]
    visits, report = tried(PEER, batch(people, asked))
    assert (visits, report.score.tiers) == (["r3 a 9:00"], (0, 0.1, 0, 0, -80))


def test_where_nobody_can_be_sent_nobody_is() -> None:
    assert tried(PEER, batch([], [request()]))[0] == []
    assert tried(PEER, batch([volunteer("a", max_requests=0)], [request()]))[0] == []


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_the_flow(seed: int) -> None:
    b = single_batch(40, 25, seed)
    plan = dispatch(b)
    assert plan.status == "optimal"
    assert plan.score is not None
    assert tried(PEER, b)[1].score.tiers == plan.score.tiers


@pytest.mark.parametrize(
    ("b", "words"),
    [
        (pair(2, 1, 1), "requests for several people"),
        (row(), "several visits a person"),
        (batch([], [request(until="10:00")]), "starts to be chosen"),
    ],
)
def test_what_is_no_assignment(b: Batch, words: str) -> None:
    assert PEER.cannot(b) == words
