"""Compare `matcher` with the brute-force oracle: `python -m tests.oracle.compare --seeds A B`.

For every seed from A up to B (left out) the oracle's best plan must satisfy the checker and get the
same score there, and `matcher.dispatching.dispatch` must find the same status and tiers, with bounds
that hold and a plan the checker accepts. Differences go to stdout with their seed; exit code 1 if
there are any. A part of `matcher` that cannot be imported is left out, and said so.
"""

import argparse
import importlib
import sys
from collections.abc import Iterator
from typing import Any

from matcher.batch import Batch
from tests.oracle.brute import Best, brute
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6 + 1e-9
"""A plan's values are rounded to 6 decimals."""


def differences(batch: Batch, check: Any, dispatch: Any) -> Iterator[str]:
    """What the checker and `dispatch` (null: left out) see otherwise than the oracle, in words."""
    best = brute(batch)
    if check and best.plan:
        report = check(batch, best.plan)
        yield from (f"oracle's plan: {violation.en} [{violation.code}]" for violation in report.violations)
        if _far(report.score.tiers, best.tiers):
            yield f"checker scores {report.score.tiers}, oracle {best.tiers}"
        terms = {
            name: value
            for name, value in report.score.terms.items()
            if abs(value - best.terms.get(name, value)) > CLOSE
        }
        if terms:
            yield f"checker's terms {terms}, oracle's { ({name: best.terms[name] for name in terms}) }"
    if dispatch:
        yield from _judge(batch, best, dispatch(batch, seed=0), check)


def _judge(batch: Batch, best: Best, plan: Any, check: Any) -> Iterator[str]:
    if plan.status != best.status:
        yield f"status {plan.status}, oracle {best.status} {best.tiers}"
    if best.status == "infeasible" or plan.score is None:
        return
    if _far(plan.score.tiers, best.tiers):
        yield f"tiers {plan.score.tiers}, oracle {best.tiers}"
    bounds = plan.bound.tiers if plan.bound else ()
    if len(bounds) != len(best.tiers):
        yield f"{len(bounds)} bounds for {len(best.tiers)} tiers"
    elif any(b is not None and b < v - 1e-9 for b, v in zip(bounds, plan.score.tiers, strict=True)):
        yield f"bounds {bounds} below the plan's tiers {plan.score.tiers}"
    else:
        for n, (bound, value, optimum) in enumerate(zip(bounds, plan.score.tiers, best.tiers, strict=True)):
            if bound is not None and bound < optimum - CLOSE:
                yield f"bound {bound} of tier {n} is beaten by the oracle's {optimum}"
            if abs(value - optimum) > CLOSE:
                break
    if check:
        yield from (f"plan: {violation.en} [{violation.code}]" for violation in check(batch, plan).violations)


def _far(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) != len(other) or any(abs(a - b) > CLOSE for a, b in zip(one, other, strict=True))


def _part(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        sys.stdout.write(f"without {module}.{name}: {error}\n")
        return None


def main() -> int:
    """Compare all seeds; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seeds", nargs=2, type=int, default=(0, 2000), metavar=("A", "B"))
    first, last = parser.parse_args().seeds
    check, dispatch = _part("matcher.checker", "check"), _part("matcher.dispatching", "dispatch")
    different = 0
    for seed in range(first, last):
        found = list(differences(tiny_batch(seed), check, dispatch))
        different += bool(found)
        for text in found:
            sys.stdout.write(f"seed {seed}: {text}\n")
    sys.stdout.write(f"{last - first} seeds, {different} with differences\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
