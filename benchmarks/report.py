"""Turns files of results into tables: a section of docs/benchmarks.md between two marks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean
from typing import TypeVar

from benchmarks.families.uhhc_judge import FREE
from benchmarks.lines import CRASHED, Line, read_lines
from benchmarks.runner import is_new_best
from benchmarks.single import MATCHER

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
"""What the section stands between."""
CLASSES = (10, 25, 50, 75, 100, 200, 300, 1000)
"""Most requests of each size class but the last."""
PEERS = " --peers"
"""What a command ends in that asks peers too; ours may have been asked before without."""
PROVED, SAME = 1e-6, 1e-6
"""Gap of a plan that is called optimal; share by which objectives differ that are not the same."""

Key = TypeVar("Key")


class NoPlaceError(Exception):
    """A document without the two marks."""


def results(paths: Iterable[Path]) -> list[Line]:
    """All lines of the files, in the files' order."""
    return [line for path in paths for line in read_lines(path)]


def written(document: str, section: str) -> str:
    """The document with the section between its marks; raises NoPlaceError if they are not there."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlaceError(f"expected a line {BEGIN} and after it one {END}")
    return f"{before}{BEGIN}\n\n{section.strip()}\n\n{END}{after}"


def section(lines: Sequence[Line]) -> str:
    """A table of ours, and of peers where there are any, for each command and machine."""
    parts = []
    for made, group in grouped(lines, origin).items():
        made += f" Commit {_all(group, 'commit')}, {_all(group, 'date')}."
        ours = ours_of(group)
        parts += [*table_of_ours(ours), "", made, ""]
        if len(ours) < len(group):
            parts += [*table_of_peers(group), "", *table_of_plans(group), "", made.replace("`:", f"{PEERS}`:", 1), ""]
    if any(map(is_new_best, ours_of(lines))):
        parts += ["Below the best known objective:", "", *table_of_best(ours_of(lines)), ""]
    return "\n".join(parts)


def ours_of(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line["solver"] == MATCHER]


def table_of_ours(lines: Sequence[Line]) -> list[str]:
    """Per family and size class: distance to the best known objective, seconds, proofs and gaps."""
    rows = [
        [
            "family",
            "requests",
            "instances",
            "to known %, mean",
            "most",
            "below",
            "s, mean",
            "optimal",
            "gap %, mean",
            "most",
        ]
    ]
    for (family, size), group in sorted(grouped(lines, lambda line: (line["family"], size_class(line))).items()):
        distances = [100 * line["distance"] for line in group if line["distance"] is not None]
        gaps = [100 * gap for line in group if (gap := certified(line)) is not None]
        solved = [line["seconds"] for line in group if line["seconds"] is not None]
        proved = f"{sum(gap <= 100 * PROVED for gap in gaps)}{_infeasible(group)}"
        below = str(sum(map(is_new_best, group))) if distances else "-"
        count = str(len(group)) + _failed(group)
        of = "" if len(gaps) == len(group) else f" ({len(gaps)} of {len(group)})"
        cells = [_number(distances, mean), _number(distances, max), below, _number(solved, mean)]
        rows.append([family, _range(size), count, *cells, proved, _number(gaps, mean) + of, _number(gaps, max)])
    return _table(rows)


def table_of_best(lines: Sequence[Line]) -> list[str]:
    """Plans of ours below the best known objective; *freely*: see benchmarks/families/uhhc_judge.py."""
    rows = [["instance", "objective", "best known", "to known %", "limit, s", "proved", "freely"]]
    for line in sorted(filter(is_new_best, lines), key=lambda line: (line["instance"], line["limit"])):
        bound, freely = line["objective_bound"], (line["parts"] or {}).get(FREE)
        values = [f"{line['objective']:.6g}", f"{line['known']:.6g}", f"{100 * line['distance']:.2f}"]
        proved = "yes" if bound is not None and bound >= line["objective"] * (1 - PROVED) else "-"
        rows.append([line["instance"], *values, f"{line['limit']:g}", proved, "-" if freely is None else f"{freely:g}"])
    return _table(rows)


def table_of_peers(lines: Sequence[Line]) -> list[str]:
    """Per family and solver: what it can express, what it finds, and how its plans compare with ours."""
    ours = {line["instance"]: line for line in lines if line["solver"] == MATCHER}
    rows = [
        [
            "family",
            "solver",
            "instances",
            "cannot",
            "plans",
            "wrong",
            "to known %, mean",
            "s, mean",
            "better, same, worse",
        ]
    ]
    for (family, solver), group in sorted(grouped(lines, lambda line: (line["family"], line["solver"])).items()):
        plans = [line for line in group if line["values"] is not None]
        good = [line for line in plans if is_good(line)]
        distances = [100 * line["distance"] for line in good if line["distance"] is not None]
        against = [compared(line, ours[line["instance"]]) for line in good if line["instance"] in ours]
        counts = ", ".join(str(against.count(sign)) for sign in (1, 0, -1))
        cannot = sum(line["status"] == "cannot" for line in group)
        rows.append(
            [
                *(family, solver, f"{len(group)}{_failed(group)}", str(cannot), str(len(plans))),
                *(str(len(plans) - len(good)), _number(distances, mean)),
                *(_number([line["seconds"] for line in plans], mean), "-" if solver == MATCHER else counts),
            ]
        )
    return _table(rows)


def table_of_plans(lines: Sequence[Line]) -> list[str]:
    """Every instance that peers were given, by each solver: limit, seconds, what became of it, the tiers' values."""
    asked = {line["instance"] for line in lines if line["solver"] != MATCHER}
    rows = [["instance", "solver", "limit, s", "s", "status", "tiers, but those that are 0 for all"]]
    for instance, group in grouped(lines, lambda line: str(line["instance"])).items():
        told = [line["values"] for line in group if line["values"] is not None]
        shown = [t for t in range(len(told[0]) if told else 0) if any(values[t] for values in told)]
        for line in group if instance in asked else ():
            values = "-" if line["values"] is None else " / ".join(f"{line['values'][t]:,.2f}" for t in shown)
            status = f"cannot: {line['failure']}" if line["status"] == "cannot" else str(line["status"])
            rows.append(
                [instance, line["solver"], f"{line['limit']:g}", _number([line["seconds"]], mean), status, values]
            )
    return _table(rows)


def certified(line: Line) -> float | None:
    """How much better any plan could be, as a share: by the objective where its bound is known, else the plan's gap."""
    if line["objective"] is not None and line["objective_bound"] is not None:
        return float((line["objective"] - line["objective_bound"]) / max(1, abs(line["objective"])))
    return None if line["gap"] is None else float(line["gap"])


def is_good(line: Line) -> bool:
    """Whether there is a plan and neither checker nor judge finds anything."""
    return line["values"] is not None and not line["wrong"] and not line["violations"]


def compared(one: Line, other: Line) -> int:
    """1 if the first plan is better, -1 if worse: by objective if both have one, else tier by tier."""
    if not is_good(one) or not is_good(other):
        return is_good(one) - is_good(other)
    if one["objective"] is not None and other["objective"] is not None:
        pairs = [(-one["objective"], -other["objective"])]
    else:
        pairs = list(zip(one["values"], other["values"], strict=True))
    return next((1 if a > b else -1 for a, b in pairs if abs(a - b) > SAME * max(1, abs(a))), 0)


def size_class(line: Line) -> int:
    """The number of its size class, from 0 up; 0 as well where the size is not known, after a crash."""
    return sum((line["requests"] or 0) > most for most in CLASSES)


def grouped(lines: Iterable[Line], key: Callable[[Line], Key]) -> dict[Key, list[Line]]:
    """The lines by key, in the order of their first."""
    found = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return dict(found)


def origin(line: Line) -> str:
    """The command that made a line, peers or not, and on which machine, for people to read."""
    machine = line["machine"]
    where = f"{machine['cores']} cores of {machine['cpu']}, {machine['system']}, Python {line['versions']['python']}"
    return f"`{line['command'].removesuffix(PEERS)}`: {where}."


def _all(lines: Iterable[Line], field: str) -> str:
    """The different values of a field, dates by day."""
    return ", ".join(dict.fromkeys(str(line[field] or "unknown")[:10] for line in lines))


def _failed(lines: Sequence[Line]) -> str:
    crashed = sum(line["status"] == CRASHED for line in lines)
    return f" ({crashed} crashed)" if crashed else ""


def _infeasible(lines: Sequence[Line]) -> str:
    proved = sum(line["status"] == "infeasible" for line in lines)
    return f" + {proved} infeasible" if proved else ""


def _range(size: int) -> str:
    if size == len(CLASSES):
        return f"over {CLASSES[-1]}"
    return f"{CLASSES[size - 1] + 1 if size else 1} to {CLASSES[size]}"


def _number(values: Sequence[float | None], of: Callable[[Sequence[float]], float]) -> str:
    known = [value for value in values if value is not None]
    return f"{of(known):.3g}" if known else "-"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body)]
