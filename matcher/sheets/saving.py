"""Writes workbooks whole or not at all."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter import Workbook

from matcher.files import write_bytes

MAX_CELL = 32_767
"""Characters that fit into a cell."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def saved_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook that becomes the file `path` when all went well; no string in it becomes a formula or link.

    Raises MatcherError if the file cannot be written, for example because Excel has it open.
    """
    content = io.BytesIO()
    book = Workbook(content, _OPTIONS)
    yield book
    book.close()
    write_bytes(path, content.getvalue())
