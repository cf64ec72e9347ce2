"""Unified home health care routing and scheduling (UHHC): the public instances as batches.

A minute of an instance is a minute of its batch, and the published cost is a constant minus the value of the last
tier. The constant is what it costs to visit no optional patient, and to have mandatory ones visited by nobody whom they
prefer. In the terms of a batch, what is gained over that is the weight of `optional_patients` for an optional patient
visited, less the weight of `caregiver_preferences` for each of the visits if there are preferences (the request's
value), and that weight again for each visit by a preferred carer (`preference`).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.case import Case, Judged
from benchmarks.families import uhhc_judge
from benchmarks.families.files import known, read
from benchmarks.families.uhhc_judge import DUST
from benchmarks.families.uhhc_routes import APART, FROM_SHIFT, UNIT, File, Instance
from matcher import Batch, Plan, read_batch

LATE = 600
"""Minutes after the end of its window by which a service may start, where that has a price."""
OVERTIME = 600
"""Minutes that a shift may take longer, where that has a price."""
SPREAD = 600
"""Minutes by which the second of an optional patient's independent services may start after the first."""
START = datetime(2026, 1, 1, tzinfo=UTC)
PARTS = ("validation", "small", "bazirha", "bazirha-caie", "mixed_sample")
TERMS = {
    "travel_time": "travel",
    "total_tardiness": "tardiness",
    "highest_tardiness": "max_lateness",
    "total_waiting_time": "waiting",
    "total_extra_time": "overtime",
    "max_idle_time": "max_idle",
    "workload_balance": "workload_spread",
    "caregiver_preferences": "preference",
    "missed_lunch_break": "missed_break",
}
"""The term of each component of the cost; `optional_patients` is coverage."""

Json = dict[str, Any]


def cases(data: Path) -> Iterator[Case]:
    """The instances in `data`/uhhc, part after part; those of Bazirha have bounds (`published`).

    Raises FileNotFoundError if they are not there.
    """
    best = known(data / "uhhc" / "best_known.csv", "best_known")
    for part in PARTS:
        for path in sorted((data / "uhhc" / "instances" / part).glob("*.json")):
            yield Case(
                name=f"uhhc/{path.stem}",
                make=partial(_make, path),
                known=best.get(path.stem),
                judge=partial(_judge, path),
                solution=partial(_solution, path),
                bound=published if part in FROM_SHIFT else None,
            )


def published(bound: float) -> float:
    """The cost no plan is below, from the bound of the tier: the next whole number, as all numbers are whole.

    For instances without optional patients, preferences, lateness and extra time, so that the constant is 0 and a batch
    leaves out no plan. It does not hold where carers have lunch: the validator knows lunches, and days off with a
    lunch, that `missed_break`, `waiting` and `max_idle` do not.
    """
    return ceil(-bound - DUST)


def batch(name: str, file: File) -> Batch:
    """An instance as a batch: a request for each patient, and for each service where two are independent.

    A request has the id of the patient, with APART and the service's where it is for one of two.
    """
    instance = Instance(file)
    requests = [request for patient in file["patients"] for request in _requests(instance, patient)]
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": name,
                "horizon": _interval(0, instance.meta["horizon"]),
                "skills": [{"id": service["id"]} for service in file["services"]],
                "volunteers": [_volunteer(instance, carer) for carer in file["caregivers"]],
                "requests": requests,
                "travel": {
                    "kind": "matrix",
                    "nodes": [str(site) for site in range(len(file["distances"]))],
                    "seconds": [[minutes * 60 for minutes in row] for row in file["distances"]],
                },
                "policy": {
                    "tiers": _tiers(instance, requests),
                    "start_step_minutes": 1,
                    "home_between": False,
                    "leaves": "shift" if instance.meta["origin"] in FROM_SHIFT else "late",
                    "late_by": "end" if instance.at_end else "start",
                },
            }
        )
    )


def _tiers(instance: Instance, requests: list[Json]) -> list[Json]:
    """The weights, in one tier; before it, where nobody may be late, what windows cannot say of roles with lag."""
    weights = {
        term: instance.weight(component)
        for component, term in TERMS.items()
        if instance.weight(component) and not instance.hard(component)
    }
    if instance.weight("optional_patients"):
        weights["coverage.normal"] = 1
    lagging = any("lag" in role for request in requests for role in request["roles"])
    on_time = [{"terms": {"tardiness": 1}}] if lagging and instance.hard("total_tardiness") else []
    return [*on_time, {"terms": weights}]


def _volunteer(instance: Instance, carer: Json) -> Json:
    shift = carer["working_shift"]
    volunteer = {
        "id": carer["id"],
        "place": _place(instance, carer["departing_point"]),
        "skills": [{"skill": ability} for ability in carer["abilities"]],
        "shifts": [
            _interval(shift["start"], shift["end"]) | {"overtime": 0 if instance.hard("total_extra_time") else OVERTIME}
        ],
    }
    if carer["arrival_point"] != carer["departing_point"]:
        volunteer["ends_at"] = _place(instance, carer["arrival_point"])
    if carer.get("lunch_break") and instance.lunch:
        volunteer["break"] = _break(instance, instance.lunch)
    return volunteer


def _break(instance: Instance, lunch: dict[str, float]) -> Json:
    """A lunch; where windows are for starts, so are its hours."""
    minutes = lunch["min_duration"]
    end = lunch["end"] if instance.at_end else lunch["end"] + minutes
    return _interval(lunch["start"], end) | {"minutes": minutes}


def _requests(instance: Instance, patient: Json) -> Iterator[Json]:
    """One request; two for independent services, if all are to be visited.

    An optional patient gets both services or none, which only one request can say: there the second starts with the
    first or up to SPREAD later, and by another carer. This leaves out plans that the definition has.
    """
    needs = patient["required_services"]
    synchronization = patient.get("synchronization") or {}
    if synchronization.get("type") != "independent":
        lag = synchronization.get("distance")
        yield _request(instance, patient, patient["id"], needs, lag)
    elif patient.get("optional"):
        yield _request(instance, patient, patient["id"], needs, {"min": 0, "max": SPREAD})
    else:
        for need in needs:
            yield _request(instance, patient, f"{patient['id']}{APART}{need['service']}", [need], None)


def _request(instance: Instance, patient: Json, name: str, needs: list[Json], lag: Json | None) -> Json:
    roles = [{"id": need["service"], "skill": need["service"], "minutes": need["duration"]} for need in needs]
    if lag:
        roles[1]["lag"] = {"min": lag["min"], "max": lag["max"]}
    preferred = patient.get("preferred_caregivers") or []
    value = 0.0
    if patient.get("optional"):
        unloved = len(needs) if preferred else 0
        value = instance.weight("optional_patients") - unloved * instance.weight("caregiver_preferences")
    return {
        "id": name,
        "place": _place(instance, patient["id"]),
        "windows": [_window(instance, window, roles) for window in patient["time_windows"]],
        "minutes": needs[0]["duration"],
        "roles": roles,
        "mandatory": not patient.get("optional"),
        "value": value,
        "preferred": preferred,
        "excluded": patient.get("incompatible_caregivers") or [],
    }


def _window(instance: Instance, window: Json, roles: list[Json]) -> Json:
    """When the first service may start: as late as LATE, or so that all that start with it are over by the end."""
    if not instance.hard("total_tardiness"):
        return _interval(window["start"], window["end"]) | {"late": LATE}
    together = [role["minutes"] for role in roles if "lag" not in role]
    return _interval(window["start"], window["end"] - (max(together) if instance.at_end else 0))


def _place(instance: Instance, place: str) -> Json:
    return {"node": str(instance.sites[place])}


def _interval(start: float, end: float) -> Json:
    return {"start": (START + start * UNIT).isoformat(), "end": (START + end * UNIT).isoformat()}


def _make(path: Path) -> Batch:
    return batch(path.stem, read(path))


def _judge(path: Path, batch: Batch, plan: Plan) -> Judged:
    return uhhc_judge.judge(read(path), batch, plan)


def _solution(path: Path, batch: Batch, plan: Plan) -> Json:
    return uhhc_judge.solution(read(path), batch, plan)
