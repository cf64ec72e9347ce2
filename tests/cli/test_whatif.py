"""`matcher whatif`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher import to_json
from tests.checker import build
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "batch.json"
    path.write_text(to_json(build.batch([build.volunteer("v")], [build.request("r")])))
    return path


def test_the_ready_scenarios_are_listed_with_what_can_be_set(run: Run) -> None:
    ran = run("whatif", "--lang", "zh")
    assert (ran.code, ran.err) == (0, "")
    assert "no-shows  三成志愿者来不了\n    rate=0.3" in ran.out


def test_scenarios_are_told_beside_the_batch_as_it_is(run: Run, base: Path) -> None:
    args = ("whatif", "no-shows", "--base", base, "--set", "rate=1", "--jobs", "1")
    chinese = run(*args, "--lang", "zh")
    assert (chinese.code, chinese.err) == (0, "")
    assert "现状：已证明最好" in chinese.out
    assert "三成志愿者来不了（no-shows）：已证明最好" in chinese.out
    assert "1 名志愿者中 1 人不能来（100%）" in chinese.out
    assert "一般 0(-1)/1" in chinese.out
    english = run(*args, "--lang", "en")
    assert "1 of 1 volunteers cannot come (100%)" in english.out
    told = json.loads(run(*args, "--json").out)
    assert [row["name"] for row in told["rows"]] == ["baseline", "no-shows"]


def test_values_are_swept(run: Run, base: Path) -> None:
    told = run("whatif", "no-shows", "--base", base, "--sweep", "rate=0,1", "--jobs", "1", "--json").out
    assert [row["name"] for row in json.loads(told)["rows"]] == ["baseline", "no-shows rate=0", "no-shows rate=1"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("no-show",), "no-shows"),
        (("no-shows", "--sweep", "rat=1"), "rate"),
        (("no-shows", "--sweep", "rate"), "--sweep: 'rate', expected name=value"),
        (("no-shows", "--set", "rate=2"), "at most 1"),
        (("no-shows", "--samples", "0"), "from 1"),
        (("clinic",), "医疗健康志愿服务分队"),
    ],
)
def test_what_is_wrong_is_told(run: Run, base: Path, args: tuple[str, ...], told: str) -> None:
    ran = run("whatif", *args, "--base", base, "--jobs", "1", "--lang", "en")
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_setting_names_its_option_in_chinese_too(run: Run, base: Path) -> None:
    ran = run("whatif", "no-shows", "--base", base, "--set", "rate", "--lang", "zh")
    assert ran.code == 2
    assert "--set 的值不对：rate，应为 名=值" in ran.err


def test_the_next_and_a_little_more(run: Run, base: Path) -> None:
    told = json.loads(run("whatif", "--worth", "--next", "1", "--base", base, "--json").out)
    assert len(told["placing"]["placed"]) <= 1
    assert {each["kind"] for each in told["easings"]} <= {"hour", "reach", "duty"}
    lines = run("whatif", "--next", "1", "--base", base, "--lang", "zh").out
    assert "接下来的志愿者，逐个选：\n  再多一名志愿者，也不会更好。" in lines


def test_a_series_is_added_up(run: Run, base: Path, tmp_path: Path) -> None:
    other = json.loads(base.read_text(encoding="utf-8")) | {"id": "other"}
    second = tmp_path / "other.json"
    second.write_text(json.dumps(other), encoding="utf-8")
    once = json.loads(run("whatif", "no-shows", "--base", base, "--jobs", "1", "--json").out)
    both = json.loads(run("whatif", "no-shows", "--base", base, "--base", second, "--jobs", "1", "--json").out)
    assert both["further"] == ["other"]
    assert both["rows"][0]["asked"] == {name: 2 * many for name, many in once["rows"][0]["asked"].items()}
