"""Tiny random batches in which every rule and term of docs/problem.md comes up often.

`tiny_batch(seed)` has 1 to 4 volunteers and 1 to 4 requests, and few enough starts for `brute`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from matcher.batch import Batch
from matcher.policy import PRIORITIES
from matcher.rules import TERMS
from tests.oracle.terrain import Terrain

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

MOST_STARTS = 150
"""Largest product over the requests of (1 + starts × roles)."""


def tiny_batch(seed: int, profile: Mapping[str, float] | None = None) -> Batch:
    """A tiny batch, the same for the same seed; `profile` sets the rate (0 to 1) of features of `RATES`."""
    return Batch.model_validate_json(json.dumps(_Maker(seed, profile or {}).batch()))


class _Maker:
    def __init__(self, seed: int, profile: Mapping[str, float]) -> None:
        self.rng = Random(f"tiny {seed}")
        self.rates = {
            name: profile.get(name, rate if self.rng.random() < present else 0.0)
            for name, (present, rate) in RATES.items()
        }
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
        self.terrain = Terrain(self.rng)
        self.sites = self._sites() if self.rates["sites"] else []
        self.volunteers = [self._volunteer(n) for n in range(self.pick([1, 2, 3, 3, 4, 4, 4, 4]))]
        self.requests: list[Json] = []
        for n in range(self.pick([1, 2, 3, 3, 3, 4, 4, 4])):
            self.requests.append(self._request(n))
        self._trim()

    # Dice.

    def pick(self, items: Sequence[T]) -> T:
        return items[self.rng.randrange(len(items))]

    def some(self, items: Sequence[T], chance: float) -> list[T]:
        return [item for item in items if self.rng.random() < chance]

    def roll(self, feature: str) -> bool:
        return self.rng.random() < self.rates[feature]

    # Times.

    def moment(self, minutes: float) -> str:
        at = self.start + timedelta(minutes=minutes)
        return (at.astimezone(self.pick([at.tzinfo, datetime.fromisoformat("2026-01-01T00:00Z").tzinfo]))).isoformat()

    def interval(self, start: float, end: float) -> Json:
        return {"start": self.moment(start), "end": self.moment(end)}

    def near_day(self) -> str:
        return str(self.day + timedelta(days=self.pick([-1, -1, 0, 0, 1, 2])))

    # People.

    def _sites(self) -> list[Json]:
        tree = {
            "县甲": ("county", None),
            "镇甲": ("town", "县甲"),
            "镇乙": ("town", "县甲"),
            "村甲": ("village", "镇甲"),
            "村乙": ("village", "镇甲"),
            "村丙": ("village", "镇乙"),
            "格甲": ("grid", "村甲"),
            "格乙": ("grid", "村甲"),
            "县乙": ("county", None),
            "村丁": ("village", "县乙"),
            "村戊": ("village", None),
        }
        sites = []
        for name, (tier, parent) in tree.items():
            site: Json = {"id": name, "tier": tier, "parent": parent}
            if parent is None or self.rng.random() < 0.6:
                site["place"] = self.terrain.place()
            sites.append(site)
        return sites

    def _where(self) -> Json:
        """A site, a place, or both."""
        where: Json = {}
        if self.sites and self.roll("sites"):
            where["site"] = self.pick(self.sites)["id"]
        if "site" not in where or self.rng.random() < 0.7:
            where["place"] = self.terrain.place()
        return where

    def _volunteer(self, n: int) -> Json:
        volunteer: Json = {"id": f"v{n}", "shifts": self._shifts(), **self._where()}
        volunteer["skills"] = [
            {"skill": skill, "level": self.pick([1, 1, 2, 3])}
            | ({"valid_until": self.near_day()} if self.roll("expiring") else {})
            for skill in [*self.some(["s1", "s2"], 0.85), *self.some(["s1"], 0.2)]
        ]
        volunteer["qualifications"] = [
            {"id": name} | ({"valid_until": self.near_day()} if self.roll("expiring") else {})
            for name in self.some(["q1", "q2"], 0.75)
        ]
        volunteer["tags"], volunteer["teams"] = self.some(["甲", "乙"], 0.7), self.some(["t1", "t2", "t3"], 0.6)
        volunteer["interests"] = self.some(["c1", "c2"], 0.4)
        if self.rng.random() < 0.85:
            year = self.day.year - self.pick([18, 60])
            born = ["2008-02-29", f"{year}-{self.day:%m-%d}", f"{year}-{self.day:%m}-28"]
            volunteer["birth_date"] = self.pick([*born, "1990-05-05", "2009-01-01", "2008-07-22"])
        limits = {"max_requests": [0, 1, 1, 2], "max_requests_per_day": [1, 1, 2], "max_minutes": [20, 30, 45, 60, 75]}
        limits |= {"max_asks": [1, 2, 3], "max_travel": [3, 5, 8, 12]}
        for name, values in limits.items():
            if self.roll(name):
                volunteer["max_travel_minutes" if name == "max_travel" else name] = self.pick(values)
        if self.rates["max_asks"]:
            volunteer["asked"] = self.pick([0, 0, 1, 2])
        if self.roll("soft"):
            volunteer["recent_requests"] = self.pick([0, 1, 2, 5])
        if self.roll("soft"):
            volunteer["acceptance"] = self.pick([0.9, 0.75, 1, 0.3])
        if self.roll("factor"):
            volunteer["travel_factor"] = self.pick([0.5, 1.5, 2, 1.37])
        if self.roll("ends_at"):
            volunteer["ends_at"] = self.pick(["open", self.terrain.place(), self.terrain.place()])
        return volunteer

    def _shifts(self) -> list[Json]:
        shifts = []
        for opens, closes in self.some(self.periods, 0.96):
            start, end = opens - self.pick([5, 20, 40, 40]), closes + self.pick([5, 30, 60])
            middle = opens + 5 * self.rng.randrange(4, (closes - opens) // 5 - 2)
            if self.roll("split"):
                shifts += [self.interval(start, middle), self.interval(middle + self.pick([0, 0, 15]), end)]
            else:
                shifts.append(self.interval(*self.pick([(start, end)] * 8 + [(start, middle), (middle, end)])))
        return shifts

    # Requests.

    def _request(self, n: int) -> Json:
        minutes = self.pick([10, 15, 20, 30, 30, 45, 12.125])
        request: Json = {"id": f"r{n}", "minutes": minutes, "windows": self._windows(minutes), **self._where()}
        request["priority"] = self.pick([*PRIORITIES, "normal"])
        request["roles"] = [self._role(r) for r in range(self.pick([2, 2, 2, 3]) if self.roll("roles") else 1)]
        if self.rng.random() < 0.3:
            request["value"] = self.pick([0, 0.5, 2, 1.25])
        if self.rng.random() < 0.6:
            request["category"] = self.pick(["c1", "c2"])
        people = [volunteer["id"] for volunteer in self.volunteers]
        request["preferred"] = self.some(people, 0.4) if self.roll("soft") else []
        request["familiar"] = self.some(people, 0.4) if self.roll("soft") else []
        request["tags_preferred"] = self.some(["甲", "乙"], 0.7) if self.roll("soft") else []
        request["tags_required"] = [self.pick(["甲", "乙"])] if self.roll("tag") else []
        request["qualifications"] = self.some(["q1", "q2"], 0.6) if self.roll("qualification") else []
        request["excluded"] = self.some(people, 0.4) if self.roll("excluded") else []
        if self.roll("age"):
            request["min_age"] = self.pick([18, 18, 16, 60])
        if self.roll("team"):
            request["team"] = self.pick(["t1", "t2"])
        request["one_team"], request["mandatory"] = self.roll("one_team"), self.roll("mandatory")
        if self.roll("end_place"):
            request["end_place"] = self.terrain.place()
        if self.roll("due"):
            request["due"] = self.moment(self.periods[-1][0] + self.pick([30, 60, 120]))
        if self.rng.random() < 0.1:
            request["series"] = "p1"
        if n and self.roll("after"):
            link: Json = {"request": f"r{self.rng.randrange(n)}", "min": self.pick([0, 0, 5, 15])}
            if self.rng.random() < 0.5:
                link["max"] = link["min"] + self.pick([0, 15, 45, 90])
            request["after"] = [link]
            if n > 1 and self.rng.random() < 0.3:
                request["after"].append({"request": next(f"r{k}" for k in range(n) if f"r{k}" != link["request"])})
        return request

    def _windows(self, minutes: float) -> list[Json]:
        windows = []
        for _ in range(2 if self.roll("two_windows") else 1):
            opens, closes = self.pick(self.periods)
            room = max(1, int((closes - opens - minutes) // 5))
            start = opens + 5 * self.rng.randrange(room) + self.pick([0, 0, 2.5])
            steps = self.pick([1, 2, 3]) if self.roll("flexible") else 0
            windows.append(self.interval(start, start + steps * self.step + self.pick([0, self.step - 1])))
        return windows

    def _role(self, n: int) -> Json:
        role: Json = {"id": f"p{n}"}
        if self.roll("skill"):
            role["skill"] = self.pick(["s1", "s1", "s2"])
            if self.roll("level"):
                role["level"] = self.pick([2, 2, 3])
        if self.roll("many"):
            role["count"] = self.pick([2, 2, 2, 3])
            if self.rng.random() < 0.6:
                role["min_count"] = self.rng.randrange(1, role["count"] + 1)
        if self.rng.random() < 0.2:
            role["minutes"] = self.pick([10, 25])
        if n and self.roll("lag"):
            least = self.pick([0, 5, 20, 30])
            role["lag"] = {"min": least, "max": least + self.pick([0, 1, 2]) * self.step}
        return role

    def starts(self, request: Json) -> list[float]:
        """Minutes at which the first role may start."""
        found = []
        for window in request["windows"]:
            first, last = (self._minutes(window[end]) for end in ("start", "end"))
            found += [first + k * self.step for k in range(int((last - first) / self.step) + 1)]
        return found

    def _minutes(self, moment: str) -> float:
        return (datetime.fromisoformat(moment) - self.start).total_seconds() / 60

    def _trim(self) -> None:
        """Fix starts, the most flexible request first, until brute force can look at all plans."""

        def options(request: Json) -> int:
            steps = [
                1 if "lag" not in r else 1 + int((r["lag"]["max"] - r["lag"]["min"]) / self.step)
                for r in request["roles"]
            ]
            return 1 + len(self.starts(request)) * sum(steps)

        def size() -> int:
            product = 1
            for request in self.requests:
                product *= options(request)
            return product

        while size() > MOST_STARTS:
            largest = max(self.requests, key=lambda request: len(self.starts(request)))
            window = largest["windows"][-1]
            if window["start"] != window["end"]:
                window["end"] = window["start"]
            elif len(largest["windows"]) > 1:
                largest["windows"].pop()
            else:
                break

    # The rest.

    def _visit(self, wild: bool) -> Json:
        """A visit that stands a good chance of being possible; a wild one may be anything."""
        request = self.pick(self.requests)
        role = self.pick(request["roles"])
        start: float = self.pick(self.starts(request)) + (role["lag"]["min"] if "lag" in role else 0)
        if wild:
            start += self.pick([-20, -7, 3, 5, 11, 25])
        able = [v for v in self.volunteers if wild or self._able(v, request, role, start)]
        volunteer = self.pick(able or self.volunteers)
        return {"request": request["id"], "role": role["id"], "volunteer": volunteer["id"], "start": self.moment(start)}

    def _able(self, volunteer: Json, request: Json, role: Json, start: float) -> bool:
        minutes: float = role.get("minutes", request["minutes"])
        end = start + minutes
        spans = [(self._minutes(shift["start"]), self._minutes(shift["end"])) for shift in volunteer["shifts"]]
        skilled = "skill" not in role or role["skill"] in {held["skill"] for held in volunteer["skills"]}
        return skilled and any(opens + 15 <= start and end + 15 <= closes for opens, closes in spans)

    def _pins(self) -> list[Json]:
        """Visits of one request, often all it needs, seldom a wild one."""
        pins = []
        if self.roll("pins"):
            pins.append(self._visit(False))
            if self.rng.random() < 0.7:
                pins += self._company(pins[0])
            elif self.rng.random() < 0.5:
                pins.append(self._visit(False))
        if self.roll("wild_pins"):
            pins.append(self._visit(True))
        return _once(pins)

    def _company(self, pin: Json) -> list[Json]:
        """Pins for the other places that the request of a pin has to fill."""
        request = next(r for r in self.requests if r["id"] == pin["request"])
        lags: dict[str, float] = {role["id"]: role.get("lag", {}).get("min", 0) for role in request["roles"]}
        free = [volunteer for volunteer in self.volunteers if volunteer["id"] != pin["volunteer"]]
        company = []
        for role in request["roles"]:
            start = self._minutes(pin["start"]) + lags[role["id"]] - lags[pin["role"]]
            for _ in range(role.get("min_count", role.get("count", 1)) - (role["id"] == pin["role"])):
                able = [volunteer for volunteer in free if self._able(volunteer, request, role, start)]
                if able:
                    free.remove(able[0])
                    visit = {"request": request["id"], "role": role["id"], "volunteer": able[0]["id"]}
                    company.append(visit | {"start": self.moment(start)})
        return company

    def _tiers(self) -> list[Json]:
        coverage = [f"coverage.{priority}" for priority in PRIORITIES]
        costs = [name for name in TERMS if name not in coverage]
        weights = {name: self.pick([TERMS[name].weight, 0.1, 0.7, 1, 3.25, 7.5, 20]) for name in TERMS}
        form = self.pick([0, 0, 1, 1, 1, 2, 2, 3, 3, 4])
        if form == 0:
            groups = [coverage, costs]
        elif form == 1:
            high = self.pick(costs)
            groups = [coverage[:2], [high], coverage[2:], [name for name in costs if name != high]]
        elif form == 2:
            groups = [coverage[::-1], [], self.some(costs, 0.6)]
        elif form == 3:
            return [{"terms": {name: 30 if name in coverage else weights[name] for name in TERMS}}]
        else:
            names = self.rng.sample(list(TERMS), len(TERMS))
            cut = self.rng.randrange(1, len(names))
            groups = [names[:cut], names[cut:], ["travel", "workload"]]
        return [{"terms": {name: weights[name] for name in group}} for group in groups]

    def _policy(self) -> Json:
        policy: Json = {"start_step_minutes": self.step}
        if self.roll("odd_tiers"):
            policy["tiers"] = self._tiers()
        if self.roll("service"):
            policy["shift_covers"] = "service"
        policy["home_between"] = not self.roll("home_between")
        policy["reach"] = {name: self.pick([0, 1, 1, 2]) for name in PRIORITIES if self.roll("reach")}
        if self.roll("min_travel"):
            policy["min_travel_minutes"] = self.pick([2, 5, 10])
        policy["prior_acceptance"] = self.pick([0.5, 0.5, 0.8])
        return policy

    def batch(self) -> Json:
        previous = [self._visit(self.rng.random() < 0.1) for _ in range(self.pick([1, 2, 3]))]
        batch: Json = {
            "schema": "matcher.batch/1",
            "id": f"tiny-{self.seed}",
            "horizon": {
                "start": self.start.isoformat(),
                "end": (self.start + timedelta(days=len(self.periods))).isoformat(),
            },
            "skills": [{"id": "s1"}, {"id": "s2"}],
            "categories": [{"id": "c1"}, {"id": "c2"}],
            "teams": [{"id": "t1"}, {"id": "t2"}, {"id": "t3"}],
            "sites": self.sites,
            "volunteers": self.volunteers,
            "requests": self.requests,
            "travel": self.terrain.travel,
            "pins": self._pins(),
            "previous": _once(previous) if self.roll("previous") else [],
            "policy": self._policy(),
        }
        if self.roll("now"):
            opens = self.pick(self.periods)[0]
            batch["now"] = self.moment(self.rng.randrange(opens - 30, opens + 60))
        return batch


def _once(visits: list[Json]) -> list[Json]:
    """The visits without repetitions of request, role and volunteer."""
    return list({(visit["request"], visit["role"], visit["volunteer"]): visit for visit in visits}.values())
