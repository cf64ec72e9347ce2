"""Fields that occur twice are found by counting first, which neither misses one nor takes a sound text for another."""

from collections.abc import Iterator
from typing import Any

import pytest

from matcher import reading
from matcher.demo import county_day
from matcher.events import Events
from matcher.reading import read_batch, read_events, read_plan, sound, to_json
from tests.broken import EXAMPLE, at
from tests.reading.build import PLAN, found, text

EVENTS: dict[str, Any] = {
    "schema": "matcher.events/1",
    "now": at("07:30"),
    "events": [
        {"at": at("07:00"), "kind": "new_request", "payload": EXAMPLE["requests"][0]},
        {"at": at("07:00"), "kind": "road_closed", "payload": {"cells": [[1, 2]]}},
    ],
}
TEXTS = [(EXAMPLE, read_batch), (PLAN, read_plan), (EVENTS, read_events)]
SIGNS = '值": 1, "a": {} \\": " :'
"""A string that looks like fields."""


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document that is not empty."""
    if isinstance(node, dict) and node:
        yield node
    for entry in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(entry)


def repeated(document: Any, at: dict[str, Any]) -> str:
    """The text of a document, in which one such object has its last field twice."""
    name, value = list(at.items())[-1]
    return text(document).replace(text(at), f"{text(at)[:-1]}, {text({name: value})[1:]}", 1)


@pytest.mark.parametrize(("document", "read"), TEXTS, ids=["batch", "plan", "events"])
def test_a_field_that_occurs_twice_is_found_in_every_object(document: dict[str, Any], read: Any) -> None:
    for node in objects(document):
        raw = repeated(document, node)
        for spaced in (raw, raw.replace('":', '" \n\t:')):
            assert [code for code, _ in found(spaced, read)] == ["duplicate_key"], node


@pytest.mark.parametrize("policy", [{}, {"start_step_minutes": 10}, {"reach": {"low": 1}}, EXAMPLE["policy"]])
def test_a_sound_text_is_read_in_one_pass(policy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(reading, "_duplicate_keys", slow)
    read_batch(text(EXAMPLE | {"policy": policy}))
    read_batch(to_json(county_day(volunteers=20, requests=9)))
    read_plan(text(PLAN))
    assert sound(Events, text(EVENTS).encode())


def test_strings_that_look_like_fields_are_no_fields() -> None:
    volunteers = [EXAMPLE["volunteers"][0] | {"name": SIGNS}, *EXAMPLE["volunteers"][1:]]
    document = EXAMPLE | {"volunteers": volunteers}
    assert read_batch(text(document)).volunteers[0].name == SIGNS
    raw = text(document).replace('"id": "v2"', '"id": "v9", "id": "v2"')
    assert found(raw) == [("duplicate_key", "/volunteers/1/id")]
