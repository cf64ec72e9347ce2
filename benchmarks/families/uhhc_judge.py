"""What the published definition of UHHC says of routes: rules broken, and every component of the cost.

Written from the public validator, iolab-uniud/uhhc-toolbox. Where its words and its tests differ (one carer for both
services, starts of simultaneous services), the words are taken.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import Any

from benchmarks.case import Judged
from benchmarks.families import uhhc_routes
from benchmarks.families.uhhc_routes import LUNCH, File, Instance, Route, Stop, waiting, waits
from matcher import Batch, Plan

DUST = 1e-6
"""Minutes by which times may be off, for the sums of floats."""
HARD_IF_ABSENT = ("caregiver_preferences", "optional_patients")
"""Components that may not occur in instances that give them no weight."""

FREE = "independent_freely"
"""Patients whose independent services are in two windows or of one carer: the validator lets it pass, none of the
published solutions looked at does it."""

Served = dict[tuple[str, str], list[tuple[str, Stop]]]
"""Carer and stop of every service of every patient."""


def judge(file: File, batch: Batch, plan: Plan) -> Judged:
    """The plan's weighted cost and its components (unweighted), or what it does wrong."""
    instance = Instance(file)
    wrong = tuple(uhhc_routes.unknown(instance, plan))
    if wrong:
        return Judged(None, wrong=wrong)
    return judge_routes(instance, uhhc_routes.routes(instance, batch, plan))


def judge_routes(instance: Instance, routes: list[Route]) -> Judged:
    """The same of routes."""
    served: Served = defaultdict(list)
    for route in routes:
        for stop in _services(route):
            served[stop.place, stop.service].append((route.carer, stop))
    parts = _parts(instance, routes, served)
    wrong = (
        *_patients(instance, served),
        *_carers(instance, served),
        *(fault for route in routes for fault in _times(instance, route)),
        *_hard(instance, parts),
    )
    if wrong:
        return Judged(None, wrong=wrong)
    cost = sum(instance.weight(name) * amount for name, amount in parts.items())
    return Judged(cost, parts | {FREE: float(_freely(instance, served))})


def solution(file: File, batch: Batch, plan: Plan) -> dict[str, Any]:
    """The plan in the format of the public validator, with the components of its cost."""
    instance = Instance(file)
    parts = judge(file, batch, plan).parts
    return {
        "instance": instance.meta["name"],
        "routes": uhhc_routes.solution(instance, batch, plan),
        "cost_components": {name: round(amount) for name, amount in parts.items() if name != FREE},
    }


def _services(route: Route) -> Iterator[Stop]:
    return (stop for stop in route.stops if stop.service != LUNCH)


def _patients(instance: Instance, served: Served) -> Iterator[str]:
    """What patients miss: all services or, optional, none; not before the first window; two carers, well apart."""
    visited = {patient for patient, _ in served}
    for name, patient in instance.patients.items():
        if name not in visited:
            if not patient.get("optional"):
                yield f"patient {name} is not visited"
            continue
        services = [need["service"] for need in patient["required_services"]]
        opens = patient["time_windows"][0]["start"]
        for service in services:
            times = len(served.get((name, service), ()))
            if times != 1:
                yield f"patient {name} gets {service} {times} times"
            elif served[name, service][0][1].start < opens - DUST:
                yield f"patient {name} gets {service} before {opens}"
        synchronization = patient.get("synchronization") or {"type": "independent"}
        if synchronization["type"] != "independent" and all(served.get((name, service)) for service in services):
            yield from _together(name, synchronization, *(served[name, service][0] for service in services))


def _together(
    name: str, synchronization: dict[str, Any], first: tuple[str, Stop], second: tuple[str, Stop]
) -> Iterator[str]:
    least, most = 0, 0
    if synchronization["type"] == "sequential":
        least, most = synchronization["distance"]["min"], synchronization["distance"]["max"]
    apart = second[1].start - first[1].start
    if first[0] == second[0]:
        yield f"patient {name} has one carer for both services"
    if not least - DUST <= apart <= most + DUST:
        yield f"patient {name}: services {apart} apart, not {least} to {most}"


def _carers(instance: Instance, served: Served) -> Iterator[str]:
    for (patient, service), visits in served.items():
        for carer, _ in visits:
            if service not in instance.carers[carer]["abilities"]:
                yield f"carer {carer} cannot give {service}"
            if carer in (instance.patients[patient].get("incompatible_caregivers") or ()):
                yield f"patient {patient} does not take carer {carer}"


def _times(instance: Instance, route: Route) -> Iterator[str]:
    """What a carer has no time for: a way, the shift's start, a lunch at its hours."""
    if route.leave < instance.carers[route.carer]["working_shift"]["start"] - DUST:
        yield f"carer {route.carer} leaves before the shift"
    for stop, minutes in zip(route.stops, waits(instance, route), strict=True):
        if minutes < -DUST:
            yield f"carer {route.carer} cannot be at {stop.place} by {stop.start}"
        if stop.service == LUNCH:
            lunch = instance.lunch or {"start": 0, "end": 0, "min_duration": 0}
            last = stop.end if instance.at_end else stop.start
            if not lunch["start"] <= stop.start or last > lunch["end"] or stop.end - stop.start < lunch["min_duration"]:
                yield f"carer {route.carer} has lunch at {stop.start}"


def _hard(instance: Instance, parts: dict[str, float]) -> Iterator[str]:
    components = instance.meta["cost_components"]
    for name, amount in parts.items():
        if amount > DUST and (instance.hard(name) or (name in HARD_IF_ABSENT and name not in components)):
            yield f"{name} is {amount}"


def _parts(instance: Instance, routes: list[Route], served: Served) -> dict[str, float]:
    """Every component of the cost, in minutes or in visits, patients and carers."""
    late = [_tardiness(instance, stop) for visits in served.values() for _, stop in visits]
    shifts = {route.carer: instance.carers[route.carer]["working_shift"] for route in routes}
    return {
        "travel_time": sum(_travel(instance, route) for route in routes),
        "total_tardiness": sum(late),
        "highest_tardiness": max(late, default=0.0),
        "total_waiting_time": sum(waiting(instance, route) for route in routes),
        "total_extra_time": sum(max(0.0, route.back - shifts[route.carer]["end"]) for route in routes),
        "max_idle_time": max(_idle(instance, route) for route in routes),
        "workload_balance": _balance(instance, routes),
        "caregiver_preferences": sum(
            1.0 for (patient, _), visits in served.items() for carer, _ in visits if _unloved(instance, patient, carer)
        ),
        "optional_patients": float(len(instance.patients) - len({patient for patient, _ in served})),
        "missed_lunch_break": sum(1.0 for route in routes if _misses_lunch(instance, route)),
    }


def _freely(instance: Instance, served: Served) -> int:
    """How many patients make up `FREE`."""
    found = 0
    for name, patient in instance.patients.items():
        services = [need["service"] for need in patient["required_services"]]
        kind = (patient.get("synchronization") or {"type": "independent"})["type"]
        if kind == "independent" and len(services) == 2 and all((name, service) in served for service in services):
            (one, first), (other, second) = (served[name, service][0] for service in services)
            found += one == other or _window(instance, first) != _window(instance, second)
    return found


def _unloved(instance: Instance, patient: str, carer: str) -> bool:
    preferred = instance.patients[patient].get("preferred_caregivers") or [carer]
    return carer not in preferred


def _misses_lunch(instance: Instance, route: Route) -> bool:
    entitled = bool(instance.carers[route.carer].get("lunch_break"))
    return entitled and all(stop.service != LUNCH for stop in route.stops)


def _travel(instance: Instance, route: Route) -> float:
    """Minutes of ways. A carer who visits nobody goes from the departing to the arrival point all the same."""
    carer = instance.carers[route.carer]
    places = [carer["departing_point"], *(stop.place for stop in route.stops), carer["arrival_point"]]
    return sum(instance.way(start, end) for start, end in pairwise(places))


def _tardiness(instance: Instance, stop: Stop) -> float:
    """Minutes after the end of the last window that opens by the start of the service."""
    window = instance.patients[stop.place]["time_windows"][_window(instance, stop)]
    moment = stop.end if instance.at_end else stop.start
    return max(0.0, moment - float(window["end"]))


def _window(instance: Instance, stop: Stop) -> int:
    """The last window that opens by the start of the service."""
    opens = [window["start"] for window in instance.patients[stop.place]["time_windows"]]
    return max(0, bisect_right(opens, stop.start + DUST) - 1)


def _idle(instance: Instance, route: Route) -> float:
    """Minutes of the shift before leaving, waiting, and after being back."""
    shift = instance.carers[route.carer]["working_shift"]
    before, after = route.leave - float(shift["start"]), float(shift["end"]) - route.back
    return max(0.0, before) + sum(waits(instance, route)) + max(0.0, after)


def _balance(instance: Instance, routes: list[Route]) -> float:
    """How far carers' minutes of service and travel are from the mean, each rounded up."""
    loads = [_travel(instance, route) + sum(stop.end - stop.start for stop in _services(route)) for route in routes]
    mean = sum(loads) / len(loads)
    return float(sum(ceil(abs(load - mean) - DUST) for load in loads))
