"""The app: services, routes and what every request passes through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import matcher
from matcher.service.http import (
    answers,
    exporting,
    operation,
    orders,
    page,
    plans,
    problems,
    scenarios,
    sheets,
    stored,
)
from matcher.service.http.described import with_parts
from matcher.service.http.door import Door
from matcher.service.http.limits import Bodies
from matcher.service.http.logs import Log, json_log
from matcher.service.http.metrics import Metrics
from matcher.service.http.services import services_of
from matcher.service.http.timer import Timer, chores_of
from matcher.service.jobs.worker import Workers
from matcher.service.settings import Settings
from matcher.service.store.migrations import upgrade

ROUTERS = (
    plans.router,
    exporting.router,
    answers.router,
    stored.router,
    scenarios.router,
    orders.router,
    sheets.router,
    operation.router,
    page.router,
)
"""All routes."""
DESCRIPTION = """\
志愿服务派单：提交一个批次，取回证明过的安排。用法见 docs/service.md。

Volunteer dispatch: a batch in, a proved plan out. docs/service.md shows how to use it.
"""


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI app. Its lifespan brings the database up to date, starts the workers and ends them.

    Raises InputError where a setting cannot be used.
    """
    app = FastAPI(
        title="matcher",
        version=matcher.__version__,
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's own pages call out to another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_alive,
    )
    services, metrics = services_of(settings), Metrics()
    app.state.services, app.state.metrics, app.state.working = services, metrics, False
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app)
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Door, services=services)
    app.add_middleware(Log, log=json_log(), metrics=metrics)
    app.openapi = partial(_description, app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[None]:
    """The database brought up to date, all threads at work; at the end jobs under way are given back."""
    services = app.state.services
    await to_thread.run_sync(upgrade, services.store)
    workers = Workers(services.store, services.settings, clock=services.clock)
    timer = Timer(chores_of(services))
    workers.start()
    services.answerers.start()
    timer.start()
    app.state.working = True
    try:
        yield
    finally:
        app.state.working = False
        services.answering.shutdown(wait=False, cancel_futures=True)
        await to_thread.run_sync(services.answerers.stop, services.settings.stop_seconds)
        await to_thread.run_sync(workers.stop, services.settings.stop_seconds)
        await to_thread.run_sync(timer.stop, services.settings.stop_seconds)
        services.store.close()


def _description(app: FastAPI) -> dict[str, Any]:
    """OpenAPI, worked out once."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"key": []}, {}]
        app.openapi_schema = with_parts(found)
    return app.openapi_schema
