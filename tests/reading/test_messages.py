"""What a mistake is called in words: short, in both languages, and nothing personal."""

from typing import Any

import pytest

from matcher.problems import EXPECTED, pointer
from tests.broken import BROKEN, edited
from tests.reading.build import found, problems, text


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
        "unsupported_term", "unsupported_leaves", "no_order", "no_such_road",
        "bad_toml", "unknown_name", "ambiguous_name",
    } == set(EXPECTED)  # fmt: skip
