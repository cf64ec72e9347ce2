"""Reading batches and plans: every mistake is found, named by code and place, and all are reported at once."""

import gc
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.batch import Batch, Volunteer
from matcher.crosschecks import cycles
from matcher.errors import InputError, Problem
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.problems import EXPECTED, pointer, shown
from matcher.reading import check_batch, load_batch, load_plan, read_batch, read_plan, to_json
from tests.broken import BROKEN, DROP, EXAMPLE, HARMLESS, PIN, at, edited

PLAN: dict[str, Any] = {"schema": "matcher.plan/1", "batch": "example", "visits": [PIN]}


def text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def problems(raw: str | bytes, read: Any = read_batch) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(raw)
    return caught.value.problems


def found(raw: str | bytes, read: Any = read_batch) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in problems(raw, read)]


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


@pytest.mark.parametrize(
    ("edits", "zh", "en"),
    [
        (
            {"volunteers/0/max_request": 1},
            "没有这个字段，是否想写 max_requests？",
            "there is no such field; did you mean max_requests?",
        ),
        ({"volunteers/0/qqq": 1}, "没有这个字段", "there is no such field"),
        ({"requests/0/place/cel": 1}, "没有这个字段，是否想写 cell？", "there is no such field; did you mean cell?"),
        ({"travel/metrics": 1}, "没有这个字段，是否想写 metric？", "there is no such field; did you mean metric?"),
        (
            {"requests/0/priority": "urgnt"},
            "只能是 emergency / urgent / normal / low，是否想写 urgent？",
            "expected emergency / urgent / normal / low; did you mean urgent?",
        ),
        (
            {"policy/tiers/0/terms/waitin": 1},
            "应为已有的目标项，是否想写 waiting？",
            "expected the name of a term; did you mean waiting?",
        ),
        (
            {"volunteers/0/site": "qia"},
            "应为已列出的站点编号，是否想写 qiao？",
            "expected the id of a listed site; did you mean qiao?",
        ),
        ({"requests/1/minutes": 10081}, "应不大于 10,080", "expected a number of at most 10,080"),
        ({"requests/0/roles/1/min_count": 3}, "不得大于 count 的值 2", "expected at most 2, the value of count"),
        (
            {"skills/-": {"id": "medical"}},
            "编号不得重复，/skills/0/id 已用",
            "expected an id of its own, /skills/0/id has this one",
        ),
    ],
)
def test_words(edits: dict[str, Any], zh: str, en: str) -> None:
    (problem,) = problems(text(edited(edits)))
    assert (problem.zh, problem.en) == (zh, en)


def test_a_problem_in_one_line() -> None:
    (problem,) = problems(text(edited({"requests/1/value": -1})))
    assert problem.text("zh") == "/requests/1/value: 应不小于 0（现值：-1） [out_of_range]"
    assert problem.text("en") == "/requests/1/value: expected a number of at least 0 (found: -1) [out_of_range]"
    assert problems("3")[0].text("zh").startswith("全文: 应为对象")


@pytest.mark.parametrize(
    ("edits", "value"),
    [
        ({"requests/1/priority": "x" * 100}, "x" * 59 + "…"),
        ({"requests/1/priority": "x" * 60}, "x" * 60),
        ({"requests/1/priority": "a\nb\u202ec"}, "a�b�c"),
        ({"requests/1/priority": None}, "null"),
        ({"requests/1/mandatory": 1}, "1"),
        ({"requests/1/minutes": True}, "true"),
        ({"requests/1/minutes": [1, 2]}, "[…]"),
        ({"volunteers/1/asked": {"a": "志愿者乙"}}, "{…}"),
        ({"volunteers/0/phone": 13900000001}, "***"),
        ({"volunteers/0/name": 5}, "***"),
        ({"requests/1/contact/phone": 13900000002}, "***"),
        ({"requests/1/contact": 13900000002}, "***"),
        ({"requests/1/address": 5}, "***"),
        ({"requests/1/note": 5}, "***"),
        ({"teams/0/leader": 5}, "***"),
        ({"volunteers/1": "志愿者乙"}, '"…"'),
        ({"volunteers/0/max_requests": 13900000001}, "139****0001"),
        ({"requests/1/site": "13900000001"}, "139****0001"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_the_value_is_short_and_nothing_personal(edits: dict[str, Any], value: str) -> None:
    (problem,) = problems(text(edited(edits)))
    assert problem.value == value


def test_an_unknown_field_does_not_show_its_value() -> None:
    (problem,) = problems(text(edited({"volunteers/0/电话": "13900000001"})))
    assert problem.value is None
    assert problem.where == "/volunteers/0/电话"


def test_pointers_are_escaped() -> None:
    assert pointer("a/b", 3, "~") == "/a~1b/3/~0"
    assert found(text(edited({"a~b": 1}))) == [("unknown_field", "/a~0b")]
    assert len(pointer("x" * 10**6)) == 201


def test_words_of_every_code_fit_their_places() -> None:
    used = {code for code, _, _ in BROKEN}
    assert used | {
        "no_file", "unreadable", "empty_file", "bad_encoding", "bad_json", "duplicate_key", "invalid",
    } == set(EXPECTED)  # fmt: skip


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


# plans


def test_a_plan_written_by_hand() -> None:
    plan = read_plan(text(PLAN))
    assert (plan.batch, plan.visits[0].request, plan.status) == ("example", "clinic", None)


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"visits": DROP}, "missing_field", "/visits"),
        ({"visits": [{**PIN, "start": "2026-07-21T09:30:00"}]}, "naive_time", "/visits/0/start"),
        ({"visits": [{**PIN, "end": "2026-07-21T09:30:00.5Z"}]}, "fraction_of_second", "/visits/0/end"),
        ({"visits": [{**PIN, "leave": "1026-07-21T09:30:00Z"}]}, "time_range", "/visits/0/leave"),
        ({"visits": [{**PIN, "travel_seconds": -1}]}, "out_of_range", "/visits/0/travel_seconds"),
        ({"visits": [{**PIN, "volunter": "v1"}]}, "unknown_field", "/visits/0/volunter"),
        ({"score": {"tiers": [float("nan")], "terms": {}}}, "not_finite", "/score/tiers/0"),
        ({"bound": {"tiers": [float("inf")]}}, "not_finite", "/bound/tiers/0"),
        ({"status": "best"}, "wrong_choice", "/status"),
    ],
)
def test_broken_plan(change: dict[str, Any], code: str, where: str) -> None:
    document = {name: value for name, value in {**PLAN, **change}.items() if value is not DROP}
    assert found(text(document), read_plan) == [(code, where)]


# writing and reading again


@pytest.mark.parametrize("edits", HARMLESS[:3])
def test_a_batch_is_read_back_as_it_was(edits: dict[str, Any]) -> None:
    batch = read_batch(text(edited(edits)))
    written = to_json(batch)
    assert read_batch(written) == batch
    assert to_json(read_batch(written)) == written


def test_a_batch_is_written_without_defaults() -> None:
    written = to_json(read_batch(text(edited({"policy": {}, "pins": [], "previous": []}))))
    assert list(json.loads(written)) == [
        "schema", "id", "horizon", "skills", "categories", "sites", "teams", "volunteers", "requests", "travel",
    ]  # fmt: skip
    assert "null" not in written
    assert json.loads(written)["volunteers"][2] == EXAMPLE["volunteers"][2]
    assert written.startswith('{\n "schema": "matcher.batch/1",\n "id": "example",\n')
    assert written.endswith("}\n")
    assert "医疗健康" in written


def test_a_plan_is_written_with_null() -> None:
    plan = read_plan(text(PLAN))
    document = json.loads(to_json(plan))
    assert set(document) == {info.alias or name for name, info in Plan.model_fields.items()}
    assert document["gap"] is None
    assert document["visits"][0]["leave"] is None
    assert read_plan(to_json(plan)) == plan


@pytest.mark.parametrize("number", [0.0, 1.0, -128.0, 0.1, 1 / 3, 1e-6, 12345678.9, 1e15, 1e22, 2.5e-300])
def test_numbers_are_written_without_loss(number: float) -> None:
    plan = read_plan(text({**PLAN, "score": {"tiers": [number], "terms": {}}}))
    assert json.loads(to_json(plan))["score"]["tiers"] == [number]


def test_a_policy_is_written_without_defaults() -> None:
    assert to_json(Policy()) == "{}\n"
    assert to_json(Policy(home_between=False)) == '{\n "home_between": false\n}\n'


# files


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


# anything at all

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "v1",
            "clinic",
            "medical",
            "east",
            "open",
            "grid",
            at("09:30"),
            "2026-07-21",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+14:00",
        ]
    )
)
NAMES = st.sampled_from(["id", "cell", "node", "lat", "lon", "start", "end", "kind", "place", "site", "key"]) | st.text(
    max_size=4
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


def ways(node: Any, way: str = "") -> list[str]:
    """The way to every value of a document."""
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [
        deeper
        for key, value in below
        for deeper in (f"{way}/{key}"[not way :], *ways(value, f"{way}/{key}"[not way :]))
    ]


def check_outcome(document: Any, read: Callable[[str], Batch | Plan]) -> None:
    """Reading gives a value that can be written and read again, or an InputError with places."""
    try:
        value = read(json.dumps(document))
    except InputError as error:
        bad = [p for p in error.problems if p.where and not p.where.startswith("/")]
        assert (bool(error.problems), bad) == (True, []), str(error)  # noqa: PT017
    else:
        assert read(to_json(value)) == value


@given(ANYTHING)
def test_arbitrary_json_gives_a_value_or_an_input_error(document: Any) -> None:
    check_outcome(document, read_batch)
    check_outcome(document, read_plan)


@given(st.dictionaries(st.sampled_from(ways(EXAMPLE)), ANYTHING | st.just(DROP), min_size=1, max_size=3))
def test_any_edit_of_the_example_gives_a_batch_or_an_input_error(edits: dict[str, Any]) -> None:
    try:
        document = edited(edits)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return  # an earlier edit took away what a later one is about
    check_outcome(document, read_batch)


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_arbitrary_text_gives_an_input_error(raw: str | bytes) -> None:
    with pytest.raises(InputError):
        read_batch(raw)


@given(st.text(), st.lists(st.sampled_from(["id", "phone", "windows"])))
def test_shown_is_short_and_printable(value: str, tokens: list[str]) -> None:
    assert len(shown(value, tokens)) <= 60
    assert shown(value, tokens).isprintable()
    assert "phone" not in tokens or shown(value, tokens) == "***"
