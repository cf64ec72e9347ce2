"""What must hold between the parts of a batch: ids, places, times, limits and pins.

The shape of each part is checked by the models themselves; docs/format.md says what is an error and
what is harmless.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from matcher.batch import Batch, Break, FixedVisit, GridTravel, MatrixTravel, Request, Role, Shift, Volunteer
from matcher.clock import whole_seconds
from matcher.collector import LISTS, Collector, LeftOut, time_problems
from matcher.errors import Problem
from matcher.plan import Plan
from matcher.problems import pointer
from matcher.rules import TERMS


def check_batch(batch: Batch, left_out: LeftOut | None = None) -> list[Problem]:
    """All problems between the parts of a batch; empty if it can be dispatched.

    left_out: what the text had besides the batch, where only its sound part could be read.
    """
    found = Collector(batch, left_out or LeftOut())
    found.time(batch.now, "now")
    sound_horizon = found.interval(batch.horizon, "horizon")
    found.not_long(batch.horizon, "horizon")
    for name in LISTS:
        found.unique(((i, entry.id) for i, entry in found.numbered(name, getattr(batch, name))), name)
    _sites(found)
    _teams(found)
    for i, volunteer in found.numbered("volunteers", batch.volunteers):
        _volunteer(found, volunteer, i)
    for i, request in found.numbered("requests", batch.requests):
        _request(found, request, i)
        if sound_horizon:
            _starts_inside(found, request, i)
    _request_cycles(found)
    _travel(found)
    _visits(found, "pins", batch.pins)
    _visits(found, "previous", batch.previous)
    _pinned_people(found)
    _policy(found)
    return found.problems


def check_plan(plan: Plan) -> list[Problem]:
    """Times of a plan that cannot be meant; all else is for the checker, which has the batch too."""
    return [
        problem
        for i, visit in enumerate(plan.visits)
        for name, moment in (("start", visit.start), ("end", visit.end), ("leave", visit.leave))
        if moment is not None
        for problem in time_problems(moment, "visits", i, name)
    ]


def cycles(graph: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """Loops in a graph given as node → next nodes, one for each edge that closes a loop, by depth-first search."""
    done: set[int] = set()
    for root in graph:
        path: dict[int, Iterator[int]] = {}
        node = None if root in done else root
        while node is not None:
            following = next(path.setdefault(node, iter(graph[node])), None)
            if following is None:
                del path[node]
                done.add(node)
                node = next(reversed(path), None)
            elif following in path:
                way = list(path)
                yield way[way.index(following) :]
            elif following not in done:
                node = following


def _chain(ids: Sequence[str]) -> str:
    return " → ".join([*ids[:10], *(["…"] if len(ids) > 10 else []), ids[0]])


def _sites(found: Collector) -> None:
    sites = found.batch.sites
    for i, site in found.numbered("sites", sites):
        found.known("sites", site.parent, "sites", i, "parent")
        found.place(site.place, "sites", i, "place")
        if site.past_filled > site.past_places:
            where, most = ("sites", i, "past_filled"), str(site.past_places)
            found.add("min_above_max", where, site.past_filled, field="past_places", limit=most)
    index = {site.id: i for i, site in enumerate(sites)}
    position = [i for i, _ in found.numbered("sites", sites)]
    parents = {i: [index[site.parent]] if site.parent in index else [] for i, site in enumerate(sites)}
    for loop in cycles(parents):
        where = ("sites", position[loop[-1]], "parent")
        found.add("cycle", where, _chain([sites[i].id for i in loop]), what_zh="上级站点", what_en="sites above")


def _teams(found: Collector) -> None:
    for i, team in found.numbered("teams", found.batch.teams):
        found.known("sites", team.site, "teams", i, "site")
        found.all_known("skills", team.skills, "teams", i, "skills")


def _volunteer(found: Collector, volunteer: Volunteer, i: int) -> None:
    at = ("volunteers", i)
    if volunteer.site is not None:
        found.known("sites", volunteer.site, *at, "site")
    if volunteer.place is None:
        found.somewhere(volunteer, *at)
    else:
        found.place(volunteer.place, *at, "place")
    if volunteer.ends_at is not None and not isinstance(volunteer.ends_at, str):
        found.place(volunteer.ends_at, *at, "ends_at")
    if volunteer.teams:
        found.all_known("teams", volunteer.teams, *at, "teams")
    if volunteer.interests:
        found.all_known("categories", volunteer.interests, *at, "interests")
    skills = found.ids["skills"]
    for k, held in enumerate(volunteer.skills):
        if held.skill not in skills:
            found.known("skills", held.skill, *at, "skills", k, "skill")
    sound = [(k, s) for k, s in enumerate(volunteer.shifts) if found.interval(s, *at, "shifts", k)]
    if len(sound) > 1:
        _overlaps(found, sound, *at, "shifts")
    if volunteer.break_ is not None and found.interval(volunteer.break_, *at, "break"):
        _break(found, volunteer.break_, *at, "break")


def _overlaps(found: Collector, shifts: list[tuple[int, Shift]], *where: str | int) -> None:
    """Shifts that begin before an earlier one is over, with its overtime."""
    shifts.sort(key=lambda numbered: numbered[1].start)
    last: tuple[int, datetime] | None = None
    for k, shift in shifts:
        over = shift.end + timedelta(seconds=whole_seconds(shift.overtime)) if shift.overtime else shift.end
        if last is not None and shift.start < last[1]:
            found.add("overlapping_shifts", (*where, k), shift.start.isoformat(), other=pointer(*where, last[0]))
        if last is None or over > last[1]:
            last = k, over


def _break(found: Collector, rest: Break, *where: str | int) -> None:
    most = (rest.end - rest.start).total_seconds() / 60
    if rest.minutes > most:
        found.add("break_too_long", (*where, "minutes"), rest.minutes, limit=f"{most:g}")


def _request(found: Collector, request: Request, i: int) -> None:
    at = ("requests", i)
    found.known("categories", request.category, *at, "category")
    found.known("sites", request.site, *at, "site")
    found.known("teams", request.team, *at, "team")
    found.somewhere(request, *at)
    found.place(request.place, *at, "place")
    found.place(request.end_place, *at, "end_place")
    found.time(request.due, *at, "due")
    for name in ("preferred", "excluded", "familiar"):
        found.all_known("volunteers", getattr(request, name), *at, name)
    for k, window in enumerate(request.windows):
        if found.interval(window, *at, "windows", k, instant=True):
            found.not_long(window, *at, "windows", k)
    if len(request.roles) > 1:
        found.unique(((k, role.id) for k, role in enumerate(request.roles)), *at, "roles")
    for k, role in enumerate(request.roles):
        _role(found, role, *at, "roles", k)
    if request.roles[0].lag is not None:
        found.add("first_role_lag", (*at, "roles", 0, "lag"))
    for k, after in enumerate(request.after):
        found.known("requests", after.request, *at, "after", k, "request")
        found.at_most(after.min, after.max, "max", *at, "after", k, "min")


def _role(found: Collector, role: Role, *where: str | int) -> None:
    found.known("skills", role.skill, *where, "skill")
    found.at_most(role.min_count, role.count, "count", *where, "min_count")
    if role.lag is not None:
        found.at_most(role.lag.min, role.lag.max, "max", *where, "lag", "min")


def _starts_inside(found: Collector, request: Request, i: int) -> None:
    start, end = found.batch.horizon.start, found.batch.horizon.end
    for k, window in enumerate(request.windows):
        if not start <= window.start <= end:
            where, words = ("requests", i, "windows", k, "start"), {"start": start.isoformat(), "end": end.isoformat()}
            found.add("outside_horizon", where, window.start.isoformat(), **words)


def _request_cycles(found: Collector) -> None:
    requests = found.batch.requests
    if not any(request.after for request in requests):
        return
    index = {request.id: i for i, request in enumerate(requests)}
    position = [i for i, _ in found.numbered("requests", requests)]
    earlier = {i: [index[a.request] for a in r.after if a.request in index] for i, r in enumerate(requests)}
    for loop in cycles(earlier):
        ids = [requests[i].id for i in loop]
        k = next(k for k, after in enumerate(requests[loop[-1]].after) if after.request == ids[0])
        where = ("requests", position[loop[-1]], "after", k, "request")
        found.add("cycle", where, _chain(ids), what_zh="先后关系", what_en="requests that follow each other")


def _travel(found: Collector) -> None:
    travel = found.batch.travel
    if isinstance(travel, GridTravel) and travel.blocked and travel.metric != "manhattan":
        found.add("blocked_metric", ("travel", "blocked"))
    if isinstance(travel, MatrixTravel):
        found.unique(enumerate(travel.nodes), "travel", "nodes", key=())
        size = len(travel.nodes)
        if len(travel.seconds) != size:
            found.add("matrix_shape", ("travel", "seconds"), len(travel.seconds), size=size)
        for i, row in enumerate(travel.seconds):
            if len(row) != size:
                found.add("matrix_shape", ("travel", "seconds", i), len(row), size=size)


def _visits(found: Collector, name: str, visits: Sequence[FixedVisit]) -> None:
    """Every visit names a request, one of its roles and a volunteer, and stands in the list once."""
    if not visits:
        return
    roles = {request.id: frozenset(role.id for role in request.roles) for request in found.batch.requests}
    first: dict[tuple[str, str, str], int] = {}
    for i, visit in found.numbered(name, visits):
        found.time(visit.start, name, i, "start")
        found.known("volunteers", visit.volunteer, name, i, "volunteer")
        found.known("requests", visit.request, name, i, "request")
        known = roles.get(visit.request)
        if known is not None and visit.role not in known:
            words = found.hints(visit.role, known)
            found.add("unknown_id", (name, i, "role"), visit.role, kind_zh="岗位", kind_en="role of it", **words)
        key = (visit.request, visit.role, visit.volunteer)
        if first.setdefault(key, i) != i:
            found.add("duplicate_visit", (name, i), " / ".join(key), first=pointer(name, first[key]))


def _pinned_people(found: Collector) -> None:
    """No one is pinned in two roles of a request, and no role has more pins than places."""
    if not found.batch.pins:
        return
    count = {(request.id, role.id): role.count for request in found.batch.requests for role in request.roles}
    pinned: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for i, pin in found.numbered("pins", found.batch.pins):
        before, role = first.setdefault((pin.request, pin.volunteer), (i, pin.role))
        if before != i:
            if role != pin.role:
                found.add("repeated_volunteer", ("pins", i, "volunteer"), pin.volunteer, first=pointer("pins", before))
            continue
        pinned[pin.request, pin.role] += 1
        most = count.get((pin.request, pin.role))
        if most is not None and pinned[pin.request, pin.role] > most:
            found.add("too_many_pins", ("pins", i), f"{pin.request} / {pin.role}", count=most)


def _policy(found: Collector) -> None:
    known = frozenset(TERMS)
    for i, tier in enumerate(found.batch.policy.tiers):
        for name in tier.terms:
            if name not in known:
                found.add("unknown_term", ("policy", "tiers", i, "terms", name), name, **found.hints(name, known))
