"""A scenario: a named list of edits in a TOML file, with parameters that a sweep may set."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import Field, ValidationError

from matcher import Batch, InputError, read_batch, to_json
from matcher.base import Frozen, Items
from matcher.errors import Problem
from matcher.problems import hints, pointer, problem, shown
from matcher.shape import shape_problems
from scenarios.edits import AnyEdit, Said
from scenarios.world import World

Value = str | int | float | bool | list[str] | list[int] | list[float]
LIBRARY = Path(__file__).parent / "library"
MOST_BYTES = 1_000_000


class Scenario(Frozen):
    """What is changed in the world, edit after edit, in their order."""

    schema_: Literal["matcher.scenario/1"] = Field(alias="schema")
    """Always `matcher.scenario/1`."""
    id: str = Field(min_length=1, max_length=100, pattern=r"^[^\s/\\]+$")
    """Short name, for tables and files."""
    zh: str = ""
    """What people read, in Chinese."""
    en: str = ""
    """In English."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    """What random draws start from; two scenarios with the same seed draw alike."""
    parameters: dict[str, Value] = Field(default_factory=dict)
    """Values that edits use as `$name`."""
    edits: Items[AnyEdit]
    """The edits."""


class Edited(Frozen):
    """A batch as a scenario leaves it, and what each edit changed."""

    batch: Batch
    changes: Items[Said]
    """What each edit changed."""


def read_scenario(text: str, parameters: Mapping[str, Value] | None = None, where: str = "") -> Scenario:
    """The scenario in a TOML text, some of its parameters set; raises InputError with all that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused([problem("bad_toml", where, None, reason=str(error))]) from None
    given = raw.get("parameters")
    known = dict(given) if isinstance(given, dict) else {}
    problems = [
        problem("unknown_field", pointer("parameters", name), None, **hints(name, frozenset(known)))
        for name in parameters or {}
        if name not in known
    ]
    known |= {name: value for name, value in (parameters or {}).items() if name in known}
    if known:
        raw["parameters"] = known
    filled = raw | ({"edits": _filled(raw["edits"], known, ("edits",), problems)} if "edits" in raw else {})
    try:
        scenario = Scenario.model_validate_json(json.dumps(filled, default=str))
    except ValidationError as error:
        problems += shape_problems(Scenario, error)
    if problems:
        raise _refused(problems)
    return scenario


def load_scenario(name: str, parameters: Mapping[str, Value] | None = None) -> Scenario:
    """The scenario in a file, or the ready one of that id; raises InputError."""
    path = Path(name)
    if not path.is_file() and path.suffix != ".toml":
        path = LIBRARY / f"{name}.toml"
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused([problem("too_long", name, None, limit=MOST_BYTES)])
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _refused([problem("bad_encoding", name, None)]) from None
    except OSError:
        words = hints(name, frozenset(ready()))
        found = problem("unknown_name", "", shown(name), kind_zh="情景", kind_en="scenario", **words)
        raise _refused([found]) from None
    return read_scenario(text, parameters)


def ready() -> list[str]:
    """The ids of the scenarios that come with the program."""
    return sorted(path.stem for path in LIBRARY.glob("*.toml"))


def to_toml(scenario: Scenario) -> str:
    """The TOML text of a scenario, its parameters filled in: read again, it is the same."""
    return tomli_w.dumps(scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def apply(scenario: Scenario, batch: Batch, sample: int = 0, day: str = "") -> Edited:
    """The batch as the scenario changes it; the batch given stays what it is.

    sample: number of a draw; the same one draws alike in every scenario of the same seed, and for each kind of edit
    whether others stand before it or not. day: another one draws anew, but for edits that last. Raises InputError with
    every name that is not known, or where the changed batch is none.
    """
    problems, changes, times = list[Problem](), list[Said](), dict[str, int]()
    changed = batch
    for n, edit in enumerate(scenario.edits):
        times[edit.kind] = times.get(edit.kind, 0) + 1
        dice = f"{scenario.seed}/{sample}/{edit.kind}/{times[edit.kind]}"
        if day and not edit.lasts:
            dice += f"/{day}"
        changed, said = edit.made(World(changed, ("edits", n), dice, problems))
        changes.append(said)
    if problems:
        raise _refused(problems)
    return Edited(batch=_sound(changed, scenario.id), changes=tuple(changes))


def _sound(batch: Batch, id: str) -> Batch:
    """The batch, read again as if it came from outside."""
    try:
        return read_batch(to_json(batch))
    except InputError as error:
        raise InputError(
            f"按情景 {id} 改动后，批次有 {len(error.problems)} 处错误",
            f"Problems in the batch after scenario {id}: {len(error.problems)}",
            error.problems,
        ) from None


def _filled(value: Any, known: Mapping[str, Value], at: Sequence[str | int], problems: list[Problem]) -> Any:
    """A value with every `$name` in it replaced by the parameter."""
    if isinstance(value, dict):
        return {key: _filled(each, known, (*at, key), problems) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, known, (*at, n), problems) for n, each in enumerate(value)]
    if isinstance(value, str) and value.startswith("$"):
        if value[1:] in known:
            return known[value[1:]]
        words = {"kind_zh": "参数", "kind_en": "parameter", **hints(value[1:], frozenset(known))}
        problems.append(problem("unknown_name", pointer(*at), shown(value), **words))
    return value


def _refused(problems: list[Problem]) -> InputError:
    return InputError(f"情景有 {len(problems)} 处错误", f"Problems in the scenario: {len(problems)}", problems)
