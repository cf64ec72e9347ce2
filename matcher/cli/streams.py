"""Standard output for results, standard error for everything else; files checked before long work."""

import errno
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import typer

from matcher.cli.language import say
from matcher.errors import MatcherError
from matcher.files import REASONS, write_text

OUTPUT, ERRORS = 1, 2
"""Descriptors of the standard streams."""


def prepare() -> None:
    """Makes both streams print what their encoding lacks as `?`, where they would fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def only_results() -> Iterator[None]:
    """Meanwhile what native libraries print goes to standard error: PDLP warns on standard output, unasked."""
    try:
        sys.stdout.flush()
        kept = os.dup(OUTPUT)
    except (OSError, ValueError):
        yield  # there is no standard output
        return
    try:
        with suppress(OSError):
            os.dup2(ERRORS, OUTPUT)
        yield
    finally:
        os.dup2(kept, OUTPUT)
        os.close(kept)


def result(text: str) -> None:
    """Prints text for people on standard output."""
    typer.echo(text, nl=not text.endswith("\n"))


def tell(text: str) -> None:
    """Prints a remark on standard error."""
    typer.echo(text, err=True)


def json(text: str) -> None:
    """Prints JSON on standard output: in UTF-8, except on a screen, which has its own encoding."""
    if sys.stdout.isatty():
        result(text)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


def save(path: Path, text: str) -> None:
    """Writes JSON to a file and says so; `-` is standard output."""
    if str(path) == "-":
        json(text)
    else:
        write_text(path, text)
        written(path)


def written(path: Path) -> None:
    """Says that a file is there."""
    tell(say(f"已写入 {path}", f"Written: {path}"))


def check_target(path: Path, *sources: Path) -> None:
    """Raises MatcherError now, not after minutes of work, if `path` cannot be written or is one of the sources."""
    if any(path.exists() and source.exists() and path.samefile(source) for source in sources):
        raise MatcherError(f"{path} 是输入文件，请换一个文件名写结果", f"{path} is the input; write to another file")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        if path.is_file() or not path.exists():
            with tempfile.TemporaryFile(dir=path.resolve().parent):
                pass
    except OSError as error:
        zh, en = REASONS.get(error.errno or 0, (str(error.strerror), str(error.strerror)))
        raise MatcherError(f"无法写入 {path}：{zh}", f"Cannot write {path}: {en}") from error
    if os.name == "nt" and path.is_file():
        check_not_open(path)


def check_not_open(path: Path) -> None:
    """Raises MatcherError if a program on Windows has the file open and locks it."""
    try:
        with open(path, "r+b"):
            pass
    except OSError as error:
        raise MatcherError(
            f"文件正被 Excel/WPS 打开，请关闭后重试：{path.name}",
            f"The file is open in Excel or WPS; close it and try again: {path.name}",
        ) from error
