"""A small county day on disk, and two ways to run a command: in this process and in one of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import matcher
from matcher import dispatch, to_json
from matcher.cli import main
from matcher.demo import county_day
from matcher.sheets.template import write_template

BATCH = county_day(volunteers=60, requests=10, date=date(2026, 7, 21))


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """English, no settings from outside, and a folder of its own to work in."""
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command in this process: `run("check", path, ...)`."""

    def call(*args: Any) -> Ran:
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with batch.json and plan.json; not to be written to."""
    folder = tmp_path_factory.mktemp("day")
    (folder / "batch.json").write_text(to_json(BATCH), encoding="utf-8")
    (folder / "plan.json").write_text(to_json(dispatch(BATCH)), encoding="utf-8")
    return folder


@pytest.fixture
def sheets(tmp_path: Path, template: Path) -> Path:
    """The template's workbook, a copy to change."""
    return Path(shutil.copy(template, tmp_path / "需求.xlsx"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of `matcher template`."""
    return write_template(tmp_path_factory.mktemp("template"), lang="zh")


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of its own that finds the same matcher."""
    return os.environ | {"PYTHONPATH": str(Path(matcher.__file__).parents[1])} | more


def process(
    *args: Any, env: dict[str, str] | None = None, stdin: bytes = b"", program: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command, or a program that ends in one, in a process of its own; its output in bytes."""
    start = ["-c", program] if program else ["-m", "matcher"]
    return subprocess.run(
        [sys.executable, *start, *map(str, args)],
        input=stdin,
        capture_output=True,
        env=environment(**env or {}),
        timeout=300,
        check=False,
    )
