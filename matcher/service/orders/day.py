"""The batch of a day, made of the county, the orders that are open and what has been learnt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from matcher.batch import Batch, FixedVisit, Horizon, Request, Role, Site, Volunteer, Window
from matcher.checker import check
from matcher.places import site_places
from matcher.plan import Plan, Visit
from matcher.service.orders.availability import on
from matcher.service.orders.case import Case, least
from matcher.service.orders.learning import ASKED_FOR, SERVED_FOR, Learned, posterior
from matcher.service.orders.model import Offer, Rules, Tier
from matcher.service.orders.states import FIRM, LIVE

NEEDED_REACH: dict[Tier, int] = {"town": 1, "county": 2}
"""Tier distance that an order may be served from once a tier looks after it."""


def day_batch(
    known: Batch,
    taken: datetime,
    cases: Sequence[Case],
    bound: Sequence[Case],
    facts: Learned,
    rules: Rules,
    horizon: Horizon,
    now: datetime,
    sites: frozenset[str] | None,
) -> Batch:
    """The batch in which the open orders among `cases` are planned.

    What was accepted or has begun is pinned as a request of its own, whose id is that of the offer, so that an order
    which lacks somebody cannot make the batch contradict itself; the empty places stand as the order's request. Offers
    without an answer are `previous`. known, taken: the county and when it was imported. sites: where volunteers are
    taken from, null for all.
    """
    planned = {case.id: case for case in cases if case.open}
    people = {v.id: v for v in known.volunteers if sites is None or v.site in sites}
    offers = [(case, offer) for case in (*planned.values(), *bound) for offer in case.offers.values()]
    inside = [(c, o) for c, o in offers if horizon.start <= o.start <= horizon.end and o.volunteer in people]
    fixed = [(c, o) for c, o in inside if o.state in (FIRM if c.id in planned else FIRM | LIVE)]
    waiting = [(c, o) for c, o in inside if o.state == "offered" and c.id in planned]
    counted = {offer.id for _, offer in (*fixed, *waiting)}
    requests = _named(dict(_requests(known, people, planned, facts, horizon)))
    roles = {(id, role.id) for id, request in requests.items() for role in request.roles}
    days = on(known.horizon, horizon)
    everybody = (_as_learnt(v, known, taken, facts, rules, now, counted) for v in people.values())
    batch = known.model_copy(
        update={
            "id": f"{horizon.start.date().isoformat()} {now.isoformat(timespec='seconds')}",
            "horizon": horizon,
            "now": now.replace(microsecond=0) if horizon.start <= now <= horizon.end else None,
            "sites": tuple(_site_as_learnt(site, facts) for site in known.sites),
            "volunteers": tuple(days(volunteer) for volunteer in everybody),
            "requests": (*requests.values(), *(_of_offer(case, offer, sites) for case, offer in fixed)),
            "pins": tuple(_visit(offer.id, offer) for _, offer in fixed),
            "previous": tuple(_visit(case.id, offer) for case, offer in waiting if (case.id, offer.role) in roles),
        }
    )
    return _without_the_torn(batch)


def _requests(
    known: Batch,
    people: Mapping[str, Volunteer],
    planned: Mapping[str, Case],
    facts: Learned,
    horizon: Horizon,
) -> Iterator[tuple[str, Request]]:
    """The places still to be filled, by order; of volunteers they name `people` alone."""
    places = site_places(known.sites)
    for case in planned.values():
        request = _rest(case)
        request = request and _after(request, planned)
        request = request and _inside(request, horizon)
        if request is None:
            continue
        request = _widened(request, case.tier, known, people, places.get(request.site))
        excluded = (*request.excluded, *sorted(case.lost() | {o.volunteer for o in case.firm()}))
        familiar = (*request.familiar, *sorted(facts.familiar.get(case.id, ())))
        lists = {"excluded": excluded, "familiar": familiar, "preferred": request.preferred}
        some = {name: tuple(id for id in dict.fromkeys(named) if id in people) for name, named in lists.items()}
        yield case.id, request.model_copy(update={"id": case.id, **some})


def _named(requests: dict[str, Request]) -> dict[str, Request]:
    """The requests without those that follow one which is not among them: they wait for another day."""
    waiting = [id for id, request in requests.items() if any(after.request not in requests for after in request.after)]
    return _named({id: r for id, r in requests.items() if id not in waiting}) if waiting else requests


def _rest(case: Case) -> Request | None:
    """The request for what is not firm yet; null if enough people are coming."""
    firm = case.firm()
    if not firm:
        return case.request
    had = Counter(offer.role for offer in firm)
    roles = sorted(
        (_fewer(role, had[role.id]) for role in case.request.roles if least(role) > had[role.id]),
        key=lambda role: role.lag is not None,
    )
    if not roles:
        return None
    first, last = _start_with(case.request, firm)
    if (lag := roles[0].lag) is not None:
        first, last = first + timedelta(minutes=lag.min), last + timedelta(minutes=lag.max)
        roles = [roles[0].model_copy(update={"lag": None})]
    team = next((offer.team for offer in firm), None) if case.request.one_team else case.request.team
    window = Window(start=first, end=max(first, last))
    return case.request.model_copy(
        update={"roles": tuple(roles), "windows": (window,), "team": team, "mandatory": False}
    )


def _fewer(role: Role, had: int) -> Role:
    return role.model_copy(update={"count": role.count - had, "min_count": least(role) - had})


def _start_with(request: Request, firm: Sequence[Offer]) -> tuple[datetime, datetime]:
    """The first and last start of the roles without lag that go with those who come already."""
    lags = {role.id: role.lag for role in request.roles}
    spans = []
    for offer in firm:
        lag = lags.get(offer.role)
        least_lag, most_lag = (lag.min, lag.max) if lag else (0.0, 0.0)
        spans.append((offer.start - timedelta(minutes=most_lag), offer.start - timedelta(minutes=least_lag)))
    return max(first for first, _ in spans), min(last for _, last in spans)


def _after(request: Request, planned: Mapping[str, Case]) -> Request | None:
    """The request after those it follows: open ones stay named, those with people bound its start, others are over.

    Null where no window is left.
    """
    named, windows = [], list(request.windows)
    for after in request.after:
        case = planned.get(after.request)
        if case is None:
            continue
        if not case.firm():
            named.append(after)
            continue
        over = max(offer.end for offer in case.firm())
        first = over + timedelta(minutes=after.min)
        last = None if after.max is None else over + timedelta(minutes=after.max)
        windows = [w for each in windows if (w := _clipped(each, first, last)) is not None]
    return request.model_copy(update={"after": tuple(named), "windows": tuple(windows)}) if windows else None


def _inside(request: Request, horizon: Horizon) -> Request | None:
    """The request with the windows that lie in the horizon; null if there is none."""
    windows = [w for each in request.windows if (w := _clipped(each, horizon.start, horizon.end)) is not None]
    return request.model_copy(update={"windows": tuple(windows)}) if windows else None


def _clipped(window: Window, first: datetime, last: datetime | None) -> Window | None:
    start, end = max(window.start, first), window.end if last is None else min(window.end, last)
    return window.model_copy(update={"start": start, "end": end}) if start <= end else None


def _widened(request: Request, tier: Tier, known: Batch, people: Mapping[str, Volunteer], place: object) -> Request:
    """The request as a higher tier gives it out: within that tier's reach, where the policy's would be less."""
    needed = NEEDED_REACH.get(tier, 0)
    if request.site is None or known.policy.reach.get(request.priority, 3) >= needed:
        return request
    outside = () if tier == "county" else _outside(known, people, request.site)
    update = {"site": None, "place": request.place or place, "excluded": (*request.excluded, *outside)}
    return request.model_copy(update=update)


def _outside(known: Batch, people: Mapping[str, Volunteer], site: str) -> Iterator[str]:
    """Who of these people is of another town."""
    above = {each.id: each for each in known.sites}

    def town(id: str | None) -> str | None:
        while id is not None and above[id].tier != "town":
            id = above[id].parent
        return id

    mine = town(site)
    elsewhere = {id for id in above if town(id) != mine}
    return (id for id, volunteer in people.items() if volunteer.site in elsewhere)


def _of_offer(case: Case, offer: Offer, sites: frozenset[str] | None) -> Request:
    """A request that holds the place of somebody who is coming, worth nothing else; of other sites it is bare."""
    request = case.request
    shown = ("title", "category", "contact", "address", "note") if sites is None or case.site in sites else ()
    return Request(
        id=offer.id,
        site=request.site,
        place=request.place,
        end_place=request.end_place,
        windows=(Window(start=offer.start, end=offer.start),),
        minutes=max(0.01, (offer.end - offer.start).total_seconds() / 60),
        roles=(Role(id=offer.role),),
        value=0,
        **{name: getattr(request, name) for name in shown},
    )


def _visit(request: str, offer: Offer) -> FixedVisit:
    return FixedVisit(request=request, role=offer.role, volunteer=offer.volunteer, start=offer.start)


def _as_learnt(
    volunteer: Volunteer, known: Batch, taken: datetime, facts: Learned, rules: Rules, now: datetime, counted: set[str]
) -> Volunteer:
    """A volunteer with what was learnt since the import; what came with it counts until it is 7 or 30 days old."""
    id = volunteer.id
    update: dict[str, object] = {}
    if id in facts.answers:
        mean = known.policy.prior_acceptance if volunteer.acceptance is None else volunteer.acceptance
        update["acceptance"] = posterior(mean, rules.prior_asks, *facts.answers[id])
    asked = len(facts.asked.get(id, frozenset()) - counted) + volunteer.asked * (now - taken < ASKED_FOR)
    served = facts.served.get(id, 0) + volunteer.recent_requests * (now - taken < SERVED_FOR)
    if (asked, served) != (volunteer.asked, volunteer.recent_requests):
        update |= {"asked": asked, "recent_requests": served}
    return volunteer.model_copy(update=update) if update else volunteer


def _site_as_learnt(site: Site, facts: Learned) -> Site:
    places, filled = facts.sites.get(site.id, (0, 0))
    update = {"past_places": site.past_places + places, "past_filled": site.past_filled + filled}
    return site.model_copy(update=update) if places else site


def _without_the_torn(batch: Batch) -> Batch:
    """The batch without people whose accepted visits break a rule together, which no plan could keep."""
    if not batch.pins:
        return batch
    visits = tuple(
        Visit(request=pin.request, role=pin.role, volunteer=pin.volunteer, start=pin.start) for pin in batch.pins
    )
    report = check(batch, Plan(schema="matcher.plan/1", batch=batch.id, visits=visits))
    torn = {found.volunteer for found in report.violations if found.volunteer is not None}
    gone = {pin.request for pin in batch.pins if pin.volunteer in torn}
    return batch if not torn else _kept(batch, torn, gone)


def _kept(batch: Batch, people: set[str], requests: Iterable[str]) -> Batch:
    gone = set(requests)

    def named(request: Request) -> Request:
        lists = {name: getattr(request, name) for name in ("excluded", "familiar", "preferred")}
        return request.model_copy(update={n: tuple(id for id in ids if id not in people) for n, ids in lists.items()})

    return batch.model_copy(
        update={
            "volunteers": tuple(v for v in batch.volunteers if v.id not in people),
            "requests": tuple(named(request) for request in batch.requests if request.id not in gone),
            "pins": tuple(pin for pin in batch.pins if pin.volunteer not in people),
            "previous": tuple(visit for visit in batch.previous if visit.volunteer not in people),
        }
    )
