"""A body of several parts - a batch, a plan, what is asked - read with every problem under its pointer."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError, create_model
from starlette.requests import Request

from matcher.batch import Batch
from matcher.collector import FIRST_YEAR, LAST_YEAR
from matcher.crosschecks import check_batch, check_plan
from matcher.errors import InputError, Problem
from matcher.events import Events
from matcher.plan import Plan
from matcher.problems import pointer, problem
from matcher.reading import read_batch, read_events, read_plan, sound
from matcher.service.http.problems import RefusalError
from matcher.service.http.wanted import Several, check_wanted, read_wanted
from matcher.shape import shape_problems

O = TypeVar("O", bound=BaseModel)  # noqa: E741


@dataclass(frozen=True)
class Part:
    """A part with a format of its own.

    check: what may be wrong besides its shape. read: reads it alone and raises InputError with all its problems.
    """

    model: type[BaseModel]
    check: Callable[[Any], list[Problem]]
    read: Callable[[str], Any]


PARTS: Mapping[str, Part] = {
    "batch": Part(Batch, check_batch, read_batch),
    "plan": Part(Plan, check_plan, read_plan),
    "events": Part(Events, lambda events: [], read_events),
    "scenarios": Part(Several, check_wanted, read_wanted),
}
"""The parts by the name of their member."""
SPACE = re.compile(r"[ \t\n\r]*")


def media_of(request: Request) -> str:
    """The type of a body's content, without its parameters."""
    return str(request.headers.get("content-type", "")).partition(";")[0].strip().lower()


def require_day(day: date, where: str) -> None:
    """Raises InputError for a day beyond the years of batches."""
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise InputError("日期有误", "the date is wrong", [problem("time_range", where, day.isoformat())])


async def json_body(request: Request) -> bytes:
    """The body of a request that must be JSON."""
    media = media_of(request)
    if media != "application/json" and not media.endswith("+json"):
        raise RefusalError(
            "Content-Type 应为 application/json", "expected the Content-Type application/json", "wrong_media"
        )
    return await request.body()


def read_parts(data: bytes, names: Sequence[str], asked: type[O]) -> tuple[list[Any], O]:
    """The parts of these names, in their order, and the other members of the body as a model.

    Raises InputError with the problems of all of them.
    """
    whole = sound(_whole(asked, *names), data)
    if whole is not None:
        values = [getattr(whole, name) for name in names]
        if not any(PARTS[name].check(value) for name, value in zip(names, values, strict=True)):
            return values, _rest(asked, whole)
    return _read_apart(data, names, asked)


def has_member(data: bytes, name: str) -> bool:
    """Whether an object has a member of this name. Raises InputError where the body is no object."""
    return name in _members(data)[0]


def first_member(data: bytes) -> str:
    """The name of the first member of an object; empty where there is none."""
    found = re.match(rb'\s*\{\s*"([a-z_]{1,40})"', data)
    return found[1].decode() if found else ""


@cache
def _whole(asked: type[O], *names: str) -> type[O]:
    """The body as one model, which reads it in one pass."""
    parts: dict[str, Any] = {name: (PARTS[name].model, ...) for name in names}
    return create_model(asked.__name__, __base__=asked, **parts) if parts else asked


def _rest(asked: type[O], whole: O) -> O:
    """The other members of a body."""
    fields = {name: getattr(whole, name) for name in asked.model_fields}
    return asked.model_construct(whole.model_fields_set & fields.keys(), **fields)


def _read_apart(data: bytes, names: Sequence[str], asked: type[O]) -> tuple[list[Any], O]:
    """What `read_parts` returns, each part read by itself, so that every problem is found."""
    members, problems = _members(data)
    problems += [problem("missing_field", pointer(name), None) for name in names if name not in members]
    values = [_read(name, members[name], problems) for name in names if name in members]
    rest = ",".join(f"{json.dumps(name)}:{text}" for name, text in members.items() if name not in names)
    try:
        options = asked.model_validate_json("{" + rest + "}")
    except ValidationError as error:
        problems += shape_problems(asked, error)
    if problems:
        raise InputError(f"内容有 {len(problems)} 处错误", f"Problems in the body: {len(problems)}", problems)
    return values, options


def _read(name: str, text: str, problems: list[Problem]) -> Any:
    try:
        return PARTS[name].read(text)
    except InputError as error:
        problems += [replace(found, where=f"/{name}{found.where}") for found in error.problems]


def _members(data: bytes) -> tuple[dict[str, str], list[Problem]]:
    """The members of the object in a JSON text as the texts they are written as, and names that occur twice."""
    try:
        pairs = list(_pairs(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise _unreadable(problem("bad_encoding", "", None)) from None
    except json.JSONDecodeError as error:
        reason = f"{error.msg} ({error.lineno}:{error.colno})"
        raise _unreadable(problem("bad_json", "", None, reason=reason)) from None
    twice = sorted(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return dict(pairs), [problem("duplicate_key", pointer(name), None) for name in twice]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    scan = json.JSONDecoder().raw_decode
    at = _past("{", text, 0)
    while _sign(text, at) != "}":
        name, end = scan(text, _skip(text, at))
        if not isinstance(name, str):
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        start = _skip(text, _past(":", text, end))
        _, end = scan(text, start)
        yield name, text[start:end]
        at = end if _sign(text, end) == "}" else _past(",", text, end)
    if _skip(text, _past("}", text, at)) < len(text):
        raise json.JSONDecodeError("Extra data", text, at)


def _skip(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _sign(text: str, at: int) -> str:
    at = _skip(text, at)
    return text[at : at + 1]


def _past(sign: str, text: str, at: int) -> int:
    if _sign(text, at) != sign:
        raise json.JSONDecodeError(f"Expecting '{sign}'", text, _skip(text, at))
    return _skip(text, at) + 1


def _unreadable(found: Problem) -> InputError:
    return InputError("无法读取内容", "the body cannot be read", [found])
