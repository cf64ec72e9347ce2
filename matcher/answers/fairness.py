"""Fairness on two sides, and its price: villages by the share served over past batches, volunteers by their load.

Villages: a request is worth the more, the further its site stands below the share served of all sites together.
Volunteers: leximin of loads, at no loss of coverage (Rawls 1971; Moulin, Axioms of Cooperative Decision Making, 1988):
the highest load as low as can be, with as few people at it as can be, then likewise the next load below. `load_over.K`
is the sum of max(0, load - K) over all volunteers, less what it was before the plan. So once `load_over.(K+1)` is
settled, `load_over.K` is the number of people with a load above K, but for a constant, and tiers from the highest load
down to K = 0 compare plans by these numbers, the highest load first: that is leximin, as loads are whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from matcher.answers.compare import SAME, Comparison, compare
from matcher.answers.phrases import Words, phrase
from matcher.answers.price import judged
from matcher.answers.solving import solved_near
from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.base import Frozen, Items
from matcher.batch import Batch, Request, Site, Volunteer
from matcher.ordering import instead_of_routes
from matcher.plan import Plan
from matcher.policy import Tier
from matcher.rules import LEVELS


class Village(Frozen):
    """What share of its places a site has had filled, past batches included."""

    site: str
    """Id of the site."""
    past: float | None
    """Before this batch; null: nothing was asked."""
    before: float | None
    """With the plan in force."""
    after: float | None
    """With the fair plan."""


class Fairness(Frozen):
    """A fair plan beside the one in force, and what it costs."""

    plan: Plan
    """The fair plan, with its value by the batch's own policy; it states no bound."""
    places: int
    """Places filled, more than in the plan in force."""
    minutes: float
    """Minutes of travel, more than in the plan in force."""
    tiers: Items[float]
    """Change of each tier by the batch's own policy."""
    villages: Items[Village]
    """Every site with places in past batches or in this one, the lowest share first."""
    highest: tuple[int, int]
    """Highest load of those sent: `recent_requests` and visits of the plan in force and of the fair one."""
    proved: bool
    """Whether all that was solved for it was solved to the end."""
    comparison: Comparison
    """Who is concerned, the plan in force as `before`."""
    zh: str
    """The price and what it buys, in Chinese."""
    en: str
    """The price and what it buys, in English."""


def fair(
    batch: Batch,
    plan: Plan,
    *,
    villages: float = 0.0,
    loads: bool = False,
    seconds: float | None = 60.0,
    on_trial: OnTrial = unheard,
) -> Fairness:
    """A plan that is fairer to villages, to volunteers or to both, and what that costs.

    plan: the one in force, valid for the batch. villages: by how much a request may be worth more, 1 doubles it where a
    site has had nothing yet. loads: whether loads are brought down, from the highest on, as far as no tier with
    coverage falls; only the highest where the batch is planned by an order, and of those above 20 only the highest.
    seconds: for each plan that is solved; null: to the end. on_trial: hears how it goes on.
    """
    valued = weighted(batch, villages) if villages else batch
    on_trial(Trial(valued, *phrase("trial.fair")))
    found = solved_near(valued, plan, seconds, on_trial)
    proved = found.status == "optimal"
    if loads and found.score is not None:
        found, ended = _levelled(valued, found, plan, seconds, on_trial)
        proved &= ended
    return _told(batch, plan, found if found.score is not None else plan, villages, loads, proved)


def weighted(batch: Batch, strength: float) -> Batch:
    """The batch in which requests of sites that have had less than the average share are worth more."""
    near = _counted_sites(batch)
    asked, filled = (sum(getattr(site, name) for site in batch.sites) for name in ("past_places", "past_filled"))
    mean = filled / asked if asked else 0.0

    def worth(request: Request) -> Request:
        site = near.get(request.site or "")
        if site is None or not mean:
            return request
        below = max(0.0, mean - site.past_filled / site.past_places) / mean
        return request.model_copy(update={"value": round(request.value * (1 + strength * below), 6)})

    return batch.model_copy(update={"requests": tuple(map(worth, batch.requests))})


def capped(batch: Batch, load: int) -> Batch:
    """The batch in which nobody comes to more than so many requests, recent ones included."""

    def limited(volunteer: Volunteer) -> Volunteer:
        most, own = max(0, load - volunteer.recent_requests), volunteer.max_requests
        return volunteer.model_copy(update={"max_requests": most if own is None else min(most, own)})

    return batch.model_copy(update={"volunteers": tuple(map(limited, batch.volunteers))})


def _levelled(batch: Batch, found: Plan, plan: Plan, seconds: float | None, on_trial: OnTrial) -> tuple[Plan, bool]:
    """The best plan with the lowest loads, from the highest on, at which no tier with coverage falls; whether that is
    proved.
    """
    assert found.score
    count = _coverage_tiers(batch)
    value, ended = found.score.tiers[:count], True
    low, high, best, number = 0, _highest(batch, found), found, 0
    rounds = high.bit_length()
    while low < high:
        middle, number = (low + high) // 2, number + 1
        lower = capped(batch, middle)
        on_trial(Trial(lower, *phrase("trial.load", load=middle), number, rounds))
        tried = solved_near(lower, plan, seconds, on_trial)
        ended &= tried.status in ("optimal", "infeasible")
        reached = tried.score is not None and all(
            a >= b - SAME for a, b in zip(tried.score.tiers[:count], value, strict=True)
        )
        if reached:
            high, best = middle, tried
        else:
            low = middle + 1
    lower = levelled(capped(batch, high), high)
    if instead_of_routes(lower, "auto"):
        return best, ended
    on_trial(Trial(lower, *phrase("trial.loads")))
    tried = solved_near(lower, plan, seconds, on_trial)
    plans = [judged(lower, best), *([] if tried.score is None else [tried])]
    return max(plans, key=_tiers), ended and tried.status == "optimal"


def levelled(batch: Batch, highest: int) -> Batch:
    """The batch whose policy has leximin of loads up to `highest` between the tiers with coverage and all others."""
    count, tiers = _coverage_tiers(batch), batch.policy.tiers
    levels = tuple(Tier(terms={f"load_over.{k}": 1.0}) for k in reversed(range(min(highest, LEVELS))))
    policy = batch.policy.model_copy(update={"tiers": (*tiers[:count], *levels, *tiers[count:])})
    return batch.model_copy(update={"policy": policy})


def _tiers(plan: Plan) -> tuple[float, ...]:
    assert plan.score
    return plan.score.tiers


def _coverage_tiers(batch: Batch) -> int:
    """How many tiers there are up to the last that counts coverage."""
    covers = [any(name.startswith("coverage.") for name in tier.terms) for tier in batch.policy.tiers]
    return len(covers) - covers[::-1].index(True) if True in covers else 0


def _highest(batch: Batch, plan: Plan) -> int:
    return max(_loads(batch, plan).values(), default=0)


def _loads(batch: Batch, plan: Plan) -> dict[str, int]:
    """Recent requests and visits of everybody who is sent."""
    visits = Counter(visit.volunteer for visit in plan.visits)
    recent = {volunteer.id: volunteer.recent_requests for volunteer in batch.volunteers if volunteer.id in visits}
    return {id: number + recent[id] for id, number in visits.items()}


def _counted_sites(batch: Batch) -> dict[str, Site]:
    """For each site the nearest one at or above it of which past batches tell."""
    sites, found = {site.id: site for site in batch.sites}, dict[str, Site]()
    for id in sites:
        above: str | None = id
        while above is not None and not sites[above].past_places:
            above = sites[above].parent
        if above is not None:
            found[id] = sites[above]
    return found


def _shares(batch: Batch, plan: Plan) -> Mapping[str, float]:
    """The share of its places that each site has had filled, with past batches and a plan."""
    near, asked, filled = _counted_sites(batch), defaultdict[str, int](int), defaultdict[str, int](int)
    visits = Counter(visit.request for visit in plan.visits)
    for site in batch.sites:
        asked[site.id], filled[site.id] = site.past_places, site.past_filled
    for request in batch.requests:
        if request.site is not None:
            site_id = near[request.site].id if request.site in near else request.site
            asked[site_id] += sum(role.count for role in request.roles)
            filled[site_id] += visits[request.id]
    return {id: filled[id] / number for id, number in asked.items() if number}


def _told(batch: Batch, before: Plan, after: Plan, villages: float, loads: bool, proved: bool) -> Fairness:
    old, new = judged(batch, before), _own(batch, after)
    assert old.score
    assert new.score
    shares, fairer = _shares(batch, old), _shares(batch, new)
    past = {site.id: site.past_filled / site.past_places for site in batch.sites if site.past_places}
    rows = [
        Village(site=id, past=past.get(id), before=shares.get(id), after=fairer.get(id))
        for id in sorted({*shares, *fairer}, key=lambda id: (shares.get(id, 1), id))
    ]
    changed, minutes = (
        compare(old, new, batch.requests),
        round(new.score.terms["travel"] - old.score.terms["travel"], 2),
    )
    places = len(new.visits) - len(old.visits)
    said = [phrase("fair.price", places=places, minutes=minutes, n=len(changed.changes))]
    if villages and shares:
        said.append(_lowest(min(shares.values()), min(fairer.values())))
    if loads:
        said.append(_highest_words(_loads(batch, old), _loads(batch, new)))
    if not proved:
        said.append(phrase("fair.unproved"))
    return Fairness(
        plan=new,
        places=places,
        minutes=minutes,
        tiers=tuple(round(a - b, 6) for a, b in zip(new.score.tiers, old.score.tiers, strict=True)),
        villages=tuple(rows),
        highest=(_highest(batch, old), _highest(batch, new)),
        proved=proved,
        comparison=changed,
        zh="".join(zh for zh, _ in said),
        en=" ".join(en for _, en in said),
    )


def _own(batch: Batch, plan: Plan) -> Plan:
    """The visits as a plan of the batch itself, with its value and empty places, and no bound."""
    bare = Plan(schema="matcher.plan/1", batch=batch.id, visits=plan.visits, unserved=plan.unserved)
    return judged(batch, bare)


def _lowest(before: float, after: float) -> Words:
    shown = {"before": round(100 * before, 1), "after": round(100 * after, 1)}
    return phrase("fair.villages" if after > before + SAME else "fair.villages.same", **shown)


def _highest_words(before: Mapping[str, int], after: Mapping[str, int]) -> Words:
    one, two = (max(loads.values(), default=0) for loads in (before, after))
    return phrase("fair.loads", before=one, many=_at(before.values(), one), after=two, fewer=_at(after.values(), two))


def _at(loads: Iterable[int], level: int) -> int:
    return sum(load == level for load in loads)
