"""Files are replaced whole or not at all, nothing is left behind, and every failure has words."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from matcher.errors import MatcherError
from matcher.files import write_bytes, write_text


def refuse(monkeypatch: pytest.MonkeyPatch, function: str, error: OSError) -> None:
    """Lets a function of `os` fail."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, function, fail)


def test_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "方案.json"
    write_text(path, "派单\r\n结果\n")
    assert path.read_bytes() == "派单\r\n结果\n".encode()
    assert os.listdir(tmp_path) == ["方案.json"]


def test_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "plan.bin"
    path.write_bytes(b"a longer text than the new one")
    write_bytes(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["plan.bin"]


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_text("plan.json", "{}")
    assert (tmp_path / "plan.json").read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("length", [80, 255])
def test_a_name_as_long_as_the_system_allows(tmp_path: Path, length: int) -> None:
    write_text(tmp_path / ("x" * length), "{}")
    assert os.listdir(tmp_path) == ["x" * length]


@pytest.mark.parametrize(
    ("function", "error", "zh", "en"),
    [
        (
            "replace",
            PermissionError(errno.EACCES, "x"),
            "文件正被 Excel/WPS 打开，请关闭后重试",
            "open in Excel or WPS",
        ),
        ("fsync", OSError(errno.ENOSPC, "x"), "磁盘已满", "the disk is full"),
        ("replace", OSError(errno.EROFS, "x"), "磁盘是只读的", "the disk is read-only"),
        ("fsync", OSError(errno.EIO, "odd"), "odd", "odd"),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, error: OSError, zh: str, en: str
) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"old")
    refuse(monkeypatch, function, error)
    with pytest.raises(MatcherError) as caught:
        write_bytes(path, b"new")
    assert zh in caught.value.zh
    assert en in caught.value.en
    assert "plan.xlsx" in caught.value.zh
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["plan.xlsx"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "plan.json", b"new")
    assert os.listdir(tmp_path) == []


def test_a_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "zh"),
    [("missing/plan.json", "文件夹不存在"), ("", "这是文件夹"), ("x" * 300, "文件名太长"), ("a\0b", "null")],
)
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str, zh: str) -> None:
    with pytest.raises(MatcherError) as caught:
        write_text(tmp_path / name, "{}")
    assert zh in caught.value.zh
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions, links and devices")
class TestPosix:
    def test_the_mode_is_that_of_any_new_file(self, tmp_path: Path) -> None:
        (tmp_path / "usual").write_text("", encoding="utf-8")
        write_text(tmp_path / "plan.json", "{}")
        assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == stat.S_IMODE(
            (tmp_path / "usual").stat().st_mode
        )

    def test_a_link_stays_and_its_target_is_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "target").write_bytes(b"old")
        (tmp_path / "link").symlink_to("target")
        write_bytes(tmp_path / "link", b"new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "target").read_bytes() == b"new"

    def test_a_device_is_written_to(self) -> None:
        write_bytes("/dev/null", b"new")
        assert not Path("/dev/null").is_file()
