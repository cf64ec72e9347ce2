"""The monthly report and the record of service, by hand and as workbooks."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from matcher.service.access.caller import LOCAL
from matcher.service.orders.figures import Monthly, Record
from matcher.service.orders.model import Evaluation
from matcher.service.orders.reports import monthly, records
from matcher.service.orders.xlsx import monthly_xlsx, records_xlsx
from tests.service.orders.conftest import Loop
from tests.service.orders.small import at

START, END = at(0, 1), at(0, 30)


@pytest.fixture
def month(loop: Loop) -> Loop:
    """Two orders at east-1, one done and rated 5 by two people, one withdrawn; one at west-1, done and rated 2."""

    def serve(volunteers: str, rating: int, **fields: Any) -> None:
        roles = [{"id": "helper", "count": len(volunteers.split())}]
        id = loop.order(roles=roles, **fields)
        for offer in loop.offered(id, *(("helper", volunteer) for volunteer in volunteers.split())):
            loop.offering.answer(LOCAL, offer, "accepted")
            loop.offering.answer(LOCAL, offer, "done", minutes=90)
        loop.book.evaluate(LOCAL, id, Evaluation(rating=rating))

    serve("v1 v2", 5, beneficiaries=3, title="=HYPERLINK 13912345678")
    loop.book.withdraw(LOCAL, loop.order(), "不需要了")
    serve("v4", 2, site="west-1")
    loop.order(site="west-1")
    return loop


def report(loop: Loop, sites: frozenset[str] | None = None) -> Monthly:
    with loop.store.read() as connection:
        return monthly(connection, loop.county.known(), START, END, sites)


def all_records(loop: Loop, volunteer: str | None = None) -> list[Record]:
    with loop.store.read() as connection:
        return records(connection, loop.county.known(), volunteer, None, None, 100)


def test_a_month_by_site_and_team(month: Loop) -> None:
    found = report(month)
    # orders, accepted, finished, finish rate, rated, satisfied, sessions, people, visits, hours, beneficiaries
    expected = {
        "county": (4, 2, 2, 0.6667, 2, 0.5, 2, 3, 3, 4.5, 4),  # 2 of the 3 that were not withdrawn; 3 + 1 benefit
        "east": (2, 1, 1, 1.0, 1, 1.0, 1, 2, 2, 3.0, 3),
        "east-1": (2, 1, 1, 1.0, 1, 1.0, 1, 2, 2, 3.0, 3),
        "west": (2, 1, 1, 0.5, 1, 0.0, 1, 1, 1, 1.5, 1),
        "west-1": (2, 1, 1, 0.5, 1, 0.0, 1, 1, 1, 1.5, 1),
    }
    assert {row.id: tuple(row.figures.model_dump().values()) for row in found.sites} == expected
    assert tuple(found.total.model_dump().values()) == expected["county"]
    # v1 and v4 are of the red team, which was asked for both orders; v2 is of none
    teams = {
        "red": (2, 2, 2, 1.0, 2, 0.5, 2, 2, 2, 3.0, 4),
        None: (1, 1, 1, 1.0, 1, 1.0, 1, 1, 1, 1.5, 3),
    }
    assert {row.id: tuple(row.figures.model_dump().values()) for row in found.teams} == teams


def test_a_report_keeps_to_the_callers_sites_and_the_month(month: Loop) -> None:
    west = report(month, frozenset({"west", "west-1"}))
    assert (west.total.orders, west.total.visits) == (2, 1)
    with month.store.read() as connection:
        december = monthly(connection, month.county.known(), END, at(0, 30).replace(month=12), None)
    assert (december.sites, december.teams, december.total.finish_rate) == ((), (), None)


def test_the_record_says_who_when_what_how_long_and_how_it_was_rated(month: Loop) -> None:
    [record] = all_records(month, "v1")
    assert record.model_dump(exclude={"order"}) == {
        "volunteer": "v1",
        "name": "志＊＊",
        "title": "=HYPERLINK 139****5678",
        "category": None,
        "site": "east-1",
        "team": "red",
        "start": at(9),
        "minutes": 90,
        "rating": 5,
    }
    assert sorted(each.volunteer for each in all_records(month)) == ["v1", "v2", "v4"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_workbooks_hold_texts_and_no_formula(month: Loop, lang: Any) -> None:
    files = monthly_xlsx(report(month), lang), records_xlsx(all_records(month), month.county.known(), lang)
    assert files[0] == monthly_xlsx(report(month), lang)
    for content in files:
        book = openpyxl.load_workbook(BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any("13912345678" in str(cell.value) for cell in cells)
    sheet = openpyxl.load_workbook(BytesIO(files[0])).worksheets[0]
    assert [cell.value for cell in sheet[3]][:4] == ["county", 4, 2, 2]
    assert sheet.cell(2, 2).value == {"zh": "点单数", "en": "orders"}[lang]
    titles = [row[3].value for row in openpyxl.load_workbook(BytesIO(files[1])).active.iter_rows(min_row=3)]
    assert "=HYPERLINK 139****5678" in titles
