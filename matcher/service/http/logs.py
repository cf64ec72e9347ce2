"""Every request has an id, one line in the log and its place in the metrics; none of them tells anything of people."""

import logging
import secrets
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher.service.http.metrics import Metrics
from matcher.service.http.problems import internal

NO_GUESSING = (b"x-content-type-options", b"nosniff")
"""Browsers take an answer for what it says it is."""
FRAMES = 5
"""Innermost lines of code that an internal error is logged with."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def json_log() -> Any:
    """A log that writes lines of JSON on standard error."""
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


class Lines(logging.Handler):
    """Lets what libraries and workers log go the same way; of errors their type alone."""

    def __init__(self, log: Any) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        write = getattr(self._log, record.levelname.lower(), self._log.info)
        write(record.getMessage(), logger=record.name, **({"error": error} if error else {}))


class Log:
    """Outermost middleware: gives the id, writes the line, answers what nothing else has caught."""

    def __init__(self, app: ASGIApp, log: Any, metrics: Metrics) -> None:
        self._app, self._log, self._metrics = app, log, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id, started, status = secrets.token_hex(8), time.perf_counter(), 0
        scope["state"] = {**scope.get("state", {}), "request_id": id}

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", id.encode()), NO_GUESSING]
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception as error:
            self._log.error("internal", request=id, error=type(error).__name__, at=_places(error))
            if not status:
                await internal(scope)(scope, receive, named)
        finally:
            self._told(scope, id, status, time.perf_counter() - started)

    def _told(self, scope: Scope, id: str, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = getattr(scope.get("route"), "path", "-")
        self._metrics.request(method, route, status, seconds)
        self._log.info("request", request=id, method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _places(error: Exception) -> list[str]:
    """Where an error arose, innermost last; its text is not logged, it could hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
