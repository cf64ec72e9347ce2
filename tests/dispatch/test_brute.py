"""`dispatch` finds what looking at all plans finds, on tiny batches with all rules mixed."""

from collections.abc import Iterator

import pytest

from matcher.checker import check
from matcher.dispatching import dispatch
from matcher.reading import check_batch
from tests.oracle.brute import brute
from tests.oracle.compare import differences
from tests.oracle.tiny import tiny_batch

SEEDS, A_TEST = 500, 50


def wrong(first: int, last: int, profile: dict[str, float] | None = None) -> Iterator[str]:
    """What differs on the seeds from `first` to before `last`: status, tiers, a beaten bound, the checker's report.

    A batch that reading refuses must have no valid plan.
    """
    for seed in range(first, last):
        batch = tiny_batch(seed, profile)
        if not check_batch(batch):
            yield from (f"seed {seed}: {text}" for text in differences(batch, check, dispatch))
        elif brute(batch).status != "infeasible":
            yield f"seed {seed}: refused, though it has a valid plan"


@pytest.mark.parametrize("seed", [1174])
def test_what_once_went_wrong(seed: int) -> None:
    # 1174: cuts over routes that the linear program did not have yet.
    assert list(wrong(seed, seed + 1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, A_TEST))
def test_agrees_with_brute_force(first: int) -> None:
    assert list(wrong(first, first + A_TEST)) == []


@pytest.mark.parametrize("first", range(0, 90, 30))
def test_agrees_on_levels_of_load(first: int) -> None:
    assert list(wrong(first, first + 30, {"loads": 1.0})) == []
