"""Writes workbooks whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from matcher.errors import MatcherError

MAX_CELL = 32_767
"""Characters that fit into a cell."""


@contextmanager
def saved_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook that becomes the file `path` when all went well, and leaves nothing behind otherwise.

    No string written to it becomes a formula or link. Raises MatcherError if the file cannot be written.
    """
    draft = None
    try:
        handle, name = tempfile.mkstemp(suffix=".xlsx", prefix="~", dir=path.parent)
        os.close(handle)
        draft = Path(name)
        book = Workbook(name, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
        yield book
        book.close()
        os.replace(draft, path)
    except PermissionError:
        raise MatcherError(
            f"{path.name}：文件正被 Excel/WPS 打开，请关闭后重试",
            f"{path.name} is open in another program; close it first",
        ) from None
    except (OSError, XlsxWriterException):
        raise MatcherError(f"{path.name}：文件无法写入", f"{path.name} cannot be written") from None
    finally:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
