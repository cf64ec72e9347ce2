"""A body of several parts - a batch, a plan, what is asked - read with every problem under its pointer."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from matcher.collector import FIRST_YEAR, LAST_YEAR
from matcher.errors import InputError, Problem
from matcher.problems import pointer, problem
from matcher.reading import read_batch, read_events, read_plan
from matcher.service.http.problems import RefusalError
from matcher.shape import shape_problems

O = TypeVar("O", bound=BaseModel)  # noqa: E741

READERS: Mapping[str, Callable[[str], Any]] = {"batch": read_batch, "plan": read_plan, "events": read_events}
"""How each part with a format of its own is read."""
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


def first_member(data: bytes) -> str:
    """The name of the first member of an object; empty where there is none."""
    found = re.match(rb'\s*\{\s*"([a-z_]{1,40})"', data)
    return found[1].decode() if found else ""


def _read(name: str, text: str, problems: list[Problem]) -> Any:
    try:
        return READERS[name](text)
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
