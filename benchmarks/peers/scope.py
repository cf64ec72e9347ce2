"""What of a batch no peer is given, and what routing programs cannot say besides."""

from benchmarks.peers.task import limits_of, starts_of
from matcher.batch import Batch, Request


def beyond(batch: Batch) -> str | None:
    """The first thing in a batch that none of the peers is given, in words; null: nothing."""
    checks = (
        (bool(batch.pins), "pinned visits"),
        (bool(batch.previous), "a plan in force"),
        (batch.now is not None, "a moment before which nobody leaves"),
        (batch.policy.shift_covers != "tour", "shifts that cover the services only"),
        (not _coverage_first(batch), "tiers other than coverage first and all else last"),
        (any(r.mandatory for r in batch.requests), "mandatory requests"),
        (any(r.after for r in batch.requests), "requests that follow each other"),
        (any(w.late for r in batch.requests for w in r.windows), "starts after a window, at a price"),
        (any(shift.overtime for v in batch.volunteers for shift in v.shifts), "overtime"),
        (any(v.break_ is not None for v in batch.volunteers), "breaks"),
        (batch.policy.leaves == "shift", "tours that leave with the shift"),
        (any(r.one_team for r in batch.requests), "people of one team"),
        (any(role.lag for r in batch.requests for role in r.roles), "roles that start later than the first"),
        (
            any(len(v.shifts) > 1 and v.ends_at is not None for v in batch.volunteers),
            "the way back to the next shift's start",
        ),
    )
    return next((words for found, words in checks if found), None)


def beyond_vehicles(batch: Batch) -> str | None:
    """The first thing that cannot be told of vehicles and jobs that know nothing of each other; null: nothing."""
    shared = any(len(v.shifts) > 1 and limits.any for v, limits in zip(batch.volunteers, limits_of(batch), strict=True))
    starts = starts_of(batch)
    waiting = any(places(r) > 1 and len(starts[q]) > 1 for q, r in enumerate(batch.requests))
    checks = (
        (shared, "a limit over several shifts"),
        (waiting, "several people who start together, at a start to be chosen"),
    )
    return next((words for found, words in checks if found), None)


def places(request: Request) -> int:
    """How many people a request asks for in all."""
    return sum(role.count for role in request.roles)


def _coverage_first(batch: Batch) -> bool:
    *first, last = batch.policy.tiers
    covers = [all(name.startswith("coverage.") for name in tier.terms) for tier in first]
    return all(covers) and not any(name.startswith("coverage.") for name in last.terms)


def one_visit(batch: Batch) -> bool:
    """Whether nobody may make more than one visit."""
    return all(limits.visits <= 1 for limits in limits_of(batch))
