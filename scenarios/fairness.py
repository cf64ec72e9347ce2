"""What fairness costs, point by point: the best plan, plans that weigh villages served less more and more, and one
whose loads are levelled (docs/whatif.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from statistics import fmean

from pydantic import Field

from matcher import Batch, Plan, fair
from matcher.answers.fairness import Fairness, weighted
from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.base import Frozen, Items
from matcher.progress import Progress

STRENGTHS = (0.5, 1.0, 2.0, 4.0)
"""By how much more requests may be worth, besides not at all."""


class Point(Frozen):
    """A plan, and what it costs and buys beside the best one."""

    strength: float | None
    """By how much more a request is worth where nothing was filled yet, 0 for the best plan; null: loads levelled."""
    plan: Plan = Field(exclude=True)
    """The plan."""
    places: int
    """Places filled, more than in the best plan."""
    minutes: float
    """Minutes of travel, more than in the best plan."""
    tiers: Items[float]
    """Change of each tier by the batch's own policy."""
    lowest: float | None
    """Least share of its places that one of the villages had filled, past batches included; null: there are none."""
    mean: float | None
    """Mean of these shares."""
    highest: int
    """Highest load of those sent: `recent_requests` and visits."""
    load: float
    """Mean load of those sent."""
    changed: int
    """Visits that change."""
    proved: bool
    """Whether all that was solved for it was solved to the end."""


class Curve(Frozen):
    """All points, the best plan first."""

    villages: Items[str]
    """Ids of the sites that ask for something and had less filled in past batches than all sites together; where there
    are none, the points are the best plan and the levelled loads.
    """
    points: Items[Point]
    """By strength, then with loads levelled."""


def curve(batch: Batch, plan: Plan, seconds: float | None = 60.0, on_trial: OnTrial = unheard) -> Curve | None:
    """What fairness costs in a batch; null where there is no plan.

    plan: the best one, valid for the batch. seconds: for each plan that is solved; null: to the end. Levelled loads
    take several. on_trial: hears how it goes on.
    """
    if plan.score is None:
        return None
    villages = villages_below(batch)
    fairer = {
        strength: fair(
            batch,
            plan,
            villages=strength or 0.0,
            loads=strength is None,
            seconds=seconds,
            on_trial=_named(strength, on_trial),
        )
        for strength in (*(STRENGTHS if villages else ()), None)
    }
    points = [_point(batch, strength, found, villages) for strength, found in fairer.items()]
    return Curve(villages=villages, points=(_best(batch, plan, fairer[None], villages), *points))


def called(strength: float | None) -> tuple[str, str]:
    """What a point is called, in Chinese and in English."""
    return ("任务均摊", "loads levelled") if strength is None else (f"强度 {strength:g}", f"strength {strength:g}")


def villages_below(batch: Batch) -> tuple[str, ...]:
    """Sites below the average share of past batches whose requests are worth more for it.

    A site of which past batches tell nothing counts to the nearest above.
    """
    sites, found = {site.id: site for site in batch.sites}, set[str]()
    for request, valued in zip(batch.requests, weighted(batch, 1.0).requests, strict=True):
        if valued.value > request.value:
            site = sites[request.site or ""]
            while not site.past_places:
                site = sites[site.parent or ""]
            found.add(site.id)
    return tuple(sorted(found))


def _named(strength: float | None, on_trial: OnTrial) -> OnTrial:
    """Tells the point together with what is tried for it."""
    zh, en = called(strength)

    def heard(told: Trial | Progress) -> None:
        on_trial(replace(told, zh=f"{zh}：{told.zh}", en=f"{en}: {told.en}") if isinstance(told, Trial) else told)

    return heard


def _best(batch: Batch, plan: Plan, beside: Fairness, villages: tuple[str, ...]) -> Point:
    """The plan in force, from what is told of it beside another."""
    shares = [each.before for each in beside.villages if each.site in villages and each.before is not None]
    return Point(
        strength=0.0,
        plan=plan,
        places=0,
        minutes=0.0,
        tiers=(0.0,) * len(beside.tiers),
        **_bought(shares),
        highest=beside.highest[0],
        load=_mean_load(batch, plan),
        changed=0,
        proved=plan.status == "optimal",
    )


def _point(batch: Batch, strength: float | None, found: Fairness, villages: tuple[str, ...]) -> Point:
    shares = [each.after for each in found.villages if each.site in villages and each.after is not None]
    return Point(
        strength=strength,
        plan=found.plan,
        places=found.places,
        minutes=found.minutes,
        tiers=found.tiers,
        **_bought(shares),
        highest=found.highest[1],
        load=_mean_load(batch, found.plan),
        changed=len(found.comparison.changes),
        proved=found.proved,
    )


def _bought(shares: list[float]) -> Mapping[str, float | None]:
    return {"lowest": min(shares), "mean": fmean(shares)} if shares else {"lowest": None, "mean": None}


def _mean_load(batch: Batch, plan: Plan) -> float:
    sent = {visit.volunteer for visit in plan.visits}
    recent = sum(volunteer.recent_requests for volunteer in batch.volunteers if volunteer.id in sent)
    return (recent + len(plan.visits)) / len(sent) if sent else 0.0
