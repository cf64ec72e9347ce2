"""Small batches that between them call every compiled kernel, so that a machine that has planned them compiles no more.

A kernel is compiled when it is first called, for half a minute some of them, and then kept (`matcher.solver.cache`).
"""

import json
from typing import Any

from matcher.batch import Batch

DAY = {"start": "2026-01-05T00:00:00+08:00", "end": "2026-01-06T00:00:00+08:00"}
HOUR = {"start": "2026-01-05T08:00:00+08:00", "end": "2026-01-05T09:00:00+08:00"}
HALF_PAST = {"start": "2026-01-05T08:30:00+08:00", "end": "2026-01-05T08:30:00+08:00"}
PEOPLE = 50


def county() -> Batch:
    """A day with too few people, so that its gap is closed from a list of routes."""
    from matcher.demo import county_day

    return county_day(volunteers=40, requests=30, seed=2)


def crowd() -> Batch:
    """More candidates than an instance holds, on a grid with a blocked cell.

    The request `long` may start in each second of the day: 50 people times 86,401 starts are too many, so some people
    are left out of it (`matcher.outside`). The only holder of the skill is asked for twice, so days are packed.
    """
    people = [_person(n, max_requests=2) for n in range(PEOPLE)]
    holder = _person(PEOPLE, max_requests=1, skills=[{"skill": "s"}])
    return _batch(
        skills=[{"id": "s"}],
        volunteers=[*people, holder],
        requests=[_request("long", DAY), _request("one", HALF_PAST, skill="s"), _request("two", HALF_PAST, skill="s")],
        blocked=[[1, 1]],
        policy={"start_step_minutes": 1 / 60},
    )


def ordered() -> Batch:
    """The least batch that is planned by an order of requests."""
    return _batch(
        volunteers=[_person(0)],
        requests=[_request("any", HOUR)],
        policy={"tiers": [{"terms": {"coverage.normal": 1}}, {"terms": {"max_idle": 1}}]},
    )


def by_routes() -> list[str]:
    """Plans the first two, the first one also begun with its own past; their states."""
    from matcher.dispatching import dispatch, dispatch_from

    first, past_of = dispatch_from(None, county())
    again, _ = dispatch_from(past_of(), county())
    return [str(plan.status) for plan in (first, again, dispatch(crowd()))]


def by_order() -> None:
    """Plans that batch for a moment."""
    from matcher.dispatching import dispatch

    dispatch(ordered(), work=1_000)


def _person(column: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"v{column}", "place": {"cell": [0, column]}, "shifts": [HOUR], **fields}


def _request(id: str, window: dict[str, str], **role: Any) -> dict[str, Any]:
    return {
        "id": id, "place": {"cell": [0, 0]}, "windows": [window], "minutes": 5, "roles": [{"id": "helper", **role}],
    }  # fmt: skip


def _batch(blocked: list[list[int]] | None = None, **fields: Any) -> Batch:
    """A batch of one day on a grid of cells of 9 seconds."""
    from matcher.reading import read_batch

    travel = {"kind": "grid", "cell_metres": 10, "metric": "manhattan", "speed_kmh": 4, "blocked": blocked or []}
    return read_batch(
        json.dumps({"schema": "matcher.batch/1", "id": "trial", "horizon": DAY, "travel": travel, **fields})
    )
