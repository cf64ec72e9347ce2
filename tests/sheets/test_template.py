"""The template can be read back, and sheets with problems come back with what is wrong."""

import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from matcher.errors import InputError, MatcherError, Problem
from matcher.reading import check_batch
from matcher.sheets.columns import COLUMNS, SHEETS
from matcher.sheets.errors_out import write_errors
from matcher.sheets.importer import import_sheets, read_sheets
from matcher.sheets.report import Report
from matcher.sheets.settings import SETTINGS, Settings, read_settings
from matcher.sheets.template import Lang, write_template
from tests.sheets.books import DAY, REQUESTS, VOLUNTEERS, workbook


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_examples_can_be_dispatched(tmp_path: Path, lang: Lang) -> None:
    found = import_sheets(write_template(tmp_path, lang=lang), date=DAY)
    assert check_batch(found.batch) == []
    assert len(found.batch.volunteers) == 3
    assert len(found.batch.requests) >= 3
    assert not [n for n in found.notes if n.code.startswith("unknown")]


def test_the_template_has_sheets_comments_lists_and_frozen_headers(tmp_path: Path) -> None:
    path = write_template(tmp_path)
    assert path.name == "志愿服务模板.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "志愿者", "需求", "服务菜单", "站点", "队伍", "技能", "派单设置"]
    for kind, columns in COLUMNS.items():
        sheet = book[SHEETS[kind][0]]
        assert [c.value for c in sheet[1]] == [c.zh for c in columns]
        assert [bool(c.comment) for c in sheet[1]] == [bool(c.hint) for c in columns]
        assert sheet.freeze_panes == "A2"
    lists = {r.formula1 for r in book["需求"].data_validations.dataValidation}
    assert '"应急,紧急,一般,可缓"' in lists
    assert "='服务菜单'!$A$2:$A$5001" in lists or "'服务菜单'!$A$2:$A$5001" in lists


def test_every_setting_of_the_template_is_its_default(tmp_path: Path) -> None:
    """Left as they are, the template's settings change nothing but two that it fills in for convenience."""
    found = import_sheets(write_template(tmp_path), date=DAY).batch
    assert found.policy == Settings().policy()
    assert {s.field for s in SETTINGS} == set(Settings.__dataclass_fields__)
    assert read_settings([], Report())[0] == Settings()


def test_no_cell_of_the_template_is_a_formula(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_template(tmp_path)) as archive:
        assert not any(b"<f>" in archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet"))


def _broken(folder: Path) -> tuple[Path, list[Problem]]:
    rows = [["登记表"], VOLUNTEERS[0], VOLUNTEERS[1], ["志愿者乙", "123", "东村", "=1+1", "有空"]]
    source = workbook(folder / "表.xlsx", {"志愿者": rows, "需求": REQUESTS, "统计": [["合计", 3]]})
    with pytest.raises(InputError) as caught:
        import_sheets(source, date=DAY)
    return source, caught.value.problems


def test_errors_are_written_beside_their_rows(tmp_path: Path) -> None:
    source, problems = _broken(tmp_path)
    write_errors(source, problems, tmp_path / "错误.xlsx")
    book = openpyxl.load_workbook(tmp_path / "错误.xlsx")
    assert book.sheetnames == ["志愿者", "需求", "统计"]
    sheet = book["志愿者"]
    assert sheet["F1"].value == "错误说明"
    assert sheet["F3"].value is None
    assert "电话" in sheet["F4"].value
    assert "可服务时间" in sheet["F4"].value
    coloured = {c.coordinate for row in sheet for c in row if c.fill.fgColor.rgb == "FFFFC7CE"}
    assert coloured == {"B4", "E4"}
    assert (sheet["D4"].value, sheet["D4"].data_type) == ("=1+1", "s")
    assert book["统计"]["B1"].value == "3"


def test_the_sheets_with_errors_can_be_read_again(tmp_path: Path) -> None:
    source, problems = _broken(tmp_path)
    write_errors(source, problems, tmp_path / "错误.xlsx")
    with pytest.raises(InputError) as caught:
        import_sheets(tmp_path / "错误.xlsx", date=DAY)
    assert [(p.code, p.where) for p in caught.value.problems] == [(p.code, p.where) for p in problems]


def test_errors_of_an_unreadable_file(tmp_path: Path) -> None:
    source = tmp_path / "坏.xlsx"
    source.write_bytes(b"PK broken")
    with pytest.raises(InputError) as caught:
        read_sheets(source)
    write_errors(source, caught.value.problems, tmp_path / "错误.xlsx")
    assert "damaged" in openpyxl.load_workbook(tmp_path / "错误.xlsx")["错误说明"]["A2"].value


def test_errors_of_csv_files_whose_names_excel_refuses(tmp_path: Path) -> None:
    source = tmp_path / "csv"
    source.mkdir()
    for name in ("[需求]", "很长" * 20, "很长" * 20 + "的"):
        (source / f"{name}.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    write_errors(source, [], tmp_path / "错误.xlsx")
    assert len(openpyxl.load_workbook(tmp_path / "错误.xlsx").sheetnames) == 3


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MatcherError):
        write_template(tmp_path / "file")
    with pytest.raises(MatcherError):
        write_errors(tmp_path, [], tmp_path / "no" / "x.xlsx")
