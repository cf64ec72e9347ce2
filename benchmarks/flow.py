"""Batches of one visit and one person against bare min-cost flow over the same arcs, timed in one process."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from rich.console import Console

from benchmarks.machine import origin
from benchmarks.plain import single_batch
from matcher import Batch, dispatch
from matcher.building import build_instance
from matcher.instance import Instance
from matcher.scene import Scene
from matcher.solver.budget import Budget
from matcher.solver.portfolio import solve

Floats = NDArray[np.float64]
Row = dict[str, Any]
Result = TypeVar("Result")

SIZES = ((1000, 300), (3000, 300), (9000, 1000), (20_000, 2000), (94_066, 3000))
"""Volunteers and requests of the batches."""
FINE = 60_000
"""Parts of a minute that costs are told apart in."""
TIMES = 5
"""Runs of each; the median counts."""
COMMAND = "python -m benchmarks flow"


@dataclass(frozen=True)
class Arcs:
    """All single visits [A]: roles and volunteers, what each adds to the tiers [T, A]."""

    role: NDArray[np.int64]
    volunteer: NDArray[np.int64]
    gain: Floats


def run_flow() -> Row:
    """What was measured, with what made it."""
    progress = Console(stderr=True)
    rows = []
    for volunteers, requests in SIZES:
        with progress.status(f"{volunteers} x {requests}"):
            rows.append(measured(single_batch(volunteers, requests)))
    return {**origin(COMMAND), "rows": rows}


def measured(batch: Batch) -> Row:
    """Median seconds of `dispatch`, of the solver alone and of the bare flow; raises ValueError if values differ."""
    inst = build_instance(batch, Scene(batch))
    arcs = arcs_of(inst)
    ours, solved = _timed(lambda: solve(inst, Budget(), 0.0, lambda *_: None))
    flow, bare = _timed(lambda: bare_flow(inst, arcs))
    whole, plan = _timed(partial(dispatch, batch))
    if not np.allclose(solved.values, bare, rtol=1e-6, atol=1e-3) or not plan.bound or plan.gap:
        raise ValueError(f"{batch.id}: the flow reaches {bare}, the solver {solved.values}, gap {plan.gap}")
    return {
        "batch": batch.id,
        "arcs": len(arcs.role),
        "flow": flow,
        "solver": ours,
        "dispatch": whole,
    }


def arcs_of(inst: Instance) -> Arcs:
    """The arcs of a batch with fixed starts, where each node is a visit that may be all its volunteer does."""
    tiers, node = inst.tiers, inst.node
    who = node["volunteer"].astype(np.int64)
    gain = inst.slot_gain[:, inst.node_slot] - tiers.workload[:, None] * inst.recent[who]
    gain -= tiers.travel[:, None] * (node["out"].astype(np.int64) + node["back"])
    for t, added in inst.node_gain.items():
        gain[t] += added
    return Arcs(inst.slot_role[inst.node_slot].astype(np.int64), who, gain)


def bare_flow(inst: Instance, arcs: Arcs) -> Floats:
    """What min-cost flow reaches in each tier: all arcs at once, a tier worth more than all that follow it."""
    roles, people = len(inst.role_max), inst.volunteers
    source, sink = roles + people, roles + people + 1
    cost = -np.rint(weights(inst, arcs) @ arcs.gain).astype(np.int64)
    by_role, by_volunteer = np.arange(roles), np.arange(people)
    flow = SimpleMinCostFlow()
    used = flow.add_arcs_with_capacity_and_unit_cost(
        arcs.role, roles + arcs.volunteer, np.ones(len(cost), dtype=np.int64), cost
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(roles, source), by_role, inst.role_max.astype(np.int64), np.zeros(roles, dtype=np.int64)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        roles + by_volunteer, np.full(people, sink), np.ones(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
    )
    most = int(inst.role_max.sum())
    flow.add_arcs_with_capacity_and_unit_cost([source], [sink], [most], [0])
    flow.set_nodes_supplies([source, sink], [most, -most])
    if flow.solve() != flow.OPTIMAL:
        raise ValueError("the flow found no optimum")
    return np.asarray(arcs.gain[:, flow.flows(used) > 0].sum(axis=1))


def weights(inst: Instance, arcs: Arcs) -> Floats:
    """Weight of each tier [T]: 1 of it outweighs all that later ones could add, which is enough for one priority."""
    weight = np.full(len(arcs.gain), float(FINE))
    for t in range(len(weight) - 2, -1, -1):
        later = np.abs(weight[t + 1 :] @ arcs.gain[t + 1 :]).max(initial=0)
        weight[t] = FINE + 2 * later * int(inst.role_max.sum())
    return weight


def table_of_flow(told: Row) -> list[str]:
    """The rows as a Markdown table, the file's command, machine and commit below it."""
    head = ["batch", "arcs", "bare flow, s", "solver, s", "solver / flow", "dispatch, s", "dispatch / flow"]
    body = [
        [
            row["batch"],
            f"{row['arcs']:,}",
            *(f"{row['flow']:.3f}", f"{row['solver']:.3f}", f"{row['solver'] / row['flow']:.2f}"),
            *(f"{row['dispatch']:.3f}", f"{row['dispatch'] / row['flow']:.2f}"),
        ]
        for row in told["rows"]
    ]
    on = told["machine"]
    made = f"`{told['command']}`: {on['cores']} cores of {on['cpu']}, {on['system']}. "
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *body)]
    return [*lines, "", f"{made}Commit {told['commit']}, {told['date']}."]


def read_flow(path: Path) -> Row:
    """What was written."""
    told: Row = json.loads(path.read_text(encoding="utf-8"))
    return told


def write_flow(path: Path, told: Row) -> None:
    """Writes what was measured as JSON."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _timed(run: Callable[[], Result]) -> tuple[float, Result]:
    """Median wall seconds of some runs, and the last result."""
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        result = run()
        taken.append(time.perf_counter() - started)
    return median(taken), result
