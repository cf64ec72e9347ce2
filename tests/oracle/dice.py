"""The dice behind tiny batches: how often features come up, and the times of a batch."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Json = dict[str, Any]

RATES: dict[str, tuple[float, float]] = {
    "two_days": (0.25, 1),
    "night": (0.25, 1),
    "now": (0.25, 1),
    "skill": (0.7, 0.5),
    "level": (0.6, 0.4),
    "expiring": (0.5, 0.3),
    "qualification": (0.3, 0.4),
    "age": (0.3, 0.4),
    "tag": (0.25, 0.4),
    "excluded": (0.3, 0.4),
    "team": (0.3, 0.4),
    "one_team": (0.35, 0.7),
    "sites": (0.6, 0.85),
    "reach": (0.5, 0.5),
    "max_travel": (0.3, 0.5),
    "max_requests": (0.3, 0.5),
    "max_requests_per_day": (0.3, 0.6),
    "max_minutes": (0.3, 0.5),
    "max_asks": (0.3, 0.5),
    "many": (0.65, 0.35),
    "roles": (0.6, 0.5),
    "lag": (0.5, 0.6),
    "flexible": (0.7, 0.6),
    "two_windows": (0.3, 0.4),
    "after": (0.35, 0.6),
    "mandatory": (0.2, 0.3),
    "pins": (0.35, 1),
    "wild_pins": (0.06, 1),
    "previous": (0.4, 1),
    "end_place": (0.3, 0.5),
    "ends_at": (0.4, 0.5),
    "split": (0.45, 0.4),
    "service": (0.3, 1),
    "home_between": (0.3, 1),
    "min_travel": (0.25, 1),
    "factor": (0.4, 0.5),
    "soft": (0.8, 0.4),
    "due": (0.4, 0.5),
    "odd_tiers": (0.4, 1),
}
"""Per feature: chance that a batch has it at all, and chance of each occasion in such a batch."""


EXTRAS = {"late": (0.35, 0.5), "overtime": (0.2, 0.6)}
"""Likewise, of features with a die of their own, so that batches without them stay as they were.

Levels of load (`loads`) have one too, and come up only where a profile asks for them.
"""


class Dice:
    """A seeded die with a batch's rates, first moment and hours; times are minutes after the first moment."""

    def __init__(self, seed: int, profile: Mapping[str, float]) -> None:
        self.rng = Random(f"tiny {seed}")
        self.rates = {
            name: profile.get(name, rate if self.rng.random() < present else 0.0)
            for name, (present, rate) in RATES.items()
        }
        self.extra = Random(f"extra {seed}")
        self.rates |= {
            name: profile.get(name, rate if self.extra.random() < present else 0.0)
            for name, (present, rate) in EXTRAS.items()
        }
        self.loads = Random(f"levels {seed}")
        self.rates["loads"] = float(self.loads.random() < profile.get("loads", 0.0))
        self.seed = seed
        self.day = date.fromisoformat(self.pick(["2026-07-21", "2026-02-28", "2026-12-31"]))
        night = self.roll("night")
        zone = self.pick(["+08:00", "+08:00", "+00:00", "-05:00"])
        self.start = datetime.fromisoformat(f"{self.day}T{'20:00' if night else '00:00'}:00{zone}")
        opens, length = (180 if night else 480), self.pick([120, 180, 240, 300])
        self.periods = [(opens, opens + length)]
        if self.roll("two_days"):
            self.periods.append((opens + 1440, opens + 1440 + self.pick([90, 180])))
        self.step = self.pick([5, 10, 15, 20, 30, 7.5])

    def pick(self, items: Sequence[T]) -> T:
        return items[self.rng.randrange(len(items))]

    def some(self, items: Sequence[T], chance: float) -> list[T]:
        return [item for item in items if self.rng.random() < chance]

    def roll(self, feature: str) -> bool:
        return self.rng.random() < self.rates[feature]

    def chance(self, feature: str) -> bool:
        """A roll for one of the extras."""
        return self.extra.random() < self.rates[feature]

    def moment(self, minutes: float) -> str:
        at = self.start + timedelta(minutes=minutes)
        return at.astimezone(self.pick([at.tzinfo, UTC])).isoformat()

    def interval(self, start: float, end: float) -> Json:
        return {"start": self.moment(start), "end": self.moment(end)}

    def near_day(self) -> str:
        return str(self.day + timedelta(days=self.pick([-1, -1, 0, 0, 1, 2])))

    def minutes_of(self, moment: str) -> float:
        return (datetime.fromisoformat(moment) - self.start).total_seconds() / 60
