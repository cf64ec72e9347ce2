"""One instance of a family of public instances: how to make the batch, and how its publishers judge a plan."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from matcher import Batch, Plan


@dataclass(frozen=True)
class Judged:
    """A plan in the family's own numbers, computed from the family's file alone.

    objective: as published, lower is better; null where the plan is not valid. parts: what it is made of. wrong: what
    the published definition forbids and the plan does, in words.
    """

    objective: float | None
    parts: dict[str, float] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """An instance.

    name: unique, `<family>/<instance>`. make: reads the batch. known: the best objective known, null if none is
    published. judge: what the family's definition says of a plan; null where the plan's own score is all there is.
    solution: the plan in the family's own file format, for its public validator; null where it has none. bound: the
    objective that no plan can be below, from the bound of a plan's last tier; null where that does not follow.
    """

    name: str
    make: Callable[[], Batch]
    known: float | None = None
    judge: Callable[[Batch, Plan], Judged] | None = None
    solution: Callable[[Batch, Plan], dict[str, Any]] | None = None
    bound: Callable[[float], float] | None = None
