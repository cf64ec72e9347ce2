"""Scenarios as a body names them: ready ones by their ids, others as the text of a file."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, RootModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from matcher.base import Frozen
from matcher.errors import InputError, Problem
from matcher.privacy import mask_text
from matcher.problems import hints, problem, shown
from matcher.shape import shape_problems
from scenarios.cases import BASELINE, Case, written
from scenarios.scenario import LIBRARY, Scenario, Value, read_scenario, ready

E = TypeVar("E", bound=BaseModel)

MOST_SCENARIOS = 100
"""Most scenarios in a body."""
MOST_LETTERS = 10_000
"""Longest text of a scenario; the ready ones have about a thousand letters."""
FREE = ("zh", "en", "title", "name")
"""Fields with free text, in which somebody may type a phone."""


def _one_problem(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """One problem for a value, where pydantic has one for each type it could have."""
    try:
        return read(value)
    except ValidationError:
        raise PydanticCustomError("value", "expected a text, a number, true, false or a list of these") from None


class Wanted(Frozen):
    """A ready scenario, or the text of one: one of the two."""

    id: str | None = Field(default=None, max_length=100)
    """Id of a ready scenario, as `GET /v1/scenarios/library` lists them."""
    toml: str | None = Field(default=None, max_length=MOST_LETTERS)
    """Text of a scenario file (docs/whatif.md)."""
    values: dict[str, Annotated[Value, WrapValidator(_one_problem)]] = Field(default_factory=dict)
    """Values of its parameters, by their names."""


class Several(RootModel[Annotated[list[Wanted], Field(min_length=1, max_length=MOST_SCENARIOS)]]):
    """Scenarios that are compared with the batch as it is."""


def check_wanted(several: Several) -> list[Problem]:
    """All that is wrong with scenarios besides their shape: unknown names and values, texts that are no scenario."""
    return [found for n, wanted in enumerate(several.root) for found in _wrong(wanted, f"/{n}")]


def read_wanted(text: str) -> Several:
    """The scenarios in a JSON text. Raises InputError with all that is wrong."""
    try:
        several = Several.model_validate_json(text)
        problems = check_wanted(several)
    except ValidationError as error:
        problems = shape_problems(Several, error)
    if problems:
        raise InputError(f"情景有 {len(problems)} 处错误", f"Problems in the scenarios: {len(problems)}", problems)
    return several


def cases_of(several: Several) -> Iterator[Case]:
    """What is to be planned: each scenario once, under a name of its own; long numbers in texts are masked."""
    times = Counter([BASELINE])
    for wanted in several.root:
        scenario = _scenario(wanted)
        name = " ".join(
            [shown(scenario.id), *(f"{key}={shown(written(value))}" for key, value in wanted.values.items())]
        )
        times[name] += 1
        yield Case(name=name if times[name] == 1 else f"{name} ({times[name]})", scenario=_kept(scenario))


def library() -> list[Scenario]:
    """The ready scenarios, by id."""
    return [read_scenario(_ready_text(id)) for id in ready()]


def _ready_text(id: str) -> str:
    return (LIBRARY / f"{id}.toml").read_text(encoding="utf-8")


def _wrong(wanted: Wanted, where: str) -> list[Problem]:
    try:
        _scenario(wanted)
    except InputError as error:
        return [replace(found, where=where + found.where) for found in error.problems]
    return []


def _scenario(wanted: Wanted) -> Scenario:
    """The scenario meant. Raises InputError."""
    text = _text(wanted)
    try:
        return read_scenario(text, wanted.values)
    except InputError as error:
        problems = [replace(found, where=_place(found, wanted)) for found in error.problems]
        raise InputError(error.zh, error.en, problems) from None
    except (RecursionError, ValueError):  # what Python's own reader of TOML does not foresee
        found = problem("bad_toml", "/toml", None, reason="nested too deeply, or a number that is too long")
        raise InputError("情景有误", "the scenario is wrong", [found]) from None


def _text(wanted: Wanted) -> str:
    """The text of the scenario meant. Raises InputError."""
    if (wanted.id is None) == (wanted.toml is None):
        zh, en = "应写 id 或 toml 其中之一", "expected id or toml, one of the two"
        raise InputError(
            "要比较哪个情景不清楚", "it is not clear which scenario", [Problem("one_of", "", None, zh, en)]
        )
    if wanted.toml is not None:
        return wanted.toml
    if wanted.id not in ready():
        words = hints(str(wanted.id), frozenset(ready()))
        found = problem("unknown_name", "/id", shown(wanted.id), kind_zh="情景", kind_en="scenario", **words)
        raise InputError("没有这个情景", "there is no such scenario", [found])
    return _ready_text(str(wanted.id))


def _place(found: Problem, wanted: Wanted) -> str:
    """Where in the body something wrong in a scenario is: among the values given, or in the text."""
    if found.code == "unknown_field" and found.where.startswith("/parameters/"):
        return found.where.replace("/parameters/", "/values/", 1)
    return "/values" if wanted.toml is None else f"/toml{found.where}"


def _kept(scenario: Scenario) -> Scenario:
    """The scenario as a job keeps it, its parameters filled in."""
    edits = tuple(map(_masked, scenario.edits))
    return _masked(scenario).model_copy(update={"id": shown(scenario.id), "parameters": {}, "edits": edits})


def _masked(entry: E) -> E:
    texts = {name: getattr(entry, name) for name in FREE if name in type(entry).model_fields}
    return entry.model_copy(update={name: mask_text(text) for name, text in texts.items()})
