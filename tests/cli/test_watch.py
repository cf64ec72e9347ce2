"""What the screen shows while an answer works."""

import sys
from io import StringIO

import pytest

from matcher.answers.trial import Trial, unheard
from matcher.cli.language import choose
from matcher.cli.watch import TrialWatch, watching
from matcher.progress import Progress
from tests.cli.conftest import BATCH


def report(stage: str, *values: float, gap: float | None = None) -> Progress:
    return Progress(stage, values or None, tuple(values), gap, 0, 0.0)


def test_what_is_tried_which_of_how_many_and_how_its_solving_stands() -> None:
    choose(["--lang", "en"])
    watch = TrialWatch()
    assert watch.text(1.2) == "1 s  preparing: who can go where, and how long it takes"
    watch(Trial(BATCH, "试一试", "trying", 2, 7))
    assert watch.text(2.0) == "2 s  trying (2 of 7)"
    watch(report("prepare"))
    assert watch.text(2.0).splitlines() == [
        "2 s  trying (2 of 7)",
        "  solve 1: preparing: who can go where, and how long it takes",
    ]
    watch(report("prepare"))
    watch(report("tier 2", 0, 0.5, 6, 1, -80, gap=0.5))
    assert watch.text(3.0).splitlines() == [
        "3 s  trying (2 of 7)",
        "  solve 2: solving tier 2: urgent",
        "  best so far: emergency 0/1  urgent 0.5/1  normal 6/7  low 1/1",
        "  within 50% of the best possible",
    ]
    watch(report("tier 6", 0, 0.5, 6, 1, -80, -2))
    assert watch.text(3.0).splitlines()[1] == "  solve 2: changing as little as possible"
    watch(report("tier 1", 0, 0.5))
    assert watch.text(3.0).splitlines()[2] == "  best so far: emergency 0/1  urgent 0.5/1"
    watch(report("tier 0"))
    assert watch.text(3.0).splitlines()[1] == "  solve 2: what is mandatory or pinned"
    watch(Trial(BATCH, "只有一次", "only one"))
    assert watch.text(4.0) == "4 s  only one"


def test_in_chinese() -> None:
    choose(["--lang", "zh"])
    watch = TrialWatch()
    watch(Trial(BATCH, "可否减少人数", "whether fewer people would do", 3, 8))
    watch(report("prepare"))
    watch(report("start", 1, 0, 7, 1, -90))
    assert watch.text(5.0).splitlines() == [
        "5 秒  可否减少人数（3/8）",
        "  第 1 次求解：寻找第一个安排",
        "  目前最好：应急 1/1  紧急 0/1  一般 7/7  可缓 1/1",
        "  还不知道能好多少",
    ]


class Terminal(StringIO):
    """A standard error that people look at."""

    def isatty(self) -> bool:
        return True


def test_it_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    choose(["--lang", "en"])
    monkeypatch.setattr(sys, "stderr", StringIO())
    with watching() as heard:
        assert heard is unheard
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with watching() as heard:
        heard(Trial(BATCH, "试一试", "trying", 2, 7))
    assert "trying (2 of 7)" in screen.getvalue()
