"""What a running dispatch tells whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report of a running dispatch.

    stage: what is being done, a stable English key (`prepare`, `flow`, `start`, `tier 2`, `check`); `tier 0` is that
    all that is mandatory or pinned is kept.
    values: tier values of the best plan so far, null before the first one.
    bounds: proved upper bound of each tier so far, null where none is.
    gap: the best plan's gap, null while any tier has no bound.
    work: units of work done (about microseconds). seconds: wall time since the start.
    """

    stage: str
    values: tuple[float, ...] | None
    bounds: tuple[float | None, ...]
    gap: float | None
    work: int
    seconds: float


OnProgress = Callable[[Progress], None]
