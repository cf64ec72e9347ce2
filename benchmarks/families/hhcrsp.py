"""Home health care routing and scheduling (HHCRSP): the public instances as batches.

One published unit is 1,000 seconds of a batch, so that distances with three decimals are whole seconds; services start
on any second. Nothing is rounded, and a tier's value, in minutes, is minus 50 times the published cost.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.case import Case, Judged
from benchmarks.families import hhcrsp_judge
from benchmarks.families.files import known, read
from benchmarks.families.hhcrsp_judge import DUST, UNIT, File
from matcher import Batch, Plan, read_batch

LATE = 600
"""Units after the end of its window by which a service may start; lower makes batches smaller, and bounds weaker."""
MINUTES = UNIT / timedelta(minutes=1)
"""Minutes of a unit."""
START = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = {
    "tiers": [{"terms": {"travel": 1, "tardiness": 1, "max_lateness": 1}}],
    "start_step_minutes": 1 / 60,
    "home_between": False,
}


def cases(data: Path) -> Iterator[Case]:
    """The instances in `data`/hhcrsp: Mankowska's by size, then the Italian ones.

    Raises FileNotFoundError if they are not there.
    """
    for kind, parts in (("mankowska", 1000), ("italian", 1)):
        best = known(data / "hhcrsp" / f"best_known_{kind}.csv", "total_cost")
        for path in sorted((data / "hhcrsp" / "instances" / kind).glob("*.json")):
            yield Case(
                name=f"hhcrsp/{path.stem}",
                make=partial(_make, path),
                known=best[path.name],
                judge=partial(_judge, path),
                solution=partial(_solution, path),
                bound=partial(published, parts),
            )


def published(parts: int, bound: float) -> float:
    """The cost no plan is below, from the bound of the tier; parts: all numbers of the instance are whole in a unit's.

    Some best plan starts all services at whole parts too, each as early as it can be. A plan that starts a service more
    than LATE after its window is not in the batch, and costs more than 2/3 of LATE.
    """
    return min(ceil((-bound / MINUTES - DUST) * parts) / parts / 3, 2 * LATE / 3)


def batch(name: str, file: File) -> Batch:
    """An instance as a batch; requests and roles have the ids of patients and services, `name` is the batch's."""
    end = _end(file)
    nodes = [str(row) for row in range(len(file["distances"]))]
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": name,
                "horizon": {"start": _moment(0), "end": _moment(end)},
                "skills": [{"id": service["id"]} for service in file["services"]],
                "volunteers": [
                    {
                        "id": carer["id"],
                        "place": {"node": nodes[0]},
                        "skills": [{"skill": ability} for ability in carer["abilities"]],
                        "shifts": [{"start": _moment(0), "end": _moment(end)}],
                    }
                    for carer in file["caregivers"]
                ],
                "requests": [
                    _request(patient, node) for patient, node in zip(file["patients"], nodes[1:], strict=True)
                ],
                "travel": {
                    "kind": "matrix",
                    "nodes": nodes,
                    "seconds": [[round(units * 1000) for units in row] for row in file["distances"]],
                },
                "policy": POLICY,
            }
        )
    )


def _request(patient: dict[str, Any], node: str) -> dict[str, Any]:
    opens, closes = patient["time_window"]
    return {
        "id": patient["id"],
        "place": {"node": node},
        "windows": [{"start": _moment(opens), "end": _moment(closes), "late": LATE * MINUTES}],
        "minutes": patient["required_caregivers"][0]["duration"] * MINUTES,
        "roles": list(_roles(patient)),
        "mandatory": True,
    }


def _roles(patient: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A role a service; the second of sequential services starts later, that of simultaneous ones with the first."""
    lag = patient.get("synchronization", {}).get("distance")
    for place, need in enumerate(patient["required_caregivers"]):
        role = {"id": need["service"], "skill": need["service"], "minutes": need["duration"] * MINUTES}
        if place == 1 and lag:
            role["lag"] = {"min": lag[0] * MINUTES, "max": lag[1] * MINUTES}
        yield role


def _end(file: File) -> float:
    """A moment by which everybody is back, however late services are."""
    needs = [need for patient in file["patients"] for need in patient["required_caregivers"]]
    lags = [patient.get("synchronization", {}).get("distance", (0, 0))[1] for patient in file["patients"]]
    closes = max(patient["time_window"][1] for patient in file["patients"])
    farthest = max(max(row) for row in file["distances"])
    return float(ceil(closes + LATE + max(lags) + max(need["duration"] for need in needs) + farthest))


def _moment(units: float) -> str:
    """A time of the file; the file's floats are whole numbers but for rounding."""
    return (START + round(units, 6) * UNIT).isoformat()


def _make(path: Path) -> Batch:
    return batch(path.stem, read(path))


def _judge(path: Path, batch: Batch, plan: Plan) -> Judged:
    return hhcrsp_judge.judge(read(path), batch, plan)


def _solution(path: Path, batch: Batch, plan: Plan) -> dict[str, Any]:
    return hhcrsp_judge.solution(read(path), batch, plan)
