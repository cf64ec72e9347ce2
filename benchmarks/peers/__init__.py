"""Other programs given the same batch, so that a plan of ours can be held against theirs (docs/peers.md).

What they give is a plan of visits like any other: `matcher.check` judges it.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from matcher import Batch, Plan


class Peer(Protocol):
    """A method to compare with."""

    @property
    def name(self) -> str:
        """Short unique name."""
        ...

    def cannot(self, batch: Batch) -> str | None:
        """In words, the first thing of a checked batch that it cannot express; null: nothing."""
        ...

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        """A plan with visits only, found within so many seconds of wall time; null: none was found.

        Only for batches of which `cannot` says null.
        """
        ...


LIBRARIES = {
    "nearest": "numpy",
    "assignment": "scipy",
    "cpsat": "ortools",
    "routing": "ortools",
    "vroom": "vroom",
    "pyvrp": "pyvrp",
}
"""The library that each peer's module is about, in the order they are told."""


def peers() -> list[Peer]:
    """The peers whose library is installed, in a fixed order."""
    found = [name for name, library in LIBRARIES.items() if find_spec(library)]
    return [cast(Peer, import_module(f"benchmarks.peers.{name}").PEER) for name in found]
