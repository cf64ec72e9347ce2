"""Reading from files, and what reading leaves as it was."""

import gc
import io
import pickle
from pathlib import Path
from types import SimpleNamespace

import pytest

from matcher.errors import InputError
from matcher.reading import load_batch, load_plan, read_batch, read_plan
from tests.broken import EXAMPLE
from tests.reading.build import PLAN, problems, text


def test_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "批次.json"
    path.write_text(text(EXAMPLE), encoding="utf-8")
    assert load_batch(path) == load_batch(str(path)) == read_batch(text(EXAMPLE))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text(PLAN).encode())))
    assert load_plan("-") == read_plan(text(PLAN))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, code in [
        (tmp_path / "missing.json", "no_file"),
        (tmp_path / "missing" / "batch.json", "no_file"),
        (tmp_path, "unreadable"),
        (tmp_path / ("x" * 300), "unreadable"),
        (tmp_path / "a\0b", "unreadable"),
    ]:
        (problem,) = problems(str(path), load_batch)
        assert (problem.code, problem.where) == (code, str(path))


def test_an_input_error_survives_the_way_between_processes() -> None:
    with pytest.raises(InputError) as caught:
        read_batch("{}")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.zh, copy.en, copy.problems) == (caught.value.zh, caught.value.en, caught.value.problems)


def test_the_garbage_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    problems("{}")
    assert gc.isenabled()
    gc.disable()
    try:
        read_batch(text(EXAMPLE))
        assert not gc.isenabled()
    finally:
        gc.enable()
