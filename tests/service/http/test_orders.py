"""The loop over HTTP: a whole day of the demo county, its rights, its refusals, its files."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from matcher import check, dispatch, read_batch, to_json
from matcher.demo import county_day
from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.access.phones import new_phone_key
from matcher.service.http.bundle import batch_of
from matcher.service.jobs.queue import Jobs
from matcher.service.orders.county import County
from matcher.service.orders.offering import Offering
from matcher.service.store.failures import as_unavailable
from tests.service.http.conftest import Serve, Served, problem
from tests.service.orders.small import at, county, order

DAY = "2026-11-03"


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = at(8).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def looped(serve: Serve, clock: Clock) -> Served:
    """A service by this clock."""
    served = serve(phone_key=new_phone_key())
    store, app = served.services.store, served.http.app
    parts = {"county": County(store, clock), "jobs": Jobs(store, clock), "audit": Audit(store, clock)}
    served.services = app.state.services = replace(served.services, clock=clock, **parts)
    return served


@pytest.fixture
def small(serve: Serve, clock: Clock) -> Served:
    """A service that knows the small county at 8 in the morning."""
    served = looped(serve, clock)
    done(served.http.put("/v1/county", content=to_json(county()), headers=JSON), 200)
    return served


JSON = {"Content-Type": "application/json"}


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def ordered(served: Served, *orders: dict[str, Any], **also: Any) -> list[str]:
    found = done(served.http.post("/v1/orders", json=[{"request": each} for each in orders], **also), 201)
    return [each["id"] for each in found["orders"]]


def planned(served: Served, day: str = DAY) -> str:
    """Dispatches a day and does what the worker does; the plan's id."""
    answer = served.http.post("/v1/dispatches", json={"date": day})
    id = done(answer, 202)["id"]
    assert answer.headers["location"] == f"/v1/plans/{id}"
    batch = read_batch(json.dumps(json.loads(served.services.jobs.payload(id))["batch"]))
    plan = dispatch(batch, work=600_000, gap=0.05)
    assert check(batch, plan).valid
    served.solved(id, to_json(plan))
    return id


def sent(served: Served, id: str) -> list[dict[str, Any]]:
    return done(served.http.post(f"/v1/plans/{id}/offers"))["offers"]


def answer(served: Served, offer: dict[str, Any], to: str, **said: Any) -> dict[str, Any]:
    return done(served.http.post(f"/v1/offers/{offer['id']}/{to}", **({"json": said} if said else {})))


def state(served: Served, id: str) -> str:
    return str(done(served.http.get(f"/v1/orders/{id}"))["state"])


@pytest.mark.slow
def test_a_day_of_the_demo_county(serve: Serve, clock: Clock) -> None:
    demo = county_day(volunteers=300, requests=20, seed=1)
    served = looped(serve, clock)
    clock.now = demo.horizon.start.astimezone(UTC) - timedelta(hours=8)
    done(served.http.put("/v1/county", content=to_json(demo), headers=JSON))
    requests = json.loads(to_json(demo))["requests"]
    new = [{"external_id": each["id"], "request": each} for each in requests]
    made = done(served.http.post("/v1/orders", json=new), 201)["orders"]
    assert [each["external_id"] for each in made] == [each["id"] for each in requests]

    first = planned(served, "2026-07-21")
    offers = sent(served, first)
    assert len(offers) >= 10
    assert len({o["volunteer"] for o in offers}) > 5
    # the ten to answer first say in turn: yes, no, nothing, yes and does not come; the others yes
    offers.sort(key=lambda offer: str(offer["deadline"]))
    for number, offer in enumerate(offers):
        match number % 4 if number < 10 else 0:
            case 0:
                answer(served, offer, "accept")
            case 1:
                answer(served, offer, "decline", reason="没空")
            case 3:
                answer(served, offer, "accept")
                answer(served, offer, "no-show")
    called = [o for o in all_offers(served) if o["rank"] > 0]
    assert called, "backups were asked"
    clock.later(hours=5)  # more than any deadline of an urgent or normal order
    expired = [o for o in all_offers(served) if o["state"] == "expired"]
    assert {o["id"] for o in expired} & {offers[2]["id"], offers[6]["id"]}, "who said nothing"

    clock.now = demo.horizon.start.astimezone(UTC) - timedelta(hours=1)
    second = planned(served, "2026-07-21")
    batch = batch_of(served.services.jobs.payload(second), served.services.phones)
    firm = {o["id"] for o in all_offers(served) if o["state"] == "accepted"}
    assert {pin.request for pin in batch.pins} == firm, "who accepted is pinned in the second plan"
    for offer in sent(served, second):
        answer(served, offer, "accept")
    for offer in all_offers(served):
        if offer["state"] == "accepted":
            answer(served, offer, "start")
            answer(served, offer, "finish", minutes=60)
    finished = [each for each in all_orders(served) if each["state"] == "done"]
    assert len(finished) >= 10
    for each in finished:
        done(served.http.post(f"/v1/orders/{each['id']}/evaluation", json={"rating": 5}))

    report = done(served.http.get("/v1/reports/monthly?month=2026-07"))
    services = [o for o in all_offers(served) if o["state"] == "done"]
    assert report["total"]["orders"] == 20
    assert report["total"]["finished"] == report["total"]["rated"] == len(finished)
    assert report["total"]["satisfaction"] == 1
    assert (report["total"]["visits"], report["total"]["hours"]) == (len(services), len(services))
    assert len(done(served.http.get("/v1/records"))["records"]) == len(services)
    book = openpyxl.load_workbook(BytesIO(served.http.get("/v1/reports/monthly?month=2026-07&format=xlsx").content))
    assert book.sheetnames == ["按站点", "按队伍"]


def all_offers(served: Served) -> list[dict[str, Any]]:
    return list(done(served.http.get("/v1/offers?limit=500"))["offers"])


def all_orders(served: Served) -> list[dict[str, Any]]:
    return list(done(served.http.get("/v1/orders?limit=500"))["orders"])


def test_events_are_polled_in_pages_each_once(small: Served) -> None:
    [id] = ordered(small, order())
    [offer] = sent(small, planned(small))
    answer(small, offer, "accept")
    got, after = [], 0
    while page := done(small.http.get(f"/v1/events?after={after}&limit=2"))["events"]:
        got += page
        after = page[-1]["seq"]
    assert [event["seq"] for event in got] == list(range(1, len(got) + 1))
    assert [event["kind"] for event in got if event["order"] == id][-1] == "order.accepted"
    assert done(small.http.get(f"/v1/events?after={after}"))["after"] == after


def test_lists_are_paged_and_chosen_from(small: Served) -> None:
    ids = ordered(small, order(), order(site="west-1"), order())
    page = done(small.http.get("/v1/orders?limit=2"))
    assert len(page["orders"]) == 2
    rest = done(small.http.get(f"/v1/orders?limit=2&after={page['after']}"))
    assert rest["after"] is None
    assert {each["id"] for each in page["orders"] + rest["orders"]} == set(ids)
    west = done(small.http.get("/v1/orders?site=west&state=pending"))["orders"]
    assert [each["id"] for each in west] == [ids[1]]
    assert done(small.http.get("/v1/orders?state=done"))["orders"] == []
    assert done(small.http.get("/v1/offers?volunteer=v1&state=offered"))["offers"] == []


def test_the_same_key_takes_orders_in_once(small: Served) -> None:
    key = {"Idempotency-Key": "k-1"}
    assert ordered(small, order(), headers=key) == ordered(small, order(), headers=key)
    assert len(all_orders(small)) == 1


def test_problems_come_at_once_with_pointers_into_the_body(small: Served) -> None:
    one = {"request": order(site="nowhere", roles=[{"id": "r", "skill": "flying"}])}
    found = problem(small.http.post("/v1/orders", json=one), 422, "bad_input")
    assert {e["pointer"] for e in found["errors"]} == {"/request/site", "/request/roles/0/skill"}
    found = problem(small.http.post("/v1/orders", json=[{"request": order()}, one]), 422, "bad_input")
    assert {e["pointer"] for e in found["errors"]} == {"/1/request/site", "/1/request/roles/0/skill"}
    found = problem(small.http.post("/v1/orders", json=[{"request": {}}, 5]), 422, "bad_input")
    assert {"/0/request/windows", "/0/request/minutes", "/1"} <= {e["pointer"] for e in found["errors"]}
    assert all_orders(small) == []


def test_what_a_state_does_not_allow_is_said(small: Served) -> None:
    [id] = ordered(small, order())
    found = problem(small.http.post(f"/v1/orders/{id}/evaluation", json={"rating": 5}), 422, "bad_input")
    assert [(e["code"], e["value"]) for e in found["errors"]] == [("wrong_state", "pending")]
    assert "待配单" in found["errors"][0]["zh"]
    assert done(small.http.post(f"/v1/orders/{id}/escalate", json={"reason": "人不够"}))["tier"] == "town"
    assert done(small.http.post(f"/v1/orders/{id}/withdraw"))["state"] == "withdrawn"
    problem(small.http.post(f"/v1/orders/{id}/withdraw"), 422, "bad_input")
    problem(small.http.get("/v1/orders/order-0"), 404, "not_found")
    problem(small.http.post("/v1/offers/offer-0/accept"), 404, "not_found")
    problem(small.http.post("/v1/plans/job-0/offers"), 404, "not_found")


def test_a_plan_that_is_not_there_yet_sends_nobody(small: Served) -> None:
    ordered(small, order())
    id = done(small.http.post("/v1/dispatches", json={"date": DAY}), 202)["id"]
    problem(small.http.post(f"/v1/plans/{id}/offers"), 409, "not_yet")
    problem(small.http.post("/v1/dispatches", json={"date": DAY, "seconds": 99_999}), 422, "bad_input")
    problem(small.http.post("/v1/dispatches", json={"date": "morgen"}), 422, "bad_input")


def test_a_town_keeps_to_itself(small: Served) -> None:
    east, west = small.key("town", "east"), small.key("town", "west")
    [mine] = ordered(small, order(site=None), headers=east)
    [its] = ordered(small, order(site="west-1"), headers=west)
    assert [each["id"] for each in done(small.http.get("/v1/orders", headers=east))["orders"]] == [mine]
    for method, path in (
        ("GET", f"/v1/orders/{its}"),
        ("GET", f"/v1/orders/{its}/contact"),
        ("POST", f"/v1/orders/{its}/withdraw"),
        ("POST", f"/v1/orders/{its}/escalate"),
    ):
        problem(small.http.request(method, path, headers=east), 403, "forbidden")
    problem(small.http.put("/v1/county", content=to_json(county()), headers=JSON | east), 403, "forbidden")
    total = done(small.http.get("/v1/reports/monthly?month=2026-11", headers=east))["total"]
    assert total["orders"] == 1


def test_phones_are_masked_and_reading_one_is_noted(small: Served) -> None:
    contact = {"name": "联系人甲", "phone": "13912345678"}
    [id] = ordered(small, order(contact=contact))
    assert "13912345678" not in small.http.get(f"/v1/orders/{id}").text
    assert done(small.http.get(f"/v1/orders/{id}/contact"))["phone"] == "13912345678"
    assert [(e.action, e.subject) for e in small.services.audit.page(LOCAL)] == [("phone.read", id)]
    plan = done(small.http.post("/v1/dispatches", json={"date": DAY}), 202)["id"]
    payload = small.services.jobs.payload(plan)
    assert b"13912345678" not in payload
    assert batch_of(payload, small.services.phones).requests[0].contact.phone == "13912345678"


def test_an_emergency_is_answered_with_whom_to_call(small: Served) -> None:
    answer = done(small.http.post("/v1/orders", json={"request": order(title="老人突然昏迷")}), 201)
    assert [notice["call"] for notice in answer["orders"][0]["notices"]] == ["120"]


def test_a_workbook_of_volunteers_is_a_county(serve: Serve, clock: Clock) -> None:
    served = looped(serve, clock)
    text = "姓名,所属镇,所属村,空闲时间\nv00001,东镇,一村,8:00-12:00\nv00002,东镇,二村,8:00-18:00\n"
    csv = {"Content-Type": "text/csv"}
    found = done(served.http.put(f"/v1/county?date={DAY}", content=text.encode(), headers=csv))
    assert (found["volunteers"], found["revision"]) == (2, 1)
    problem(served.http.put("/v1/county", content=text.encode(), headers=csv), 422, "bad_input")
    problem(served.http.put("/v1/county", json={"schema": "matcher.batch/1"}), 422, "bad_input")


def test_without_a_county_everything_says_so(serve: Serve, clock: Clock) -> None:
    served = looped(serve, clock)
    for method, path, body in (
        ("POST", "/v1/orders", {"request": order()}),
        ("POST", "/v1/dispatches", {"date": DAY}),
        ("GET", "/v1/reports/monthly?month=2026-11", None),
        ("GET", "/v1/records", None),
    ):
        found = problem(served.http.request(method, path, json=body), 422, "bad_input")
        assert found["errors"][0]["code"] == "no_county"


def test_reading_goes_on_where_nothing_can_be_written(small: Served, clock: Clock, monkeypatch: Any) -> None:
    ordered(small, order())
    [offer] = sent(small, planned(small))
    clock.later(hours=5)

    def locked(self: Offering) -> int:
        raise as_unavailable("locked")

    monkeypatch.setattr(Offering, "expire", locked)
    assert [each["state"] for each in all_offers(small)] == ["offered"]
    assert [each["state"] for each in all_orders(small)] == ["offered"]
    problem(small.http.post(f"/v1/offers/{offer['id']}/accept"), 503, "unavailable")


def test_a_character_that_postgresql_cannot_keep_is_refused(small: Served) -> None:
    for answer in (
        small.http.post("/v1/orders", json={"request": order(title="a\x00b")}),
        small.http.get("/v1/orders/a%00b"),
        small.http.get("/v1/records?volunteer=%00"),
    ):
        assert [e["code"] for e in problem(answer, 422, "bad_input")["errors"]] == ["nul"]
    assert len(ordered(small, order(title="a\\u0000b"))) == 1, "a backslash and what follows is text"
