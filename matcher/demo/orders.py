"""The demo county's requests of a day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from matcher.batch import After, Contact, Lag, Request, Role, Volunteer, Window
from matcher.demo.land import SEAT, Map
from matcher.demo.menu import KINDS, REGULAR, SETUP, Item, Post

SETUP_SHARE = 0.6
"""Share of the activities that need equipment which ask for a crew of their own beforehand."""
AGREED_SHARE = 0.4
"""Share of the requests for which a time window would do whose hour was agreed on the phone all the same."""
SETUP_LEAD = (90, 60)
"""Minutes before the activity at which the crew may start, first and last."""

Neighbours = dict[str | None, list[Volunteer]]


def make_requests(
    county: Map, volunteers: Sequence[Volunteer], count: int, midnight: datetime, rng: np.random.Generator
) -> tuple[Request, ...]:
    """`count` requests of the day that begins at `midnight`, in the order in which they came in."""
    neighbours: Neighbours = defaultdict(list)
    for volunteer in volunteers:
        neighbours[volunteer.site].append(volunteer)
    items = _items(count, rng)
    village = rng.choice(len(county.people), count, p=county.people)
    requests: list[Request] = []
    while len(requests) < count:
        number = len(requests)
        item, where = items[number], int(village[number])
        windows = _windows(item, midnight, rng)
        after: tuple[After, ...] = ()
        if item.setup and number + 1 < count and rng.random() < SETUP_SHARE:
            start = windows[0].start
            lead = Window(start=start - timedelta(minutes=SETUP_LEAD[0]), end=start - timedelta(minutes=SETUP_LEAD[1]))
            requests.append(_request(SETUP, number, where, (lead,), (), county, neighbours, rng))
            after = (After(request=requests[-1].id, max=60),)
        requests.append(_request(item, len(requests), where, windows, after, county, neighbours, rng))
    return tuple(requests)


def _items(count: int, rng: np.random.Generator) -> list[Item]:
    pairs = [
        (item, kind.share * item.share / sum(other.share for other in kind.items))
        for kind in KINDS.values()
        for item in kind.items
    ]
    share = np.array([share for _, share in pairs])
    return [pairs[i][0] for i in rng.choice(len(pairs), count, p=share / share.sum())]


def _windows(item: Item, midnight: datetime, rng: np.random.Generator) -> tuple[Window, ...]:
    agreed = rng.random() < AGREED_SHARE
    hours = item.starts if item.any_start and not agreed else (float(rng.choice(item.starts)),)
    width = timedelta(minutes=0 if agreed else item.width)
    starts = [midnight + timedelta(hours=hour) for hour in hours]
    return tuple(Window(start=start, end=start + width) for start in starts)


def _request(
    item: Item,
    number: int,
    village: int,
    windows: tuple[Window, ...],
    after: tuple[After, ...],
    county: Map,
    neighbours: Neighbours,
    rng: np.random.Generator,
) -> Request:
    near = neighbours[county.village_id(village)]
    regular = item in REGULAR.items
    familiar = _some(near, 3, rng) if regular and rng.random() < 0.7 else ()
    preferred = _some(near, 1, rng) if not regular and rng.random() < 0.05 else ()
    excluded = tuple(set(_some(near, 1, rng)) - {*familiar, *preferred}) if rng.random() < 0.02 else ()
    team = f"team-{county.town_id(village)}" if item.by_town and rng.random() < 0.5 else None
    return Request(
        id=f"r{number + 1:05d}",
        title=item.name,
        category=item.id,
        site=county.village_id(village),
        place=county.near(village, rng) if rng.random() < 0.5 else None,
        end_place=county.sites[1 + int(rng.choice([SEAT, county.town[village]]))].place if item.to_hospital else None,
        contact=Contact(name=f"居民 {number + 1}", phone=f"109{number + 1:08d}"),
        address=f"示例村 {village + 1} {int(rng.integers(1, 200))} 号",
        beneficiaries=item.beneficiaries,
        windows=windows,
        minutes=item.minutes,
        roles=tuple(_role(post) for post in item.posts),
        priority=item.priority,
        value=item.value,
        qualifications=item.qualifications,
        min_age=item.min_age,
        tags_required=item.tags_required,
        tags_preferred=item.tags_preferred,
        preferred=preferred,
        excluded=excluded,
        familiar=familiar,
        after=after,
        team=team,
        one_team=item.one_team and team is None,
        due=windows[0].start + timedelta(minutes=item.width / 2 + item.minutes) if item.due else None,
        series=f"结对 {number + 1}" if regular else None,
    )


def _role(post: Post) -> Role:
    return Role(
        id=post.id,
        skill=post.skill,
        level=post.level,
        count=post.count,
        min_count=post.least or None,
        minutes=post.minutes,
        lag=Lag(min=post.lag[0], max=post.lag[1]) if post.lag else None,
    )


def _some(near: list[Volunteer], most: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Up to `most` different neighbours."""
    count = min(len(near), int(rng.integers(1, most + 1)))
    return tuple(sorted(near[i].id for i in rng.choice(len(near), count, replace=False)) if count else ())
