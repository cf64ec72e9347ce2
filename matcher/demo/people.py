"""The demo county's volunteers and teams."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from matcher.batch import HeldQualification, HeldSkill, Shift, Team, Volunteer
from matcher.demo.land import Map
from matcher.demo.menu import (
    CHILD_TRAINING,
    FEMALE,
    HAKKA,
    HAS_CAR,
    INSURANCE,
    KINDS,
    MEDICAL_LICENCE,
    RESCUE_TRAINING,
    SKILLS,
)

SKILL_SHARE = {
    "medic": 0.032,
    "first_aid": 0.04,
    "counsel": 0.024,
    "tutor": 0.05,
    "science": 0.025,
    "farming": 0.04,
    "law": 0.018,
    "policy": 0.045,
    "show": 0.06,
    "sound": 0.02,
    "barber": 0.02,
    "electric": 0.024,
    "plumber": 0.02,
    "care": 0.045,
    "rescue": 0.05,
    "sport": 0.03,
}
"""Share of volunteers who registered a skill; about a third has at least one."""
DATED = ("medic", "first_aid", "rescue")

SPECIALITIES = {
    "政策理论宣讲": ("policy",),
    "文化文艺": ("show", "sound"),
    "医疗健康": ("medic", "first_aid", "counsel"),
    "助学支教": ("tutor",),
    "科学普及": ("science", "farming"),
    "法律服务": ("law",),
    "卫生环保": (),
    "敬老助老": ("care", "barber"),
    "移风易俗": (),
    "扶贫帮困": ("electric", "plumber"),
    "体育健身": ("sport",),
    "应急救援": ("rescue",),
}
"""The twelve speciality teams and the skills they gather."""

ACTIVE_SHARE = (0.26, 0.65)
"""Share of those without and with a skill who ever took part; together 37,985 of 94,066 in one county."""
SKILLED_DETOUR = 30
"""Minutes that the skilled, whom the centre drives out to the villages, travel beyond the others."""

SHIFTS = (
    (0.20, ((7.5, 12),)),
    (0.14, ((14, 18),)),
    (0.30, ((7.5, 12), (14, 18))),
    (0.12, ((7.5, 18),)),
    (0.16, ((17.5, 22),)),
    (0.08, ((7.5, 12), (17.5, 22))),
)
"""Share and hours of the ways to be free on a day."""
FREE = {True: 0.85, False: 0.4}
"""Share of the active and of the others who are free at all on a day."""

AGES = ((0.03, 14, 17), (0.20, 18, 24), (0.30, 25, 44), (0.25, 45, 59), (0.22, 60, 75))
"""Share, youngest and oldest; 4 % of birth dates are unknown."""


def make_volunteers(county: Map, count: int, midnight: datetime, rng: np.random.Generator) -> tuple[Volunteer, ...]:
    """`count` volunteers of the county, free or not on the day that begins at `midnight`."""
    today = midnight.date()
    village = rng.choice(len(county.people), count, p=county.people)
    held = rng.random((count, len(SKILLS))) < [SKILL_SHARE[skill] for skill in SKILLS]
    active = rng.random(count) < np.where(held.any(axis=1), ACTIVE_SHARE[1], ACTIVE_SHARE[0])
    level = rng.choice((1, 2, 3), (count, len(SKILLS)), p=(0.45, 0.35, 0.2))
    valid = rng.integers(-40, 700, (count, len(SKILLS)))
    joins = rng.random((count, len(SPECIALITIES)))
    local = rng.random(count)
    free = rng.random(count) < np.where(active, FREE[True], FREE[False])
    pattern = rng.choice(len(SHIFTS), count, p=[share for share, _ in SHIFTS])
    age = rng.choice(len(AGES), count, p=[share for share, _, _ in AGES])
    born = rng.random(count)
    chance = rng.random((count, 8))
    acceptance = np.maximum(0.05, np.round(rng.beta(6, 2, count), 2))
    served = rng.poisson(2.5, count)
    asked = rng.poisson(0.8, count)
    daily = rng.choice((1, 2, 3, 0), count, p=(0.45, 0.35, 0.15, 0.05))
    furthest = rng.choice((15, 20, 30, 45, 60), count, p=(0.15, 0.3, 0.35, 0.15, 0.05))
    slow = rng.choice((1.0, 1.5, 3.0), count, p=(0.65, 0.25, 0.1))
    likes = rng.integers(0, 60, (count, 2))

    shifts = [_shifts(hours, midnight) for _, hours in SHIFTS]
    categories = [item.id for kind in KINDS.values() for item in kind.items]
    skills = list(SKILLS)
    volunteers = []
    for i in range(count):
        own = {skills[k]: int(level[i, k]) for k in np.flatnonzero(held[i])}
        until = {skill: today + timedelta(days=int(valid[i, skills.index(skill)])) for skill in own}
        volunteers.append(
            Volunteer(
                id=f"v{i + 1:05d}",
                name=f"志愿者 {i + 1}",
                phone=f"100{i + 1:08d}",
                site=county.village_id(village[i]),
                place=county.near(village[i], rng) if chance[i, 0] < 0.7 else None,
                teams=_joined_teams(county, int(village[i]), own, joins[i], local[i]),
                skills=tuple(
                    HeldSkill(skill=skill, level=own[skill], valid_until=until[skill] if skill in DATED else None)
                    for skill in own
                ),
                qualifications=_qualifications(own, until, chance[i], today),
                interests=tuple(sorted({categories[k] for k in likes[i] if k < len(categories)})),
                tags=tuple(
                    tag
                    for tag, share, draw in ((HAKKA, 0.88, 1), (FEMALE, 0.55, 2), (HAS_CAR, 0.25, 3))
                    if chance[i, draw] < share
                ),
                birth_date=_birth_date(AGES[age[i]], float(born[i]), today) if chance[i, 4] > 0.04 else None,
                shifts=shifts[pattern[i]] if free[i] else (),
                max_requests_per_day=int(daily[i]) or None,
                max_travel_minutes=float(furthest[i] + (SKILLED_DETOUR if own else 0)),
                asked=int(asked[i]) if active[i] else 0,
                max_asks=5,
                recent_requests=int(served[i]) if active[i] else 0,
                travel_factor=float(slow[i]),
                acceptance=float(acceptance[i]) if active[i] else None,
                ends_at="open" if chance[i, 7] < 0.03 else None,
            )
        )
    return tuple(volunteers)


def make_teams(county: Map, volunteers: Sequence[Volunteer]) -> tuple[Team, ...]:
    """Head team, speciality teams and local teams; the first member leads."""
    teams = [
        Team(id="head", name="龙川县志愿服务总队", kind="head", site="county"),
        *(
            Team(id=f"speciality-{i + 1}", name=f"{name}志愿服务分队", kind="speciality", site="county", skills=skills)
            for i, (name, skills) in enumerate(SPECIALITIES.items())
        ),
        *(
            Team(id=f"team-{site.id}", name=f"{site.name}志愿服务小队", kind="local", site=site.id)
            for site in county.sites
            if site.tier in ("town", "village")
        ),
    ]
    leaders: dict[str, Volunteer] = {}
    for volunteer in volunteers:
        for team in volunteer.teams:
            leaders.setdefault(team, volunteer)
    return tuple(_led(team, leaders.get(team.id)) for team in teams)


def _led(team: Team, leader: Volunteer | None) -> Team:
    return team.model_copy(update={"leader": leader.id, "phone": leader.phone}) if leader else team


def _shifts(hours: tuple[tuple[float, float], ...], midnight: datetime) -> tuple[Shift, ...]:
    return tuple(
        Shift(start=midnight + timedelta(hours=start), end=midnight + timedelta(hours=end)) for start, end in hours
    )


def _joined_teams(county: Map, village: int, own: dict[str, int], joins: np.ndarray, local: float) -> tuple[str, ...]:
    teams = ["head"] if local > 0.99 else []
    for i, gathered in enumerate(SPECIALITIES.values()):
        share = 0.7 if any(skill in own for skill in gathered) else 0.01 if gathered else 0.04
        if joins[i] < share:
            teams.append(f"speciality-{i + 1}")
    if local < 0.6:
        teams.append(f"team-{county.village_id(village)}")
    if local < 0.3:
        teams.append(f"team-{county.town_id(village)}")
    return tuple(teams)


def _qualifications(
    own: dict[str, int], until: dict[str, date], chance: np.ndarray, today: date
) -> tuple[HeldQualification, ...]:
    held = []
    if chance[5] < (0.9 if {"rescue", "first_aid", "plumber", "care"} & own.keys() else 0.6):
        held.append(HeldQualification(id=INSURANCE, valid_until=today + timedelta(days=int(chance[5] * 600) - 20)))
    if chance[6] < (0.7 if {"tutor", "science"} & own.keys() else 0.2):
        held.append(HeldQualification(id=CHILD_TRAINING, valid_until=date(today.year + 1, 8, 31)))
    if "medic" in own:
        held.append(HeldQualification(id=MEDICAL_LICENCE, valid_until=until["medic"]))
    if "rescue" in own:
        held.append(HeldQualification(id=RESCUE_TRAINING, valid_until=until["rescue"]))
    return tuple(held)


def _birth_date(ages: tuple[float, int, int], draw: float, today: date) -> date:
    _, youngest, oldest = ages
    return today - timedelta(days=int(365.25 * (youngest + draw * (oldest + 1 - youngest))))
