"""Tiny random batches in which every rule and term of docs/problem.md comes up often.

`tiny_batch(seed)` has 1 to 4 volunteers and 1 to 4 requests, and few enough starts for `brute`.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

from matcher.batch import Batch
from matcher.policy import PRIORITIES
from tests.oracle.dice import Dice, Json
from tests.oracle.policies import policy
from tests.oracle.terrain import Terrain

MOST_STARTS = 150
"""Largest product over the requests of (1 + starts × roles)."""


def tiny_batch(seed: int, profile: Mapping[str, float] | None = None) -> Batch:
    """A tiny batch, the same for the same seed; `profile` sets the rate (0 to 1) of features of `dice.RATES`."""
    return Batch.model_validate_json(json.dumps(_Maker(seed, profile or {}).batch()))


class _Maker(Dice):
    def __init__(self, seed: int, profile: Mapping[str, float]) -> None:
        super().__init__(seed, profile)
        self.terrain = Terrain(self.rng)
        self.sites = self._sites() if self.rates["sites"] else []
        self.volunteers = [self._volunteer(n) for n in range(self.pick([1, 2, 3, 3, 4, 4, 4, 4]))]
        self.requests: list[Json] = []
        for n in range(self.pick([1, 2, 3, 3, 3, 4, 4, 4])):
            self.requests.append(self._request(n))
        self._trim()

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
        if shifts and self.chance("overtime"):
            shifts[-1]["overtime"] = self.extra.choice([10, 30, 45])
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
            if self.chance("late"):
                windows[-1]["late"] = self.extra.choice([1, 2, 4.5]) * self.step
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
            first, last = (self.minutes_of(window[end]) for end in ("start", "end"))
            last += window.get("late", 0)
            found += [first + k * self.step for k in range(int((last - first) / self.step) + 1)]
        return found

    def _trim(self) -> None:
        """Fix starts, the most flexible request first, then drop roles, until brute force can look at all plans."""

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
            if "late" in window and window["start"] == window["end"]:
                del window["late"]
            elif window["start"] != window["end"]:
                window["end"] = window["start"]
            elif len(largest["windows"]) > 1:
                largest["windows"].pop()
            else:
                max(self.requests, key=options)["roles"].pop()

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
        minutes: float = role["minutes"] if "minutes" in role else request["minutes"]
        end = start + minutes
        spans = [(self.minutes_of(shift["start"]), self.minutes_of(shift["end"])) for shift in volunteer["shifts"]]
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
        return self._consistent(pins)

    def _consistent(self, pins: list[Json]) -> list[Json]:
        """The pins without those that are refused on reading: a second one of a person, or beyond the count."""
        counts = {(r["id"], role["id"]): role.get("count", 1) for r in self.requests for role in r["roles"]}
        kept: list[Json] = []
        for pin in pins:
            same = [other for other in kept if other["request"] == pin["request"]]
            full = sum(other["role"] == pin["role"] for other in same) == counts[pin["request"], pin["role"]]
            if not full and all(other["volunteer"] != pin["volunteer"] for other in same):
                kept.append(pin)
        return kept

    def _company(self, pin: Json) -> list[Json]:
        """Pins for the other places that the request of a pin has to fill."""
        request = next(r for r in self.requests if r["id"] == pin["request"])
        lags: dict[str, float] = {role["id"]: role.get("lag", {}).get("min", 0) for role in request["roles"]}
        free = [volunteer for volunteer in self.volunteers if volunteer["id"] != pin["volunteer"]]
        company = []
        for role in request["roles"]:
            start = self.minutes_of(pin["start"]) + lags[role["id"]] - lags[pin["role"]]
            for _ in range(role.get("min_count", role.get("count", 1)) - (role["id"] == pin["role"])):
                able = [volunteer for volunteer in free if self._able(volunteer, request, role, start)]
                if able:
                    free.remove(able[0])
                    visit = {"request": request["id"], "role": role["id"], "volunteer": able[0]["id"]}
                    company.append(visit | {"start": self.moment(start)})
        return company

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
            "policy": policy(self),
        }
        if self.roll("now"):
            opens = self.pick(self.periods)[0]
            batch["now"] = self.moment(self.rng.randrange(opens - 30, opens + 60))
        return batch


def _once(visits: list[Json]) -> list[Json]:
    """The visits without repetitions of request, role and volunteer."""
    return list({(visit["request"], visit["role"], visit["volunteer"]): visit for visit in visits}.values())
