"""Tiny batches of which people are left out of roles: bounds must hold for all of them, whoever is left out."""

import pytest

import matcher.outside as outside
from matcher import check, dispatch
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6 + 1e-9


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person is kept for each role."""
    for name, value in (("MANY_NODES", -1), ("MOST_KEPT", 0), ("FEWEST_KEPT", 1), ("KEPT_A_PLACE", 0)):
        monkeypatch.setattr(outside, name, value)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("first", range(0, 240, 20))
def test_bounds_hold_for_those_left_out(first: int) -> None:
    wrong, left_out, proved = [], 0, 0
    for seed in range(first, first + 20):
        batch = tiny_batch(seed)
        best, plan = brute(batch), dispatch(batch)
        left_out += any("left out" in note.en for note in plan.log)
        if plan.status == "infeasible" or best.status == "infeasible":
            assert plan.status == best.status, seed
            continue
        assert check(batch, plan).valid, seed
        if plan.score is None or plan.bound is None:
            continue
        proved += plan.status == "optimal"
        for bound, value, optimum in zip(plan.bound.tiers, plan.score.tiers, best.tiers, strict=True):
            if bound is not None and bound < optimum - CLOSE:
                wrong.append(f"seed {seed}: bound {bound}, but {optimum} can be reached")
            if abs(value - optimum) > CLOSE:
                break
    assert not wrong
    assert left_out > 0
    assert proved > 5
