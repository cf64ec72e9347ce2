"""Plans are read like batches, with every mistake named by code and place."""

from typing import Any

import pytest

from matcher.reading import read_plan
from tests.broken import DROP, PIN
from tests.reading.build import PLAN, found, text


def test_a_plan_written_by_hand() -> None:
    plan = read_plan(text(PLAN))
    assert (plan.batch, plan.visits[0].request, plan.status) == ("example", "clinic", None)


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"visits": DROP}, "missing_field", "/visits"),
        ({"visits": [{**PIN, "start": "2026-07-21T09:30:00"}]}, "naive_time", "/visits/0/start"),
        ({"visits": [{**PIN, "end": "2026-07-21T09:30:00.5Z"}]}, "fraction_of_second", "/visits/0/end"),
        ({"visits": [{**PIN, "leave": "1026-07-21T09:30:00Z"}]}, "time_range", "/visits/0/leave"),
        ({"visits": [{**PIN, "travel_seconds": -1}]}, "out_of_range", "/visits/0/travel_seconds"),
        ({"visits": [{**PIN, "volunter": "v1"}]}, "unknown_field", "/visits/0/volunter"),
        ({"score": {"tiers": [float("nan")], "terms": {}}}, "not_finite", "/score/tiers/0"),
        ({"bound": {"tiers": [float("inf")]}}, "not_finite", "/bound/tiers/0"),
        ({"status": "best"}, "wrong_choice", "/status"),
    ],
)
def test_broken_plan(change: dict[str, Any], code: str, where: str) -> None:
    document = {name: value for name, value in {**PLAN, **change}.items() if value is not DROP}
    assert found(text(document), read_plan) == [(code, where)]
