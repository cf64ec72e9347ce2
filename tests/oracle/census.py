"""How often each rule and feature matters in the tiny batches: `python -m tests.oracle.census`.

A rule binds in a batch if leaving it out changes the status or the tiers of the optimum. Rules that
give a request its starts are widened by one start step instead; without `overlap` ways between visits
take no time, but services still may not overlap. Everything else is counted in the best plan.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from matcher.batch import Batch, Lag, Request, Role, Window
from matcher.plan import Visit
from matcher.rules import RULES
from tests.oracle.brute import Best, brute
from tests.oracle.facts import Facts
from tests.oracle.tiny import tiny_batch

BY_VISIT = {"skill", "qualification", "age", "tag", "excluded", "reach", "max_travel"}
"""Rules that matter only if they take a possible visit away."""


def binding(batch: Batch, best: Best) -> Iterator[str]:
    """The rules that bind."""
    slots = _slots(batch, frozenset())
    for rule in RULES:
        waived = frozenset({rule})
        if rule in BY_VISIT and _slots(batch, waived) == slots:
            continue
        free = brute(_widened(batch, rule), waived)
        if free.status != best.status or free.tiers != best.tiers:
            yield rule


def features(batch: Batch, best: Best) -> Iterator[str]:
    """What there is to see in the best plan."""
    yield best.status
    if best.plan is None:
        return
    visits = best.plan.visits
    yield from (f"term {name}" for name, amount in best.terms.items() if amount)
    if any(visit.travel_seconds for visit in visits):
        yield f"travel by {batch.travel.kind}{' with blocked cells' if getattr(batch.travel, 'blocked', ()) else ''}"
    for volunteer in batch.volunteers:
        own = [visit for visit in visits if visit.volunteer == volunteer.id]
        yield from _personal(volunteer.ends_at, own)
    for request in batch.requests:
        yield from _requested(request, [visit for visit in visits if visit.request == request.id])
    fixed = {(pin.request, pin.role, pin.volunteer, pin.start) for pin in batch.pins}
    pinned = [visit for visit in visits if (visit.request, visit.role, visit.volunteer, visit.start) in fixed]
    yield from ["pinned and others"] if pinned and len(visits) > len(pinned) else []
    if visits:
        yield f"shift covers {batch.policy.shift_covers}"
        yield from ["min_travel_minutes"] if batch.policy.min_travel_minutes else []
        yield from ["now"] if batch.now else []
        yield from ["own tiers"] if len(batch.policy.tiers) != 5 else []
        yield from ["two days"] if len({visit.start.date() for visit in visits}) > 1 else []


def _personal(ends_at: object, own: list[Visit]) -> Iterator[str]:
    tours = sum(visit.leave is not None and not visit.via_home for visit in own)
    yield from ["via home"] if any(visit.via_home for visit in own) else []
    yield from ["straight on"] if any(visit.leave is None for visit in own) else []
    yield from ["several tours"] if tours > 1 else []
    if own and ends_at is not None:
        yield "ends open" if isinstance(ends_at, str) else "ends elsewhere"
        yield from ["several tours, ends_at"] if tours > 1 else []


def _requested(request: Request, visits: list[Visit]) -> Iterator[str]:
    if not visits:
        return
    roles = {role.id: role for role in request.roles}
    yield from ["several roles"] if len(roles) > 1 else []
    yield from ["lag"] if any(role.lag for role in request.roles) else []
    yield from ["partly filled"] if len(visits) < sum(role.count for role in request.roles) else []
    people = [len(list(group)) for _, group in groupby(visit.role for visit in visits)]
    yield from ["several people in a role"] if max(people) > 1 else []
    yield from ["one_team of several"] if request.one_team and len(visits) > 1 else []
    yield from ["after served"] if request.after else []
    yield from ["mandatory served"] if request.mandatory else []
    yield from ["end_place"] if request.end_place else []
    first = min(visit.start for visit in visits if roles[visit.role].lag is None)
    yield from ["late in the window"] if first > min(window.start for window in request.windows) else []


def _slots(batch: Batch, waived: frozenset[str]) -> list[object]:
    facts = Facts(batch, waived)
    return [list(facts.slots(v)) for v in range(len(batch.volunteers))]


def _widened(batch: Batch, rule: str) -> Batch:
    """The batch with windows or lags one start step longer, if that is the rule."""
    minutes = batch.policy.start_step_minutes
    if rule == "window":

        def wider(window: Window) -> Window:
            return window.model_copy(update={"end": window.end + timedelta(minutes=minutes)})

        windows = [tuple(wider(window) for window in request.windows) for request in batch.requests]
        changes: list[dict[str, object]] = [{"windows": window} for window in windows]
    elif rule == "synchrony":

        def looser(role: Role) -> Role:
            lag = role.lag or Lag(max=0)
            return role.model_copy(update={"lag": Lag(min=lag.min, max=lag.max + minutes)})

        roles = [(request.roles[0], *map(looser, request.roles[1:])) for request in batch.requests]
        changes = [{"roles": role} for role in roles]
    else:
        return batch
    requests = [request.model_copy(update=change) for request, change in zip(batch.requests, changes, strict=True)]
    return batch.model_copy(update={"requests": tuple(requests)})


def main() -> None:
    """Count over seeds A up to B (left out) and print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seeds", nargs=2, type=int, default=(0, 2000), metavar=("A", "B"))
    rules: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for seed in range(*parser.parse_args().seeds):
        batch = tiny_batch(seed)
        best = brute(batch)
        rules.update(binding(batch, best))
        seen.update(set(features(batch, best)))
    sys.stdout.write("rule binds in batches\n")
    sys.stdout.writelines(f"{rules[rule]:6}  {rule}\n" for rule in RULES)
    sys.stdout.write("best plan shows in batches\n")
    sys.stdout.writelines(f"{count:6}  {name}\n" for name, count in sorted(seen.items()))


if __name__ == "__main__":
    main()
