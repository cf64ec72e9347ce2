"""What an import found: problems with their cell, and notes with their count."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from matcher.errors import InputError, Problem

Value = str | float | bool | datetime | date | time | timedelta
"""What a cell holds; an empty cell holds the empty string."""

SHOWN_LENGTH = 60
_PERSONAL_NUMBER = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}|\b0\d{2,3}[ -]\d{7,8}\b|\d{9,}[xX]?")


@dataclass(frozen=True)
class Note:
    """Something the user should know that is no error.

    code: stable name; count: how many rows it is about; zh, en: the sentence.
    """

    code: str
    count: int
    zh: str
    en: str


@dataclass(frozen=True)
class Cell:
    """A value with its place, for example `志愿者!C5（电话）`; `personal` values are never shown."""

    value: Value
    where: str
    personal: bool = False

    def shown(self) -> str | None:
        """The value as it may appear in a message: short, one line, without personal data."""
        text = without_numbers(visible(str(self.value)).replace("\n", " "))
        if not text:
            return None
        if self.personal:
            return "*" * min(len(text), SHOWN_LENGTH)
        return text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "…"


class FieldError(Exception):
    """A value that cannot be read: code and what was expected, without the value itself."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(zh)
        self.code, self.zh, self.en = code, zh, en


@dataclass
class Report:
    """Collects the problems and notes of one import."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def problem(self, code: str, cell: Cell, zh: str, en: str) -> None:
        """Add a problem at a cell."""
        self.problems.append(Problem(code, cell.where, cell.shown(), zh, en))

    def note(self, code: str, count: int, zh: str, en: str) -> None:
        """Add a note if it is about anything."""
        if count:
            self.notes.append(Note(code, count, zh, en))

    def raise_problems(self) -> None:
        """Raise InputError if there is any problem."""
        if self.problems:
            n = len(self.problems)
            raise InputError(f"表格中有 {n} 处问题", f"the sheets have {n} problem(s)", self.problems)


def refuse(code: str, where: str, zh: str, en: str) -> InputError:
    """An error that makes the whole file unreadable."""
    return InputError("无法读取表格", "the sheets cannot be read", [Problem(code, where, None, zh, en)])


def visible(text: str) -> str:
    """The text without control, surrogate and invisible characters, outer spaces stripped; line breaks stay."""
    if text.isprintable():
        return text.strip()
    kept = (c if c == "\n" else " " if c in "\t\r\v\f" else c for c in text)
    shown = "".join(c for c in kept if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return shown.strip()


def without_numbers(text: str) -> str:
    """The text with everything that looks like a phone or identity number masked."""
    narrow = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _PERSONAL_NUMBER.sub(lambda m: "*" * len(m.group()), narrow)
