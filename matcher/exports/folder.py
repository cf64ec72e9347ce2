"""Several files into one folder."""

from collections.abc import Mapping
from pathlib import Path

from matcher.errors import MatcherError
from matcher.files import write_bytes


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files by name into `folder`, which is made if need be. Raises MatcherError if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MatcherError(f"无法建立文件夹 {folder}", f"Cannot make the folder {folder}") from error
    for name, content in contents.items():
        write_bytes(folder / name, content)
