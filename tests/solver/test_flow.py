"""Min-cost flow against routes, where both are exact: scarce people, several priorities and values."""

import json
import random

import numpy as np
import pytest

from matcher.batch import Batch
from matcher.building import build_instance
from matcher.reading import read_batch
from matcher.solver.budget import Budget
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation


def clock(minutes: int) -> str:
    return f"2026-07-21T{minutes // 60:02d}:{minutes % 60:02d}:00+08:00"


def one_visit_batch(seed: int) -> Batch:
    """Up to 14 volunteers with one visit each and 12 requests, some of several people, some flexible, some late."""
    rng = random.Random(seed)
    people, asked, skills = rng.randint(2, 14), rng.randint(2, 12), rng.randint(1, 3)
    volunteers = [
        {
            "id": f"v{i}",
            "place": {"cell": [rng.randrange(9), rng.randrange(9)]},
            "skills": [{"skill": f"s{k}"} for k in range(skills) if rng.random() < 0.6],
            "shifts": [{"start": clock(480), "end": clock(rng.choice([720, 1080]))}],
            "max_requests": 1,
            "max_travel_minutes": rng.choice([10, 20, 60]),
            "recent_requests": rng.randrange(3),
            "acceptance": rng.choice([0.6, 0.9]),
        }
        for i in range(people)
    ]
    requests = []
    for i in range(asked):
        start, count = rng.randrange(540, 900, 15), rng.choice([1, 1, 1, 2, 3])
        width = 0 if count > 1 else rng.choice([0, 30, 60])
        late = {"due": clock(start + 70)} if count == 1 and rng.random() < 0.3 else {}
        requests.append(
            {
                "id": f"r{i}",
                "place": {"cell": [rng.randrange(9), rng.randrange(9)]},
                "windows": [{"start": clock(start), "end": clock(start + width)}],
                "minutes": 60,
                "roles": [{"id": "a", "skill": f"s{rng.randrange(skills)}", "count": count, "min_count": 1}],
                "priority": rng.choice(["emergency", "urgent", "normal", "low"]),
                "value": rng.choice([1, 1, 2, 0.5, 0]),
                **late,
            }
        )
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": f"one-visit-{seed}",
                "horizon": {"start": clock(0), "end": "2026-07-22T00:00:00+08:00"},
                "skills": [{"id": f"s{k}"} for k in range(skills)],
                "volunteers": volunteers,
                "requests": requests,
                "travel": {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20},
            }
        )
    )


@pytest.mark.parametrize("chunk", range(4))
def test_flow_and_routes_agree(chunk: int) -> None:
    compared = 0
    for seed in range(chunk, 160, 4):
        inst = build_instance(one_visit_batch(seed))
        if not applies(inst):
            continue
        compared += 1
        _, values, bounds = solve_flow(inst, Budget())
        routes = Generation(inst, Budget(), lambda stage: None)
        routes.start()
        routes.run(0.0)
        assert routes.best is not None
        assert np.allclose(values, routes.best.values, atol=1e-5), seed
        assert np.all(bounds >= routes.best.values - 1e-9), seed
    assert compared > 30


def test_flow_does_not_apply_where_visits_depend_on_each_other() -> None:
    batch = one_visit_batch(1)
    pair = batch.requests[0].model_copy(
        update={"roles": (batch.requests[0].roles[0].model_copy(update={"count": 2, "min_count": 2}),)}
    )
    assert not applies(build_instance(batch.model_copy(update={"requests": (pair, *batch.requests[1:])})))


def test_flow_does_not_apply_to_two_visits() -> None:
    batch = one_visit_batch(1)
    free = tuple(v.model_copy(update={"max_requests": None}) for v in batch.volunteers)
    assert not applies(build_instance(batch.model_copy(update={"volunteers": free})))
