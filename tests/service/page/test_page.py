"""The page in a browser: the whole way, the keyboard alone, progress, errors, keys, languages."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import openpyxl  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import FilePayload, expect

from matcher.reading import to_json
from matcher.service.access.keys import Keys
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_PLAN
from matcher.service.jobs.queue import Jobs
from matcher.service.store.engine import Store
from tests.service.orders.small import SITES, county, order
from tests.service.page.conftest import Desk, Open

pytestmark = [pytest.mark.needs_browser, pytest.mark.slow]

SOLVED = 60_000
"""Most milliseconds until a small county is solved; not a figure to hold, only when to give up."""
COUNTY: dict[str, Any] = {"site": None, "key": None}
"""Whose a plan is."""
PHONE = re.compile(r"1\d{10}")
SHEET = "姓名,电话,可服务时间\n,13800000001,9:00-11:00\nv00002,13800000002,abc\n"


def now() -> datetime:
    return datetime.now(UTC)


def demo(desk: Desk) -> None:
    """Takes the demo up to the dispatch."""
    desk.page.click("#demo")
    desk.page.click("#tosolve")


def test_the_whole_way(desk: Open) -> None:
    """Demo, dispatch, result, reply, again, download: nothing wrong for axe, no other host, no phone."""
    at = desk(solvers=1)
    page = at.page
    page.click("#demo")
    expect(page.locator("#taken")).to_contain_text("60 名志愿者、8 项需求")
    faults = at.faults()
    page.click("#tosolve")
    faults += at.faults()
    page.click("#start")
    expect(page.locator("#proof")).to_contain_text("已证明", timeout=SOLVED)
    faults += at.faults()
    for tab in ("byVolunteer", "byTeam", "byVillage", "byRequest"):
        page.click(f"#tab-{tab}")
        expect(page.locator("#listing tbody tr").first).to_be_visible()
        assert not PHONE.search(page.inner_text("body"))
    page.click("#tab-onMap")
    map = page.frame_locator("#map iframe")
    expect(map.locator(".mark[role=button]")).to_have_count(8)
    expect(map.locator("#proof")).to_contain_text("已证明")
    faults += at.faults()

    page.click("#torunning")
    first = page.locator("#visits tbody tr").first
    volunteer, village = first.locator("td").nth(2).inner_text().split("\n")[0], first.locator("td").nth(1).inner_text()
    first.locator("select").select_option("declined")
    expect(page.locator("#marked")).to_contain_text("1 条新回复")
    page.click("#again")
    changes = page.locator("#changes tbody tr").first
    expect(changes).to_contain_text(volunteer, timeout=SOLVED)
    expect(changes).to_contain_text(village)
    expect(changes).to_contain_text("婉拒")
    # whoever declined is not sent there any more
    still = page.locator("#visits tbody tr", has_text=volunteer).filter(has_text=village)
    expect(still).to_have_count(0)
    page.hover("[data-step=running]")
    faults += at.faults()
    with page.expect_download() as download:
        page.click("#file-xlsx")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("婉拒" in cell or "示例村" in cell for cell in cells)
    assert not PHONE.search(" ".join(cells))
    page.click("[data-step=intake]")
    expect(page.locator("#earlier tbody tr")).to_have_count(2)
    assert (faults, at.elsewhere, at.failures) == ([], [], [])
    # everybody is sent once, to be planned; nothing asks for all of them again
    assert [request.url for request in at.asked if "shifts" in (request.post_data or "")] == [f"{at.url}/v1/plans"]
    batches = [request.url for request in at.asked if request.url.partition("?")[0].endswith("/batch")]
    assert len(batches) == 3
    assert all(url.endswith("?people=sent") for url in batches)


def test_replies_are_kept_until_the_plan_is_opened_again(desk: Open) -> None:
    at = desk()
    page = at.page
    (one,) = EXAMPLE_BATCH["volunteers"]
    named = {**EXAMPLE_BATCH, "volunteers": [{**one, "id": f"v0000{i}", "name": f"{i} 号"} for i in (1, 2)]}
    jobs = Jobs(Store(at.settings.database), now)
    jobs.keep(
        "plan", json.dumps({"batch": named, "people": None}).encode(), json.dumps(EXAMPLE_PLAN).encode(), **COUNTY
    )
    reply = page.locator("#visits tbody tr select")

    def open_plan(number: int) -> None:
        page.reload()
        page.locator("#earlier tbody button").nth(number).click()
        page.click("#torunning")

    open_plan(0)
    reply.select_option("declined")
    open_plan(0)
    expect(reply).to_have_value("declined")
    expect(page.locator("#marked")).to_contain_text("1 条新回复")
    assert page.evaluate("localStorage.getItem('matcher.replies')").count("号") == 0
    page.click("#again")
    # 2 goes instead of 1, in a plan of its own
    expect(page.locator("#changes tbody tr")).to_contain_text("1 号（v00001）", timeout=SOLVED)
    expect(page.locator("#visits tbody tr")).to_contain_text("2 号（v00002）")
    expect(page.locator("#again")).to_be_disabled()
    reply.select_option("accepted")
    open_plan(0)
    expect(reply).to_have_value("accepted")
    expect(page.locator("#visits tbody tr")).to_contain_text("2 号（v00002）")
    open_plan(1)
    expect(reply).to_have_value("declined")
    expect(page.locator("#again")).to_be_disabled()


def test_replies_to_the_last_twenty_plans_are_kept(desk: Open) -> None:
    mark = """async () => {
        const { keepReplies, state, takePlan } = await import("/page/state.js");
        for (let n = 0; n < 22; n++) {
          takePlan(`job-${n}`, {}, {});
          state.replies.set("visit", { code: "declined", sent: false });
          keepReplies();
        }
        return JSON.parse(localStorage.getItem("matcher.replies")).map(([id]) => id);
    }"""
    assert desk().page.evaluate(mark) == [f"job-{n}" for n in range(2, 22)]


def test_why_a_place_is_empty_and_whom_to_call_instead(desk: Open) -> None:
    """Of two places one is filled; whoever is named is not in the page's batch."""
    at = desk("en-GB")
    page = at.page
    (one,), (wanted,) = EXAMPLE_BATCH["volunteers"], EXAMPLE_BATCH["requests"]
    people = [{**one, "id": f"v0000{i}", "name": f"No. {i}"} for i in (1, 2)]
    asked = [{**wanted, "roles": [{**wanted["roles"][0], "count": 2, "min_count": 1}]}]
    batch = {**EXAMPLE_BATCH, "volunteers": people, "requests": asked}
    gap = {"request": wanted["id"], "role": wanted["roles"][0]["id"], "missing": 1, "reasons": []}
    plan = {**EXAMPLE_PLAN, "gap": None, "unserved": [gap]}
    jobs = Jobs(Store(at.settings.database), now)
    jobs.keep("plan", json.dumps({"batch": batch, "people": None}).encode(), json.dumps(plan).encode(), **COUNTY)
    page.reload()
    page.click("#earlier tbody button")
    page.click("#listing tbody button")
    expect(page.locator("#whybody ol li").first).to_contain_text("No. 2 (v00002)", timeout=SOLVED)
    page.click(".instead button")
    expect(page.locator(".instead ol li")).to_contain_text("No. 2 (v00002)", timeout=SOLVED)
    expect(page.locator("#whybody")).not_to_contain_text("Working")
    assert (at.faults(), at.failures) == ([], [])


def test_orders_of_the_service_go_out_as_offers_and_replies_come_back(desk: Open) -> None:
    """One order at east-1: it is planned by hand here, sent out by the page, and the reply is the service's too."""
    at = desk()
    page, tomorrow = at.page, (now() + timedelta(hours=8, days=1)).date().isoformat()
    after = (now() + timedelta(hours=8, days=2)).date().isoformat()
    with httpx.Client(base_url=at.url, trust_env=False) as client:

        def moved(value: Any) -> Any:
            return json.loads(json.dumps(value).replace("2026-11-03", tomorrow).replace("2026-11-04", after))

        sites = [{**site, "name": f"{site['id']}村"} for site in SITES]
        assert client.put("/v1/county", json=moved(json.loads(to_json(county(sites=sites))))).status_code == 200
        order_id = client.post("/v1/orders", json={"request": moved(order())}).json()["orders"][0]["id"]
        page.reload()
        expect(page.locator("#ordercount")).to_contain_text("1 张")
        expect(page.locator("#orders tbody tr")).to_contain_text("east村 east-1村")
        expect(page.locator("#orders tbody tr")).to_contain_text("待配单")
        page.fill("#day", tomorrow)
        page.click("#useorders")
        page.click("#start")
        expect(page.locator("#stage")).to_have_text("排队等候……")
        jobs = Jobs(Store(at.settings.database), now)
        job = jobs.claim()
        assert job
        batch = client.get(f"/v1/plans/{job.id}/batch").json()
        visit = {"request": order_id, "role": "helper", "volunteer": "v1", "start": f"{tomorrow}T09:00:00+08:00"}
        plan = {"schema": "matcher.plan/1", "batch": batch["id"], "visits": [visit], "gap": None}
        jobs.finish(job.id, job.attempt, json.dumps(plan).encode())
        page.click("#torunning")
        expect(page.locator("#visits select")).to_be_disabled()
        page.click("#send")
        expect(page.locator("#marked")).to_contain_text("1 人次")
        with page.expect_response("**/accept"):
            page.locator("#visits select").select_option("accepted")
        (offer,) = client.get(f"/v1/orders/{order_id}").json()["offers"]
        assert (offer["volunteer"], offer["state"]) == ("v1", "accepted")
        # said no after all: v2, the nearest who is free, is asked instead
        with page.expect_response("**/decline"):
            page.locator("#visits select").first.select_option("declined")
        expect(page.locator("#visits tbody tr")).to_have_count(2)
        assert at.faults() == []


def test_the_keyboard_alone_gets_through_the_first_steps(desk: Open) -> None:
    at = desk()
    page = at.page

    def tab_to(id: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == id:
                return
        pytest.fail(f"Tab does not reach {id}")

    tab_to("demo")
    page.keyboard.press("Enter")
    expect(page.locator("#taken")).to_be_focused()
    tab_to("tosolve")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to("start")
    page.keyboard.press("Space")
    expect(page.locator("#stop")).to_be_focused()


def test_progress_is_told_and_a_stop_keeps_the_best(desk: Open) -> None:
    at = desk()
    page = at.page
    demo(at)
    page.click("#start")
    expect(page.locator("#stage")).to_have_text("排队等候……")
    store = Store(at.settings.database)
    jobs = Jobs(store, now)
    job = jobs.claim()
    assert job
    # one of eight requests is served; 2 % is the gap told
    told = {"stage": "tier 3", "values": [0.0, 0.0, 1.0, 0.0, -5.0], "bounds": [], "gap": 0.02, "seconds": 3.0}
    jobs.heartbeat(job.id, job.attempt, told)
    expect(page.locator("#sofar")).to_contain_text("约 1 / 8 项")
    expect(page.locator("#sofar")).to_contain_text("距最好结果最多还差 2 %")
    expect(page.locator("#told")).to_contain_text("距最好结果最多还差 2 %")
    assert at.faults() == []
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.click("#stop")
    expect(page.locator("#stop")).to_be_disabled()
    expect(page.locator("#stage")).to_contain_text("正在结束")
    assert jobs.heartbeat(job.id, job.attempt, told) == "cancel"
    store.close()


def test_errors_of_a_sheet_are_listed_with_their_cells_and_marked_in_it(desk: Open) -> None:
    at = desk()
    page = at.page
    page.set_input_files("#file", files=FilePayload(name="志愿者.csv", mimeType="text/csv", buffer=SHEET.encode()))
    # the first volunteer has no name, the second no time: A2 and C3
    rows = page.locator("#trouble tbody tr")
    expect(rows).to_have_count(2)
    assert [row.split("\t")[:3] for row in rows.all_inner_texts()] == [
        ["志愿者", "2", "A 姓名"],
        ["志愿者", "3", "C 可服务时间"],
    ]
    assert at.faults() == []
    with page.expect_download() as download:
        page.click("#trouble button")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert "错误说明" in [cell.value for cell in next(book.active.iter_rows())]


def test_a_key_is_asked_for_and_forgotten_with_the_page(desk: Open) -> None:
    at = desk()
    page = at.page
    store = Store(at.settings.database)
    secret = Keys(store, now).create("county desk", "county", None)[1]
    store.close()
    page.reload()
    expect(page.locator("#secret")).to_be_focused()
    assert at.faults() == []
    page.keyboard.type(secret)
    page.keyboard.press("Enter")
    expect(page.locator("#key")).to_be_hidden()
    demo(at)
    expect(page.locator("#what")).to_contain_text("8 项需求")
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_the_language_is_the_browser_s_and_a_choice_is_kept(desk: Open) -> None:
    at = desk("en-GB")
    page = at.page
    expect(page.locator("h1")).to_have_text("Volunteer dispatch")
    page.click("#lang")
    expect(page.locator("h1")).to_have_text("志愿服务派单")
    page.reload()
    expect(page.locator("h1")).to_have_text("志愿服务派单")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_a_service_that_is_gone_is_told_in_words(desk: Open) -> None:
    at = desk()
    at.page.route("**/v1/demo", lambda route: route.abort())
    at.page.click("#demo")
    expect(at.page.locator("#trouble")).to_contain_text("连不上服务")
