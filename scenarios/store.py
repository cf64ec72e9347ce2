"""Results kept by what they are results of, so that a run that was ended goes on, and nothing is solved twice."""

import hashlib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import matcher
from matcher import Batch, Plan, to_json
from matcher.base import Frozen
from matcher.files import write_bytes, write_text
from matcher.solver.past import Past
from scenarios.outcome import Outcome


class Limits(Frozen):
    """How far each plan is pursued."""

    seconds: float | None = None
    """Most wall seconds; null: until it is proved."""
    work: int | None = None
    """Most units of work, which reproduces the same plan."""
    gap: float = 0
    """Gap that is good enough."""
    seed: int = 0
    """Seed of the search."""


class Result(Frozen):
    """A plan, and its figures."""

    plan: Plan
    outcome: Outcome


PAST = TypeAdapter(Past)


def key_of(batch: Batch, limits: Limits, begun_with: str | None) -> str:
    """What a result is a result of: batch, limits, version of the program, and the result it was begun with."""
    text = f"{matcher.__version__}\n{begun_with}\n{limits.model_dump_json()}\n{to_json(batch)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Store:
    """A folder of results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Result | None:
        """The result, if there is a sound one."""
        try:
            return Result.model_validate_json((self._folder / f"{key}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, result: Result) -> None:
        """Keeps a result, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_text(self._folder / f"{key}.json", result.model_dump_json(by_alias=True))

    def past(self, key: str) -> Past | None:
        """What was found on the way to a result, if that is kept."""
        try:
            return PAST.validate_json((self._folder / f"{key}.past.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def put_past(self, key: str, past: Past) -> None:
        """Keeps what was found on the way to a result."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_bytes(self._folder / f"{key}.past.json", PAST.dump_json(past))
