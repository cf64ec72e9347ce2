"""Dispatch: batch → instance → solver → plan → check."""

import gc
import importlib.metadata
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from threading import Event

from matcher.batch import Batch
from matcher.building import build_instance
from matcher.checker import check
from matcher.conflicts import contradiction
from matcher.errors import InputError, InternalError, Problem
from matcher.memory import FIRST_PLAN, PREPARING, READING, STOP_AT, Memory
from matcher.ordering import after_routes, by_order, instead_of_routes, unserved
from matcher.plan import Bound, Note, Plan, Score, Stop, Visit
from matcher.planning import Found, better_of, gap_of, of_routes, rounded_bound, status_of, unserved_of
from matcher.progress import OnProgress, Progress
from matcher.reading import check_batch
from matcher.reasons import reasons_for
from matcher.scene import Scene
from matcher.solver import asked, solve
from matcher.solver.budget import Budget
from matcher.solver.past import Past
from matcher.strategies import STRATEGIES, Strategy
from matcher.unpriced import unpriced

AFTERWARDS = 0.7
"""Checking and reasons take at most about so much of the time that preparing took: half in a county, more in a town."""
DECIDING = ("volunteer-matcher", "highspy", "ortools", "numpy", "numba")
"""Distributions whose version decides the result."""
ROUTES_SHARE = 0.5
"""How much of the budget routes have where days are long, before an order has the rest."""


@contextmanager
def _set_aside() -> Iterator[None]:
    """The garbage collector leaves alone what is there: a county's batch has millions of objects, all of them used.

    What is made and no longer used is collected at the end: each freeze sets the collector's counts to zero, so that in
    a loop of short solves it would never look, and models and instances, which refer to themselves, would stay.
    """
    mine = gc.get_freeze_count() == 0
    if mine:
        gc.freeze()
    try:
        yield
    finally:
        if mine:
            gc.collect()
            gc.unfreeze()


@_set_aside()
def dispatch(
    batch: Batch,
    *,
    seconds: float | None = None,
    work: int | None = None,
    gap: float = 0.0,
    seed: int = 0,
    memory: float | None = None,
    strategy: Strategy = "auto",
    on_progress: OnProgress | None = None,
    cancel: Event | None = None,
) -> Plan:
    """The best plan of a batch that can be found, with a proved bound, checked by independent code.

    seconds: wall-clock guard. work: limit in units of about a microsecond, which reproduces the same
    bytes on every run. gap: stop when every tier is within this relative gap of its bound; 0 asks for a
    proof. memory: cap on the resident memory of the process in megabytes (2^20 bytes); the search stops
    some way before it and keeps the best plan. strategy: how to solve (`matcher.strategies.STRATEGIES`).
    cancel: set it from another thread to stop early and keep the best plan.

    Raises InputError if the batch contradicts itself, the strategy is unknown or cannot serve a term of the
    policy in this batch (`matcher.ordering.unserved`), and OutOfMemoryError if the cap is reached before there
    is any plan; a batch that merely has no valid plan gives one with status `infeasible`.
    """
    budget = Budget(work, seconds, cancel, Memory(memory))
    found, scene = _found(batch, budget, gap, seed, strategy, on_progress, None)
    return _plan(scene, found, gap, seed, budget)


@_set_aside()
def dispatch_from(
    past: Past | None,
    batch: Batch,
    *,
    seconds: float | None = None,
    work: int | None = None,
    gap: float = 0.0,
    seed: int = 0,
    memory: float | None = None,
    cancel: Event | None = None,
) -> tuple[Plan, Callable[[], Past]]:
    """The same as `dispatch`, begun with what an earlier one found; the plan, and what gives all found for a next one.

    past: of a batch with the same first moment that differs little; null: none. What is proved is proved of this batch.
    """
    budget = Budget(work, seconds, cancel, Memory(memory))
    found, scene = _found(batch, budget, gap, seed, "auto", None, past)
    return _plan(scene, found, gap, seed, budget), found.past


def _found(
    batch: Batch,
    budget: Budget,
    gap: float,
    seed: int,
    strategy: Strategy,
    on_progress: OnProgress | None,
    past: Past | None,
) -> tuple[Found, Scene]:
    """What the strategy finds, before it is checked."""
    if strategy not in STRATEGIES:
        raise _unknown(strategy)
    problems = check_batch(batch) or unserved(batch, strategy)
    if problems:
        raise InputError("批次数据有误", "the batch has problems", problems)
    tell = _Teller(on_progress, budget, len(batch.policy.tiers))
    tell("prepare", None, [])
    budget.memory.require(READING)
    scene = Scene(batch)
    budget.memory.require(PREPARING)
    if instead_of_routes(batch, strategy):
        budget.keep_back(min(AFTERWARDS * budget.elapsed, budget.wall_seconds() / 2))
        found = by_order(scene, budget, gap, seed, tell)
        found = replace(found, log=[*asked(strategy), *found.log])
    else:
        found = _by_routes(scene, budget, gap, seed, strategy, tell, past)
    tell("check", found.values, found.bounds)
    return found, scene


def _by_routes(
    scene: Scene, budget: Budget, gap: float, seed: int, strategy: Strategy, tell: "_Teller", past: Past | None
) -> Found:
    """What routes find; where days are long and they do not finish, what an order finds if that is better."""
    inst = build_instance(scene.batch, scene)
    budget.memory.require(PREPARING)
    if inst.conflicts:
        return Found(None, None, [], "proved", [], impossible=True)
    budget.keep_back(min(AFTERWARDS * budget.elapsed, budget.wall_seconds() / 2))
    tell.skip, tell.offset = int(inst.tiers.required), inst.tiers.offset.tolist()
    long = after_routes(scene.batch, strategy)
    with budget.part(ROUTES_SHARE) if long else nullcontext():
        found = of_routes(scene, inst, solve(inst, budget, gap, tell, seed, strategy, past))
    tell.skip, tell.offset = 0, [0.0] * len(scene.batch.policy.tiers)
    if not long or found.impossible or found.within(gap):
        return found
    return better_of(found, by_order(scene, budget, gap, seed, tell))


def _unknown(strategy: str) -> InputError:
    names = list(STRATEGIES)
    problem = Problem(
        "unknown_strategy", "strategy", strategy, f"应为 {'、'.join(names)} 之一", f"expected one of {', '.join(names)}"
    )
    return InputError("没有这种求解策略", "there is no such strategy", [problem])


class _Teller:
    """Passes the solver's reports on, in the policy's tiers: without the tier of required requests, with offsets."""

    def __init__(self, listener: OnProgress | None, budget: Budget, tiers: int) -> None:
        self._listener, self._budget = listener, budget
        self.skip, self.offset = 0, [0.0] * tiers

    def __call__(self, stage: str, values: Sequence[float] | None, bounds: Sequence[float | None]) -> None:
        if self._listener is None:
            return
        offset = self.offset[self.skip :]
        told = None if values is None else tuple(v + o for v, o in zip(values[self.skip :], offset, strict=True))
        known = tuple(None if b is None else b + o for b, o in zip(bounds[self.skip :], offset, strict=False))
        gap = None if told is None else gap_of(told, Bound(tiers=known))
        self._listener(Progress(stage, told, known, gap, self._budget.used, self._budget.elapsed))


def _plan(scene: Scene, found: Found, asked: float, seed: int, budget: Budget) -> Plan:
    if found.impossible:
        return _infeasible(scene, found.conflicts, seed, budget)
    if found.visits is None:
        budget.memory.require(FIRST_PLAN)
        return _without_visits(scene, "none", found.stop, [], seed, budget.used)
    return _checked(scene, found, found.visits, asked, seed, budget)


def _checked(scene: Scene, found: Found, visits: list[Visit], asked: float, seed: int, budget: Budget) -> Plan:
    """The plan with these visits, after the independent check."""
    batch = scene.batch
    draft = Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits))
    report = check(batch, draft)
    told = report.score.tiers if found.values is None else found.values
    if not report.valid or any(abs(a - b) > 1e-5 for a, b in zip(told, report.score.tiers, strict=True)):
        raise InternalError(
            "内部错误：方案未通过独立校验，未输出。",
            "internal error: the plan did not pass the independent check and is not handed out: "
            + "; ".join([v.en for v in report.violations[:5]] + [f"tiers {found.values} against {report.score.tiers}"]),
        )
    bound = Bound(tiers=tuple(rounded_bound(b, v) for b, v in zip(found.bounds, told, strict=True)))
    gap = gap_of(report.score.tiers, bound)
    stop = _stop(gap, asked, found.stop)
    by_memory = [_memory_note(budget.memory)] if stop == "work" and budget.memory.full else []
    return draft.model_copy(
        update={
            "status": status_of(gap),
            "stop": stop,
            "score": Score(tiers=report.score.tiers, terms=report.score.terms),
            "bound": bound,
            "gap": gap,
            "unserved": reasons_for(batch, visits, unserved_of(batch, visits), scene),
            "seed": seed,
            "work": budget.used,
            "log": (*found.log, *unpriced(batch), *by_memory),
            "versions": dict(versions()),
        }
    )


def _stop(gap: float | None, asked: float, stop: Stop) -> Stop:
    """Why the search ended: proved, as near as asked, or stopped."""
    if status_of(gap) == "optimal":
        return "proved"
    return "gap" if gap is not None and gap <= asked else stop


def _memory_note(memory: Memory) -> Note:
    return Note(
        zh=f"因内存上限停止搜索：已用 {memory.used:.0f} MB，上限 {memory.cap:g} MB（用到 {STOP_AT:.0%} 即停）",
        en=f"the cap on memory ended the search: {memory.used:.0f} MB in use of at most {memory.cap:g} MB "
        f"(it stops at {STOP_AT:.0%})",
    )


def _infeasible(scene: Scene, conflicts: list[str] | None, seed: int, budget: Budget) -> Plan:
    """A plan for nobody; conflicts: null if they are still to be found."""
    named = contradiction(scene.batch, budget) if conflicts is None else conflicts
    return _without_visits(scene, "infeasible", "proved", named, seed, budget.used)


def _without_visits(scene: Scene, status: str, stop: Stop, conflicts: list[str], seed: int, work: int) -> Plan:
    batch = scene.batch
    return Plan.model_validate(
        {
            "schema": "matcher.plan/1",
            "batch": batch.id,
            "status": status,
            "stop": stop,
            "visits": (),
            "conflicts": tuple(conflicts),
            "unserved": reasons_for(batch, [], unserved_of(batch, []), scene),
            "seed": seed,
            "work": work,
            "versions": dict(versions()),
        }
    )


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that decide the result."""
    found = {"python": platform.python_version()}
    for name in DECIDING:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "source"
    return found
