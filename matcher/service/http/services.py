"""What the routes have to work with, and who calls them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, ParamSpec, TypeVar, cast

from anyio import to_thread
from fastapi import Depends, Request

from matcher.service.access.audit import Audit
from matcher.service.access.caller import Caller
from matcher.service.access.keys import Keys
from matcher.service.access.phones import Phones
from matcher.service.http.once import Once
from matcher.service.http.problems import later
from matcher.service.jobs.answering import ANSWERING, Answerers, LostError
from matcher.service.jobs.queue import Jobs
from matcher.service.orders.county import County
from matcher.service.settings import Settings
from matcher.service.store.engine import Store

P = ParamSpec("P")
T = TypeVar("T")

COMMAND = (sys.executable, "-m", "matcher.service.http.child")
"""Starts a child that answers questions."""


@dataclass(frozen=True)
class Services:
    """The parts of the service behind the routes."""

    settings: Settings
    clock: Callable[[], datetime]
    store: Store
    jobs: Jobs
    county: County
    keys: Keys
    phones: Phones
    audit: Audit
    once: Once
    answering: ThreadPoolExecutor
    answerers: Answerers

    async def quick(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does work in a thread that takes a moment: reading a body, a transaction."""
        return await to_thread.run_sync(partial(work, *args, **kwargs))

    async def answer(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does work that may take seconds in a thread; raises RefusalError where it takes longer than is waited for."""
        future = asyncio.get_running_loop().run_in_executor(self.answering, partial(work, *args, **kwargs))
        return await self._waited(future)

    async def ask(self, kind: str, question: bytes) -> str:
        """What a child process answers (`matcher.service.http.questions` has the kinds), or raises.

        Raises RefusalError where it ends without an answer, or takes longer than is waited for.
        """
        asked = self.answerers.ask(kind, question, self.settings.answer_seconds)
        try:
            return await self._waited(asyncio.wrap_future(asked))
        except LostError as error:
            raise later(error.zh, error.en) from None

    async def _waited(self, future: Awaitable[T]) -> T:
        seconds = self.settings.answer_seconds
        try:
            return await asyncio.wait_for(future, seconds)
        except TimeoutError:
            raise later(
                f"{seconds:g} 秒内没有算出结果；请减小批次，或稍后重试",
                f"no answer within {seconds:g} s; send a smaller batch or try again later",
            ) from None


def services_of(settings: Settings) -> Services:
    """The services on the settings' database; nothing is opened yet."""
    store, clock = Store(settings.database), partial(datetime.now, UTC)
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        jobs=Jobs(store, clock),
        county=County(store, clock),
        keys=Keys(store, clock),
        phones=Phones(settings.phone_key, settings.old_phone_keys),
        audit=Audit(store, clock),
        once=Once(store, clock),
        answering=ThreadPoolExecutor(ANSWERING, "matcher-answer"),
        answerers=Answerers(COMMAND, settings.solve_memory),
    )


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


def _caller(request: Request) -> Caller:
    return cast(Caller, request.scope["state"]["caller"])


Served = Annotated[Services, Depends(_services)]
"""The services, as a route asks for them."""
Called = Annotated[Caller, Depends(_caller)]
"""Who calls, as a route asks for it; the door has let the caller in."""
