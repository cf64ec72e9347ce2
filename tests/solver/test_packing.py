"""Full days packed one after the other: valid plans that keep what they were given, and cover more in the end."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.plain import fixed_batch, mixed_batch
from matcher.batch import Batch
from matcher.building import build_instance
from matcher.instance import Instance
from matcher.solver.bounds import in_all_tiers
from matcher.solver.graph import graph_of
from matcher.solver.greedy import Greedy, Plan
from matcher.solver.packing import pack
from matcher.solver.supply import supply_of
from tests.checker.build import batch as made
from tests.checker.build import fixed, request
from tests.dispatch.build import volunteer
from tests.dispatch.random_batches import middle_batch
from tests.oracle.tiny import tiny_batch
from tests.solver.test_greedy import values_of

COVERED = 2
"""The tier of the usual coverage."""
FEATURES = ("pins", "several roles", "after", "one team", "more for a chosen option", "an option chosen")
LINKED = {"pins": 0.6, "one_team": 0.3, "after": 0.3, "roles": 0.4, "many": 0.6, "flexible": 0.7, "mandatory": 0.3}


def batches() -> Iterator[Batch]:
    for seed in range(100):
        yield tiny_batch(seed)
        yield tiny_batch(seed, LINKED)
    for seed in range(20):
        yield middle_batch(seed)
        yield middle_batch(seed, 12, 20)


def begun(inst: Instance) -> Iterator[Plan]:
    """What is required only, and a greedy plan without those whom none of its requests needs."""
    required = Greedy(inst)
    required.fill_required()
    yield required.plan()
    full = Greedy(inst)
    full.fill()
    routes, options = full.plan()
    visits, kept = np.bincount(roles_of(inst, routes), minlength=len(inst.role_max)), []
    least = np.where(inst.linked[inst.role_request], inst.role_min, 0)
    for nodes, vias in routes:
        roles = roles_of(inst, [(nodes, vias)])
        if (visits[roles] > least[roles]).all() and not inst.node["pinned"][nodes].any():
            visits[roles] -= 1
        else:
            kept.append((nodes, vias))
    yield kept, options


def roles_of(inst: Instance, routes: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """The role of each visit."""
    return inst.slot_role[inst.node_slot[[node for nodes, _ in routes for node in nodes.tolist()]]]


def told(plan: Plan) -> tuple[list[list[list[int]]], list[int]]:
    routes, options = plan
    return sorted([nodes.tolist(), vias.tolist()] for nodes, vias in routes), sorted(options.tolist())


def features(inst: Instance, plan: Plan, added: np.ndarray) -> Iterator[str]:
    """What is special about a plan to which visits [nodes] are added."""
    several = np.bincount(inst.role_request, minlength=inst.requests) > 1
    after = np.isin(np.arange(inst.requests), [r for pair in inst.after for r in pair[:2]])
    chosen, to = inst.option_request[plan[1]], inst.node_request[added]
    known = np.isin(to, chosen)[inst.linked[to]]
    found = {
        "pins": len(inst.pin_start) > 0,
        "several roles": several[chosen].any(),
        "after": after[chosen].any(),
        "one team": (inst.slot_team[inst.node_slot[added]] >= 0).any(),
        "more for a chosen option": known.any(),
        "an option chosen": not known.all(),
    }
    yield from (name for name in FEATURES if found[name])


def test_packed_plans_are_valid_and_lose_nothing() -> None:
    seen, special = 0, Counter[str]()
    for batch in batches():
        inst = build_instance(batch)
        if inst.conflicts:
            continue
        graph, open_to = graph_of(inst), np.arange(inst.volunteers) % 4 > 0
        pinned = np.diff(inst.pin_ptr) > 0
        for given in begun(inst):
            seen += 1
            before, packed = told(given), pack(inst, graph, open_to, given, seed=0)
            assert told(given) == before
            routes, options = told(packed)
            assert [route for route in routes if route in before[0]] == before[0]
            assert set(before[1]) <= set(options)
            added = np.array([node for route in routes if route not in before[0] for node in route[0]], dtype=np.int64)
            people = inst.node["volunteer"][added]
            assert open_to[people].all()
            assert not pinned[people].any()
            growing = Greedy(inst, [nodes for nodes, _ in packed[0]], packed[1])
            assert told(growing.plan()) == (routes, options)
            values_of(batch, inst, growing)
            growing.fill()
            values_of(batch, inst, growing)
            if len(added):
                special.update(["any", *features(inst, given, added)])
    assert seen > 350
    assert special["any"] > 110
    assert set(special) == {"any", *FEATURES}
    assert min(special.values()) > 2


def test_who_does_not_go_out_already_gets_a_route_only_if_wanted() -> None:
    inst = build_instance(fixed_batch(30, 120))
    graph, nobody = graph_of(inst), np.zeros(inst.volunteers, dtype=np.bool_)
    full = Greedy(inst)
    full.fill()
    for given in (full.plan(), ([], np.zeros(0, dtype=np.int64))):
        assert told(pack(inst, graph, nobody, given, 0)) == told(given)
    once = pack(inst, graph, ~nobody, ([], np.zeros(0, dtype=np.int64)), 0)
    assert len(once[0]) > 20
    assert told(pack(inst, graph, ~nobody, once, 1)) == told(once)


def test_nobody_with_pins_gets_a_route() -> None:
    """Not even where the pinned request is open to be served; one visit is left over by the other person."""
    asked = [request(f"r{n}", start=f"{9 + 2 * n}:00") for n in range(3)]
    people = [volunteer("fixed"), volunteer("free", max_requests=2)]
    inst = build_instance(made(people, asked, pins=[fixed("r0", volunteer="fixed")]))
    everybody, given = np.ones(inst.volunteers, dtype=np.bool_), ([], np.flatnonzero(inst.option_request == 0))
    ((nodes, _),), _ = pack(inst, graph_of(inst), everybody, given, 0)
    assert [inst.volunteer_ids[v] for v in inst.node["volunteer"][nodes]] == ["free", "free"]


def test_the_same_plan_for_the_same_seed() -> None:
    inst = build_instance(mixed_batch(30, 120, step=30))
    everybody, nothing = np.ones(inst.volunteers, dtype=np.bool_), ([], np.zeros(0, dtype=np.int64))
    first, again, other = (
        [(nodes.tobytes(), vias.tobytes()) for nodes, vias in routes] + [options.tobytes()]
        for routes, options in (pack(inst, graph_of(inst), everybody, nothing, seed) for seed in (7, 7, 8))
    )
    assert first == again
    assert first != other


def covered(batch: Batch, seed: int | None) -> float:
    """What the first plan covers: packed with a seed, or by insertion only."""
    inst = build_instance(batch)
    growing = Greedy(inst)
    if seed is not None:
        graph = graph_of(inst)
        wanted = supply_of(inst, graph, in_all_tiers(inst)).wanted
        assert wanted.sum() > 0.8 * inst.volunteers
        growing.fill_required()
        routes, options = pack(inst, graph, wanted, growing.plan(), seed)
        growing = Greedy(inst, [nodes for nodes, _ in routes], options)
    growing.fill()
    return values_of(batch, inst, growing)[COVERED]


@pytest.mark.parametrize("batch", [fixed_batch(60, 600), mixed_batch(40, 400, step=30)], ids=["fixed", "mixed"])
def test_where_far_too_much_is_asked_more_is_covered(batch: Batch) -> None:
    """Days are long: nobody has a limit of visits."""
    people = tuple(v.model_copy(update={"max_requests": None}) for v in batch.volunteers)
    batch = batch.model_copy(update={"volunteers": people})
    plain = covered(batch, None)
    assert all(covered(batch, seed) > 1.03 * plain for seed in range(3))
