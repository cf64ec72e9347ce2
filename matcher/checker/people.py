"""Whether a person may be sent: skill, qualification, age, tag, excluded, team, reach, max_travel."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from matcher.batch import Volunteer
from matcher.checker.facts import Facts, KnownVisit
from matcher.checker.report import At, Findings, counted, number
from matcher.clock import whole_seconds


def judge_people(facts: Facts, findings: Findings) -> None:
    """Judge every visit's person, then the teams of the one-team requests; of pinned visits only remark."""
    for visit in facts.visits:
        _skill(visit, findings)
        _qualification(visit, findings)
        _age(visit, findings)
        _tag(visit, findings)
        _excluded(visit, findings)
        _team(visit, findings)
        _reach(facts, visit, findings)
        _max_travel(facts, visit, findings)
    for visits in facts.of_request.values():
        if visits[0].request.one_team:
            _one_team(visits, findings)


def level_held(volunteer: Volunteer, skill: str, day: date) -> int:
    """The highest level of the skill that is valid on the day; 0 if none is."""
    return max(
        (held.level for held in volunteer.skills if held.skill == skill and valid_on(held.valid_until, day)), default=0
    )


def valid_on(valid_until: date | None, day: date) -> bool:
    """Whether something valid until a day, that day included, is valid on `day`."""
    return valid_until is None or day <= valid_until


def age_on(birth: date, day: date) -> int:
    """Full years on the day; a birthday of 29 February falls on 1 March in common years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def common_teams(people: Iterable[Volunteer]) -> set[str]:
    """Ids of the teams that all of the people are members of."""
    return set.intersection(*(set(volunteer.teams) for volunteer in people))


def _skill(visit: KnownVisit, findings: Findings) -> None:
    skill, level = visit.role.skill, visit.role.level
    if skill is None:
        return
    held = level_held(visit.volunteer, skill, visit.day)
    if held == 0:
        zh = f"{visit.day} 当天没有有效的技能 {skill}"
        findings.add("skill", zh, f"holds no skill {skill} valid on {visit.day}", visit.at, remark=visit.pinned)
    elif held < level:
        zh = f"技能 {skill} 需 {level} 级，只有 {held} 级，差 {level - held} 级"
        en = f"holds skill {skill} at level {held}, which is {counted(level - held, 'level')} below {level}"
        findings.add("skill", zh, en, visit.at, level - held, "levels", remark=visit.pinned)


def _qualification(visit: KnownVisit, findings: Findings) -> None:
    held = {each.id for each in visit.volunteer.qualifications if valid_on(each.valid_until, visit.day)}
    for wanted in visit.request.qualifications:
        if wanted not in held:
            zh = f"{visit.day} 当天没有有效的资质或保险 {wanted}"
            en = f"holds no qualification or insurance {wanted} valid on {visit.day}"
            findings.add("qualification", zh, en, visit.at, remark=visit.pinned)


def _age(visit: KnownVisit, findings: Findings) -> None:
    least, birth = visit.request.min_age, visit.volunteer.birth_date
    if least is None:
        return
    if birth is None:
        zh, en = f"要求年满 {least} 岁，出生日期不明", f"must be {least} or older, but the birth date is unknown"
        findings.add("age", zh, en, visit.at, remark=visit.pinned)
    elif (lacking := least - age_on(birth, visit.day)) > 0:
        zh = f"要求年满 {least} 岁，差 {lacking} 岁"
        en = f"is {counted(lacking, 'year')} under the minimum age of {least}"
        findings.add("age", zh, en, visit.at, lacking, "years", remark=visit.pinned)


def _tag(visit: KnownVisit, findings: Findings) -> None:
    for tag in visit.request.tags_required:
        if tag not in visit.volunteer.tags:
            zh, en = f"没有必需的标签“{tag}”", f"lacks the required tag “{tag}”"
            findings.add("tag", zh, en, visit.at, remark=visit.pinned)


def _excluded(visit: KnownVisit, findings: Findings) -> None:
    if visit.volunteer.id in visit.request.excluded:
        zh, en = "在该需求的排除名单上", "is on the request's excluded list"
        findings.add("excluded", zh, en, visit.at, remark=visit.pinned)


def _team(visit: KnownVisit, findings: Findings) -> None:
    team = visit.request.team
    if team is not None and team not in visit.volunteer.teams:
        zh, en = f"不是队伍 {team} 的成员", f"is not a member of team {team}"
        findings.add("team", zh, en, visit.at, remark=visit.pinned)


def _one_team(visits: list[KnownVisit], findings: Findings) -> None:
    """One team holds all unpinned people; if only the pinned ones do not fit, that is a remark."""
    unpinned = [visit.volunteer for visit in visits if not visit.pinned]
    if common_teams(visit.volunteer for visit in visits):
        return
    remark = not unpinned or bool(common_teams(unpinned))
    people = [visit.volunteer for visit in visits] if remark else unpinned
    outside = len(people) - max(Counter(team for each in people for team in set(each.teams)).values(), default=0)
    findings.add(
        "team",
        f"须由同一支队伍派人，最合适的队伍仍缺 {number(outside)} 人",
        f"must be served by one team, but the best one leaves out {counted(outside, 'person', 'people')}",
        At(visits[0].request.id),
        outside,
        "people",
        remark=remark,
    )


def _reach(facts: Facts, visit: KnownVisit, findings: Findings) -> None:
    request = visit.request
    reach = facts.policy.reach.get(request.priority, 3)
    distance = facts.sites.distance(request.site, visit.volunteer.site)
    if distance > reach:
        zh = f"层级距离为 {distance}，超出允许的 {reach}，多 {distance - reach} 级"
        en = f"comes from tier distance {distance}, {counted(distance - reach, 'tier')} beyond the reach of {reach}"
        findings.add("reach", zh, en, visit.at, distance - reach, "tiers", remark=visit.pinned)


def _max_travel(facts: Facts, visit: KnownVisit, findings: Findings) -> None:
    volunteer = visit.volunteer
    if volunteer.max_travel_minutes is None:
        return
    leg = facts.leg(volunteer, facts.home(volunteer), facts.place(visit.request))
    if leg is None:
        zh, en = "没有从住处到服务地点的路", "there is no way from home to the place of service"
        findings.add("max_travel", zh, en, visit.at, None, None, remark=visit.pinned)
        return
    over = (leg - whole_seconds(volunteer.max_travel_minutes)) / 60
    if over > 0:
        limit = number(volunteer.max_travel_minutes)
        zh = f"单程路程超过本人上限 {limit} 分钟，多 {number(over)} 分钟"
        en = f"would travel {counted(over, 'minute')} more than the volunteer's limit of {limit} minutes one way"
        findings.add("max_travel", zh, en, visit.at, over, "minutes", remark=visit.pinned)
