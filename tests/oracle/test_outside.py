"""Tiny batches of which people are left out of roles: bounds must hold for all of them, whoever is left out."""

import pytest

import matcher.outside as outside
from benchmarks.plain import fixed_batch
from matcher import check, dispatch
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6 + 1e-9


FEW = {"MANY_NODES": -1, "MOST_KEPT": 0, "FEWEST_KEPT": 1, "KEPT_A_PLACE": 0}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person is kept for each role."""
    for name, value in FEW.items():
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


@pytest.mark.parametrize("seed", [25, 31, 35, 47])
def test_a_visit_on_the_way_between_two_others_counts(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be worth less than its part of the way from home, and still pay."""
    batch = fixed_batch(120, 30, seed)
    people = tuple(v.model_copy(update={"max_travel_minutes": None}) for v in batch.volunteers)
    batch = batch.model_copy(update={"volunteers": people})
    best = dispatch(batch)
    assert best.status == "optimal"
    for name, value in {**FEW, "KEPT_A_PLACE": 1}.items():
        monkeypatch.setattr(outside, name, value)
    plan = dispatch(batch, work=2_000_000)
    assert any("left out" in note.en for note in plan.log)
    assert plan.score.tiers[:4] == best.score.tiers[:4]
    assert plan.bound.tiers[4] is None or plan.bound.tiers[4] >= best.score.tiers[4] - CLOSE
