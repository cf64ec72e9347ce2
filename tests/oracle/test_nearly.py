"""Tiny batches taken for large ones: few starts and nodes first, packed days, programs solved nearly; what is said of
plans holds all the same."""

from collections import Counter

import numpy as np
import pytest

import matcher.solver.firstorder as firstorder
import matcher.solver.incumbent as incumbent
import matcher.solver.known as known
import matcher.solver.master as master
import matcher.solver.relaxation as relaxation
from matcher import check, dispatch
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6 + 1e-9
GAP = 0.02


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often programs were solved nearly, and days packed: everything is large, and everybody is scarce."""
    monkeypatch.setattr(master, "MANY_ROWS", -1)
    monkeypatch.setattr(relaxation, "CROWD", 4)
    for module in (relaxation, known):
        monkeypatch.setattr(module, "MANY", -1)
    counts, solve_nearly, pack = Counter[str](), firstorder.solve_nearly, incumbent.pack
    supply_of = known.supply_of

    def counted_solve(*arguments):
        counts["nearly"] += 1
        return solve_nearly(*arguments)

    def counted_pack(*arguments):
        counts["packed"] += 1
        return pack(*arguments)

    def scarce(inst, graph, alone):
        return supply_of(inst, graph, alone)._replace(wanted=np.ones(inst.volunteers, dtype=np.bool_))

    monkeypatch.setattr(master, "solve_nearly", counted_solve)
    monkeypatch.setattr(incumbent, "pack", counted_pack)
    monkeypatch.setattr(known, "supply_of", scarce)
    return counts


@pytest.mark.parametrize("gap", [GAP, 0.0])
@pytest.mark.parametrize("first", range(0, 160, 20))
def test_what_is_said_of_plans_holds(first: int, gap: float, called: Counter[str]) -> None:
    """Bounds up to the first tier that differs, «optimal», and the gap asked for; with none the plan is the best."""
    wrong, seen, proved = [], 0, 0
    for seed in range(first, first + 20):
        batch = tiny_batch(seed)
        best, plan = brute(batch), dispatch(batch, gap=gap)
        if plan.status == "infeasible" or best.status == "infeasible":
            assert plan.status == best.status, seed
            continue
        assert check(batch, plan).valid, seed
        assert plan.score, seed
        assert plan.bound, seed
        seen += 1
        proved += plan.status == "optimal"
        for bound, value, optimum in zip(plan.bound.tiers, plan.score.tiers, best.tiers, strict=True):
            if bound is not None and bound < optimum - CLOSE:
                wrong.append(f"seed {seed}: bound {bound}, but {optimum} can be reached")
            if abs(value - optimum) > CLOSE:
                if plan.status == "optimal" or gap == 0:
                    wrong.append(f"seed {seed}: {plan.status} with {value}, but {optimum} can be reached")
                if optimum - value > gap * max(1.0, abs(optimum)):
                    wrong.append(f"seed {seed}: {value} is further from {optimum} than was asked for")
                break
    assert not wrong
    assert seen > 10
    assert proved > seen / 2
    assert called["packed"] > seen / 2
    assert (called["nearly"] > seen / 2) == (gap > 0)
