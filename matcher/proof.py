"""How good a plan is at best, in sentences for people who never heard of bounds."""

from dataclasses import dataclass

from matcher.batch import Batch
from matcher.plan import Plan, Status
from matcher.policy import Tier
from matcher.rules import TERMS

SAME = 1e-6
"""Values and bounds are written with six decimals: what differs by one in the last is the same."""


@dataclass(frozen=True)
class TierProof:
    """A tier of the objective in words, and how much better it could be (0: proved best, null: not known)."""

    zh: str
    en: str
    better_by: float | None


@dataclass(frozen=True)
class Proof:
    """What is known about better plans. `gap` is the plan's, `tiers` is empty for a plan without a score."""

    status: Status | None
    gap: float | None
    tiers: tuple[TierProof, ...]
    conflicts: tuple[str, ...]

    def lines(self, lang: str) -> list[str]:
        """The proof in sentences, `lang` is `zh` or `en`; where a tier is open, one line for each tier."""
        zh = lang == "zh"
        if self.status == "optimal":
            return [
                "已证明：在现有规则下没有更好的安排。" if zh else "Proved: no better plan exists under these rules."
            ]
        if self.status == "infeasible":
            return [self._conflict_line(zh)]
        if self.status == "none":
            return ["限定时间内没有找到安排。" if zh else "No plan was found in the time given."]
        if self.gap is None:
            head = "未证明：可能还有更好的安排。" if zh else "Not proved: a better plan may exist."
        elif zh:
            head = f"已找到安排；与理论上最好的结果相比，差距不超过 {percent(self.gap)}。"
        else:
            head = f"A plan was found, within {percent(self.gap)} of the best that could exist."
        return [head, *(_tier_line(number, tier, zh) for number, tier in enumerate(self.tiers, 1))]

    def _conflict_line(self, zh: bool) -> str:
        count = len(self.conflicts)
        if zh:
            return f"无法安排：有 {count} 项“必须服务”或“已固定”的要求不能同时做到，请先调整。"
        return f"No plan exists: {count} mandatory requests or pinned visits cannot all be kept."


def proof(batch: Batch, plan: Plan) -> Proof:
    """What `plan` says about better plans, with the words of the batch's policy."""
    return Proof(plan.status, plan.gap, _tiers(batch, plan), plan.conflicts)


def percent(share: float) -> str:
    """A share as a percentage with two significant digits at least: 0.5%, 0.0013%, 120%."""
    value = share * 100
    return f"{value:.0f}%" if value >= 10 else f"{float(f'{value:.2g}'):f}".rstrip("0").rstrip(".") + "%"


def _tiers(batch: Batch, plan: Plan) -> tuple[TierProof, ...]:
    if plan.score is None:
        return ()
    tiers = batch.policy.tiers
    bounds = (None,) * len(tiers) if plan.bound is None else plan.bound.tiers
    return tuple(
        TierProof(*_tier_words(tier), None if bound is None else max(0.0, round(bound - value, 6)))
        for tier, value, bound in zip(tiers, plan.score.tiers, bounds, strict=True)
    )


def _tier_words(tier: Tier) -> tuple[str, str]:
    weighted = [TERMS[name] for name, weight in tier.terms.items() if weight > 0]
    first, more = weighted[:3], len(weighted) > 3
    zh = "、".join(term.zh for term in first) + ("等" if more else "")
    en = ", ".join(term.en for term in first) + (" and more" if more else "")
    return zh, en


def _tier_line(number: int, tier: TierProof, zh: bool) -> str:
    name = f"  第 {number} 级 {tier.zh}：" if zh else f"  tier {number}, {tier.en}: "
    if tier.better_by is None:
        return name + ("未证明" if zh else "not proved")
    if tier.better_by <= SAME:
        return name + ("已证明最好" if zh else "proved best")
    points = f"{tier.better_by:.6g}"
    return name + (f"最多还能好 {points} 分" if zh else f"could be better by {points} points at most")
