"""Makes the sheets that the tests read."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from matcher.batch import Batch
from matcher.errors import InputError, Problem
from matcher.sheets.importer import Imported, import_sheets

DAY = date(2026, 7, 21)
"""A Tuesday."""
Rows = Sequence[Any]
VOLUNTEERS: list[list[Any]] = [
    ["姓名", "电话", "所在村", "技能", "可服务时间"],
    ["志愿者甲", "", "东村", "医疗", "全天"],
]
REQUESTS: list[list[Any]] = [["内容", "所在村", "时间", "时长"], ["量血压", "东村", "9:00", "30"]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with texts and numbers as given; None leaves a cell out."""
    with Workbook(path) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(r, c, value)
                    elif isinstance(value, bool | int | float):
                        sheet.write(r, c, value)
                    elif value is not None:
                        sheet.write_datetime(r, c, value, dated)
    return path


def imported(folder: Path, sheets: Mapping[str, Rows], days: int = 1) -> Imported:
    """What a workbook with these sheets becomes."""
    return import_sheets(workbook(folder / "表.xlsx", sheets), date=DAY, days=days)


def batch(folder: Path, volunteers: Rows = VOLUNTEERS, requests: Rows = REQUESTS, **more: Rows) -> Batch:
    """The batch of volunteers, requests and further sheets."""
    return imported(folder, {"志愿者": volunteers, "需求": requests, **more}).batch


def problems(folder: Path, sheets: Mapping[str, Rows]) -> list[Problem]:
    """The problems of a workbook with these sheets, none if it can be read."""
    try:
        imported(folder, sheets)
    except InputError as error:
        return error.problems
    return []
