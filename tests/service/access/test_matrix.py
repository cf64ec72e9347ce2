"""Role by route by subtree: every route has its row, and every caller gets what the row says."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Route

from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.http.app import create_app
from matcher.service.settings import Settings
from tests.service.access import world
from tests.service.access.behind import Behind
from tests.service.access.matrix import COLUMNS, NOBODY, ROUTES, SHOW_PHONES, Call
from tests.service.access.serving import served
from tests.service.phones import found_in, found_under

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return world.settings(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as client:
        yield client


@pytest.fixture(scope="module")
def behind(client: httpx.Client, settings: Settings) -> Iterator[Behind]:
    """The county of `world`, taken over."""
    found = Behind(settings)
    found.county.take_over(world.batch(), found.phones)
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def secrets(behind: Behind) -> dict[str, str]:
    return asdict(world.make_keys(behind.store)) | {"unknown": f"mk_{'A' * 43}"}


@cache
def refused(route: tuple[str, str], behind: Behind) -> Call:
    """The call of those who are not let in; it changes nothing, so one does for all of them."""
    return ROUTES[route].call(behind, world.VILLAGE)


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route; new versions of FastAPI keep those of a router that was included under one entry."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is None:
            yield route
        else:
            yield from flat(router.routes)


def rows_of(routes: Iterable[BaseRoute]) -> set[tuple[str, str]]:
    """Method and path of every route; what takes no methods, a folder of files for example, stands under ANY."""
    return {
        (method, getattr(route, "path", str(route)))
        for route in flat(routes)
        for method in (sorted((route.methods or set()) - {"HEAD"}) if isinstance(route, Route) else ["ANY"])
    }


def test_every_route_has_its_row(tmp_path: Path) -> None:
    assert rows_of(create_app(world.settings(tmp_path)).routes) == set(ROUTES)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_every_caller_gets_what_the_row_says(
    client: httpx.Client, behind: Behind, secrets: dict[str, str], route: tuple[str, str], column: str
) -> None:
    who, row = COLUMNS[column], ROUTES[route]
    call = refused(route, behind) if column in NOBODY else row.call(behind, who.site)
    headers = {**call.also.get("headers", {})}
    if who.caller:
        headers["Authorization"] = f"Bearer {secrets[who.caller]}"
    answer = client.request(route[0], call.path, **{**call.also, "headers": headers})
    assert answer.status_code == row.expected[column], answer.text
    if call.listed and answer.status_code == 200:
        assert (call.listed in answer.text) == who.own
    if not call.also.get("params", {}).get("phones") and route not in SHOW_PHONES:
        assert found_in(answer.content) == []


def test_a_refusal_is_in_words_and_tells_nothing(client: httpx.Client, behind: Behind, secrets: dict[str, str]) -> None:
    """A plan elsewhere and one that is not there are answered alike, but for the number of the request."""
    headers = {"Authorization": f"Bearer {secrets['village']}"}
    there, not_there = (
        client.get(f"/v1/plans/{id}", headers=headers).json() for id in (behind.plan(world.ELSEWHERE), "job-0")
    )
    assert there | {"request": ""} == not_there | {"request": ""}
    assert there["zh"]
    assert there["en"]


def test_phones_are_noted_before_they_are_shown(client: httpx.Client, behind: Behind, secrets: dict[str, str]) -> None:
    audit = Audit(behind.store, world.now)
    before = len(audit.page(LOCAL, limit=1000))
    plan, headers = behind.plan(world.VILLAGE), {"Authorization": f"Bearer {secrets['village']}"}
    masked = client.get(f"/v1/plans/{plan}/plan", params={"format": "xlsx"}, headers=headers)
    assert found_in(masked.content) == []
    assert len(audit.page(LOCAL, limit=1000)) == before
    full = client.get(f"/v1/plans/{plan}/plan", params={"format": "xlsx", "phones": True}, headers=headers)
    assert world.PHONE in found_in(full.content)
    line = audit.page(LOCAL, limit=1000)[-1]
    assert (line.action, line.subject, line.caller) == ("phone.read", plan, "village desk")


def test_no_raw_number_lies_in_the_database_or_beside_it(behind: Behind) -> None:
    """After everything above: the database, its log, whatever lies in its folder."""
    assert behind.store.file
    assert found_under([behind.store.file.parent]) == {}
