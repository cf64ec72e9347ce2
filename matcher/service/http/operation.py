"""Health, metrics and the audit, for whoever runs the service."""

import shutil
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from matcher.errors import MatcherError
from matcher.service.access.audit import MOST_ENTRIES
from matcher.service.access.entries import Entries
from matcher.service.http.described import problems
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import Check, Health

LEAST_FREE_MB = 100
"""Megabytes that the database's disk should have left."""

router = APIRouter(tags=["运行 operation"])


@router.get("/health/live", summary="服务是否在运行", response_class=PlainTextResponse)
def live() -> str:
    """Whether the process answers at all."""
    return "ok"


@router.get("/health/ready", summary="服务是否就绪", response_model=Health, responses={503: {"model": Health}})
def ready(request: Request, services: Served) -> Response:
    """Whether the database, the workers and the disk are fit for work; 503 if one of them is not."""
    workers = bool(services.settings.solvers == 0 or request.app.state.working)
    checks = {
        "database": _database(services),
        "workers": _check(workers, "计算进程正常", "workers are running", "没有计算进程", "no worker is running"),
        "disk": _disk(services),
    }
    fit = all(check.ok for check in checks.values())
    return JSONResponse(Health(ready=fit, checks=checks).model_dump(), 200 if fit else 503)


@router.get("/metrics", summary="Prometheus 指标", response_class=PlainTextResponse, responses=problems())
def metrics(request: Request, services: Served, caller: Called) -> Response:
    """Answers by method, route and status, seconds by route, jobs by state."""
    caller.require_county()
    return Response(request.app.state.metrics.text(services.jobs.counts()), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/audit", summary="审计记录", response_model=Entries, responses=problems())
def audit(
    services: Served,
    caller: Called,
    after: Annotated[int, Query(ge=0, le=2**53, description="最后收到的序号 / the last number received")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 100,
) -> Entries:
    """Who was shown which phones and when, keys made and taken back, purges; for county keys."""
    page = services.audit.page(caller, after, limit)
    return Entries(entries=tuple(page), after=page[-1].number if page else after)


def _database(services: Services) -> Check:
    try:
        with services.store.read() as connection:
            connection.execute(text("SELECT 1"))
    except MatcherError as error:
        return Check(ok=False, zh=error.zh, en=error.en)
    return Check(ok=True, zh="数据库正常", en="the database answers")


def _disk(services: Services) -> Check:
    """The disk of a SQLite file; another database sees to its own."""
    file = services.store.file
    free = None if file is None else shutil.disk_usage(file.resolve().parent).free >> 20
    return _check(
        free is None or free >= LEAST_FREE_MB,
        "磁盘空间充足",
        "there is space on the disk",
        f"磁盘只剩 {free} MB",
        f"only {free} MB are left on the disk",
    )


def _check(ok: bool, good_zh: str, good_en: str, bad_zh: str, bad_en: str) -> Check:
    return Check(ok=ok, zh=good_zh if ok else bad_zh, en=good_en if ok else bad_en)
