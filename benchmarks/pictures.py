"""What the results look like: how a proof grows in time, what sizes take, how solvers compare."""

from collections.abc import Sequence

from benchmarks.lines import Line
from benchmarks.report import PROVED, compared, grouped, is_good
from benchmarks.single import MATCHER
from benchmarks.svg import Axis, bars, decades, dots, lines

MOMENTS = 200
"""Points in time of a curve, evenly spread on a logarithmic axis."""
FIRST = 0.05
"""Seconds at which curves begin."""


def pictures(results: Sequence[Line]) -> dict[str, str]:
    """SVG texts by file name; a picture without anything to show is left out."""
    ours = [line for line in results if line["solver"] == MATCHER]
    solvers = {line["solver"] for line in results}
    drawn = {"anytime.svg": anytime(ours), "scaling.svg": scaling(ours)}
    drawn["peers.svg"] = peers(results) if len(solvers) > 1 else None
    return {name: text for name, text in drawn.items() if text is not None}


def anytime(ours: Sequence[Line]) -> str | None:
    """The mean gap of a family's instances over time; 100 % where there is no plan or no bound yet."""
    known = [line for line in ours if line["anytime"]]
    if not known:
        return None
    last = max(2 * FIRST, *(line["anytime"][-1][0] for line in known))
    moments = [FIRST * (last / FIRST) ** (step / (MOMENTS - 1)) for step in range(MOMENTS)]
    curves = {
        family: [(now, 100 * sum(gap_at(line, now) for line in group) / len(group)) for now in moments]
        for family, group in grouped(known, lambda line: str(line["family"])).items()
    }
    return lines("Gap over time, mean of each family", decades([FIRST, last], "seconds"), Axis("gap %", 0, 100), curves)


def scaling(ours: Sequence[Line]) -> str | None:
    """Seconds over places; full where the plan was proved optimal, hollow where the limit ended the search."""
    timed = [line for line in ours if line["seconds"] and line["places"]]
    if not timed:
        return None
    x = decades((line["places"] for line in timed), "places")
    y = decades((line["seconds"] for line in timed), "seconds")
    full, hollow = (
        {
            family: [(line["places"], line["seconds"]) for line in group if (line["status"] == "optimal") is proved]
            for family, group in grouped(timed, lambda line: str(line["family"])).items()
        }
        for proved in (True, False)
    )
    return dots("Seconds by size: full dots proved optimal, hollow ones not", x, y, full, hollow)


def peers(results: Sequence[Line]) -> str:
    """Of the instances that every solver was given, the share where its plan is as good as the best of all."""
    solvers = sorted({line["solver"] for line in results}, key=lambda name: (name != MATCHER, name))
    best = dict.fromkeys(solvers, 0)
    instances = [
        group
        for group in grouped(results, lambda line: (line["instance"], line["limit"], line["seed"])).values()
        if len({line["solver"] for line in group}) == len(solvers)
    ]
    for group in instances:
        for line in group:
            best[line["solver"]] += is_good(line) and all(compared(line, other) >= 0 for other in group)
    shares = {name: 100 * count / max(1, len(instances)) for name, count in best.items()}
    return bars(f"Plans as good as the best of all solvers, {len(instances)} instances", " %", shares)


def gap_at(line: Line, seconds: float) -> float:
    """The gap of the best plan at a moment, at most 1; 1 too where there is none, or a tier has no bound."""
    reached = [(values, bounds) for moment, values, bounds in line["anytime"] if moment <= seconds]
    values, bounds = reached[-1] if reached else (None, ())
    if values is None or len(bounds) < len(values) or None in bounds:
        return 1.0
    gap = max((bound - value) / max(1, abs(value)) for value, bound in zip(values, bounds, strict=True))
    return 0.0 if gap <= PROVED else min(1.0, float(gap))
