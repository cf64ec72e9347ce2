"""Errors that carry data: what is wrong, where, the value found and what was expected."""

from dataclasses import dataclass, field, fields
from typing import Any

SHOWN = 100
"""Most problems listed when an InputError is printed; `problems` has all."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    code: stable name of the kind of problem, for example `unknown_id`.
    where: a JSON pointer (`/volunteers/3/site`), a cell of a sheet (`志愿者!C5`) or a file; empty: all of the input.
    value: the value found, shortened; personal data is masked. Null where nothing was found.
    zh, en: what was expected, in Chinese and English.
    """

    code: str
    where: str
    value: str | None
    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The problem in one line, `lang` is `zh` or `en`."""
        where = self.where or ("全文" if lang == "zh" else "whole text")
        value = "" if self.value is None else (f"（现值：{self.value}）" if lang == "zh" else f" (found: {self.value})")
        return f"{where}: {self.zh if lang == 'zh' else self.en}{value} [{self.code}]"


@dataclass(eq=False)
class MatcherError(Exception):
    """Base of all errors meant for the user."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, f.name) for f in fields(self))


@dataclass(eq=False)
class InternalError(MatcherError):
    """A fault of ours: something that should never happen has happened, and nothing is handed out."""


@dataclass(eq=False)
class OutOfMemoryError(MatcherError):
    """Memory ran out before there was any plan: `cap` is the cap on it, null if none was set, `used` what was in use.

    Both in megabytes of 2^20 bytes.
    """

    cap: float | None
    used: float


@dataclass(eq=False)
class InputError(MatcherError):
    """The input has problems; all of them are in `problems`."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [super().__str__(), *(p.text("zh") + " / " + p.text("en") for p in self.problems[:SHOWN])]
        if len(self.problems) > SHOWN:
            more = len(self.problems) - SHOWN
            lines.append(f"…… 另有 {more} 处 / … and {more} more")
        return "\n".join(lines)
