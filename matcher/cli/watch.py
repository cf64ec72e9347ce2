"""Progress of a running dispatch, or of an answer that solves again, in words a dispatcher understands."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.batch import Batch
from matcher.cli.language import say
from matcher.policy import PRIORITIES
from matcher.progress import Progress
from matcher.proof import percent
from matcher.summary import PRIORITY_WORDS

STAGES = {
    "prepare": ("整理数据：谁能去哪里、路上多久", "preparing: who can go where, and how long it takes"),
    "flow": ("网络流求解", "solving as a flow"),
    "start": ("寻找第一个安排", "looking for a first plan"),
    "search": ("用大邻域改进", "improving by large neighbourhoods"),
    "check": ("独立校验方案", "checking the plan independently"),
}

REFRESHES = 5
"""How often a second the screen is written anew."""


class Watch:
    """Takes the reports of a dispatch and says how it stands. planned: whether there is a plan.

    What is solved may have fewer tiers than `batch`, or one more, by which as little as possible changes.
    """

    def __init__(self, batch: Batch) -> None:
        self._progress: Progress | None = None
        self._stage = "prepare"
        self.planned = False
        self._tiers = [_coverage(batch, tuple(tier.terms.items())) for tier in batch.policy.tiers]

    def __call__(self, progress: Progress) -> None:
        """Takes a report; called by the thread that solves."""
        if progress.stage in STAGES or progress.stage.startswith("tier "):
            self._stage = progress.stage
        self._progress = progress
        self.planned |= progress.values is not None

    def text(self, seconds: float) -> str:
        """Stage and time, then the best plan so far and how much better one could be."""
        return f"{_seconds(seconds)}  " + "\n  ".join(self.lines())

    def lines(self) -> list[str]:
        """The same, line by line, without the time."""
        progress = self._progress
        if progress is None or progress.values is None:
            return [self._stage_words()]
        return [self._stage_words(), self._best_words(progress.values), _gap_words(progress.gap)]

    def _stage_words(self) -> str:
        if self._stage in STAGES:
            return say(*STAGES[self._stage])
        number = int(self._stage.removeprefix("tier "))
        if number < 1:
            return say("必须服务和已固定的安排", "what is mandatory or pinned")
        if number > len(self._tiers):
            return say("尽量少改动", "changing as little as possible")
        name = self._tiers[number - 1][0] or say("路程等", "travel and more")
        return say(f"求解第 {number} 级目标：{name}", f"solving tier {number}: {name}")

    def _best_words(self, values: tuple[float, ...]) -> str:
        """Coverage by priority; `values` may be of fewer tiers, or have one more."""
        words = [
            f"{name} {value:.4g}/{most:.4g}"
            for (name, most), value in zip(self._tiers, values, strict=False)
            if name and most
        ]
        return say("目前最好：", "best so far: ") + ("  ".join(words) or say("已有安排", "a plan"))


class TrialWatch:
    """Takes what an answer tells and says how it stands."""

    def __init__(self) -> None:
        self._trial: Trial | None = None
        self._solving: Watch | None = None
        self._solves = 0

    def __call__(self, told: Trial | Progress) -> None:
        """Takes a trial, or a report of what is solved for it."""
        if isinstance(told, Trial):
            self._trial, self._solving = told, None
        elif self._trial is not None:
            if told.stage == "prepare":
                self._solves += 1
                self._solving = Watch(self._trial.batch)
            if self._solving is not None:
                self._solving(told)

    def text(self, seconds: float) -> str:
        """Time, what is tried and which of how many; then how the solving stands that goes on for it."""
        trial, solving = self._trial, self._solving
        said = say(*STAGES["prepare"]) if trial is None else say(trial.zh, trial.en)
        if trial is not None and trial.total > 1:
            said += say(f"（{trial.number}/{trial.total}）", f" ({trial.number} of {trial.total})")
        lines = [f"{_seconds(seconds)}  {said}"]
        if solving is not None:
            stage, *best = solving.lines()
            lines += [say(f"第 {self._solves} 次求解：{stage}", f"solve {self._solves}: {stage}"), *best]
        return "\n  ".join(lines)


@contextmanager
def watching() -> Iterator[OnTrial]:
    """A listener that shows on a terminal how an answer stands; elsewhere it shows nothing."""
    if not sys.stderr.isatty():
        yield unheard
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    watch, started = TrialWatch(), time.monotonic()
    with Live(
        console=Console(stderr=True),
        get_renderable=lambda: Text(watch.text(time.monotonic() - started)),
        refresh_per_second=REFRESHES,
        transient=True,
    ):
        yield watch


def _seconds(seconds: float) -> str:
    return say(f"{seconds:.0f} 秒", f"{seconds:.0f} s")


def _coverage(batch: Batch, terms: tuple[tuple[str, float], ...]) -> tuple[str, float]:
    """Name and largest value of a tier that counts what is served of one priority; else an empty name."""
    for priority in PRIORITIES:
        if len(terms) == 1 and terms[0][0] == f"coverage.{priority}":
            most = sum(request.value for request in batch.requests if request.priority == priority)
            return say(*PRIORITY_WORDS[priority]), most * terms[0][1]
    return "", 0.0


def _gap_words(gap: float | None) -> str:
    if gap is None:
        return say("还不知道能好多少", "how much better it could be is not known yet")
    if gap <= 1e-6:
        return say("已证明最好", "proved best")
    return say(f"与最好的可能相差不超过 {percent(gap)}", f"within {percent(gap)} of the best possible")
