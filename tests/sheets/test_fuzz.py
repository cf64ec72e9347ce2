# ruff: noqa: E501
"""Whatever is in a cell or a file, the importer answers with a sound batch or an InputError."""

import contextlib
import tempfile
from datetime import UTC, date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.reading import check_batch, read_batch, to_json
from matcher.sheets import headers
from matcher.sheets.columns import COLUMNS, SHEETS, Kind
from matcher.sheets.importer import import_sheets
from matcher.sheets.report import FieldError
from matcher.sheets.settings import SETTINGS
from matcher.sheets.times import DEFAULT_PARTS, Frame, read_times
from tests.sheets.books import DAY, REQUESTS, VOLUNTEERS, workbook

FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VOCABULARY = """周 一 三 六 日 天 每 下 本 上午 下午 晚上 凌晨 中午 全天 不限 至 到 - ~ 、 ， ； : ： 点 半 刻 时 月 年 号 分 次日 以后 前
0 1 2 9 12 24 31 2026 7 21 / . 工作日 周末 每天 和 从 ( ) mon am pm"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=12).map("".join)
CELLS = st.one_of(
    st.text(max_size=12), WORDS, st.integers(-10, 10**12).map(float), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["13912345678", "是", "否", "医疗2级", "医疗1人、引导2人", "东村", "东镇/东村", "/", ">", "志愿者甲", "A1", "#N/A"]),
)  # fmt: skip


@given(WORDS | st.text(max_size=30))
@settings(max_examples=800, deadline=None)
def test_times_are_read_or_refused(text: str) -> None:
    frame = Frame(date(2026, 7, 20), 7, UTC, DEFAULT_PARTS)
    try:
        spans = read_times(text, frame)
    except FieldError:
        pass
    else:
        assert all(s.end is None or s.start < s.end for s in spans)
        assert all(frame.moment(frame.first) <= s.start < frame.moment(date(2026, 7, 27)) for s in spans)


def _read(source: Path) -> None:
    """A batch that comes out is sound, and the same after it was written and read."""
    with contextlib.suppress(InputError):
        batch = import_sheets(source, date=DAY, days=3).batch
        assert check_batch(batch) == []
        assert read_batch(to_json(batch)) == batch


@given(st.sampled_from(sorted(COLUMNS)), st.data())
@FEW
def test_cells(kind: Kind, data: st.DataObject) -> None:
    """One sheet of the seven holds anything, under its own headers."""
    titles = [c.zh for c in COLUMNS[kind]]
    rows = data.draw(st.lists(st.lists(CELLS, max_size=len(titles)), max_size=4))
    if kind == "settings":
        rows = [[data.draw(st.sampled_from(SETTINGS)).zh, *row] for row in rows]
    sheets = {"志愿者": VOLUNTEERS, "需求": REQUESTS} | {SHEETS[kind][0]: [titles, *rows]}
    with tempfile.TemporaryDirectory() as folder:
        _read(workbook(Path(folder) / "表.xlsx", sheets))


@given(st.sampled_from(sorted(COLUMNS)), st.data())
@FEW
def test_one_cell(kind: Kind, data: st.DataObject) -> None:
    """A sound row with one cell of anything, so that the rest of the way is walked."""
    column = data.draw(st.sampled_from(COLUMNS[kind]))
    base = {"volunteers": VOLUNTEERS, "requests": REQUESTS, "sites": [["名称", "层级"], ["东村", "村"]]}
    known = base.get(kind, [[COLUMNS[kind][0].zh], ["甲"]])
    if column.zh in known[0]:
        rows = [known[0], [data.draw(CELLS) if t == column.zh else v for t, v in zip(*known, strict=True)]]
    else:
        rows = [[*known[0], column.zh], [*known[1], data.draw(CELLS)]]
    sheets = {"志愿者": VOLUNTEERS, "需求": REQUESTS} | {SHEETS[kind][0]: rows}
    with tempfile.TemporaryDirectory() as folder:
        _read(workbook(Path(folder) / "表.xlsx", sheets))


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-16", "surrogatepass")))
@FEW
def test_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "需求.csv"
        source.write_bytes(content)
        _read(source)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6), st.booleans()
)
@FEW
def test_bytes_of_a_workbook(changes: list[tuple[int, bytes]], old: bool) -> None:
    """A sound file with some of its bytes changed."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "需求.xls"
        content = bytearray(_xls() if old else workbook(source, {"需求": REQUESTS}).read_bytes())
        for at, changed in changes:
            at %= len(content)
            content[at : at + len(changed)] = changed
        source.write_bytes(content)
        _read(source)


def _xls() -> bytes:
    import io

    import xlwt  # type: ignore[import-untyped]

    book, content = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("需求")
    for r, row in enumerate(REQUESTS):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(content)
    return content.getvalue()


@given(st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_header_keys_hold_no_punctuation(text: str) -> None:
    assert all(c.isalnum() for c in headers.header_key(text)) or not text.isascii()
