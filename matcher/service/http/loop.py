"""What the routes of the loop share: its parts, bodies that may be left out, pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import Query, Request
from pydantic import BaseModel

from matcher.base import Frozen
from matcher.errors import InputError, Problem
from matcher.service.http.described import body_of
from matcher.service.http.parts import json_body, read_parts
from matcher.service.http.problems import RefusalError
from matcher.service.http.services import Services
from matcher.service.orders.book import Book, UnknownError
from matcher.service.orders.model import Reason
from matcher.service.orders.offering import Offering
from matcher.service.store.engine import Unavailable

M = TypeVar("M", bound=BaseModel)

TAGS: list[str | Enum] = ["点单到评单 the loop"]
MOST_LISTED = 500
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it, after an even number of backslashes."""

After = Annotated[str, Query(description="上一页的 after / as the page before says", max_length=100)]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]


class Said(Frozen):
    """Why something is done."""

    reason: Reason = ""
    """In words; numbers that look like a phone are masked."""


def book_of(services: Services) -> Book:
    """The book of orders."""
    return Book(services.store, services.clock, services.county, services.phones)


def offering_of(services: Services) -> Offering:
    """The offers."""
    return Offering(services.store, services.clock, services.county, services.settings.rules)


async def no_nul(request: Request) -> None:
    """Raises InputError for a text with the character NUL, which PostgreSQL cannot keep."""
    named = [*request.path_params.values(), *request.query_params.values()]
    json = "json" in request.headers.get("content-type", "")
    body = await request.body() if json else b""
    if any("\x00" in text for text in named) or (b"\\u0000" in body and NUL.search(body)):
        zh, en = "文字中不得有空字符（U+0000）", "expected texts without the character U+0000"
        raise InputError("内容有误", "the request is wrong", [Problem("nul", "", None, zh, en)])


def expire(services: Services) -> None:
    """Ends offers whose deadline is over, before something is read; reading goes on where nothing can be written."""
    with suppress(Unavailable):
        offering_of(services).expire()


@contextmanager
def found() -> Iterator[None]:
    """An id that nothing has is answered with 404."""
    try:
        yield
    except UnknownError as error:
        raise RefusalError(error.zh, error.en, "not_found") from None


def asked_body(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """A body of a model with an example, as `openapi_extra`."""
    return body_of(model.model_json_schema(), example)


def optional_body(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """The same, of a body that may be left out."""
    return {"requestBody": {**asked_body(model, example)["requestBody"], "required": False}}


REASON_BODY = optional_body(Said, {"reason": "已自行解决"})


async def required(request: Request, model: type[M]) -> M:
    """What a body says; read in a thread, for it may be long."""
    data = await json_body(request)
    return await to_thread.run_sync(lambda: read_parts(data, (), model)[1])


async def optional(request: Request, model: type[M]) -> M:
    """What a body says, which may be left out."""
    return await required(request, model) if (await request.body()).strip() else model()
