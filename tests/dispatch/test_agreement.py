"""Ways to solve that share nothing but the instance, or not even that, find the same tiers."""

import pytest

from matcher.building import build_instance
from matcher.solver.budget import Budget
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation
from tests.dispatch.build import proved
from tests.dispatch.random_batches import middle_batch, one_visit_batch, with_levels
from tests.oracle.cpsat_model import solve_compact

CLOSE = 1e-6


@pytest.mark.parametrize(
    ("seed", "levels"), [*((seed, False) for seed in range(25)), *((seed, True) for seed in range(5))]
)
def test_flow_routes_and_compact_model(seed: int, levels: bool) -> None:
    batch = with_levels(one_visit_batch(seed)) if levels else one_visit_batch(seed)
    inst = build_instance(batch)
    assert applies(inst)
    nodes, values, bounds = solve_flow(inst, Budget())
    assert len(nodes) < inst.role_max.sum()
    generation = Generation(inst, Budget(), lambda stage: None)
    generation.start()
    generation.run(0.0)
    assert generation.best
    status, tiers = solve_compact(batch)
    assert status == "optimal"
    assert values.tolist() == pytest.approx(tiers, abs=CLOSE)
    assert generation.best.values.tolist() == pytest.approx(tiers, abs=CLOSE)
    assert bounds.tolist() == pytest.approx(tiers, abs=CLOSE)
    assert generation.bounds == pytest.approx(tiers, abs=CLOSE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("volunteers", "requests", "seed"),
    [*((12, 12, seed) for seed in range(8)), *((20, 10, seed) for seed in (0, 1, 3, 4, 5, 6, 7)), (30, 15, 1)],
)
def test_routes_and_compact_model(volunteers: int, requests: int, seed: int) -> None:
    batch = middle_batch(seed, volunteers, requests)
    assert not applies(build_instance(batch))
    plan = proved(batch)
    assert plan.score
    status, tiers = solve_compact(batch)
    assert status == "optimal"
    assert plan.score.tiers == pytest.approx(tiers, abs=CLOSE)


@pytest.mark.parametrize("seed", range(4))
def test_levels_of_load(seed: int) -> None:
    batch = with_levels(middle_batch(seed, 8, 8), 4, 3, 2, 1, 0)
    plan = proved(batch)
    assert plan.score
    status, tiers = solve_compact(batch)
    assert status == "optimal"
    assert plan.score.tiers == pytest.approx(tiers, abs=CLOSE)
