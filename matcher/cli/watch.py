"""Progress of a running dispatch, in words a dispatcher understands."""

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


class Watch:
    """Takes the reports of a dispatch and says how it stands. planned: whether there is a plan."""

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
        lines = [say(f"{seconds:.0f} 秒  {self._stage_words()}", f"{seconds:.0f} s  {self._stage_words()}")]
        if self._progress and self._progress.values is not None:
            lines.append("  " + self._best_words(self._progress.values))
            lines.append("  " + _gap_words(self._progress.gap))
        return "\n".join(lines)

    def _stage_words(self) -> str:
        if self._stage in STAGES:
            return say(*STAGES[self._stage])
        more = len(self._progress.bounds) - len(self._tiers) if self._progress else 0
        number = int(self._stage.removeprefix("tier ")) - more
        if number < 1:
            return say("必须服务和已固定的安排", "what is mandatory or pinned")
        name = self._tiers[number - 1][0] or say("路程等", "travel and more")
        return say(f"求解第 {number} 级目标：{name}", f"solving tier {number}: {name}")

    def _best_words(self, values: tuple[float, ...]) -> str:
        """Coverage by priority; a tier in front that says whether all that is required is kept stays out."""
        own = values[len(values) - len(self._tiers) :]
        words = [
            f"{name} {value:.4g}/{most:.4g}"
            for (name, most), value in zip(self._tiers, own, strict=True)
            if name and most
        ]
        return say("目前最好：", "best so far: ") + ("  ".join(words) or say("已有安排", "a plan"))


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
