"""Answers against brute force on many tiny batches: every reason, price, repair and recommendation.

    python -m tests.answers.truth 1000 --out benchmarks/results/answers.json

`tests/` holds the same on a few batches; 1,000 take two hours or three of processor. A batch is a line of FILE.lines,
so that a run that was ended goes on; FILE gets the sums. Pairs of changes are tried for `SECONDS` a request at most.
"""

import argparse
import json
import random
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.machine import origin
from matcher import explain
from matcher.answers.explain import one_more
from matcher.answers.repairs import levers as lever_module
from matcher.batch import Batch
from matcher.checker import check
from matcher.insertion import Standing
from tests.answers import test_explain, test_recommend, test_repairs
from tests.answers.repairing import wrong
from tests.insertion import test_brute as insertion
from tests.insertion.tries import without
from tests.oracle.brute import Best, brute
from tests.oracle.tiny import tiny_batch
from tests.reasons import test_brute as reasons

Counts = Counter[str]
SECONDS = 10.0
"""For the repairs of one request; where that ended and something is missing, all are tried to the end."""
AT_ONCE = 16
"""Batches handed out before their lines are written."""


def reasons_are_true(batch: Batch, seed: int, best: Best) -> Counts:
    """Every volunteer tried at every start, for the best plan and for one with less in it."""
    counts: Counts = Counter()
    for visits in reasons.plans(batch, seed):
        counts["places with reasons"] += reasons.agrees(batch, visits)
    return counts


def prices_are_true(batch: Batch, seed: int, best: Best) -> Counts:
    """What serving each request would cost, against the best plan that does."""
    return Counter({"prices": len(test_explain.prices(batch, best))})


def repairs_mend(batch: Batch, seed: int, best: Best) -> Counts:
    """Each repair mends, and no smaller single change does."""
    counts: Counts = Counter()
    plan = test_repairs.stated(best)
    for request in batch.requests:
        for seconds in (SECONDS, None):
            repairs = explain(batch, plan, request.id, seconds).repairs
            said = [] if repairs is None else wrong(batch, request, best, one_more(plan, request), repairs.mends)
            if not said or repairs is None or repairs.complete:
                break
        assert not said, said
        if repairs is not None:
            counts["requests with places to mend"] += 1
            counts["repairs"] += len(repairs.mends)
            counts["pairs not all tried in time"] += not repairs.complete
    return counts


def recommended_are_best(batch: Batch, seed: int, best: Best) -> Counts:
    """Whom to send to each request taken out of the plan, and what to offer to one volunteer."""
    counts: Counts = Counter()
    plan = test_repairs.stated(best)
    for request in batch.requests:
        rest = without(batch, plan, [visit for visit in plan.visits if visit.request == request.id])
        if not any(pin.request == request.id for pin in batch.pins) and check(batch, rest).valid:
            insertion.hold_against_all(batch, rest, request.id, Standing(batch, rest).best(request.id))
            counts["requests with recommendations"] += 1
    counts["volunteers with recommendations"] += test_recommend.offered(batch, plan, seed) is not None
    return counts


HOLDS: tuple[Callable[[Batch, int, Best], Counts], ...] = (
    reasons_are_true,
    prices_are_true,
    repairs_mend,
    recommended_are_best,
)


def shuffled(batch: Batch, seed: int) -> Batch:
    """The same with people and requests in any order, as they stand in a sheet."""
    rng = random.Random(seed)
    people, requests = ([*each] for each in (batch.volunteers, batch.requests))
    rng.shuffle(people)
    rng.shuffle(requests)
    return batch.model_copy(update={"volunteers": tuple(people), "requests": tuple(requests)})


def line(seed: int) -> dict[str, Any]:
    """What was held of one batch, and what did not hold, in words."""
    batch = shuffled(tiny_batch(seed), seed)
    best = brute(batch)
    if best.plan is None:
        return {"counts": {"batches that no plan fits": 1}}
    counts: Counts = Counter({"batches": 1})
    failed = []
    for hold in HOLDS:
        try:
            counts += hold(batch, seed, best)
        except Exception:
            failed.append(f"{hold.__name__}: {traceback.format_exc(limit=-2)}")
    return {"counts": counts, "failed": {seed: failed} if failed else {}}


def sums(lines: list[str]) -> dict[str, Any]:
    """All batches in one: how much was held, and what did not hold, by seed."""
    counts: Counts = Counter()
    failed: dict[str, list[str]] = {}
    for each in map(json.loads, lines):
        counts.update(each["counts"])
        failed |= each.get("failed", {})
    return {"counts": counts, "failed": failed}


def _few_steps() -> None:
    """As in the tests: fewer steps than in earnest, so that brute force can try all."""
    lever_module.MOST_TIMES, lever_module.MOST_KM = test_repairs.TIMES, test_repairs.KM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("batches", type=int, help="how many, of those that have a plan")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    done = given.out.with_suffix(".lines")
    done.touch()
    with ProcessPoolExecutor(given.jobs, initializer=_few_steps) as pool:
        while sums(lines := done.read_text().splitlines())["counts"]["batches"] < given.batches:
            found = pool.map(line, range(len(lines), len(lines) + AT_ONCE))
            with done.open("a") as file:
                file.writelines(json.dumps(each) + "\n" for each in found)
    command = f"python -m tests.answers.truth {given.batches} --out FILE"
    given.out.write_text(json.dumps(origin(command) | sums(lines), indent=1) + "\n")


if __name__ == "__main__":
    main()
