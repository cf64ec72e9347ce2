"""`--memory` in a process of its own: what the system counts stays below the cap, and there is an answer in words."""

from pathlib import Path

import pytest

from benchmarks.plain import mixed_batch
from matcher import check, dispatch, load_plan, to_json
from tests.cli.conftest import process

BATCH = mixed_batch(3000, 300)

CAPPED = """
import math, os, sys

import psutil

from benchmarks.apart import peak_mb
from matcher.cli import main
from matcher.memory import MEGABYTE, STOP_AT

def peak():
    return peak_mb() or psutil.Process().memory_info().peak_wset / MEGABYTE

first, spare, *args = sys.argv[1:]
main(first.split())
cap = math.ceil((peak() + float(spare)) / STOP_AT)

def leave(code):
    print("below" if peak() < cap else f"{peak()} of {cap}")
    sys.stdout.flush()
    sys.stderr.flush()
    exit_now(code)

exit_now, os._exit = os._exit, leave
leave(main([*args, "--memory", str(cap)]))
"""
"""Runs a command, which loads all there is to load, then another that may have so many megabytes more."""


@pytest.fixture(autouse=True)
def compiled() -> None:
    """All kernels are there: compiling takes more memory than solving, and would count as the first command's."""
    dispatch(mixed_batch(800, 80))


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "words"), [("zh", "内存不足："), ("en", "out of memory: ")])
def test_too_little_for_a_plan(day: Path, lang: str, words: str) -> None:
    Path("batch.json").write_text(to_json(BATCH), encoding="utf-8")
    first = f"dispatch {day / 'batch.json'} -o small.json --json"
    ran = process(first, 10, "dispatch", "batch.json", "-o", "plan.json", "--lang", lang, program=CAPPED)
    assert ran.returncode == 5
    *_, said = ran.stderr.decode().splitlines()
    assert said.startswith(words)
    assert "Traceback" not in ran.stderr.decode()
    assert ran.stdout.decode().splitlines()[-1] == "below"
    assert not Path("plan.json").exists()


@pytest.mark.slow
def test_search_stops_in_time_and_keeps_its_plan() -> None:
    Path("batch.json").write_text(to_json(BATCH), encoding="utf-8")
    first = "dispatch batch.json -o quick.json --strategy quick --json"
    ran = process(first, 50, "dispatch", "batch.json", "-o", "plan.json", program=CAPPED)
    assert (ran.returncode, ran.stdout.decode().splitlines()[-1]) == (0, "below")
    plan = load_plan("plan.json")
    assert (plan.status, plan.stop) == ("feasible", "work")
    assert "the cap on memory ended the search" in plan.log[-1].en
    assert check(BATCH, plan).valid
