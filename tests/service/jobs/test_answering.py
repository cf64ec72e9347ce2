"""Questions are answered in children that are there before them; one that is lost or late costs one answer."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from matcher.errors import InputError, InternalError
from matcher.service.jobs import answering, process
from matcher.service.jobs.answering import Answerers, LostError
from tests.service.jobs import fake_child
from tests.service.jobs.limits import FAKE
from tests.service.store.databases import until

PROGRAM = "tests.service.jobs.asking_process"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def answerers() -> Iterator[Answerers]:
    given = Answerers(FAKE, 1000)
    given.start()
    yield given
    assert given.stop(60)
    assert children(os.getpid()) == []


def children(pid: int) -> list[psutil.Process]:
    """The children that a process has started and that run."""
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return [each for each in psutil.Process(pid).children() if FAKE[1] in each.cmdline()]
    return []


def said(answer: Future[str]) -> str:
    return answer.result(60)


def process_of(answer: Future[str]) -> psutil.Process:
    """The child that works on an answer: the only one, since another is started when it begins, and knows no more."""
    until(lambda: answer.running() and bool(children(os.getpid())))
    return min(children(os.getpid()), key=psutil.Process.create_time)


def test_a_child_answers_one_question_after_the_other(answerers: Answerers) -> None:
    first = said(answerers.ask("who", b"", 60))
    until(lambda: len(children(os.getpid())) == answering.ANSWERING)
    pids = {str(child.pid) for child in children(os.getpid())}
    assert first in pids
    assert {said(answerers.ask("who", b"", 60)) for _ in range(5)} <= pids


def test_a_child_that_holds_much_memory_is_replaced(answerers: Answerers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "KEPT_MEGABYTES", 1)
    pids = {said(answerers.ask("who", b"", 60)) for _ in range(3)}
    assert len(pids) == 3


def test_a_crash_costs_one_answer(answerers: Answerers, tmp_path: Path) -> None:
    mark = str(tmp_path / "mark").encode()
    with pytest.raises(LostError) as lost:
        said(answerers.ask("crash", mark, 60))
    assert "信号 SIGSEGV" in lost.value.zh
    assert "SIGSEGV" in lost.value.en
    assert said(answerers.ask("crash", mark, 60)) == "survived"


def test_a_child_over_its_memory_costs_one_answer(answerers: Answerers, monkeypatch: pytest.MonkeyPatch) -> None:
    said(answerers.ask("who", b"", 60))
    with monkeypatch.context() as patch:
        patch.setattr(process, "MEMORY_SPARE", -1240)  # of 1.25 × 1000 MB 10 are left
        with pytest.raises(LostError, match="内存"):
            said(answerers.ask("deaf", b"60", 60))
    assert said(answerers.ask("who", b"", 60))


def test_a_child_that_nobody_waits_for_any_more_is_ended(answerers: Answerers) -> None:
    late = answerers.ask("deaf", b"60", 1)
    child = process_of(late)
    until(lambda: not child.is_running())
    assert not late.done()
    assert said(answerers.ask("who", b"", 60)) != str(child.pid)


def test_a_question_that_is_given_up_while_it_waits_is_not_asked(answerers: Answerers) -> None:
    busy = [answerers.ask("sleep", b"1", 60) for _ in range(answering.ANSWERING)]
    waiting, last = answerers.ask("fault", b"", 60), answerers.ask("who", b"", 60)
    assert waiting.cancel()
    assert [said(each) for each in busy] == ['{"cancelled": false}'] * answering.ANSWERING
    assert said(last)


def test_a_child_knows_its_limits_and_no_secret(answerers: Answerers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_PHONE_KEY", "secret")
    monkeypatch.setattr(answering, "KEPT_MEGABYTES", 1)
    said(answerers.ask("who", b"", 60))
    assert json.loads(said(answerers.ask("limits", b"payload", 5))) == [5, 1000, [], 7]


@pytest.mark.parametrize("name", fake_child.ERRORS)
def test_errors_come_back_as_they_were(answerers: Answerers, name: str) -> None:
    expected = fake_child.ERRORS[name]
    with pytest.raises(type(expected)) as raised:
        said(answerers.ask("refuse", name.encode(), 60))
    assert vars(raised.value) == vars(expected)
    assert type(raised.value) is type(expected)


def test_a_fault_is_told_by_type_and_place_alone(answerers: Answerers, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InternalError) as raised:
        said(answerers.ask("fault", b"13912345678", 60))
    assert "ValueError, fake_child.py:" in raised.value.en
    assert "ValueError, fake_child.py:" in caplog.text
    assert "13912345678" not in f"{raised.value}{caplog.text}"


def test_a_child_that_dies_while_it_waits_is_replaced(answerers: Answerers) -> None:
    said(answerers.ask("who", b"", 60))
    until(lambda: len(children(os.getpid())) == answering.ANSWERING)
    before = children(os.getpid())
    for child in before:
        child.kill()
    until(lambda: len(set(children(os.getpid())) - set(before)) == answering.ANSWERING)
    assert int(said(answerers.ask("who", b"", 60))) not in [child.pid for child in before]


def test_an_end_in_the_middle_of_an_answer_leaves_no_process() -> None:
    answerers = Answerers(FAKE, 1000)
    answerers.start()
    child = process_of(answerers.ask("deaf", b"60", 60))
    assert answerers.stop(60)
    assert not child.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of processes")
def test_kill_9_in_the_middle_of_an_answer_leaves_no_process() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    environment.pop("PYTHONSAFEPATH", None)
    with subprocess.Popen([sys.executable, "-m", PROGRAM], cwd=ROOT, env=environment) as program:
        until(lambda: len(children(program.pid)) == answering.ANSWERING)
        left = children(program.pid)
        os.kill(program.pid, signal.SIGKILL)
    until(lambda: not any(child.is_running() for child in left))


def test_a_wrong_question_leaves_the_child_as_it_was(answerers: Answerers) -> None:
    with pytest.raises(InputError):
        said(answerers.ask("refuse", b"input", 60))
    assert {said(answerers.ask("who", b"", 60)) for _ in range(3)} <= {str(c.pid) for c in children(os.getpid())}
