"""Made batches on a grid, with fixed and flexible starts, plain enough to compare methods on.

Each has few kinds of rule and much contention, so that a proof is hard work and not luck.
"""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np

from matcher import Batch, read_batch

MIDNIGHT = datetime(2026, 7, 21, tzinfo=timezone(timedelta(hours=8)))
SIDE = 64
"""Cells of 500 m along each side of the map; a cell takes a minute and a half."""
TRAVEL = {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20}
SHIFTS = ((8, 13), (13, 18), (8, 18))
SHIFT_SHARE = (0.35, 0.35, 0.3)
DURATIONS = (30, 45, 60, 90, 120)


def fixed_batch(volunteers: int, requests: int, seed: int = 1, *, all_or_nothing: bool = False) -> Batch:
    """Requests with a fixed start that ask 1 to 5 people of one skill; up to three visits a volunteer.

    One person is enough for a request, or with `all_or_nothing` none but the full number. Skills are held
    unevenly and asked evenly, which leaves about a tenth of the places empty.
    """
    rng = np.random.default_rng([seed, volunteers, requests])
    kinds, people = _uneven(volunteers, rng)
    count = rng.integers(1, 6, requests)
    orders = _orders(requests, rng.integers(0, kinds, requests), rng)
    _ask(orders, count, all_or_nothing)
    return _batch(f"fixed-{volunteers}x{requests}-{'all' if all_or_nothing else 'any'}-{seed}", kinds, people, orders)


def mixed_batch(
    volunteers: int,
    requests: int,
    seed: int = 1,
    *,
    flexible: float = 0.5,
    groups: float = 0.1,
    all_or_nothing: bool = False,
    step: int = 5,
) -> Batch:
    """As `fixed_batch`, but the share `flexible` of the requests may start within a window of 1 to 4 hours.

    Of these, the share `groups` of all requests asks 2 to 5 people, who start together, and the others ask one
    person. Fives are drawn twice as often among fixed starts, so that 10,000 requests have about 24,000 places.
    `step`: minutes between two possible starts.
    """
    if not 0 <= groups <= flexible <= 1:
        raise ValueError(f"groups {groups} and flexible {flexible}: expected 0 <= groups <= flexible <= 1")
    rng = np.random.default_rng([seed, volunteers, requests])
    kinds, people = _uneven(volunteers, rng)
    orders = _orders(requests, rng.integers(0, kinds, requests), rng)
    count = rng.choice((1, 2, 3, 4, 5, 5), requests)
    moving = rng.permutation(requests)[: round(flexible * requests)]
    together = round(groups * requests)
    count[moving[:together]] = rng.integers(2, 6, together)
    count[moving[together:]] = 1
    first, last = _windows(len(moving), rng)
    for i, start, end in zip(moving.tolist(), first.tolist(), last.tolist(), strict=True):
        orders[i]["windows"] = [{"start": _at(start), "end": _at(end)}]
    _ask(orders, count, all_or_nothing)
    least = "all" if all_or_nothing else "any"
    name = f"mixed-{volunteers}x{requests}-{flexible:g}-{groups:g}-{step}min-{least}-{seed}"
    return _batch(name, kinds, people, orders, step)


def single_batch(volunteers: int = 94066, requests: int = 3000, seed: int = 1) -> Batch:
    """One-person requests with a fixed start, at most one visit a volunteer: an assignment problem."""
    rng = np.random.default_rng([seed, volunteers, requests])
    kinds = 12
    people = _people(volunteers, np.full(kinds, 1 / kinds), 1.4, 40, rng)
    for person in people:
        person["max_requests"] = 1
    orders = _orders(requests, rng.integers(0, kinds, requests), rng)
    return _batch(f"single-{volunteers}x{requests}-{seed}", kinds, people, orders)


def _uneven(volunteers: int, rng: np.random.Generator) -> tuple[int, list[dict[str, Any]]]:
    """How many skills there are, and volunteers who hold them unevenly and make up to three visits."""
    kinds = max(4, min(12, volunteers // 250))
    held = np.geomspace(1, max(2, volunteers / 60), kinds)
    people = _people(volunteers, held / held.sum(), 1.5, 40, rng)
    for person in people:
        person["max_requests"] = 3
    return kinds, people


def _people(
    count: int, held: np.ndarray, skills_each: float, furthest: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Volunteers with one or two of the skills, drawn with the shares `held`; `furthest` in minutes."""
    cell = rng.integers(0, SIDE, (count, 2)).tolist()
    first, second = rng.choice(len(held), (2, count), p=held).tolist()
    two = (rng.random(count) < skills_each - 1).tolist()
    shift = rng.choice(len(SHIFTS), count, p=SHIFT_SHARE).tolist()
    served = rng.poisson(1, count).tolist()
    shifts = [{"start": _at(start * 60), "end": _at(end * 60)} for start, end in SHIFTS]
    return [
        {
            "id": f"v{i:05d}",
            "place": {"cell": cell[i]},
            "skills": [{"skill": f"s{skill:02d}"} for skill in sorted({first[i], second[i] if two[i] else first[i]})],
            "shifts": [shifts[shift[i]]],
            "max_travel_minutes": furthest,
            "recent_requests": served[i],
        }
        for i in range(count)
    ]


def _orders(count: int, skill: np.ndarray, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Requests of one person with a start on the quarter of an hour."""
    cell = rng.integers(0, SIDE, (count, 2)).tolist()
    start = (rng.integers(4 * 8 + 1, 4 * 16, count) * 15).tolist()
    minutes = rng.choice(DURATIONS, count).tolist()
    value = rng.integers(1, 4, count).tolist()
    return [
        {
            "id": f"r{i:05d}",
            "place": {"cell": cell[i]},
            "windows": [{"start": _at(start[i]), "end": _at(start[i])}],
            "minutes": minutes[i],
            "value": value[i],
            "roles": [{"id": "helper", "skill": f"s{int(skill[i]):02d}"}],
        }
        for i in range(count)
    ]


def _windows(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """First and last start of windows of 1 to 4 hours between 8:15 and 15:45, in minutes on the quarter of an hour."""
    length = rng.integers(4, 17, count)
    first = rng.integers(4 * 8 + 1, 4 * 16 - length)
    return first * 15, (first + length) * 15


def _ask(orders: list[dict[str, Any]], count: np.ndarray, all_or_nothing: bool) -> None:
    """Requests ask so many people, and take one, or with `all_or_nothing` none but the full number."""
    for order, places in zip(orders, count.tolist(), strict=True):
        order["roles"][0] |= {"count": places, "min_count": places if all_or_nothing else 1}


def _batch(
    name: str,
    kinds: int,
    people: list[dict[str, Any]],
    orders: list[dict[str, Any]],
    step: int = 5,
) -> Batch:
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": name,
                "horizon": {"start": _at(0), "end": _at(24 * 60)},
                "skills": [{"id": f"s{kind:02d}"} for kind in range(kinds)],
                "volunteers": people,
                "requests": orders,
                "travel": TRAVEL,
                "policy": {"start_step_minutes": step},
            }
        )
    )


def _at(minutes: int) -> str:
    return (MIDNIGHT + timedelta(minutes=minutes)).isoformat()
