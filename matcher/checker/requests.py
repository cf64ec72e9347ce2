"""Whether a request is served as asked: window, synchrony, count, distinct, after, mandatory, pin."""

from collections import Counter, defaultdict

from matcher.batch import After, Request, Role
from matcher.checker.facts import Facts, KnownVisit
from matcher.checker.report import At, Findings, counted, number
from matcher.clock import whole_seconds


def judge_requests(facts: Facts, findings: Findings) -> None:
    """Judge every request of the batch and every pin."""
    for request in facts.batch.requests:
        visits = facts.of_request.get(request.id, [])
        if visits:
            _count(request, visits, findings)
            _distinct(request, visits, findings)
            _starts(facts, request, visits, findings)
            for after in request.after:
                _after(facts, request, visits, after, findings)
        elif request.mandatory:
            findings.add("mandatory", "必须服务，但未安排", "must be served, but is not", At(request.id))
    _pins(facts, findings)


def _count(request: Request, visits: list[KnownVisit], findings: Findings) -> None:
    filled = Counter(visit.role.id for visit in visits)
    for role in request.roles:
        least = role.count if role.min_count is None else role.min_count
        missing, extra = least - filled[role.id], filled[role.id] - role.count
        if missing > 0:
            zh = f"至少需 {least} 人，安排了 {filled[role.id]} 人，缺 {missing} 人"
            en = f"has {counted(filled[role.id], 'person', 'people')}, {missing} fewer than the least of {least}"
        elif extra > 0:
            zh = f"最多 {role.count} 人，安排了 {filled[role.id]} 人，多 {extra} 人"
            en = f"has {counted(filled[role.id], 'person', 'people')}, {extra} more than the {role.count} wanted"
        else:
            continue
        findings.add("count", zh, en, At(request.id, role.id), max(missing, extra), "people")


def _distinct(request: Request, visits: list[KnownVisit], findings: Findings) -> None:
    if len({visit.volunteer.id for visit in visits}) == len(visits):
        return
    for volunteer, places in Counter(visit.volunteer.id for visit in visits).items():
        if places > 1:
            zh, en = f"一人占了 {places} 个名额", f"one person fills {places} places"
            findings.add("distinct", zh, en, At(request.id, volunteer=volunteer), places - 1)


def _starts(facts: Facts, request: Request, visits: list[KnownVisit], findings: Findings) -> None:
    """`window` and `synchrony`: the first role's start, and the others' relative to it."""
    of_role: dict[str, list[KnownVisit]] = defaultdict(list)
    for visit in visits:
        of_role[visit.role.id].append(visit)
    first = of_role.get(request.roles[0].id)
    if first is None:
        return  # broken by `count`; without it no start is asked for
    together = [visit for visit in visits if visit.role.lag is None]
    start = _common_start([visit for visit in together if visit.pinned] or first)
    _together(facts, together, start, findings)
    _window(facts, request, start, findings)
    for role in request.roles:
        if role.lag is not None and role.id in of_role:
            role_start = _common_start(of_role[role.id])
            _together(facts, of_role[role.id], role_start, findings)
            _lag(facts, request, role, role_start - start, findings)


def _common_start(visits: list[KnownVisit]) -> int:
    """The start that most visits share, pinned ones before others, the earliest of several."""
    starts = Counter(visit.start for visit in visits if visit.pinned) or Counter(visit.start for visit in visits)
    return min(starts, key=lambda start: (-starts[start], start))


def _together(facts: Facts, visits: list[KnownVisit], start: int, findings: Findings) -> None:
    for visit in visits:
        apart = abs(visit.start - start) / 60
        if apart > 0:
            moment = f"{facts.clock.moment(start):%m-%d %H:%M}"
            findings.add(
                "synchrony",
                f"应与其他人同时在 {moment} 开始，相差 {number(apart)} 分钟",
                f"starts {counted(apart, 'minute')} apart from the common start at {moment}",
                visit.at,
                apart,
                "minutes",
            )


def _lag(facts: Facts, request: Request, role: Role, lag: int, findings: Findings) -> None:
    assert role.lag is not None
    nearest = _nearest(lag, whole_seconds(role.lag.min), whole_seconds(role.lag.max), facts.step)
    if lag != nearest:
        apart = abs(lag - nearest) / 60
        findings.add(
            "synchrony",
            f"与首个岗位开始时间的间隔不合要求，相差 {number(apart)} 分钟",
            f"starts {counted(apart, 'minute')} off the nearest lag allowed after the first role",
            At(request.id, role.id),
            apart,
            "minutes",
        )


def _window(facts: Facts, request: Request, start: int, findings: Findings) -> None:
    """Broken unless the start is that of a pin in a role without lag; then it is only a remark."""
    windows = [(w.start, w.end + w.late) for w in facts.windows(request)]
    nearest = min((_nearest(start, *window, facts.step) for window in windows), key=lambda s: (abs(s - start), s))
    if start != nearest:
        pinned = any(_fixes_start(request, pin, role) and at == start for pin, role, _, at in facts.pins)
        apart, moment = abs(start - nearest) / 60, f"{facts.clock.moment(nearest):%m-%d %H:%M}"
        findings.add(
            "window",
            f"离最近的可开始时间 {moment} 相差 {number(apart)} 分钟",
            f"starts {counted(apart, 'minute')} off the nearest start allowed, {moment}",
            At(request.id, request.roles[0].id),
            apart,
            "minutes",
            remark=pinned,
        )


def _fixes_start(request: Request, pin_request: str, pin_role: str) -> bool:
    return pin_request == request.id and any(role.id == pin_role and role.lag is None for role in request.roles)


def _nearest(value: int, low: int, high: int, step: int) -> int:
    """The number low + k × step, k = 0, 1, …, at most high, that is nearest to the value; the lower of two."""
    last = (high - low) // step
    k = min(max(0, (value - low) // step), last)
    candidates = [low + each * step for each in (k, min(k + 1, last))]
    return min(candidates, key=lambda each: (abs(each - value), each))


def _after(facts: Facts, request: Request, visits: list[KnownVisit], after: After, findings: Findings) -> None:
    others = facts.of_request.get(after.request)
    if not others:
        zh, en = f"须在需求 {after.request} 之后，但后者未安排", f"follows request {after.request}, which is not served"
        findings.add("after", zh, en, At(request.id))
        return
    gap = min(visit.start for visit in visits) - max(visit.end for visit in others)
    early = whole_seconds(after.min) - gap
    late = 0 if after.max is None else gap - whole_seconds(after.max)
    if early > 0:
        zh, en = f"距需求 {after.request} 结束早了", f"too early after request {after.request}"
    elif late > 0:
        zh, en = f"距需求 {after.request} 结束晚了", f"too late after request {after.request}"
    else:
        return
    amount = max(early, late) / 60
    zh, en = f"{zh} {number(amount)} 分钟", f"starts {counted(amount, 'minute')} {en}"
    findings.add("after", zh, en, At(request.id), amount, "minutes")


def _pins(facts: Facts, findings: Findings) -> None:
    for request, role, volunteer, start in sorted(facts.pins - facts.kept):
        moment = f"{facts.clock.moment(start):%m-%d %H:%M}"
        zh, en = f"已固定在 {moment} 的安排没有保留", f"the visit pinned at {moment} is not kept"
        findings.add("pin", zh, en, At(request, role, volunteer))
