"""The best known plan and bounds of every benchmark batch, and what contradicts them.

A bound of tier t holds for all plans whose tiers before t are at least those of the plan it was stated with
(docs/problem.md, section Bounds and status). So it says something about another plan exactly where that plan's
tiers before t, each by itself, are at least as good:

- The first tier's bound holds for every plan.
- A plan that is worse in an earlier tier may beat a later bound: it has given up what the bound takes for granted.
  That is no contradiction, also where the plan is lexicographically better (better in tier 1, worse in tier 2,
  beyond the bound in tier 3).
- A plan that is better in an earlier tier is among those the bound was proved for, and may not beat it.
- A bound of a poor plan was proved for more plans than that of a good one, so it also holds beside the good plan's
  values if these are at least as good in every earlier tier, and may be the lower of the two. Else it is dropped:
  what it says about plans as good as the best known one is not known.

So a run is the same kind of thing as what is stored: values, and bounds that hold beside them. A run contradicts the
store if the values of either beat a bound of the other. Both are proofs, so one of them is wrong, and nothing
decides here which.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

SAME = 2e-6
"""Plans state six decimals: values that differ by less are the same. Coverage comes in steps of at least 1/60."""
RELATIVE = 0.5e-6
"""A plan states the value itself as bound where the bound is higher by no more than this share of it."""


@dataclass(frozen=True)
class Known:
    """What is known of a batch. bounds[t] holds for all plans with at least values[:t]; null: not proved."""

    digest: str
    values: tuple[float, ...]
    bounds: tuple[float | None, ...]


def digest_of(text: str) -> str:
    """A batch's mark: what is known of another text says nothing about this one."""
    return sha256(text.encode("utf-8")).hexdigest()


def contradictions(known: Known, run: Known) -> list[str]:
    """Which bounds of the one are beaten by the plan of the other, in words."""
    return [*_beaten(run, known, "this run", "the store"), *_beaten(known, run, "the store", "this run")]


def merged(known: Known, run: Known) -> Known:
    """The lexicographically better values, and of each tier the lowest bound that holds beside them.

    Where the values are the same, those known are kept.
    """
    values = run.values if _better(run.values, known.values) else known.values
    bounds = []
    for tier in range(len(values)):
        holding = [proof.bounds[tier] for proof in (known, run) if _reaches(values, proof.values, tier)]
        bounds.append(min((bound for bound in holding if bound is not None), default=None))
    return Known(run.digest, values, tuple(bounds))


class Best:
    """The store: a JSON file with what is known of each batch, by the batch's id.

    known: by batch id. contradicted: all contradictions found so far, in words.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.contradicted: list[str] = []
        self.known: dict[str, Known] = {}
        if path.exists():
            entries = json.loads(path.read_text(encoding="utf-8"))
            for name, entry in entries.items():
                self.known[name] = Known(entry["digest"], tuple(entry["values"]), tuple(entry["bounds"]))

    def hold(self, name: str, run: Known) -> str:
        """Holds a run against what is known of its batch, and learns from it if nothing contradicts.

        Gives `new`, `changed` (what was known is of another batch of this name, and is forgotten), `better` (in a
        value or bound), `held`, or `contradicted`.
        """
        known = self.known.get(name)
        if known is None or known.digest != run.digest:
            self.known[name] = run
            return "new" if known is None else "changed"
        found = contradictions(known, run)
        if found:
            self.contradicted += [f"{name}: {words}" for words in found]
            return "contradicted"
        self.known[name] = merged(known, run)
        return "held" if self.known[name] == known else "better"

    def save(self) -> None:
        """Writes the file, a line a batch."""
        lines = [f"{json.dumps(name)}: {json.dumps(asdict(known))}" for name, known in sorted(self.known.items())]
        new = self._path.with_name(f".{uuid4().hex}.tmp")
        try:
            new.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")
            os.replace(new, self._path)
        finally:
            new.unlink(missing_ok=True)


def _beaten(plan: Known, proof: Known, whose_plan: str, whose_proof: str) -> Iterator[str]:
    for tier, (value, bound) in enumerate(zip(plan.values, proof.bounds, strict=True)):
        if bound is None or not _reaches(plan.values, proof.values, tier):
            continue
        if value > bound + SAME + RELATIVE * abs(bound):
            yield f"tier {tier + 1} of {whose_plan} is {value}, but {whose_proof} has proved at most {bound}"


def _reaches(values: tuple[float, ...], asked: tuple[float, ...], tier: int) -> bool:
    """Whether every tier before `tier` is at least as good as asked."""
    return all(value >= least - SAME for value, least in zip(values[:tier], asked[:tier], strict=True))


def _better(values: tuple[float, ...], others: tuple[float, ...]) -> bool:
    """Whether values are lexicographically greater."""
    different = (value - other for value, other in zip(values, others, strict=True) if abs(value - other) > SAME)
    return next(different, 0.0) > 0
