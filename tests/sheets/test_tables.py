"""Files of all kinds, whole, damaged and hostile."""

import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlwt  # type: ignore[import-untyped]
from xlsxwriter import Workbook

from matcher.errors import InputError
from matcher.sheets.importer import import_sheets, read_sheets
from tests.sheets.books import DAY, REQUESTS, VOLUNTEERS, Rows, imported, workbook


def _code(source: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheets(source)
    (problem,) = caught.value.problems
    assert problem.zh
    assert problem.en
    return problem.code


CSV = "内容,所在村,时间,时长\n量血压,东村,9:00,30\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    source = tmp_path / "需求.csv"
    source.write_bytes(CSV.replace(",", delimiter).encode(encoding))
    (request,) = import_sheets(source, date=DAY).batch.requests
    assert (request.title, request.site, request.minutes) == ("量血压", "东村", 30)


def test_short_gbk_file_that_is_valid_utf8_too(tmp_path: Path) -> None:
    """The GBK bytes of 联通 are well-formed UTF-8; the header says which it is."""
    source = tmp_path / "技能.csv"
    source.write_bytes("名称\n联通\n".encode("gbk"))
    assert read_sheets(source)[0].rows == [["名称"], ["联通"]]


def test_folder_of_csv_files(tmp_path: Path) -> None:
    (tmp_path / "需求.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "志愿者.csv").write_text("姓名,所在村,可服务时间\n志愿者甲,东村,全天\n", encoding="gbk")
    batch = import_sheets(tmp_path, date=DAY).batch
    assert (len(batch.volunteers), len(batch.requests)) == (1, 1)


def test_csv_with_quotes_line_breaks_and_notes_above(tmp_path: Path) -> None:
    source = tmp_path / "anything.csv"
    source.write_text('本表由镇里填写\n\n内容,所在村,"时间",时长\n"甲,乙",东村,"9:00\n",30\n', encoding="utf-8")
    (request,) = import_sheets(source, date=DAY).batch.requests
    assert request.title == "甲,乙"


def test_xls_with_dates_merged_cells_and_errors(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("需求")
    style = xlwt.XFStyle()
    style.num_format_str = "yyyy-mm-dd hh:mm"
    for c, header in enumerate(["内容", "所在村", "时间", "时长"]):
        sheet.write(0, c, header)
    sheet.write_merge(1, 2, 1, 1, "东村")
    for r in (1, 2):
        sheet.write(r, 0, f"事项{r}")
        sheet.write(r, 2, datetime(2026, 7, 21, 8 + r), style)
        sheet.write(r, 3, 30)
    book.save(str(tmp_path / "需求.xls"))
    requests = import_sheets(tmp_path / "需求.xls", date=DAY).batch.requests
    assert [(r.site, r.windows[0].start.hour) for r in requests] == [("东村", 9), ("东村", 10)]


def test_formulas_give_values_and_errors_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("需求")
        sheet.write_formula("B3", "=NA()", None, "#N/A")
        sheet.write_formula("C3", "=1+1", None, 2)
    assert read_sheets(path)[0].rows[2] == ["", "#错误", 2.0]


def test_cells_keep_their_addresses(tmp_path: Path) -> None:
    table = read_sheets(workbook(tmp_path / "表.xlsx", {"需求": [[], [None, None, "甲"]]}))[0]
    assert table.rows[1] == ["", "", "甲"]


def test_dates_and_times_of_excel(tmp_path: Path) -> None:
    rows: Rows = [["内容", "所在村", "日期", "时间", "时长"], ["甲", "东村", datetime(2026, 7, 21), 0.375, 30]]
    (request,) = imported(tmp_path, {"需求": rows}).batch.requests
    assert request.windows[0].start.isoformat() == "2026-07-21T09:00:00+08:00"


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    assert _code(tmp_path / "没有.xlsx") == "no_file"
    assert _code(tmp_path) == "no_file"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_sheet"),
        (b"\x00\x01\x02\x03", "encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "encoding"),
        (b"\x80\xff\xff\x81", "encoding"),
    ],
)
def test_no_sheets(tmp_path: Path, content: bytes, code: str) -> None:
    source = tmp_path / "需求.xlsx"
    source.write_bytes(content)
    assert _code(source) == code


def _with_part(source: Path, part: str, content: bytes) -> Path:
    target = source.with_name("hostile.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return workbook(tmp_path / "表.xlsx", {"志愿者": VOLUNTEERS, "需求": REQUESTS})


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + TAIL, "too_large"),
        (HEAD + b'<row r="1"><c r="GS1"><v>1</v></c></row>' + TAIL, "too_large"),
        (HEAD + b'<row r="200001"><c><v>1</v></c></row>' + TAIL, "too_large"),
        (HEAD + b'<row r="1"><c r="GR1"><v>1</v></c></row><row r="200000"><c><v>1</v></c></row>' + TAIL, "too_large"),
        (HEAD + b" " * (129 << 20) + TAIL, "too_large"),
        (HEAD + b'<row r="1"><c r="1A"><v>1</v></c></row>' + TAIL, "damaged"),
        (HEAD + b'<row r="x"><c><v>1</v></c></row>' + TAIL, "damaged"),
        (b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>', "damaged"),
        (HEAD, "damaged"),
        (b"", "damaged"),
    ],
)
def test_hostile_parts(sound: Path, content: bytes, code: str) -> None:
    assert _code(_with_part(sound, SHEET, content)) == code


def test_formatted_but_empty_cells_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("需求")
        sheet.write_string(0, 0, "内容")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert read_sheets(path)[0].rows == [["内容"]]


def test_last_corner_of_an_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("需求").write(65_535, 255, "x")
    book.save(str(tmp_path / "需求.xls"))
    assert _code(tmp_path / "需求.xls") == "too_large"


def test_sector_loops_in_an_xls_end(tmp_path: Path) -> None:
    """Every sector of the table points at itself."""
    content = bytearray(512 * 40)
    content[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", content, 30, 9)
    struct.pack_into("<II", content, 68, 0, 1)
    struct.pack_into("<109I", content, 76, *range(36), *[0xFFFFFFFF] * 73)
    for sector in range(39):
        struct.pack_into("<I", content, 512 + 4 * sector, sector)
    source = tmp_path / "需求.xls"
    source.write_bytes(content)
    assert _code(source) == "damaged"


def test_csv_with_too_many_rows_or_columns(tmp_path: Path) -> None:
    source = tmp_path / "需求.csv"
    source.write_text("内容\n" + "x\n" * 200_000, encoding="utf-8")
    assert _code(source) == "too_large"
    source.write_text("内容" + "," * 200 + "\n", encoding="utf-8")
    assert _code(source) == "too_large"
