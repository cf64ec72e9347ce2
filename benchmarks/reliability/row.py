"""A row of the table: what is asked, how it is measured, what came out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reliability.servers import Forks, Server

FAST = {"rate": 1e6, "burst": 1_000_000}
"""Settings of a server whose callers are not held back."""


@dataclass(frozen=True)
class Outcome:
    """What came out of a row.

    figures: what was measured, by name, for the file of results. notes: what went wrong, in words.
    """

    asked: str
    measured: str
    reached: bool
    figures: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass
class Found:
    """What was found in all that the rows have left behind: files, bytes, raw phone numbers."""

    files: int = 0
    bytes: int = 0
    phones: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(self.files + other.files, self.bytes + other.bytes, self.phones + other.phones)


@dataclass(frozen=True)
class Ground:
    """What a row works with: a folder of its own, databases, servers.

    told: takes how much is done, of how much. url: gives the URL of a new database. found: in all rows before.
    """

    folder: Path
    short: bool
    forks: Forks
    phone_key: str
    url: Callable[[], str]
    told: Callable[[int, int], None]
    found: Callable[[], Found]

    def size(self, full: int, short: int) -> int:
        """How many of something."""
        return short if self.short else full

    @contextmanager
    def server(self, **settings: float) -> Iterator[Server]:
        """A running server on an empty database, which solves nothing unless told so."""
        with Server(
            self.forks, self.folder, self.url(), self.phone_key, **{**FAST, "solvers": 0, **settings}
        ) as server:
            yield server


@dataclass(frozen=True)
class Row:
    """A row of the table.

    alone: nothing else may run beside it, as it measures time or memory. fails: a shortfall fails the whole run.
    postgresql: on PostgreSQL, not SQLite. short: part of the short form.
    """

    name: str
    run: Callable[[Ground], Outcome]
    alone: bool = False
    fails: bool = True
    postgresql: bool = False
    short: bool = True
