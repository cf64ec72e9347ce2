"""A child solves, reports, stops when asked, is held to its limits, and never outlives its parent."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from matcher import read_plan, to_json
from matcher.service.jobs import process
from matcher.service.jobs.process import Child
from tests.oracle.tiny import tiny_batch
from tests.service.jobs.limits import FAKE
from tests.service.store.databases import until

DEAF = b'{"kind": "deaf", "seconds": 60, "memory": 1000, "bytes": 2}\n60'
"""What a child is given that sleeps for a minute whatever it is told."""


def child(kind: str, payload: bytes = b"60", seconds: float = 60, memory: float = 1000) -> Child:
    return given(FAKE, kind, payload, seconds, memory)


def given(command: Sequence[str], kind: str, payload: bytes, seconds: float, memory: float) -> Child:
    running = Child(command)
    running.begin(kind, payload, seconds, memory)
    return running


def last(running: Child) -> dict[str, Any]:
    """What the child says last."""
    return conversation(running)[-1]


def conversation(running: Child) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []

    def over() -> bool:
        message = running.message(0.05)
        heard.extend([message] if message else [])
        return message is not None and "progress" not in message

    until(over)
    return heard


def test_what_libraries_print_is_no_message_and_reports_are_few() -> None:
    with child("chatter") as running:
        *reports, end = conversation(running)
    assert end == {"result": "结果"}
    assert reports[0] == {"progress": {"stage": "0", "gap": None}}
    assert len(reports) < 100


def test_a_child_knows_its_limits_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_PHONE_KEY", "secret")
    payload = b"x\n" * 500_000
    with child("limits", payload, seconds=5, memory=300) as running:
        assert json.loads(last(running)["result"]) == [5, 300, [], len(payload)]


def test_cancel_stops_early_and_keeps_the_result() -> None:
    with child("sleep") as running:
        running.cancel()
        assert last(running) == {"result": '{"cancelled": true}'}


def test_a_crash_is_told_in_both_languages(tmp_path: Path) -> None:
    with child("crash", str(tmp_path / "mark").encode()) as running:
        problem = last(running)["lost"]
    assert problem["code"] == "child_lost"
    assert "信号 SIGSEGV" in problem["zh"]
    assert "signal SIGSEGV" in problem["en"]
    with child("always_crash") as running:
        assert "exit code 7" in last(running)["lost"]["en"]


def test_a_fault_is_told_by_type_and_place_alone() -> None:
    with child("fault", b"13912345678") as running:
        problem = last(running)["problem"]
    assert problem["code"] == "internal"
    assert "ValueError, fake_child.py:" in problem["zh"]
    assert "13912345678" not in str(problem)


def test_a_child_over_its_memory_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MEMORY_SPARE", 0)
    with child("deaf", memory=1) as running:
        problem = last(running)["lost"]
    assert problem["code"] == "out_of_memory"
    assert "内存" in problem["zh"]


def test_a_child_over_its_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS_SPARE", 0)
    with child("deaf", seconds=0) as running:
        assert last(running)["lost"]["code"] == "out_of_time"


def test_leaving_ends_a_child_that_does_not_listen() -> None:
    with child("deaf") as running:
        message = running.message(60)
        assert message
        pid = message["progress"]["pid"]
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)


def test_a_child_that_still_loads_ends_with_its_parent_too() -> None:
    """Its parent may have been killed before the child could ask the system to be ended with it."""
    slow = "import time; from matcher.service.jobs.child import main; main(lambda: time.sleep(60) or {})"
    with subprocess.Popen((sys.executable, "-c", slow), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin
        running.stdin.close()
        assert running.wait(30) == 3


def test_a_child_whose_parent_closes_its_input_ends_at_once() -> None:
    """As the system does for a parent that was killed."""
    with subprocess.Popen(FAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin
        running.stdin.write(DEAF)
        running.stdin.close()
        assert running.wait(60) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_a_child_dies_with_its_parent_even_if_its_input_stays_open() -> None:
    code = f"import subprocess, sys; subprocess.Popen({FAKE!r}).wait()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(DEAF)
        parent.stdin.flush()
        pid = json.loads(parent.stdout.readline())["progress"]["pid"]
        parent.kill()
        until(lambda: not psutil.pid_exists(pid))


@pytest.mark.slow
def test_a_real_plan_comes_with_progress_and_its_proof() -> None:
    batch = json.loads(to_json(tiny_batch(3)))
    payload = json.dumps({"batch": batch, "seconds": 30, "work": None, "gap": 0, "seed": 0}).encode()
    with given(process.COMMAND, "plan", payload, 60, 2000) as running:
        *reports, end = conversation(running)
    assert reports[0]["progress"]["stage"] == "prepare"
    assert set(reports[0]["progress"]) == {"stage", "values", "bounds", "gap", "seconds"}
    plan = read_plan(end["result"])
    assert (plan.batch, plan.stop) == (batch["id"], "proved")


def test_a_wrong_batch_is_told_with_all_its_problems() -> None:
    payload = json.dumps({"batch": {"schema": "matcher.batch/1"}}).encode()
    with given(process.COMMAND, "plan", payload, 60, 2000) as running:
        problem = last(running)["problem"]
    assert problem["code"] == "invalid"
    assert len(problem["problems"]) == problem["total"] > 1
    assert {"code", "where", "value", "zh", "en"} == set(problem["problems"][0])
