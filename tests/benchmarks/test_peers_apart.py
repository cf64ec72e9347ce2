"""A peer in a process of its own: what it has told by the limit counts."""

import subprocess
import sys
import time
from typing import Any

import pytest

from benchmarks.peers import apart
from tests.benchmarks.tries import rivals
from tests.checker.build import plan, visit

TELL = "import sys, time; print('ready', flush=True); print(sys.argv[1], flush=True); "


def instead(monkeypatch: pytest.MonkeyPatch, code: str, *told: str) -> None:
    """Another program in place of the peer's."""
    start = subprocess.Popen

    def started(command: list[str], **options: Any) -> "subprocess.Popen[str]":
        return start([sys.executable, "-c", code, *told], **options)

    monkeypatch.setattr(apart.subprocess, "Popen", started)


def line(*visits: Any) -> str:
    return plan(*visits).model_dump_json(by_alias=True, exclude_unset=True)


def test_a_peer_that_is_late_has_told_its_last_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    code = TELL + "print(sys.argv[2], flush=True); print('half', end='', flush=True); time.sleep(60)"
    instead(monkeypatch, code, line(), line(visit("r1", "a")))
    began = time.monotonic()
    found = apart.solve_apart("any", rivals(), 0.5, 0)
    assert time.monotonic() - began < 30
    assert found == plan(visit("r1", "a"))


def test_a_peer_that_is_late_with_nothing_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "import time; print('ready', flush=True); time.sleep(60)")
    assert apart.solve_apart("any", rivals(), 0.5, 0) is None


@pytest.mark.parametrize("code", ["raise SystemExit('no luck')", TELL + "raise SystemExit('no luck')"])
def test_a_peer_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    instead(monkeypatch, code, line())
    with pytest.raises(RuntimeError, match="any failed: no luck"):
        apart.solve_apart("any", rivals(), 30, 0)
