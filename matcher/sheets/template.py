"""The workbook that people fill in: headers with comments, drop-downs, examples, and a sheet that explains it."""

from pathlib import Path
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from matcher.errors import MatcherError
from matcher.sheets.columns import COLUMNS, SHEETS, Kind
from matcher.sheets.examples import EN, ZH
from matcher.sheets.saving import saved_workbook
from matcher.sheets.settings import PART_FIELDS, SETTINGS

Lang = Literal["zh", "en"]
ROWS = 5_000
"""Rows below the header that have drop-downs."""
_ORDER: tuple[Kind, ...] = ("volunteers", "requests", "menu", "sites", "teams", "skills", "settings")
_LISTS: dict[Lang, dict[tuple[Kind, str], list[str]]] = {
    "zh": {
        ("requests", "priority"): ["应急", "紧急", "一般", "可缓"],
        ("requests", "mandatory"): ["是", "否"],
        ("requests", "one_team"): ["是", "否"],
        ("sites", "tier"): ["县（区）", "乡镇（街道）", "村（社区）", "网格（实践点）"],
        ("teams", "kind"): ["总队", "分队", "小队"],
    },
    "en": {
        ("requests", "priority"): ["emergency", "urgent", "normal", "low"],
        ("requests", "mandatory"): ["yes", "no"],
        ("requests", "one_team"): ["yes", "no"],
        ("sites", "tier"): ["county", "town", "village", "grid"],
        ("teams", "kind"): ["head", "speciality", "local"],
    },
}
_FROM_SHEET: dict[tuple[Kind, str], Kind] = {
    ("requests", "item"): "menu",
    ("requests", "team"): "teams",
    ("menu", "skill"): "skills",
}
"""Columns whose drop-down lists the first column of names of another sheet; other words are taken too."""
_INTRO = {
    "zh": (
        "志愿服务派单模板",
        "1. 每张表第一行是表头，鼠标停在表头上有填写说明；灰底表头必填，其余可不填。",
        "2. 各表里的内容是示例，请先删去示例行，再填自己的内容；不用的表可以整张删掉。",
        "3. 时间可写：7月21日 上午9点、9:00-11:00、每周三下午、周一至周五 8:00-17:30、全天；多段用分号隔开。",
        "4. 需求的时间写一个钟点（9:00）表示准时开始；写一段（8:00-12:00、上午）表示在这段时间内服务完。",
        "5. 只写服务项目的需求，时长、人数、技能按“服务菜单”；需要几种人的项目，在服务菜单里写几行。",
        "6. 经纬度不用填；没有时按所在村、镇估算路程。站点的层级请从下拉框选，不按名称猜。",
        "7. 编号可不填：志愿者按电话识别，没有电话按姓名和站点识别，重复会报错。",
        "8. 填好后运行：matcher day 志愿服务模板.xlsx --date 2026-07-21 -o 派单结果.xlsx",
        "9. 表格有错时不会派单，会一次列出全部错误，并写出带“错误说明”列、出错格子标红的同一份表。",
    ),
    "en": (
        "Template for volunteer dispatch",
        "1. The first row of every sheet holds the headers; comments say what to write. Grey ones are required.",
        "2. The rows are examples: delete them before you fill in your own. Sheets you do not need may be deleted.",
        "3. Times: 2026-07-21 9:00, 9:00-11:00, Sat, Wed afternoon, Mon-Fri 8:00-17:30, all day; parted by semicolons.",
        "4. A request's time is a moment (starts then) or a range (served within it).",
        "5. A request that names only its item takes minutes, people and skills from the menu.",
        "6. Coordinates are not needed; without them travel is estimated by village and town.",
        "7. IDs are not needed: volunteers are told apart by phone, or by name and site.",
        "8. Then run: matcher day volunteer-template.xlsx --date 2026-07-21 -o result.xlsx",
        "9. Sheets with errors are not dispatched: all are listed, and the same sheets written with a column Errors.",
    ),
}


def write_template(folder: Path, *, lang: Lang = "zh") -> Path:
    """Write the workbook 志愿服务模板.xlsx (`en`: volunteer-template.xlsx) into a folder; returns its path.

    Raises MatcherError if it cannot be written, or is there already, perhaps filled in.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise MatcherError(f"无法建立文件夹 {folder}", f"the folder {folder} cannot be made") from None
    path = folder / ("志愿服务模板.xlsx" if lang == "zh" else "volunteer-template.xlsx")
    if path.exists():
        raise MatcherError(
            f"{path} 已存在，未覆盖；请换一个文件夹，或先给它改名",
            f"{path} is there already and was left as it is; rename it or name another folder",
        )
    with saved_workbook(path) as book:
        _introduction(book, lang)
        for kind in _ORDER:
            _sheet(book, kind, lang)
    return path


def _introduction(book: Workbook, lang: Lang) -> None:
    sheet = book.add_worksheet("说明" if lang == "zh" else "Instructions")
    sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    title, *lines = _INTRO[lang]
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
    for row, line in enumerate(lines, 2):
        sheet.write_string(row, 0, line)


def _sheet(book: Workbook, kind: Kind, lang: Lang) -> None:
    sheet = book.add_worksheet(_name(kind, lang))
    text = book.add_format({"num_format": "@"})
    header = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
    required = book.add_format({"bold": True, "bottom": 1, "num_format": "@", "bg_color": "#D9D9D9"})
    examples = _settings(lang) if kind == "settings" else (ZH if lang == "zh" else EN)[kind]
    for at, column in enumerate(COLUMNS[kind]):
        title = column.zh if lang == "zh" else column.en
        hint = column.hint if lang == "zh" else column.hint_en
        words = [title, *(example.get(column.field, "") for example in examples)]
        sheet.set_column(at, at, min(46, 3 + max(sum(1 + (c > "\x7f") for c in word) for word in words)), text)
        sheet.write_string(0, at, title, required if column.required else header)
        if hint:
            sheet.write_comment(0, at, hint, {"x_scale": 2})
        for row, word in enumerate(words[1:], 1):
            if word:
                sheet.write_string(row, at, word, text)
        _drop_down(sheet, kind, column.field, at, lang)
    sheet.freeze_panes(1, 0)


def _drop_down(sheet: Worksheet, kind: Kind, field: str, at: int, lang: Lang) -> None:
    if words := _LISTS[lang].get((kind, field)):
        sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": words, "error_type": "warning"})
    elif other := _FROM_SHEET.get((kind, field)):
        names = next(n for n, c in enumerate(COLUMNS[other]) if c.field in ("name", "item"))
        letter = "ABCDEFG"[names]
        source = f"='{_name(other, lang)}'!${letter}$2:${letter}${ROWS + 1}"
        sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": source, "error_type": "information"})


def _settings(lang: Lang) -> list[dict[str, str]]:
    """One row for each setting, with its usual value."""
    english = {"是": "yes", "不限": "3"}
    return [
        {
            "key": s.zh if lang == "zh" else s.en,
            "value": s.default if lang == "zh" else english.get(s.default, s.default),
            "note": (s.hint or f"“{PART_FIELDS.get(s.field, s.zh)}”指的钟点") if lang == "zh" else s.hint_en,
        }
        for s in SETTINGS
    ]


def _name(kind: Kind, lang: Lang) -> str:
    zh, en, _ = SHEETS[kind]
    return zh if lang == "zh" else en
