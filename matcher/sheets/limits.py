"""How large a file may be; what is larger is refused before it fills the memory."""

from matcher.errors import InputError
from matcher.sheets.report import refuse

MAX_FILE_BYTES = 64 * 2**20
"""Size of a file on disk."""
MAX_UNPACKED_BYTES = 128 * 2**20
"""Size of all parts of an .xlsx together."""
MAX_PARTS = 2_000
MAX_ELEMENTS = 8_000_000
"""XML elements of one part of an .xlsx."""
ROWS = 200_000
COLUMNS = 200
CELLS = 4_000_000
"""Cells of a sheet, empty ones between included."""


def too_large(where: str) -> InputError:
    """The error of a file that is too large in whatever way."""
    return refuse(
        "too_large", where,
        f"文件太大：每个工作表最多 {ROWS} 行、{COLUMNS} 列，解压后最多 {MAX_UNPACKED_BYTES >> 20} MB；请删去多余行列",
        f"too large: at most {ROWS} rows and {COLUMNS} columns a sheet, {MAX_UNPACKED_BYTES >> 20} MB unpacked",
    )  # fmt: skip


def check_size(where: str, rows: int, columns: int) -> None:
    """Refuse a sheet with too many rows, columns or cells."""
    if rows > ROWS or columns > COLUMNS or rows * columns > CELLS:
        raise too_large(where)
