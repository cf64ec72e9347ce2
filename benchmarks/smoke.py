"""Small batches that touch every way of solving, each done in seconds: what the gate holds."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from benchmarks.degenerate import alike, nobody_can, one_place
from benchmarks.families.county import KINDS, county_batch
from benchmarks.plain import MIDNIGHT, single_batch
from matcher import Batch, read_batch


def errands() -> Batch:
    """Two volunteers and three requests on a line: a mandatory one, one of two roles with a lag, one that comes after.

    A cell is a minute. The one of role `helper` comes ten minutes after the `lead`, so both volunteers are needed, and
    only who comes from the far end can be there in time to lead.
    """
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": "errands",
                "horizon": {"start": _at(0), "end": _at(24 * 60)},
                "travel": {"kind": "grid", "cell_metres": 1000, "metric": "manhattan", "speed_kmh": 60},
                "volunteers": [_volunteer("a", 0), _volunteer("b", 10)],
                "requests": [
                    _request("first", 1, 540, 540, minutes=30, mandatory=True),
                    _request("both", 9, 540, 570, minutes=20)
                    | {"roles": [{"id": "lead"}, {"id": "helper", "lag": {"min": 10, "max": 10}}]},
                    _request("later", 2, 570, 630, minutes=30, after=[{"request": "first"}]),
                ],
                "policy": {"tiers": [{"terms": {"coverage.normal": 1}}, {"terms": {"travel": 1}}]},
            }
        )
    )


SMOKE: dict[str, Callable[[], Batch]] = {
    "errands": errands,
    "county 300x60 fixed": partial(county_batch, 300, 60, KINDS["fixed"], 1),
    "county 300x60 mixed": partial(county_batch, 300, 60, KINDS["mixed"], 1),
    "county 300x60 groups": partial(county_batch, 300, 60, KINDS["groups"], 1),
    "county 300x60 villages": partial(county_batch, 300, 60, KINDS["villages"], 1),
    "flow 2000x300": partial(single_batch, 2000, 300),
    "all alike 60x15": partial(alike, 60, 15),
    "one place 300x60": partial(one_place, 300, 60),
    "nobody can 300x60": partial(nobody_can, 300, 60),
}


def _volunteer(name: str, column: int) -> dict[str, Any]:
    return {"id": name, "place": {"cell": [0, column]}, "shifts": [{"start": _at(480), "end": _at(720)}]}


def _request(name: str, column: int, first: int, last: int, **fields: Any) -> dict[str, Any]:
    """One person at a cell of the line, to start between two minutes of the day."""
    window = {"start": _at(first), "end": _at(last)}
    return {"id": name, "place": {"cell": [0, column]}, "windows": [window], "roles": [{"id": "helper"}]} | fields


def _at(minute: int) -> str:
    return (MIDNIGHT + timedelta(minutes=minute)).isoformat()
