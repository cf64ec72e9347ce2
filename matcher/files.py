"""Writes files so that a reader sees the old content or all of the new, and never half of it."""

import errno
import os
from pathlib import Path
from uuid import uuid4

from matcher.errors import MatcherError

REASONS = {
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.EDQUOT: ("磁盘配额已用完", "the disk quota is used up"),
    errno.EROFS: ("磁盘是只读的", "the disk is read-only"),
    errno.EACCES: ("没有写入权限", "permission denied"),
    errno.EPERM: ("没有写入权限", "permission denied"),
    errno.ENOENT: ("文件夹不存在", "the folder does not exist"),
    errno.ENOTDIR: ("文件夹不存在", "the folder does not exist"),
    errno.EISDIR: ("这是文件夹，不是文件", "it is a folder, not a file"),
    errno.ENAMETOOLONG: ("文件名太长", "the name is too long"),
}


def write_text(path: str | Path, text: str) -> None:
    """Writes a text file in UTF-8, as `write_bytes` does; line ends stay as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | Path, data: bytes) -> None:
    """Replaces a file, or makes it, in one step; a pipe or device is written to as it is.

    Raises MatcherError if that fails, with nothing changed and nothing left behind: the folder is missing,
    the disk is full, or the file is open in a program that locks it.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target.resolve(), data)
    except (OSError, ValueError) as error:
        zh, en = REASONS.get(getattr(error, "errno", None) or 0, (str(error), str(error)))
        raise MatcherError(f"无法写入 {path}：{zh}", f"Cannot write {path}: {en}") from error


def _replace(target: Path, data: bytes) -> None:
    # The name is short: a long name of the target plus a suffix could be too long.
    new = target.with_name(f".{uuid4().hex}.tmp")
    try:
        with open(new, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.replace(new, target)
        except PermissionError as error:
            raise MatcherError(
                f"文件正被 Excel/WPS 打开，请关闭后重试：{target.name}",
                f"The file is open in Excel or WPS; close it and try again: {target.name}",
            ) from error
    finally:
        new.unlink(missing_ok=True)
