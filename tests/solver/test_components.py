"""Parts solved apart give what the whole gives, and bounds that are put together hold."""

import numpy as np
import pytest

from matcher.building import build_instance
from matcher.solver.budget import Budget
from matcher.solver.components import part_of, parts, together
from matcher.solver.generation import Generation
from matcher.solver.portfolio import _Routes, solve
from matcher.solver.solution import Proof
from tests.oracle.tiny import tiny_batch


def quiet(*_: object) -> None:
    """Tells nobody."""


def test_parts_and_whole_agree() -> None:
    several = 0
    for seed in range(400):
        inst = build_instance(tiny_batch(seed))
        if inst.conflicts:
            continue
        found = parts(inst)
        if len(found) < 2:
            continue
        several += 1
        whole = Generation(inst, Budget(), quiet)
        whole.start()
        whole.run(0.0)
        solution = solve(inst, Budget(), 0.0, quiet)
        assert (whole.best is None) == (solution.visits is None), seed
        if whole.best is not None and solution.visits is not None:
            assert np.allclose(whole.best.values, solution.values, atol=1e-6), seed
    assert several > 8


def test_no_part_takes_the_budget_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that would use all there is leaves to each other one its share, by the number of its requests."""
    used: list[tuple[int, float]] = []

    def greedily(solver: _Routes, gap: float) -> None:
        budget = solver._generation.budget
        used.append((solver.size(), budget.work_left()))
        budget.spend(budget.work_left())

    monkeypatch.setattr(_Routes, "run", greedily)
    inst = next(inst for inst in map(build_instance, map(tiny_batch, range(400))) if len(parts(inst)) > 1)
    budget = Budget(work=1_000_000)
    assert solve(inst, budget, 0.0, quiet, strategy="routes").stop == "work"
    shares = [left / size for size, left in used]
    assert len(shares) > 1
    assert shares == pytest.approx([shares[0]] * len(shares), rel=0.01)


def test_a_part_is_the_whole_where_there_is_one() -> None:
    inst = build_instance(tiny_batch(3))
    requests = np.arange(inst.requests)
    part, nodes = part_of(inst, requests)
    assert np.array_equal(nodes, np.arange(inst.nodes))
    assert np.array_equal(part.slot_gain, inst.slot_gain)
    assert np.array_equal(part.option_slots, inst.option_slots)


def proof(values: list[float], bounds: list[float], lagrangian: list[float], slope: float) -> Proof:
    """A proof of two tiers, whose second grows by `slope` for each unit the first falls short."""
    return Proof(values, list(bounds), lagrangian, np.array([[1, 0], [slope, 1]]))


def test_closed_parts_add_up() -> None:
    a, b = proof([1, 5], [1, 5], [1, 6], 3), proof([2, 7], [2, 7], [2, 7], 4)
    assert together([a, b], 2) == [3, 12]


def test_nobody_trades_with_itself() -> None:
    """One part alone gives nothing up, whatever it leaves open: what it proved of tier 2 is the whole's bound."""
    assert together([proof([1, 5], [2, 5], [2, 6], 3)], 2) == [2, 5]


def test_a_slope_without_end_matters_only_to_those_who_can_trade() -> None:
    """Only A leaves something open, which only B could give up; B's slope is known, A's is not and plays no part."""
    a, b = proof([1, 5], [2, 5], [2, 6], np.inf), proof([2, 7], [2, 7], [2, 7], 4)
    assert together([a, b], 2) == [4, 6 + 7 + 4]


def test_open_first_tier_lets_parts_trade() -> None:
    """A leaves 1 open in tier 1: B may fall short by 1 there and gain 4 in tier 2; A's own bound is 6, not 5."""
    a, b = proof([1, 5], [2, 5], [2, 6], 3), proof([2, 7], [2, 7], [2, 7], 4)
    assert together([a, b], 2) == [4, 6 + 7 + 4]


def test_an_unknown_bound_leaves_later_tiers_unknown() -> None:
    a, b = proof([1, 5], [1, 5], [1, 5], 3), Proof([2, 7], [None, 7], [np.inf, 7], np.ones((2, 2)))
    assert together([a, b], 2) == [None, None]
