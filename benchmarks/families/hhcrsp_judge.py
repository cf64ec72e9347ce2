"""What the published definition of HHCRSP says of a plan: from the instance's file and the plan's visits alone.

Definition: Mankowska, Meisel, Bierwirth, Health Care Management Science 17, 2014, and Ceschia, Di Gaspero, Rosati,
Schaerf, ITOR 2024; formats: README of iolab-uniud/hhcrsp. Times and distances are in the file's units.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from benchmarks.case import Judged
from matcher import Batch, Plan

UNIT = timedelta(seconds=1000)
"""What one published unit is in a batch."""
DUST = 1e-6
"""Units by which times may be off, for the sums of floats."""

File = dict[str, Any]


@dataclass(frozen=True)
class Stop:
    """A service: whose, which, from when till when; `site` is the patient's row of the distances."""

    patient: str
    service: str
    start: float
    end: float
    site: int


Routes = dict[str, list[Stop]]
"""The stops of every carer who has any, by start."""


def judge(file: File, batch: Batch, plan: Plan) -> Judged:
    """The plan's cost, (distance + total tardiness + largest tardiness) / 3, or what it does wrong."""
    wrong = tuple(_unknown(file, plan))
    if wrong:
        return Judged(None, wrong=wrong)
    ways = _routes(file, batch, plan)
    wrong = (*_patients(file, ways), *_carers(file, ways))
    if wrong:
        return Judged(None, wrong=wrong)
    due = {patient["id"]: patient["time_window"][1] for patient in file["patients"]}
    late = [max(0.0, stop.start - due[stop.patient]) for stops in ways.values() for stop in stops]
    distance = sum(_distance(file, stops) for stops in ways.values())
    parts = {"distance": distance, "total_tardiness": sum(late), "max_tardiness": max(late, default=0.0)}
    return Judged(sum(parts.values()) / 3, parts)


def solution(file: File, batch: Batch, plan: Plan) -> dict[str, Any]:
    """The plan in the format of the public validator; an arrival there is the start of the service."""
    ways = _routes(file, batch, plan)
    stops = sorted((stop for way in ways.values() for stop in way), key=lambda stop: stop.start)
    return {
        "routes": [
            {
                "caregiver_id": carer["id"],
                "locations": [
                    {
                        "patient_id": stop.patient,
                        "service_id": stop.service,
                        "arrival_time": stop.start,
                        "departure_time": stop.end,
                    }
                    for stop in ways.get(carer["id"], ())
                ],
            }
            for carer in file["caregivers"]
        ],
        "global_ordering": list(dict.fromkeys(stop.patient for stop in stops)),
    }


def _unknown(file: File, plan: Plan) -> Iterator[str]:
    carers = {carer["id"] for carer in file["caregivers"]}
    units = _units(file)
    for visit in plan.visits:
        if visit.volunteer not in carers:
            yield f"no carer {visit.volunteer}"
        if (visit.request, visit.role) not in units:
            yield f"patient {visit.request} does not ask for {visit.role}"


def _units(file: File) -> dict[tuple[str, str], float]:
    """How long each service that a patient asks for takes."""
    return {
        (patient["id"], need["service"]): need["duration"]
        for patient in file["patients"]
        for need in patient["required_caregivers"]
    }


def _routes(file: File, batch: Batch, plan: Plan) -> Routes:
    units = _units(file)
    sites = {patient["id"]: row for row, patient in enumerate(file["patients"], start=1)}
    ways: Routes = {}
    for visit in sorted(plan.visits, key=lambda visit: visit.start):
        start = (visit.start - batch.horizon.start) / UNIT
        stop = Stop(visit.request, visit.role, start, start + units[visit.request, visit.role], sites[visit.request])
        ways.setdefault(visit.volunteer, []).append(stop)
    return ways


def _distance(file: File, stops: list[Stop]) -> float:
    sites = [0, *(stop.site for stop in stops), 0]
    return float(sum(file["distances"][a][b] for a, b in pairwise(sites)))


def _patients(file: File, ways: Routes) -> Iterator[str]:
    """What patients miss: every service once, not before the window, two services by two carers, well apart."""
    served = Counter((stop.patient, stop.service) for stops in ways.values() for stop in stops)
    starts = {(stop.patient, stop.service): (stop.start, carer) for carer, stops in ways.items() for stop in stops}
    for patient in file["patients"]:
        name, opens = patient["id"], patient["time_window"][0]
        services = [need["service"] for need in patient["required_caregivers"]]
        for service in services:
            if served[name, service] != 1:
                yield f"patient {name} gets {service} {served[name, service]} times"
            elif starts[name, service][0] < opens - DUST:
                yield f"patient {name} gets {service} before {opens}"
        if len(services) == 2 and all(served[name, service] == 1 for service in services):
            (first, one), (second, other) = (starts[name, service] for service in services)
            if one == other:
                yield f"patient {name} has one carer for both services"
            least, most = _apart(patient["synchronization"])
            if not least - DUST <= second - first <= most + DUST:
                yield f"patient {name}: services {second - first} apart, not {least} to {most}"


def _apart(synchronization: dict[str, Any]) -> tuple[float, float]:
    if synchronization["type"] == "simultaneous":
        return 0, 0
    least, most = synchronization["distance"]
    return least, most


def _carers(file: File, ways: Routes) -> Iterator[str]:
    """What carers cannot do: services they have not learnt, and being in two places."""
    abilities = {carer["id"]: set(carer["abilities"]) for carer in file["caregivers"]}
    for carer, stops in ways.items():
        for stop in stops:
            if stop.service not in abilities[carer]:
                yield f"carer {carer} cannot give {stop.service}"
        free, site = 0.0, 0
        for stop in stops:
            if stop.start < free + file["distances"][site][stop.site] - DUST:
                yield f"carer {carer} cannot be at patient {stop.patient} by {stop.start}"
            free, site = stop.end, stop.site
