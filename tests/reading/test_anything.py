"""Whatever is read gives a value or an InputError with places."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.batch import Batch
from matcher.errors import InputError
from matcher.plan import Plan
from matcher.problems import shown
from matcher.reading import read_batch, read_plan, to_json
from tests.broken import DROP, EXAMPLE, at, edited

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
