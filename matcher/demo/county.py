"""A county day: the sites of 龙川县, its volunteers and teams, and the requests of one date."""

from datetime import date, datetime, time, timedelta, timezone

import numpy as np

from matcher.batch import Batch, Category, GeographicTravel, Horizon, Skill
from matcher.demo.land import draw_map
from matcher.demo.menu import KINDS, SETUP, SKILLS
from matcher.demo.orders import make_requests
from matcher.demo.people import make_teams, make_volunteers
from matcher.policy import Policy

CHINA = timezone(timedelta(hours=8))


def county_day(volunteers: int = 3000, requests: int = 300, seed: int = 1, date: date = date(2026, 7, 21)) -> Batch:
    """A day of 龙川县 to dispatch, made from a seed: `volunteers` people and `requests` requests on `date`.

    Real are the 24 towns and where they lie (GeoNames, CC BY 4.0); villages, people and requests are drawn.
    The same arguments give the same batch. What the shares rest on:

    - sites: a county centre, 24 towns and 322 villages, as a county of this size reports; more people at the seat.
      Villages had three quarters of their places filled in past batches, some far less.
    - volunteers: two in five ever took part (37,985 of 94,066 in one county); those have an acceptance and recent
      requests, the others are unknown to the dispatcher and mostly not free. About a third has a registered skill.
    - teams: a head team 总队, twelve speciality teams 分队, a local team 小队 in every town and village.
    - law: qualifications, training and insurance are dated, minors get no rescue task (志愿服务条例 15 to 17).
    - requests: one-off visits 44 %, regular visits by a familiar person 24 %, activities with a mixed group at a set
      hour 12 %, urgent calls 7 %, small wishes 13 %. About half have a time window instead of a fixed start.
    - travel: motorbikes and cars at 30 km/h on hill roads 1.4 times as long as the way of the crow.

    Scarce skills (medical above all) leave a few per cent of the places empty at the default sizes.
    """
    if volunteers < 1 or requests < 1:
        raise ValueError("volunteers and requests must be at least 1")
    midnight = datetime.combine(date, time(), CHINA)
    county = draw_map(np.random.default_rng([seed, 0]))
    people = make_volunteers(county, volunteers, midnight, np.random.default_rng([seed, 1]))
    orders = make_requests(county, people, requests, midnight, np.random.default_rng([seed, 2]))
    return Batch(
        schema="matcher.batch/1",
        id=f"longchuan-{date.isoformat()}-{volunteers}x{requests}-{seed}",
        horizon=Horizon(start=midnight, end=midnight + timedelta(days=1)),
        skills=tuple(Skill(id=skill, name=name) for skill, name in SKILLS.items()),
        categories=tuple(
            Category(id=item.id, name=item.name)
            for item in (*(item for kind in KINDS.values() for item in kind.items), SETUP)
        ),
        sites=county.sites,
        teams=make_teams(county, people),
        volunteers=people,
        requests=orders,
        travel=GeographicTravel(kind="geographic", speed_kmh=30, detour=1.4),
        policy=Policy(start_step_minutes=15, reach={"low": 1}, min_travel_minutes=3),
    )
