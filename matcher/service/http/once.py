"""Idempotency-Key: what creates something does so once for a caller, a key and a body."""

import hashlib
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from matcher.errors import InputError, Problem
from matcher.service.http.problems import RefusalError
from matcher.service.http.tables import kept_answers as kept
from matcher.service.store.engine import Store
from matcher.service.store.group import Group

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,200}")
KEPT = timedelta(days=1)
"""How long an answer is given again."""
UNDER_WAY = timedelta(minutes=2)
"""After so long a request without an answer counts as lost with its process, and may be made again."""
HEADERS = ("content-type", "location")
"""Headers that are kept with an answer."""


@dataclass(frozen=True)
class Answer:
    """An answer as it was given."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Claim:
    """The right to answer a request first."""

    caller: str
    key: str
    started: datetime


class Once:
    """The answers kept in a store."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._clock, self._group = clock, Group(store)

    def begin(self, caller: str, key: str, digest: bytes) -> Answer | Claim:
        """The answer given before, or the claim to give the first one.

        Raises RefusalError where the same key came with another body, or is under way.
        """
        claim = Claim(caller, key, self._clock())
        row = self._group.write(partial(_found, claim, digest))
        if row is None:
            return claim
        if row.digest != digest:
            raise _another_body()
        if row.status is None:
            raise RefusalError(
                "同一 Idempotency-Key 的请求正在处理，请稍后重试",
                "a request with this Idempotency-Key is under way, try again in a moment",
                "in_flight",
                {"Retry-After": "1"},
            )
        return Answer(row.status, row.headers, row.body)

    def keep(self, claim: Claim, answer: Answer) -> None:
        """Keeps the first answer."""
        given = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        self._group.write(lambda connection: connection.execute(update(kept).where(_of(claim)).values(**given)))

    def forget(self, claim: Claim) -> None:
        """Nothing was created: the key is free again."""
        self._group.write(lambda connection: connection.execute(delete(kept).where(_of(claim))))


def _found(claim: Claim, digest: bytes, connection: Connection) -> Any:
    """What is kept under the key; null: nothing, and the claim now is."""
    mine = and_(kept.c.caller == claim.caller, kept.c.key == claim.key)
    lost = and_(mine, kept.c.status.is_(None), kept.c.started < claim.started - UNDER_WAY)
    connection.execute(delete(kept).where(or_(kept.c.started < claim.started - KEPT, lost)))
    row = connection.execute(select(kept).where(mine)).one_or_none()
    if row is None:
        given = {"caller": claim.caller, "key": claim.key, "digest": digest, "started": claim.started}
        connection.execute(insert(kept), given)
    return row


class OnceRoute(APIRoute):
    """A route whose POST creates something: with an Idempotency-Key it does so once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, asked only for the first request of a key."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            if not KEY.fullmatch(key):
                raise _bad_key()
            answers: Once = request.app.state.services.once
            caller = request.scope["state"]["caller"].key or ""
            found = await to_thread.run_sync(answers.begin, caller, key, await _digest(request))
            if isinstance(found, Answer):
                return Response(found.body, found.status, {**found.headers, "Idempotent-Replay": "true"})
            try:
                response = await handle(request)
            except Exception:
                await to_thread.run_sync(answers.forget, found)
                raise
            if response.status_code < 400:
                headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
                answer = Answer(response.status_code, headers, bytes(response.body))
                await to_thread.run_sync(answers.keep, found, answer)
            else:
                await to_thread.run_sync(answers.forget, found)
            return response

        return once


async def _digest(request: Request) -> bytes:
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(head + await request.body()).digest()


def _of(claim: Claim) -> Any:
    return and_(kept.c.caller == claim.caller, kept.c.key == claim.key, kept.c.started == claim.started)


def _bad_key() -> InputError:
    zh, en = "应为 1 至 200 个可见的 ASCII 字符", "expected 1 to 200 visible ASCII characters"
    found = Problem("bad_key", f"/header/{HEADER}", None, zh, en)
    return InputError("Idempotency-Key 有误", "the Idempotency-Key is wrong", [found])


def _another_body() -> RefusalError:
    return RefusalError(
        "此 Idempotency-Key 已用于另一内容，请换一个",
        "this Idempotency-Key was used with another body, take a new one",
        "other_body",
    )
