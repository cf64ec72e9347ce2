"""Every mistake in a batch is found, named by code and place, and all are reported at once."""

from typing import Any

import pytest

from matcher.batch import Volunteer
from matcher.crosschecks import cycles
from matcher.errors import InputError
from matcher.reading import check_batch, read_batch, read_plan
from tests.broken import BROKEN, EXAMPLE, HARMLESS, PIN, edited
from tests.reading.build import found, problems, text


def test_more_than_a_hundred_batches_are_broken() -> None:
    assert len(BROKEN) > 100


@pytest.mark.parametrize(("code", "where", "edits"), BROKEN, ids=[f"{c} {w}" for c, w, _ in BROKEN])
def test_broken_batch(code: str, where: str, edits: dict[str, Any]) -> None:
    assert found(text(edited(edits))) == [(code, where)]


@pytest.mark.parametrize("edits", HARMLESS, ids=lambda edits: text(list(edits)))
def test_harmless_batch(edits: dict[str, Any]) -> None:
    assert check_batch(read_batch(text(edited(edits)))) == []


def test_problems_of_shape_and_between_parts_come_together() -> None:
    broken = edited(
        {
            "volunteers/0/asked": -1,
            "volunteers/2/site": "nowhere",
            "requests/0/minutes": "60",
            "requests/2/team": "red",
            "pins/0/start": 5,
            "policy/home_between": "no",
            "colour": "red",
            "now": "today",
        }
    )
    assert sorted(found(text(broken))) == [
        ("bad_time", "/now"),
        ("bad_time", "/pins/0/start"),
        ("out_of_range", "/volunteers/0/asked"),
        ("unknown_field", "/colour"),
        ("unknown_id", "/requests/2/team"),
        ("unknown_id", "/volunteers/2/site"),
        ("wrong_type", "/policy/home_between"),
        ("wrong_type", "/requests/0/minutes"),
    ]


def test_places_count_in_the_text_where_entries_before_are_faulty() -> None:
    broken = edited(
        {
            "volunteers/0": 7,
            "volunteers/2/teams": ["red"],
            "requests/0/roles": [],
            "requests/2/after": [{"request": "fridge"}, {"request": "roof"}],
            "sites/0/tier": "city",
            "sites/4/parent": "hexi",
            "pins/-": {**PIN, "request": "fridge", "role": "repairer", "volunteer": "v2", "start": "x"},
            "pins/0/volunteer": "v2",
            "previous/-": {**EXAMPLE["previous"][0]},
        }
    )
    assert sorted(found(text(broken))) == [
        ("bad_time", "/pins/1/start"),
        ("cycle", "/requests/2/after/1/request"),
        ("cycle", "/sites/4/parent"),
        ("duplicate_visit", "/previous/1"),
        ("empty", "/requests/0/roles"),
        ("unknown_id", "/volunteers/2/teams/0"),
        ("wrong_choice", "/sites/0/tier"),
        ("wrong_type", "/volunteers/0"),
    ]


def test_an_id_of_a_faulty_entry_counts_as_known() -> None:
    broken = edited(
        {f"{name}/0/colour": "red" for name in ("skills", "categories", "sites", "teams", "volunteers", "requests")}
    )
    assert {code for code, _ in found(text(broken))} == {"unknown_field"}


def test_only_shape_is_checked_where_horizon_or_travel_is_faulty() -> None:
    assert found(text(edited({"horizon/start": "x", "requests/2/team": "red"}))) == [("bad_time", "/horizon/start")]


def test_all_of_a_large_number_of_problems_are_there_and_the_first_hundred_printed() -> None:
    volunteer = EXAMPLE["volunteers"][2]
    broken = edited(
        {"volunteers": EXAMPLE["volunteers"] + [{**volunteer, "id": f"w{i}", "site": "x"} for i in range(150)]}
    )
    with pytest.raises(InputError) as caught:
        read_batch(text(broken))
    assert [p.where for p in caught.value.problems] == [f"/volunteers/{i}/site" for i in range(3, 153)]
    lines = str(caught.value).splitlines()
    assert lines[0] == "批次有 150 处错误 / Problems in the batch: 150"
    assert len(lines) == 102
    assert lines[-1] == "…… 另有 50 处 / … and 50 more"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty_file"),
        (" \n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        ('{"id": ', "bad_json"),
        ("{'id': 1}", "bad_json"),
        ('{"id": 1,}', "bad_json"),
        ("{} {}", "bad_json"),
        ("[" * 100_000, "bad_json"),
        ('{"id": ' * 100_000, "bad_json"),
        ("1" * 100_000, "bad_json"),
        ('"\\ud800"', "bad_json"),
        ('{"id": "编号"}'.encode("gb18030"), "bad_encoding"),
        ('{"id": "x"}'.encode("utf-16"), "bad_encoding"),
        ('"\ud800"', "bad_encoding"),
        ("[]", "wrong_type"),
        ("null", "wrong_type"),
        ("NaN", "wrong_type"),
        ('"志愿者甲 13900000001"', "wrong_type"),
    ],
    ids=lambda value: repr(value)[:20],
)
@pytest.mark.parametrize("read", [read_batch, read_plan])
def test_a_text_that_is_no_object(raw: str | bytes, code: str, read: Any) -> None:
    assert found(raw, read) == [(code, "")]
    assert "1390000" not in str(problems(raw, read))


def test_a_syntax_error_says_where() -> None:
    assert "line 2 column 3" in problems('{"id":\n  x}')[0].zh


def test_a_byte_order_mark_is_skipped() -> None:
    assert read_batch(b"\xef\xbb\xbf" + text(EXAMPLE).encode()) == read_batch(text(EXAMPLE))


def test_repeated_fields_are_reported_where_they_stand() -> None:
    raw = (
        text(EXAMPLE)
        .replace('"id": "v2"', '"id": "v9", "id": "v2"')
        .replace('"travel": 0.5', '"travel": 1, "travel": 2')
    )
    assert found(raw) == [("duplicate_key", "/volunteers/1/id"), ("duplicate_key", "/policy/tiers/0/terms/travel")]
    raw = raw.replace('"team": "med"', '"team": "red"').replace('"asked"', '"Asked"')
    assert ("unknown_id", "/requests/2/team") in found(raw)
    assert found('{"a~/b": 1, "a~/b": 2}', read_plan)[-1] == ("duplicate_key", "/a~0~1b")


def test_a_batch_built_in_python_is_checked_alike() -> None:
    batch = read_batch(text(EXAMPLE))
    volunteer = Volunteer(id="v1", site="nowhere", shifts=batch.volunteers[0].shifts)
    broken = batch.model_copy(update={"volunteers": (*batch.volunteers, volunteer)})
    assert [(p.code, p.where) for p in check_batch(broken)] == [
        ("duplicate_id", "/volunteers/3/id"),
        ("unknown_id", "/volunteers/3/site"),
    ]


@pytest.mark.parametrize(
    ("graph", "loops"),
    [
        ({}, []),
        ({0: []}, []),
        ({0: [0]}, [[0]]),
        ({0: [1], 1: [2], 2: [0]}, [[0, 1, 2]]),
        ({0: [1, 2], 1: [3], 2: [3], 3: []}, []),
        ({0: [1], 1: [2], 2: [1]}, [[1, 2]]),
        ({0: [1], 1: [0], 2: [3, 0], 3: [2]}, [[0, 1], [2, 3]]),
        ({0: [1, 0], 1: [0]}, [[0, 1], [0]]),
        ({i: [i + 1] for i in range(10_000)} | {10_000: []}, []),
    ],
)
def test_cycles(graph: dict[int, list[int]], loops: list[list[int]]) -> None:
    assert list(cycles(graph)) == loops


def test_a_cycle_names_its_members() -> None:
    (problem,) = problems(text(edited({"sites/2/parent": "hexi"})))
    assert problem.value == "west → hexi → west"
