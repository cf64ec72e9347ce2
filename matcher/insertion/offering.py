"""A way to serve a request, in the user's words."""

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta

from matcher.insertion.asking import Asked
from matcher.insertion.changes import Changes
from matcher.insertion.duties import NONE, Duties
from matcher.insertion.offer import Offer
from matcher.insertion.openings import Openings
from matcher.insertion.ranking import Way
from matcher.plan import Visit
from matcher.policy import Policy, Tier, terms_of
from matcher.rules import TERMS
from matcher.whole import NEVER_KNOWN

SIGN = {name: 1 if term.sign == "gain" else -1 for name, term in TERMS.items() if name not in NEVER_KNOWN}
"""Of the terms that can be told by the visits alone."""


def one_by_one(policy: Policy) -> tuple[Tier, ...]:
    """Tiers that have one term each, of those that can be told by the visits alone."""
    return tuple(Tier(terms={name: 1.0}) for name in terms_of(policy) if name in SIGN)


def offer_of(asked: Asked, duties: Duties, by_term: Changes, openings: Sequence[Openings], way: Way) -> Offer:
    """The offer of a way. by_term: the changes in `one_by_one`. openings: per role, which the way's rows point into."""
    rows = [[row for role, row in way.people.values() if role == q] for q in range(len(openings))]
    chosen = [mine.at(some) for mine, some in zip(openings, rows, strict=True)]
    value = by_term.of_end(asked.end(way.option.starts))
    if (end := asked.end_now()) is not None:
        value = value - by_term.of_end(end)
    for q, mine in enumerate(chosen):
        value = value + by_term.of_visits(q, mine).sum(axis=1)
    policy = asked.scene.batch.policy
    names = [name for name in terms_of(policy) if name in SIGN]
    terms = {name: SIGN[name] * float(amount) for name, amount in zip(names, value, strict=True)}
    tiers = (
        math.fsum(SIGN[name] * weight * terms[name] for name, weight in tier.terms.items() if name in terms)
        for tier in policy.tiers
    )
    team = None if way.option.team < 0 else asked.scene.people.teams()[way.option.team]
    new = [visit for q, mine in enumerate(chosen) for visit in _new(asked, q, mine, team)]
    changed = [visit for mine in chosen for visit in _after(asked, duties, mine)]
    changed += [visit.model_copy(update={"team": team}) for visit in asked.visits if visit.team != team]
    return Offer(
        visits=tuple(sorted(new, key=lambda visit: (visit.role, visit.volunteer))),
        changed=tuple(sorted(changed, key=lambda visit: (visit.request, visit.role, visit.volunteer))),
        tiers=tuple(round(tier, 6) + 0.0 for tier in tiers),
        terms={name: round(amount, 6) + 0.0 for name, amount in terms.items()},
    )


def _new(asked: Asked, q: int, chosen: Openings, team: str | None) -> Iterator[Visit]:
    """The new visits in a role."""
    clock, role = asked.scene.clock, asked.request.roles[q]
    for i, who in enumerate(chosen.who.tolist()):
        start = int(chosen.start[i])
        from_home = chosen.before[i] == NONE or chosen.home_to[i]
        yield Visit(
            request=asked.request.id,
            role=role.id,
            volunteer=asked.scene.people.ids[who],
            start=clock.moment(start),
            end=clock.moment(start) + timedelta(seconds=asked.seconds[q]),
            team=team,
            leave=clock.moment(start - int(chosen.out[i])) if from_home else None,
            travel_seconds=int(chosen.way[i]),
            via_home=bool(chosen.home_to[i]),
        )


def _after(asked: Asked, duties: Duties, chosen: Openings) -> Iterator[Visit]:
    """The visits after new ones, where they say something else now."""
    for i, at in enumerate(chosen.after.tolist()):
        if at != NONE:
            home, leave = bool(chosen.home_on[i]), int(duties.start[at] - duties.out[at])
            way = {
                "via_home": home,
                "leave": asked.scene.clock.moment(leave) if home else None,
                "travel_seconds": int(chosen.onward[i]),
            }
            visit = duties.visits[at].model_copy(update=way)
            if visit != duties.visits[at]:
                yield visit
