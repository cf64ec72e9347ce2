"""What all sheets of one import share: report, settings, times, names known so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from matcher.base import Frozen
from matcher.batch import Interval
from matcher.privacy import hashed_id
from matcher.sheets.columns import Kind
from matcher.sheets.fields import nearest, plain
from matcher.sheets.headers import Row
from matcher.sheets.report import Cell, Report
from matcher.sheets.settings import Settings
from matcher.sheets.times import Frame, Span, read_times

M = TypeVar("M", bound=Frozen)


@dataclass
class Catalogue:
    """Names of skills, categories or teams; if `closed`, a name that is not in it is a problem."""

    zh: str
    en: str
    closed: bool = False
    names: dict[str, str] = field(default_factory=dict)
    """Ids by name."""

    def find(self, name: str, cell: Cell, report: Report) -> str | None:
        """The id of a name; where all names are welcome, it is new."""
        if name not in self.names and self.closed:
            zh, en = nearest(name, self.names)
            report.problem(
                "unknown_name", cell, f"“{self.zh}”表里没有这一项{zh}", f"there is no such {self.en} in its sheet{en}"
            )
            return None
        return self.names.setdefault(name, name)

    def find_all(self, names: Iterable[str], cell: Cell, report: Report) -> tuple[str, ...]:
        """The ids of names, without those that are problems."""
        return tuple(found for n in names if (found := self.find(n, cell, report)) is not None)


@dataclass
class Context:
    """One import on its way."""

    report: Report
    settings: Settings
    frame: Frame
    setting_rows: Mapping[str, Row]
    """The row of each setting that has one."""
    skills: Catalogue
    teams: Catalogue
    categories: Catalogue
    origins: dict[tuple[str, int], Row] = field(default_factory=dict)
    """The row that each entry of a list of the batch comes from."""
    asked_levels: bool = False
    """Whether any request asks for a level above 1."""
    held_without_level: int = 0
    early: list[str] = field(default_factory=list)
    """The cells whose times begin between 1:00 and 6:00 and do not say 凌晨."""
    _spans: dict[str, list[Span]] = field(default_factory=dict)

    def times(self, text: str) -> list[Span]:
        """`read_times`, remembered: thousands of volunteers write the same."""
        if text not in self._spans:
            self._spans[text] = read_times(text, self.frame)
        return self._spans[text]

    def look_for_early(self, cell: Cell, found: Iterable[Interval]) -> None:
        """Remember a cell whose times are at night: whoever writes 3点 may mean the afternoon."""
        if "凌晨" not in str(cell.value) and any(1 <= interval.start.hour < 6 for interval in found):
            self.early.append(cell.where)

    def unique_id(self, row: Row, known: dict[str, Row], found: str, name: str) -> bool:
        """Whether an id is new; if not, both rows are named."""
        first = known.setdefault(found, row)
        if first is row:
            return True
        there = f"{first.sheet.title}!{first.number}"
        self.report.problem(
            "duplicate", row.cell(name), f"与 {there} 行重复；若不是同一个，请填不同的编号",
            f"the same as row {there}; give each an ID of its own if they differ",
        )  # fmt: skip
        return False

    def build(self, model: type[M], row: Row, columns: dict[str, str], **values: Any) -> M | None:
        """A model from its values; what the model refuses becomes a problem of the row's cell."""
        try:
            return model(**values)
        except ValidationError as error:
            for detail in error.errors(include_input=False, include_url=False):
                name = str(detail["loc"][0]) if detail["loc"] else ""
                column = columns.get(name, name)
                cell = row.cell(column if column in row.sheet.headers else next(iter(row.sheet.headers)))
                self.report.problem("bad_value", cell, "值不在允许范围内", detail["msg"])
            return None


def own_id(row: Row, prefix: str) -> str | None:
    """The id that the row gives; one that is a phone number is hashed."""
    if not row.has("id"):
        return None
    found = plain(row.value("id"))[:200]
    digits = found.replace("-", "").replace(" ", "")
    return hashed_id(prefix, digits) if digits.isdigit() and len(digits) >= 11 else found


COLUMN_OF: dict[Kind, dict[str, str]] = {
    "volunteers": {
        "shifts": "times", "birth_date": "birth", "place": "site", "max_requests_per_day": "max_day",
        "max_travel_minutes": "max_travel", "recent_requests": "recent",
    },
    "requests": {"windows": "time", "roles": "skill", "place": "site", "end_place": "end_site"},
    "sites": {"place": "lon"},
}  # fmt: skip
"""Per kind: the column of a field of the model, where they are not called alike."""
