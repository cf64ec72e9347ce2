"""Edits that only give more choice never make a proved optimum worse (docs/problem.md says under which terms).

`PAIRS` pairs run with the tests; `python -m tests.scenarios.test_monotone 500` tries more.
"""

import sys
from typing import Any

from matcher import Batch, Policy, dispatch
from scenarios import Scenario, apply
from tests.oracle.tiny import tiny_batch

PAIRS = 40
SAME = 1e-6
EDITS: list[dict[str, Any]] = [
    {"kind": "recruit", "count": 1},
    {"kind": "recruit", "count": 2, "skill": "@scarcest"},
    {"kind": "windows", "later_steps": 2},
    {"kind": "windows", "earlier_steps": 3, "later_steps": 1},
    {"kind": "range", "factor": 2},
]


def default(seed: int) -> Batch:
    """A tiny batch under the default terms, with nothing that a plan must keep."""
    batch = tiny_batch(seed)
    requests = tuple(request.model_copy(update={"mandatory": False}) for request in batch.requests)
    policy = Policy(start_step_minutes=batch.policy.start_step_minutes)
    return batch.model_copy(update={"policy": policy, "requests": requests, "pins": (), "previous": ()})


def worse(seed: int) -> str | None:
    """What an edit that gives more choice made worse; null where it did not, as it should be."""
    edit = EDITS[seed % len(EDITS)]
    scenario = Scenario.model_validate({"schema": "matcher.scenario/1", "id": "s", "edits": [edit]})
    batch = default(seed)
    before, after = dispatch(batch), dispatch(apply(scenario, batch, seed).batch)
    assert before.status == after.status == "optimal"
    assert before.score
    assert after.score
    change = [b - a for a, b in zip(before.score.tiers, after.score.tiers, strict=True)]
    first = next((each for each in change if abs(each) > SAME), 0.0)
    return None if first >= 0 else f"seed {seed}, {edit}: {before.score.tiers} -> {after.score.tiers}"


def test_more_choice_is_never_worse() -> None:
    assert [told for seed in range(PAIRS) if (told := worse(seed))] == []


if __name__ == "__main__":
    found = [told for seed in range(int(sys.argv[1])) if (told := worse(seed))]
    sys.stdout.write("\n".join([*found, f"{sys.argv[1]} pairs, {len(found)} worse"]) + "\n")
