"""How figures and scenarios are called, and how numbers are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.summary import PRIORITY_WORDS
from scenarios.comparing import Figure, Row, largest_gap
from scenarios.running import Ran

Lang = Literal["zh", "en"]

NAMES = {
    **{f"served.{name}": (f"满足{zh}需求", f"{en} requests served") for name, (zh, en) in PRIORITY_WORDS.items()},
    "filled": ("满足名额", "places filled"),
    "people": ("派出人数", "people sent"),
    "travel": ("路程（分钟）", "minutes on the way"),
    "escalation": ("跨级", "tiers crossed"),
    "highest_load": ("一人最多次数", "most visits of one person"),
    "village_share": ("满足最少的村", "village served least"),
}
"""Figures, as `figures` calls them."""


def shown(name: str, value: float, sign: str = "") -> str:
    """A figure's value: a share in percent, else a number with a separator and a decimal where it is small."""
    if name == "village_share":
        return format(value, f"{sign}.0%")
    return format(value, f"{sign},.{0 if abs(value) >= 100 or value % 1 == 0 else 1}f")


@dataclass(frozen=True)
class Words:
    """Texts in one language."""

    lang: Lang

    def say(self, zh: str, en: str) -> str:
        """The one of two texts that is in the language."""
        return zh if self.lang == "zh" else en

    def figure(self, name: str) -> str:
        """What a figure is called."""
        text = self.say(*NAMES[name])
        return text[:1].upper() + text[1:]

    def priority(self, name: str) -> str:
        """What a priority is called."""
        return self.say(*PRIORITY_WORDS[name])  # type: ignore[index]

    def title(self, row: Row) -> str:
        """What a scenario is called, with the values swept."""
        swept = row.name.partition(" ")[2]
        return f"{self.say(row.zh, row.en) or row.name.partition(' ')[0]} {swept}".strip()

    def mean(self, figure: Figure) -> str:
        """A mean; a dash where there is none."""
        return "—" if figure.mean is None else shown(figure.name, figure.mean)

    def change(self, figure: Figure) -> str:
        """The change from the baseline."""
        if figure.change is None:
            return "—"
        return shown(figure.name, figure.change, "+" if figure.change else "").replace("-", "−")

    def half(self, figure: Figure) -> str:
        """Half of the interval; "" where there is none."""
        return "" if figure.half is None else f"±{shown(figure.name, figure.half)}"

    def count(self, number: int, zh: str, one: str, many: str) -> str:
        """A number of things: `3 人`, `1 person`, `3 people`."""
        return self.say(f"{number:,} {zh}", f"{number:,} {one if number == 1 else many}")

    def proof(self, samples: Sequence[Ran]) -> str:
        """Whether plans are proved best, and how far from it one is that is not."""
        proved = sum(each.outcome.status == "optimal" for each in samples)
        if proved == len(samples):
            return self.say("已证明最好", "Proved best")
        gap = largest_gap([each.outcome for each in samples])
        far = "" if gap is None else self.say(f"，离最好至多 {gap:.2%}", f", within {gap:.2%} of the best")
        if len(samples) > 1:
            return (
                self.say(
                    f"抽 {len(samples)} 次，其中 {proved} 次已证明最好",
                    f"{proved} of {len(samples)} samples proved best",
                )
                + far
            )
        found = samples[0].outcome
        if found.status in (None, "feasible"):
            return self.say("未证明最好", "Not proved best") + far
        if found.status == "infeasible":
            return self.say("必须满足的不能同时满足，没有方案", "What must be kept cannot all be kept: no plan")
        return self.say("没有找到方案", "No plan found")
