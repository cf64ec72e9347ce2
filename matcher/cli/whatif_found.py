"""What the command whatif looks into besides scenarios, and the bar that shows how far it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.cli.language import say

if TYPE_CHECKING:
    from matcher.batch import Batch
    from scenarios.findings import Findings
    from scenarios.running import Ran
    from scenarios.store import Limits, Store


class Asked(NamedTuple):
    """What is looked into besides scenarios."""

    worth: bool
    next: int
    fairness: bool


def look(batch: "Batch", base: "Ran", store: "Store", limits: "Limits", asked: Asked) -> "Findings":
    """What was asked for of the baseline."""
    from matcher.cli.watch import watching
    from scenarios import easing, worth
    from scenarios.fairness import curve
    from scenarios.findings import Findings
    from scenarios.placing import placing

    plan, past, found = base.result.plan, store.past(base.key), dict[str, Any]()
    if asked.worth:
        found["worth"] = worth.confirmed(batch, plan, worth.cells(batch, plan), past, limits)
        found["easings"] = tuple(easing.confirmed(batch, plan, easing.easings(batch, plan), past, limits))
    if asked.next:
        with bar(asked.next, say("选人", "choosing")) as tell:
            found["placing"] = placing(batch, plan, asked.next, past, limits, lambda number: tell(""))
    if asked.fairness:
        with watching() as heard:
            found["fairness"] = curve(batch, plan, limits.seconds, heard)
    return Findings(**found)


@contextmanager
def bar(total: int, title: str) -> Iterator[Callable[[str], None]]:
    """A bar with the time left on a terminal, nothing elsewhere; it is told of each that is done, by its name."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=total)
        yield lambda name: shown.update(task, advance=1, description=name or title)
