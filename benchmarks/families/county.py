"""Made days of a county: benchmarks/plain.py's batches, where need be with fewer who can, or lives around villages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.case import Case
from benchmarks.plain import SIDE, fixed_batch, mixed_batch
from matcher import Batch

SIZES = ((300, 100), (1000, 300), (3000, 300), (9000, 1000))
"""Volunteers and requests."""
SMALL = SIZES[:2]
SPREAD = 2.0
"""Standard deviation of homes and requests around their village, in cells of 500 m, along each side."""


@dataclass(frozen=True)
class Kind:
    """What a day is like.

    flexible: share of requests with a window of 1 to 4 hours. groups: share of requests that are groups of 2 to 5 who
    start together, among the flexible. all_or_nothing: whether a group takes its full number or nobody. holders: share
    of the volunteers who can do anything that is asked. villages: how many all live and ask around; null: evenly.
    """

    flexible: float = 0.0
    groups: float = 0.0
    all_or_nothing: bool = False
    holders: float = 1.0
    villages: int | None = None


KINDS = {
    "fixed": Kind(),
    "mixed": Kind(flexible=0.5, groups=0.1),
    "groups": Kind(flexible=0.5, groups=0.5, all_or_nothing=True),
    "scarce": Kind(flexible=0.5, groups=0.1, holders=0.3),
    "villages": Kind(flexible=0.5, groups=0.1, villages=8),
}


def cases(data: Path) -> Iterator[Case]:
    """Fixed and mixed days of all SIZES, the other KINDS of the SMALL ones; `data` is not read."""
    for name, kind in KINDS.items():
        for volunteers, requests in SIZES if name in ("fixed", "mixed") else SMALL:
            make = partial(county_batch, volunteers, requests, kind, 1)
            yield Case(f"county/{volunteers}x{requests}-{name}-1", make)


def county_batch(volunteers: int, requests: int, kind: Kind, seed: int) -> Batch:
    """A day of that kind; the same arguments make the same batch.

    Raises ValueError if groups exceeds flexible, or a share lies outside 0 to 1.
    """
    if not 0 <= kind.holders <= 1:
        raise ValueError(f"holders {kind.holders}: expected 0 to 1")
    batch = _even(volunteers, requests, kind, seed)
    rng = np.random.default_rng([seed, volunteers, requests, 1])
    if kind.holders < 1:
        batch = _with_few_who_can(batch, kind.holders, rng)
    if kind.villages is not None:
        batch = _around_villages(batch, kind.villages, rng)
    return batch


def _even(volunteers: int, requests: int, kind: Kind, seed: int) -> Batch:
    least = kind.all_or_nothing
    if not kind.flexible and not kind.groups:
        return fixed_batch(volunteers, requests, seed, all_or_nothing=least)
    flexible, groups = kind.flexible, kind.groups
    return mixed_batch(volunteers, requests, seed, flexible=flexible, groups=groups, all_or_nothing=least)


def _with_few_who_can(batch: Batch, holders: float, rng: np.random.Generator) -> Batch:
    """All but a share of the volunteers lose their skills; every request asks for one."""
    people = list(batch.volunteers)
    for i in rng.permutation(len(people))[round(holders * len(people)) :].tolist():
        people[i] = people[i].model_copy(update={"skills": ()})
    return batch.model_copy(update={"id": f"{batch.id}-{holders:g}-can", "volunteers": tuple(people)})


def _around_villages(batch: Batch, villages: int, rng: np.random.Generator) -> Batch:
    """Homes and requests are put around villages, each drawn with the same chance."""
    centres = rng.integers(0, SIDE, (villages, 2))
    return batch.model_copy(
        update={
            "id": f"{batch.id}-{villages}-villages",
            "volunteers": _placed(batch.volunteers, centres, rng),
            "requests": _placed(batch.requests, centres, rng),
        }
    )


def _placed(items: tuple[Any, ...], centres: np.ndarray, rng: np.random.Generator) -> tuple[Any, ...]:
    """Volunteers or requests, each near one of the centres and on the map."""
    near = centres[rng.integers(0, len(centres), len(items))] + rng.normal(0, SPREAD, (len(items), 2))
    cells = np.clip(np.rint(near), 0, SIDE - 1).astype(int).tolist()
    return tuple(
        item.model_copy(update={"place": item.place.model_copy(update={"cell": tuple(cell)})})
        for item, cell in zip(items, cells, strict=True)
    )
