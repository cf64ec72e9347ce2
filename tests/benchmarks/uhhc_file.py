"""A small UHHC instance, and a plan of it."""

import json
from typing import Any

from benchmarks.families.uhhc_routes import File

Visits = tuple[tuple[str, str, str, float], ...]

FILE: File = {
    "metadata": {
        "name": "tiny",
        "time_window_met": "at_service_start",
        "origin": "generated",
        "horizon": 600,
        "cost_components": {
            "travel_time": 2,
            "total_tardiness": 3,
            "highest_tardiness": 4,
            "total_waiting_time": 5,
            "total_extra_time": 6,
            "max_idle_time": 7,
            "caregiver_preferences": 8,
            "optional_patients": 100,
            "missed_lunch_break": 50,
        },
    },
    "terminal_points": [{"id": "d0", "distance_matrix_index": 0}],
    "services": [{"id": "a"}, {"id": "b"}],
    "caregivers": [
        {
            "id": "c1",
            "abilities": ["a", "b"],
            "departing_point": "d0",
            "arrival_point": "d0",
            "working_shift": {"start": 0, "end": 400},
            "lunch_break": True,
        },
        {
            "id": "c2",
            "abilities": ["b"],
            "departing_point": "d0",
            "arrival_point": "d0",
            "working_shift": {"start": 50, "end": 300},
            "lunch_break": False,
        },
    ],
    "patients": [
        {
            "id": "p1",
            "distance_matrix_index": 1,
            "required_services": [{"service": "a", "duration": 30}],
            "time_windows": [{"start": 60, "end": 100}],
            "preferred_caregivers": ["c2"],
            "optional": False,
        },
        {
            "id": "p2",
            "distance_matrix_index": 2,
            "required_services": [{"service": "a", "duration": 20}, {"service": "b", "duration": 40}],
            "time_windows": [{"start": 150, "end": 200}, {"start": 300, "end": 320}],
            "synchronization": {"type": "simultaneous"},
            "optional": False,
        },
        {
            "id": "p3",
            "distance_matrix_index": 3,
            "required_services": [{"service": "b", "duration": 10}],
            "time_windows": [{"start": 100, "end": 120}],
            "preferred_caregivers": ["c2"],
            "incompatible_caregivers": ["c1"],
            "optional": True,
        },
    ],
    "lunch_breaks": {"start": 180, "end": 360, "min_duration": 30},
    "distances": [[0, 10, 20, 5], [10, 0, 15, 7], [20, 15, 0, 9], [5, 7, 9, 0]],
}

GOOD: Visits = (("c1", "p1", "a", 110), ("c1", "p2", "a", 210), ("c2", "p2", "b", 210))


def changed(*changes: tuple[str, Any]) -> File:
    """The instance with values at paths (`patients.0.optional`) set; null removes what is there."""
    file: File = json.loads(json.dumps(FILE))
    for path, value in changes:
        *way, last = path.split(".")
        place: Any = file
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        place.pop(last, None)
        if value is not None:
            place[last] = value
    return file
