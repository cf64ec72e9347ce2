"""Report and record as workbooks. Every text goes in as text: it neither is a formula nor becomes one when edited."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any, Generic, Literal, TypeVar

import xlsxwriter

from matcher.service.orders.county import Known
from matcher.service.orders.figures import Monthly, Record, Row

Lang = Literal["zh", "en"]
Cell = str | float | None
R = TypeVar("R")

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TITLE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2
A4 = 9


class Column(Generic[R]):
    """A column: heading in both languages, width in characters, the cell of a row; rates are shown in per cent."""

    def __init__(self, zh: str, en: str, width: int, cell: Callable[[R], Cell], form: str = "0") -> None:
        self.heading: dict[Lang, str] = {"zh": zh, "en": en}
        self.width, self.cell, self.form = width, cell, form


def _figure(zh: str, en: str, name: str, form: str = "0") -> Column[Row]:
    def cell(row: Row) -> Cell:
        value: Cell = getattr(row.figures, name)
        return value

    return Column(zh, en, 11, cell, form)


FIGURES: list[Column[Row]] = [
    _figure("点单数", "orders", "orders"),
    _figure("接单数", "accepted", "accepted"),
    _figure("办结数", "finished", "finished"),
    _figure("办结率", "finished (%)", "finish_rate", "0.0%"),
    _figure("评单数", "rated", "rated"),
    _figure("满意率", "satisfied (%)", "satisfaction", "0.0%"),
    _figure("活动场次", "sessions", "sessions"),
    _figure("志愿者人数", "volunteers", "volunteers"),
    _figure("志愿者人次", "visits", "visits"),
    _figure("服务时长（小时）", "hours", "hours", "0.0"),
    _figure("受益人次", "beneficiaries", "beneficiaries"),
]


def monthly_xlsx(report: Monthly, lang: Lang) -> bytes:
    """The report as a workbook of two sheets; the same report gives the same bytes."""
    total = Row(id="", name=_say(lang, "合计", "total"), figures=report.total)
    book = Book(lang, datetime.strptime(report.month, "%Y-%m"))
    for zh, en, rows in (("站点", "site", report.sites), ("队伍", "team", report.teams)):
        without = _say(lang, f"未注明{zh}", f"no {en}")
        name: Column[Row] = Column(zh, en, 24, _named(without))
        title = _say(lang, f"{report.month} 月报（按{zh}）", f"{report.month}, by {en}")
        book.table(_say(lang, f"按{zh}", f"by {en}"), title, [name, *FIGURES], [*rows, total])
    return book.close()


def records_xlsx(records: Sequence[Record], known: Known, lang: Lang) -> bytes:
    """The record of service as a workbook, times in the county's; the same records give the same bytes."""
    zone = known.batch.horizon.start.tzinfo
    names = {
        "category": {each.id: each.name or each.id for each in known.batch.categories},
        "site": {each.id: each.name or each.id for each in known.batch.sites},
        "team": {each.id: each.name or each.id for each in known.batch.teams},
    }

    def named(field: str) -> Callable[[Record], Cell]:
        return lambda record: names[field].get(getattr(record, field), getattr(record, field))

    columns: list[Column[Record]] = [
        Column("志愿者编号", "volunteer", 14, lambda r: r.volunteer),
        Column("姓名", "name", 10, lambda r: r.name),
        Column("开始时间", "start", 17, lambda r: _time(r.start, zone)),
        Column("服务内容", "service", 24, lambda r: r.title),
        Column("类别", "category", 16, named("category")),
        Column("站点", "site", 18, named("site")),
        Column("队伍", "team", 18, named("team")),
        Column("时长（分钟）", "minutes", 12, lambda r: r.minutes),
        Column("评价（1–5）", "rating (1–5)", 12, lambda r: r.rating),
        Column("订单编号", "order", 34, lambda r: r.order),
    ]
    book = Book(lang, min((record.start for record in records), default=known.taken).replace(tzinfo=None))
    title = _say(
        lang, "志愿服务记录（《志愿服务条例》第十九条）", "Record of service (volunteer service regulation, art. 19)"
    )
    book.table(_say(lang, "服务记录", "record"), title, columns, records)
    return book.close()


class Book:
    """A workbook in memory."""

    def __init__(self, lang: Lang, created: datetime) -> None:
        self._lang: Lang = lang
        self._bytes = BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, SAFE)
        self._book.set_properties({"created": created})
        self._title = self._book.add_format({"bold": True, "font_size": 14, "num_format": "@"})
        look = {"bold": True, "bg_color": "#1E3A5F", "font_color": "#FFFFFF", "text_wrap": True, "num_format": "@"}
        self._header = self._book.add_format(look)
        self._text = self._book.add_format({"num_format": "@"})

    def table(self, name: str, title: str, columns: Sequence[Column[R]], rows: Iterable[R]) -> None:
        """A sheet with one table, ready to be printed."""
        sheet: Any = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(TITLE_ROW, 0, title, self._title)
        last = FIRST_ROW
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(HEADER_ROW, number, column.heading[self._lang], self._header)
        forms = [self._book.add_format({"num_format": column.form}) for column in columns]
        for last, row in enumerate(rows, FIRST_ROW):
            for number, column in enumerate(columns):
                self._write(sheet, last, number, column.cell(row), forms[number])
        sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.repeat_rows(TITLE_ROW, HEADER_ROW)

    def close(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._bytes.getvalue()

    def _write(self, sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self._text)
        elif cell is not None:
            sheet.write_number(row, column, cell, form)


def _named(without: str) -> Callable[[Row], Cell]:
    return lambda row: without if row.id is None else row.name or row.id


def _time(moment: datetime, zone: tzinfo | None) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _say(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en
