"""Runs a dispatch in its own thread, so that the main thread shows progress and hears Ctrl-C."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from matcher.batch import Batch
from matcher.cli import SOLVER_THREAD, Interrupted, on_ctrl_c, streams
from matcher.cli.failures import DONE, INFEASIBLE, INTERRUPTED, NOTHING_FOUND, InternalError, show_list
from matcher.cli.language import current, say
from matcher.cli.watch import Watch
from matcher.errors import InputError, MatcherError, OutOfMemoryError
from matcher.memory import Memory
from matcher.plan import Plan
from matcher.privacy import mask_text
from matcher.strategies import Strategy
from matcher.summary import reason_words, render, summarise

PLANNING = ("准备和寻找第一个安排", "preparing and looking for a first plan")
REFRESH_SECONDS = 0.2
LOOKS = 20
"""How often the screen is refreshed, and how many times the memory is looked at in between."""


def solve(
    batch: Batch,
    *,
    seconds: float | None,
    work: int | None,
    gap: float,
    seed: int,
    memory: float | None,
    strategy: Strategy = "auto",
) -> tuple[Plan, int]:
    """The plan and the exit code it means. Ctrl-C once keeps the best plan so far, twice leaves at once."""
    cancel, watch = threading.Event(), Watch(batch)
    outcome: list[Plan | BaseException] = []

    def run() -> None:
        try:
            from matcher.dispatching import dispatch

            plan = dispatch(
                batch,
                seconds=seconds,
                work=work,
                gap=gap,
                seed=seed,
                memory=memory,
                strategy=strategy,
                on_progress=watch,
                cancel=cancel,
            )
            outcome.append(plan)
        except BaseException as error:
            outcome.append(error)

    def interrupted() -> None:
        if cancel.is_set():
            raise Interrupted
        cancel.set()

    thread = threading.Thread(target=run, name=SOLVER_THREAD, daemon=True)
    with on_ctrl_c(interrupted), streams.only_results(), _screen() as screen:
        thread.start()
        _wait(thread, cancel, watch, screen, Memory(memory))
    (found,) = outcome
    if isinstance(found, Plan):
        return found, INTERRUPTED if cancel.is_set() else _code(found)
    if isinstance(found, MatcherError) and not isinstance(found, InputError | OutOfMemoryError):
        raise InternalError(found.en) from found
    raise found


def _code(plan: Plan) -> int:
    return {"infeasible": INFEASIBLE, "none": NOTHING_FOUND}.get(plan.status or "", DONE)


def show(batch: Batch, plan: Plan) -> None:
    """Prints the summary of a plan; of one that is none, why."""
    summary = summarise(batch, plan)
    if plan.score is not None:
        streams.result(render(summary, current()))
        return
    for line in summary.proof.lines(current()):
        streams.tell(line)
    show_list([line for pointer in plan.conflicts for line in _conflict(batch, plan, pointer)])


def _conflict(batch: Batch, plan: Plan, pointer: str) -> list[str]:
    """A pin or mandatory request that cannot be kept together with others, and what stands in its way."""
    _, kind, number = pointer.split("/")
    if kind == "pins":
        pin = batch.pins[int(number)]
        return [say(f"需求 {pin.request}：已固定志愿者 {pin.volunteer}", f"{pin.request}: {pin.volunteer} is pinned")]
    request = batch.requests[int(number)]
    name = f"{request.id} {mask_text(request.title)}".rstrip()
    lines = [say(f"需求 {name}：必须服务", f"{name}: mandatory")]
    for place in plan.unserved:
        if place.request == request.id and place.reasons:
            reasons = say("；", "; ").join(reason_words(place.reasons, current()))
            lines.append(say(f"    {place.role}：{reasons}", f"    {place.role}: {reasons}"))
    return lines


def _wait(
    thread: threading.Thread, cancel: threading.Event, watch: Watch, screen: Callable[[str], None], memory: Memory
) -> None:
    """Waits for the thread, and shows how it stands; where memory is full and there is no plan, it waits no longer."""
    started, told = time.monotonic(), False
    stopping = say(
        "正在停止，将保留目前最好的安排；再按一次 Ctrl-C 立即退出（不保留）。",
        "Stopping, the best plan so far is kept; Ctrl-C once more leaves at once and keeps nothing.",
    )
    while thread.is_alive():
        if cancel.is_set() and not told:
            streams.tell(stopping)
            told = True
        screen(watch.text(time.monotonic() - started))
        for _ in range(LOOKS):
            thread.join(REFRESH_SECONDS / LOOKS)
            if not watch.planned:
                memory.require(PLANNING)
    if cancel.is_set() and not told:
        streams.tell(stopping)


@contextmanager
def _screen() -> Iterator[Callable[[str], None]]:
    """Shows a text in place on a terminal; elsewhere shows nothing."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    hint = say("（按 Ctrl-C 提前结束，保留目前最好的安排）", "(Ctrl-C stops early and keeps the best plan so far)")
    console = Console(stderr=True)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield lambda text: live.update(Text(f"{text}\n{hint}"), refresh=True)
