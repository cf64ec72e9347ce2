"""What is written is read back as it was."""

import json
from typing import Any

import pytest

from matcher.plan import Plan
from matcher.policy import Policy
from matcher.reading import read_batch, read_plan, to_json
from tests.broken import EXAMPLE, HARMLESS, edited
from tests.reading.build import PLAN, text


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
