"""Tables as CSV files that Excel and WPS open as they are: UTF-8 with BOM, CRLF."""

import csv
import io
import re
from pathlib import Path

from matcher.batch import Batch
from matcher.exports.folder import write_folder
from matcher.exports.rows import join
from matcher.exports.tables import IDS, SERVED, Cell, Table, gap_columns, table, visit_columns
from matcher.exports.view import Lang, View
from matcher.plan import Plan

VISITS = (
    f"start end village where request priority role volunteer phone team leave travel contact contact_phone note {IDS}"
)

_FORMULA = re.compile(r"[\s\"'“”‘’＂＇`\u200b\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫|%]|[\s\ufeff\u200b]*[\t\r\n]")


def write_csv(batch: Batch, plan: Plan, folder: str | Path, *, with_phones: bool = False, lang: Lang = "zh") -> None:
    """Write visits.csv, unserved.csv and summary.csv into `folder`, which is made if need be.

    `with_phones` shows phones, contacts and addresses in full. Raises InputError if the plan names what the batch
    does not have.
    """
    view = View(join(batch, plan), lang, with_phones)
    tables = {
        "visits": table(view, visit_columns(VISITS), view.joined.visits),
        "unserved": table(view, gap_columns(view), view.joined.summary.gaps),
        "summary": table(view, SERVED, view.joined.summary.served),
    }
    files = {f"{name}.csv": _csv(view, content).encode("utf-8-sig") for name, content in tables.items()}
    write_folder(Path(folder), files)


def _csv(view: View, content: Table) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([view.say(column.zh, column.en) for column in content.columns])
    writer.writerows([_safe(cell) for cell in row] for row in content.cells)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    """Text that a spreadsheet could take for a formula, with an apostrophe in front, which makes it text."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
