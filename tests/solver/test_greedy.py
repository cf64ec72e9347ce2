"""The first plan: valid, never worse for being improved, the same on every run, and as good as can be seen at once."""

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.plain import fixed_batch
from matcher.batch import Batch, HeldSkill, Skill
from matcher.building import build_instance
from matcher.checker import check
from matcher.demo import county_day
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.planning import visits_of
from matcher.solver.alike import nobody_alike
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.graph import graph_of
from matcher.solver.greedy import Greedy
from matcher.solver.legs import legs
from matcher.solver.solution import Stay
from tests.checker.build import batch as made
from tests.checker.build import fixed, request, role
from tests.dispatch.build import volunteer
from tests.dispatch.random_batches import middle_batch
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6


def values_of(batch: Batch, inst: Instance, growing: Greedy) -> list[float]:
    """Values of the tiers of a plan, which must be valid and worth what the checker says, if it has all required."""
    graph = graph_of(inst)
    pool = Columns(inst, graph, nobody_alike(inst))
    routes, options = growing.plan()
    columns = pool.take(routes)
    value: np.ndarray = pool.value[:, columns].sum(axis=1) + inst.option_gain[:, options].sum(axis=1)
    if inst.tiers.required and value[0] < inst.needed - 0.5:
        return list(value)
    stays = []
    for nodes, vias in routes:
        travel, home = legs(graph, nodes, vias)
        who, out = inst.node["volunteer"][nodes].tolist(), inst.node["out"][nodes].tolist()
        ways = ((vias > 0).tolist(), (home > 0).tolist(), travel.tolist())
        columns_of = (who, inst.node_slot[nodes].tolist(), out, *ways)
        stays += [Stay(*stay) for stay in zip(*columns_of, strict=True)]
    plan = Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits_of(batch, inst, stays)))
    report = check(batch, plan)
    assert report.violations == ()
    tiers = (value + inst.tiers.offset)[int(inst.tiers.required) :]
    assert tiers.tolist() == pytest.approx(report.score.tiers, abs=CLOSE)
    return list(value)


def better(batch: Batch) -> tuple[list[float], list[float]]:
    """Values of the first plan and of the improved one."""
    inst = build_instance(batch)
    growing = Greedy(inst)
    growing.fill()
    first = values_of(batch, inst, growing)
    growing.improve(Budget())
    second = values_of(batch, inst, growing)
    assert np.round(second, 6).tolist() >= np.round(first, 6).tolist()
    return first, second


def served(batch: Batch) -> tuple[set[str], set[str]]:
    """Who goes where in the first plan and in the improved one, such as `r v`."""
    inst = build_instance(batch)
    growing, seen = Greedy(inst), []
    for step in (growing.fill, lambda: growing.improve(Budget())):
        step()
        nodes = [node for nodes, _ in growing.plan()[0] for node in nodes.tolist()]
        who, what = inst.node["volunteer"][nodes], inst.node_request[nodes]
        seen.append({f"{inst.request_ids[r]} {inst.volunteer_ids[v]}" for r, v in zip(what, who, strict=True)})
    better(batch)
    return seen[0], seen[1]


def test_somebody_else_comes_so_that_another_request_is_served() -> None:
    """Only `both` can come to r2, and is the nearest to r1; `one` can come to r1, from far."""
    people = [
        volunteer("both", skills=[HeldSkill(skill="s"), HeldSkill(skill="t")]),
        volunteer("one", 20, skills=[HeldSkill(skill="s")]),
    ]
    asked = [request("r1", roles=[role(skill="s")]), request("r2", roles=[role(skill="t")])]
    skills = [Skill(id="s"), Skill(id="t")]
    assert served(made(people, asked, skills=skills)) == ({"r1 both"}, {"r1 one", "r2 both"})
    pinned = made(people, asked, skills=skills, pins=[fixed("r1", volunteer="both")])
    assert served(pinned) == ({"r1 both"}, {"r1 both"})


def test_two_people_swap() -> None:
    """Near is nearer to both requests; it saves more at the one that is farther away from the other person."""
    people, asked = [volunteer("near", 8), volunteer("off", 13)], [request("r1", where=10), request("r2", where=0)]
    assert served(made(people, asked)) == ({"r1 near", "r2 off"}, {"r1 off", "r2 near"})


@pytest.mark.parametrize(("value", "given_up"), [(2.7, True), (1.9, False)])
def test_a_request_is_given_up_for_a_better_one(value: float, given_up: bool) -> None:
    """Three people: two of them are worth 1 each at r1, all three together `value` at r2."""
    people = [volunteer(id) for id in "abc"]
    asked = [
        request("r1", value=2, roles=[role(count=2)]),
        request("r2", value=value, roles=[role(count=3)]),
    ]
    first, second = served(made(people, asked))
    assert len(first) == 2
    assert second == ({"r2 a", "r2 b", "r2 c"} if given_up else first)


def test_a_plan_is_filled_up_and_nobody_in_it_moved() -> None:
    """Far serves r1, so that near can only come to r2."""
    batch = made([volunteer("far", 20), volunteer("near")], [request("r1"), request("r2")])
    inst = build_instance(batch)
    far, near = inst.volunteer_ids.index("far"), inst.volunteer_ids.index("near")
    kept = np.flatnonzero((inst.node_request == 0) & (inst.node["volunteer"] == far))
    growing = Greedy(inst, [kept])
    growing.fill()
    routes = [nodes.tolist() for nodes, _ in growing.plan()[0]]
    other = np.flatnonzero((inst.node_request == 1) & (inst.node["volunteer"] == near))
    assert sorted(routes) == sorted([kept.tolist(), other.tolist()])


def batches() -> Iterator[Batch]:
    for seed in range(400):
        yield tiny_batch(seed)
    for seed in range(100):
        yield tiny_batch(seed, {"pins": 1.0, "one_team": 0.5, "after": 0.5, "roles": 0.5, "flexible": 0.7, "now": 0.5})
    for seed in range(30):
        yield middle_batch(seed)


def test_plans_are_valid_and_only_get_better() -> None:
    seen = improved = 0
    for batch in batches():
        if not build_instance(batch).conflicts:
            first, second = better(batch)
            seen += 1
            improved += first != second
    assert seen > 300
    assert improved > 40


@pytest.mark.parametrize(
    ("batch", "covered", "costs"),
    [
        (fixed_batch(1000, 300), 556, -23_200),
        (fixed_batch(1000, 300, all_or_nothing=True), 546, -22_200),
        (county_day(300, 60), 28, -2_900),
    ],
)
def test_where_people_are_wanted_by_many(batch: Batch, covered: float, costs: float) -> None:
    first, second = better(batch)
    assert first[2] < covered <= second[2]
    assert second[4] > costs


def test_the_same_plan_on_every_run() -> None:
    inst = build_instance(fixed_batch(300, 100))
    plans = []
    for _ in range(2):
        growing = Greedy(inst)
        growing.fill()
        growing.improve(Budget())
        plans.append([(nodes.tolist(), vias.tolist()) for nodes, vias in growing.plan()[0]])
    assert plans[0] == plans[1]


def test_work_is_counted_and_ends_the_improvement() -> None:
    inst = build_instance(fixed_batch(300, 100))
    used = []
    for work in (None, 1_000, 0):
        growing, budget = Greedy(inst), Budget(work)
        growing.fill()
        growing.improve(budget)
        used.append(budget.used)
    assert used[0] > used[1] > 1_000
    assert used[2] == 0
