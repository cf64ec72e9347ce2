"""What a check says: violations, remarks, the value recomputed."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from matcher.base import Frozen, Items
from matcher.plan import Score
from matcher.rules import RULES

Unit = Literal["minutes", "people", "requests", "levels", "years", "tiers"]

STATEMENTS: dict[str, tuple[str, str]] = {
    "batch": ("方案所属批次不符", "the plan belongs to another batch"),
    "unknown": ("编号不存在", "an id is not in the batch"),
    "duplicate": ("同一安排重复列出", "a visit is listed more than once"),
    "stated.end": ("所写结束时间有误", "the end stated is wrong"),
    "stated.leave": ("所写出门时间有误", "the time of leaving home stated is wrong"),
    "stated.travel": ("所写路程时间有误", "the travel time stated is wrong"),
    "stated.via_home": ("所写途经住处有误", "the way via home stated is wrong"),
    "stated.team": ("所写派出队伍有误", "the team stated is wrong"),
    "stated.score": ("所写得分有误", "the score stated is wrong"),
    "stated.bound": ("所写上界不成立", "the bound stated does not hold"),
    "stated.gap": ("所写差距有误", "the gap stated is wrong"),
    "stated.status": ("所写状态与方案不符", "the status stated does not fit the plan"),
    "stated.unserved": ("未满足清单有误", "the list of empty places is wrong"),
}
"""Codes for what a plan says about itself, with their meaning in Chinese and English."""


class Violation(Frozen):
    """One thing wrong with a plan; as a remark, what a pinned visit would break."""

    code: str
    """Code of the rule (`matcher.rules.RULES`) or of the statement (`STATEMENTS`)."""
    request: str | None = None
    """Id of the request concerned."""
    role: str | None = None
    """Id of the role concerned."""
    volunteer: str | None = None
    """Id of the volunteer concerned."""
    amount: float | None = None
    """How much is lacking or too much, in `unit`; null where it has no size."""
    unit: Unit | None = None
    """Unit of the amount; null with an amount that is a plain number."""
    zh: str
    """The whole sentence in Chinese."""
    en: str
    """The whole sentence in English."""


class Report(Frozen):
    """The judgement of a plan."""

    valid: bool
    """Whether there is no violation."""
    violations: Items[Violation]
    """All that is wrong, sorted by request, role, volunteer and code."""
    remarks: Items[Violation]
    """What pinned visits would break if they were not free of it; never makes a plan invalid."""
    score: Score
    """The plan's value, recomputed and rounded to 6 decimals; without meaning where a visit fits nowhere."""
    gap: float | None
    """Gap of the recomputed value to the bounds stated; null if a tier has none or a rule is broken."""


class At(NamedTuple):
    """Ids of what a finding is about."""

    request: str | None = None
    role: str | None = None
    volunteer: str | None = None

    @property
    def zh(self) -> str:
        """The ids before a Chinese sentence."""
        named = self._named("需求", "岗位", "志愿者")
        return "、".join(named) + "：" if named else ""

    @property
    def en(self) -> str:
        """The ids before an English sentence."""
        named = ", ".join(self._named("request", "role", "volunteer"))
        return named[:1].upper() + named[1:] + ": " if named else ""

    def _named(self, *words: str) -> list[str]:
        return [f"{word} {value}" for word, value in zip(words, self, strict=True) if value is not None]


EVERYWHERE = At()


@dataclass
class Findings:
    """Collects violations and remarks while the rules are looked at."""

    violations: list[Violation] = field(default_factory=list)
    remarks: list[Violation] = field(default_factory=list)

    def add(
        self,
        code: str,
        zh: str,
        en: str,
        at: At = EVERYWHERE,
        amount: float | None = None,
        unit: Unit | None = None,
        *,
        remark: bool = False,
    ) -> None:
        """Note one finding; `zh` and `en` say what is wrong, ids and law articles are put around it."""
        rule = RULES.get(code)
        found = Violation(
            code=code,
            **at._asdict(),
            amount=None if amount is None else round(amount, 6),
            unit=unit,
            zh=f"{at.zh}{zh}{rule.law_zh if rule else ''}。",
            en=f"{at.en}{en}{rule.law_en if rule else ''}.",
        )
        (self.remarks if remark else self.violations).append(found)

    @property
    def breaks_a_rule(self) -> bool:
        """Whether the visits themselves are wrong, not only what is stated about them."""
        return any(v.code in RULES or v.code in ("batch", "unknown", "duplicate") for v in self.violations)


def in_order(found: list[Violation]) -> tuple[Violation, ...]:
    """Sorted by request, role, volunteer and code, so that the order of a plan's visits plays no part."""
    return tuple(sorted(found, key=lambda v: (v.request or "", v.role or "", v.volunteer or "", v.code, v.en)))


def number(amount: float) -> str:
    """A number for people, at most two decimals."""
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def counted(amount: float, singular: str, plural: str | None = None) -> str:
    """A number with its English unit: `1 minute`, `2.5 minutes`."""
    text = number(amount)
    return f"{text} {singular if text == '1' else plural or singular + 's'}"
