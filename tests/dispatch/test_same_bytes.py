"""The same plan, to the byte, for every hash seed and every order of the input, also where work is limited.

20 hash seeds, or another number of them: `python -m tests.dispatch.test_same_bytes [N]`.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypedDict

import pytest

import matcher
from benchmarks.plain import mixed_batch
from matcher import dispatch
from matcher.batch import Batch
from matcher.demo import county_day
from matcher.reading import to_json
from tests.dispatch.random_batches import middle_batch, one_visit_batch
from tests.oracle.tiny import tiny_batch


class Limits(TypedDict, total=False):
    """Limits of a call of `dispatch`."""

    work: int
    gap: float


HASH_SEEDS = 20
"""Tried by this module run as a program, unless it is told another number."""
IN_SUITE = (2, 7, 19)

CHILD = """
import json, sys
from matcher import dispatch, read_batch, to_json
plans = [to_json(dispatch(read_batch(json.dumps(batch)), **limits)) for batch, limits in json.load(sys.stdin)]
json.dump(plans, sys.stdout)
"""


@cache
def cases() -> tuple[tuple[Batch, Limits], ...]:
    """Batches with their limits: for flow, for routes, with everything mixed, one whose programs are solved nearly, and
    one that is stopped early."""
    solved = [one_visit_batch(3), middle_batch(4, 20, 10), middle_batch(5, 12, 12), *map(tiny_batch, range(300, 312))]
    large, stopped = mixed_batch(60, 400, flexible=0.6, groups=0.45), county_day(300, 60)
    nearly, at_once, early = Limits(work=600_000, gap=0.02), Limits(work=1), Limits(work=20_000)
    return (
        *((batch, Limits()) for batch in solved),
        (large, nearly),
        (stopped, at_once),
        (stopped, early),
        (county_day(150, 30), Limits()),
    )


def plans(hash_seed: int) -> list[str]:
    """The plans of all cases, found by a Python with this hash seed from lists in another order."""
    dice = Random(hash_seed)
    documents = [(_shuffled(json.loads(to_json(batch)), dice), limits) for batch, limits in cases()]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD],
        input=json.dumps(documents).encode(),
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
        cwd=Path(matcher.__file__).parents[1],
        check=True,
    )
    return [_named(plan, document) for plan, (document, _) in zip(json.loads(done.stdout), documents, strict=True)]


def _named(plan: str, document: Any) -> str:
    """The plan, its conflicts told by what they point at: positions in lists change with the order."""
    told = json.loads(plan)
    if not told["conflicts"]:
        return plan
    places = [pointer.split("/")[1:] for pointer in told["conflicts"]]
    entries = [document[name][int(n)] for name, n in places]
    told["conflicts"] = sorted(
        " ".join(entry.get(key, "") for key in ("id", "request", "role", "volunteer")) for entry in entries
    )
    return json.dumps(told)


def _shuffled(node: Any, dice: Random, name: str = "") -> Any:
    """The document with all lists shuffled whose order means nothing: all but cells, roles and tables."""
    if isinstance(node, dict):
        return {key: _shuffled(node[key], dice, key) for key in dice.sample(list(node), len(node))}
    if not isinstance(node, list) or name in ("cell", "blocked", "seconds", "nodes", "tiers"):
        return node
    entries = [_shuffled(entry, dice) for entry in node]
    return entries if name == "roles" else dice.sample(entries, len(entries))


@cache
def reference() -> list[str]:
    return plans(0)


def test_cases_are_solved_and_stopped() -> None:
    found = [json.loads(plan) for plan in reference()]
    assert [plan["stop"] for plan in found[-4:]] == ["work", "work", "work", "proved"]
    assert {plan["status"] for plan in found[:-4]} == {"optimal", "infeasible"}


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", IN_SUITE)
def test_same_bytes(hash_seed: int) -> None:
    assert plans(hash_seed) == reference()


@pytest.mark.parametrize("work", [400, 500])
def test_the_number_of_cores_makes_no_difference(work: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it where the limit falls into pricing, which uses all of them."""
    batch = mixed_batch(1500, 150)
    plans = []
    for cores in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        plans.append(to_json(dispatch(batch, work=work * 1000)))
    assert plans[0] == plans[1]


if __name__ == "__main__":
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else HASH_SEEDS):
        same = plans(seed) == reference()
        sys.stdout.write(f"hash seed {seed}: {'same' if same else 'different'}\n")
