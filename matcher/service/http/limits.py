"""Bodies are read whole, within limits, before anything looks at what they say."""

import asyncio
import re
from functools import partial

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher.errors import InputError, MatcherError, Problem
from matcher.service.http.problems import RefusalError, answer, later
from matcher.service.settings import Settings

ESCAPE = re.compile(rb"\\.", re.DOTALL)
MEGABYTE = 2**20
MOST_AT_ONCE = 64
"""Requests with a body that are worked on at a time; with more, each would be answered when its caller has gone."""
TO_SIGNS = bytes.maketrans(b"{}", b"[]")
NO_SIGN = bytes(set(range(256)) - set(b'{}[]"'))


class Bodies:
    """Middleware: a body that is too large, too slow, too deep or too long goes no further."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings, self._at_work = app, settings, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
            if body is not None:
                await self._work(scope, body, receive, send)
        except MatcherError as error:
            await answer(error, scope)(scope, receive, send)

    async def _work(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Checks a body and hands it on. Raises MatcherError, before anything is sent."""
        if self._at_work >= MOST_AT_ONCE:
            raise later("请求太多，请稍后重试", "too many requests at once; try again later", 1)
        self._at_work += 1
        try:
            if "json" in Headers(scope=scope).get("content-type", ""):
                await to_thread.run_sync(partial(check_json, body, self._settings.rows, self._settings.depth))
            await self._app(scope, _again(body, receive), send)
        finally:
            self._at_work -= 1

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; null where the caller has gone."""
        most = int(self._settings.body_mb * MEGABYTE)
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > most:
            raise _too_large(self._settings.body_mb)
        parts, size = list[bytes](), 0
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > most:
                        raise _too_large(self._settings.body_mb)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            seconds = self._settings.body_seconds
            raise RefusalError(
                f"内容应在 {seconds:g} 秒内发完", f"expected the whole body within {seconds:g} s", "too_slow", CLOSE
            ) from None


CLOSE = {"Connection": "close"}


def _too_large(most: float) -> RefusalError:
    return RefusalError(f"内容不得超过 {most:g} MB", f"expected a body of at most {most:g} MB", "too_large", CLOSE)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body once more, then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def check_json(data: bytes, rows: int, depth: int) -> None:
    """Raises a refusal where a JSON text has more than `rows` objects and lists, or more than `depth` in each other.

    Nothing is parsed: of the text only brackets outside strings are looked at, one level of them after the other.
    """
    escaped = ESCAPE.sub(b"", data) if b"\\" in data else data
    signs = b"".join(escaped.translate(TO_SIGNS, NO_SIGN).split(b'"')[::2])
    found = signs.count(b"[")
    if found > rows:
        raise RefusalError(
            f"JSON 中的对象和列表共 {found} 个，不得超过 {rows} 个",
            f"expected at most {rows} objects and lists in the JSON, found {found}",
            "too_large",
        )
    for _ in range(depth):
        signs = signs.replace(b"[]", b"")
    if b"[]" in signs or signs.count(b"[") > depth:
        zh, en = f"对象和列表嵌套不得超过 {depth} 层", f"expected at most {depth} objects and lists in each other"
        raise InputError("JSON 嵌套太深", "the JSON is nested too deeply", [Problem("too_deep", "", None, zh, en)])
