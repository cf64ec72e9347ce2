"""The reader of the Henan posts: which posts become requests and helpers, and with what."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.families.henan import FILE, cases, is_call, need, priority

BLANK = {
    "id": "1",
    "time": "2021-07-21T23:30:00+08:00",
    "lat": "34.757",
    "lon": "113.141",
    "label": "",
    "expired": "",
    "machine_valid": "",
    "people_mentioned": "",
} | dict.fromkeys(
    (
        "kw_rescue",
        "kw_water_food",
        "kw_medical",
        "kw_shelter",
        "kw_power_comms",
        "kw_supplies",
        "kw_manpower",
        "kw_vulnerable",
    ),
    "0",
)


def post(**fields: str) -> dict[str, str]:
    return BLANK | fields


def write(folder: Path, *posts: dict[str, str]) -> Path:
    path = folder / FILE
    path.parent.mkdir()
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, BLANK)
        writer.writeheader()
        writer.writerows(posts)
    return folder


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"label": "求救"}, True),
        ({"label": "求救_招物", "machine_valid": "0"}, True),
        ({"label": "帮助_人力"}, False),
        ({"label": "其他"}, False),
        ({"machine_valid": "1"}, True),
        ({"machine_valid": ""}, True),
        ({"machine_valid": "0"}, False),
        ({"expired": "1"}, True),
    ],
)
def test_which_posts_are_calls(fields: dict[str, str], expected: bool) -> None:
    assert is_call(post(**fields)) is expected


@pytest.mark.parametrize(
    ("fields", "skill", "urgency"),
    [
        ({}, None, "normal"),
        ({"label": "求救"}, "rescue", "emergency"),
        ({"kw_rescue": "1"}, "rescue", "urgent"),
        ({"kw_rescue": "1", "kw_vulnerable": "1"}, "rescue", "emergency"),
        ({"kw_medical": "1", "kw_supplies": "1"}, "medical", "urgent"),
        ({"kw_water_food": "1", "kw_shelter": "1"}, "supplies", "normal"),
        ({"label": "求救_招物", "kw_rescue": "1"}, "supplies", "normal"),
        ({"label": "求救_招人", "kw_shelter": "1"}, "shelter", "normal"),
        ({"kw_manpower": "1", "kw_vulnerable": "1"}, None, "normal"),
    ],
)
def test_need_and_priority(fields: dict[str, str], skill: str | None, urgency: str) -> None:
    assert need(post(**fields)) == skill
    assert priority(post(**fields)) == urgency


def test_a_day_becomes_a_batch(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        post(id="1", kw_rescue="1", people_mentioned="210"),
        post(id="2", label="帮助_物资", time="2021-07-24T08:00:00+08:00", people_mentioned="3"),
        post(id="3", label="帮助", time="2021-07-25T08:00:00+08:00", people_mentioned="500"),
        post(id="4", time="2021-07-22T00:00:00+08:00", people_mentioned="9000"),
    )
    named = {case.name: case.make() for case in cases(folder)}
    assert list(named) == ["henan/2021-07-21", "henan/2021-07-22"]
    first, second = named.values()
    (call,) = first.requests
    posted = datetime.fromisoformat(BLANK["time"])
    assert (call.id, call.priority, call.roles[0].skill, call.minutes) == ("1", "urgent", "rescue", 90)
    assert (call.roles[0].count, call.roles[0].min_count) == (4, 1)  # 210 people // 50 for each helper
    assert second.requests[0].roles[0].count == 10  # never more
    assert (call.windows[0].start, call.windows[0].end) == (posted, posted + timedelta(hours=6))
    # Offers of all days stand by on each: 3 people, and 500 cut to 30; halves of the day in turn.
    assert len(first.volunteers) == len(second.volunteers) == 33
    carriers = [volunteer for volunteer in first.volunteers if volunteer.skills[0].skill == "supplies"]
    assert [volunteer.id for volunteer in carriers] == ["2-1", "2-2", "2-3"]
    assert [volunteer.shifts[0].start.hour for volunteer in carriers] == [0, 12, 0]
    # BD-09 lies some 0.006 degrees north and 0.0065 east of GCJ-02, itself some hundred metres off WGS-84.
    assert call.place is not None
    lat, lon = call.place.lat, call.place.lon  # type: ignore[union-attr]
    assert 0.001 < float(BLANK["lat"]) - lat < 0.012
    assert 0.008 < float(BLANK["lon"]) - lon < 0.018


def test_a_missing_file_is_a_skip_and_an_unknown_family_an_error(tmp_path: Path) -> None:
    (tmp_path / "data" / "henan2021").mkdir(parents=True)
    runner = CliRunner()
    for arguments, code, part in (
        (["henan", "--data", str(tmp_path / "no")], 0, "Skipped"),
        (["henan"], 0, "--data"),
        (["henan", "--data", str(tmp_path / "data")], 0, "henan_requests.csv"),
        (["mars"], 2, "not one of"),
    ):
        done = runner.invoke(app, ["run", *arguments, "--out", str(tmp_path / "results.jsonl")])
        assert (done.exit_code, part in " ".join(done.output.replace("│", " ").split())) == (code, True)


@pytest.mark.needs_data
def test_real_days(data_dir: Path) -> None:
    batches = {case.name: case.make() for case in cases(data_dir)}
    calls = {name: len(batch.requests) for name, batch in batches.items()}
    assert calls == {
        "henan/2021-07-20": 5,
        "henan/2021-07-21": 92,
        "henan/2021-07-22": 602,
        "henan/2021-07-23": 70,
        "henan/2021-07-24": 942,
        "henan/2021-07-25": 235,
    }
    offers = {volunteer.id.split("-")[0] for volunteer in batches["henan/2021-07-20"].volunteers}
    assert len(offers) == 53


@pytest.mark.needs_data
def test_a_real_day_is_dispatched_and_checked(data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    done = CliRunner().invoke(
        app, ["run", "henan", "--data", str(data_dir), "--only", "*-20", "--seconds", "20", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    (line,) = out.read_text(encoding="utf-8").splitlines()
    result = json.loads(line)
    assert (result["instance"], result["requests"], result["violations"]) == ("henan/2021-07-20", 5, [])
    assert result["served"] > 0
    assert isinstance(result["versions"]["ortools"], str)
