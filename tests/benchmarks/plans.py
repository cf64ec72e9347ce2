"""Plans written by hand, for the judges of families."""

import json
from datetime import UTC, datetime, timedelta

from matcher import Batch, Plan, read_batch

START = datetime(2026, 1, 1, tzinfo=UTC)


def bare() -> Batch:
    """A batch of nothing but its horizon, which is all that judges look at."""
    horizon = {"start": START.isoformat(), "end": (START + timedelta(days=99)).isoformat()}
    travel = {"kind": "matrix", "nodes": ["0"], "seconds": [[0]]}
    return read_batch(json.dumps({"schema": "matcher.batch/1", "id": "bare", "horizon": horizon, "travel": travel}))


def plan(unit: timedelta, *visits: tuple[str, str, str, float]) -> Plan:
    """A plan of visits: volunteer, request, role, and the start in units after the horizon's."""
    return Plan.model_validate(
        {
            "schema": "matcher.plan/1",
            "batch": "bare",
            "visits": [
                {"volunteer": volunteer, "request": request, "role": role, "start": START + start * unit}
                for volunteer, request, role, start in visits
            ],
        }
    )
