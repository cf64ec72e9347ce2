"""The code shown in README.md and docs/commands.md runs, and prints what is shown under it.

Blocks marked bash and python are run in order, in one folder for each document, as on a Chinese system; a block marked
text is what the block before it prints. Blocks marked console install things and are not run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import environment

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "docs" / "commands.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.fixture
def chinese(tmp_path: Path) -> dict[str, str]:
    """The environment of a Chinese user with `matcher` on the path."""
    program = tmp_path / "bin" / "matcher"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m matcher "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    return environment(PATH=path, LC_ALL="zh_CN.UTF-8", PYTHONUTF8="1")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_code_runs_and_prints_what_is_shown(document: Path, chinese: dict[str, str]) -> None:
    printed = ""
    for language, code in BLOCK.findall(document.read_text(encoding="utf-8")):
        if language == "text":
            assert printed == code
        elif language in ("bash", "python"):
            command = ["bash", "-euo", "pipefail", "-c"] if language == "bash" else [sys.executable, "-c"]
            ran = subprocess.run(
                [*command, code], capture_output=True, encoding="utf-8", env=chinese, timeout=300, check=False
            )
            assert ran.returncode == 0, ran.stderr
            printed = ran.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_first_line_tells_what_to_install() -> None:
    title, empty, first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith("# ")
    assert (empty, first) == ("", "`apt install -y git make python3-venv`")
