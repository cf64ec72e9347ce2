"""Families of instances: each module reads one into cases."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.case import Case

FOLDERS: dict[str, str | None] = {
    "county": None,
    "henan": "henan2021",
    "hhcrsp": "hhcrsp",
    "nyc311": "nyc311",
    "uhhc": "uhhc",
}
"""Each family is a module here with `cases(data)`; the folder in `data` that it reads, null if it needs none."""


class NoDataError(Exception):
    """What a family reads is not there; the message says what."""


def cases_of(family: str, data: Path | None) -> Iterator[Case]:
    """The instances of a family of FOLDERS, its module imported now.

    data: the folder that holds the families' folders. Raises NoDataError if this family's is not there.
    """
    folder = FOLDERS[family]
    if folder is not None and data is None:
        raise NoDataError(f"{family} reads the folder {folder}: name the folder that holds it with --data")
    if folder is not None and data is not None and not (data / folder).is_dir():
        raise NoDataError(f"{family} reads the folder {folder}, which is not in {data}")
    read: Callable[[Path], Iterator[Case]] = import_module(f"benchmarks.families.{family}").cases
    return read(data or Path())
