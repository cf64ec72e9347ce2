"""Who comes in: anybody on this machine without any key, else callers with a key, each to their own subtree."""

import json

import pytest

from matcher import read_batch
from matcher.service.http.described import EXAMPLE_BATCH
from tests.service.http.conftest import Serve, Served, problem

COUNTY = {
    **EXAMPLE_BATCH,
    "sites": [
        *EXAMPLE_BATCH["sites"],
        {"id": "t02", "name": "鹤市镇实践所", "tier": "town", "parent": "county"},
        {"id": "v0101", "name": "一村实践站", "tier": "village", "parent": "t01"},
    ],
}


@pytest.fixture
def county(served: Served) -> Served:
    """A service that knows two towns and a village of the first."""
    served.services.county.take_over(read_batch(json.dumps(COUNTY)), served.services.phones)
    return served


def test_without_any_key_this_machine_may_do_everything(served: Served) -> None:
    assert served.http.post("/v1/plans", json=EXAMPLE_BATCH).status_code == 202
    assert served.http.get("/metrics").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000", "[::1]", "127.0.0.2"])
def test_names_of_this_machine(served: Served, host: str) -> None:
    assert served.http.get("/v1/plans", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.1", ""])
def test_a_page_from_elsewhere_that_reaches_this_machine_is_refused(served: Served, host: str) -> None:
    problem(served.http.get("/v1/plans", headers={"Host": host}), 403, "forbidden")


def test_from_the_first_key_on_everybody_needs_one(served: Served) -> None:
    header = served.key()
    answer = served.http.get("/v1/plans")
    problem(answer, 401, "no_key")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert served.http.get("/v1/plans", headers=header).status_code == 200
    (key,) = served.services.keys.all()
    served.services.keys.revoke(key.id)
    problem(served.http.get("/v1/plans", headers=header), 401, "no_key")
    problem(served.http.get("/v1/plans"), 401, "no_key")


def test_another_address_needs_a_key_from_the_start(serve: Serve) -> None:
    served = serve(host="0.0.0.0")
    problem(served.http.get("/v1/plans"), 401, "no_key")
    assert served.http.get("/health/live").status_code == 200
    assert served.http.get("/v1/plans", headers=served.key()).status_code == 200


@pytest.mark.parametrize("header", ["Basic x", "Bearer", "Bearer ", "Bearer mk_x", "mk_x"])
def test_what_is_no_key_is_refused(served: Served, header: str) -> None:
    served.key()
    problem(served.http.get("/v1/plans", headers={"Authorization": header}), 401, "no_key")


def test_plans_belong_to_the_caller_s_site_and_others_do_not_see_them(county: Served) -> None:
    town, other, village = county.key("town", "t01"), county.key("town", "t02"), county.key("village", "v0101")
    id = county.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=town).json()["id"]
    for who, status in ((town, 200), (county.key(), 200), (other, 404), (village, 404)):
        assert county.http.get(f"/v1/plans/{id}", headers=who).status_code == status
        listed = county.http.get("/v1/plans", headers=who).json()["plans"]
        assert [plan["id"] for plan in listed] == ([id] if status == 200 else [])
    for who in (other, village):
        problem(county.http.delete(f"/v1/plans/{id}", headers=who), 404, "not_found")
        problem(county.http.get(f"/v1/plans/{id}/plan", headers=who), 404, "not_found")
    assert county.http.get(f"/v1/plans/{id}", headers=town).json()["state"] == "queued"
    below = county.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=village).json()["id"]
    assert county.http.get(f"/v1/plans/{below}", headers=town).status_code == 200


def test_a_key_whose_site_is_gone_says_so(county: Served) -> None:
    problem(county.http.get("/v1/plans", headers=county.key("town", "t99")), 403, "forbidden")


def test_metrics_are_the_county_s(county: Served) -> None:
    problem(county.http.get("/metrics", headers=county.key("town", "t01")), 403, "forbidden")
    assert county.http.get("/metrics", headers=county.key()).status_code == 200
