"""The JSON Schemas and docs/format.md say what the models say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from matcher.batch import Batch
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.problems import EXPECTED
from matcher.schema import schemas

PAGE = Path(__file__).parent.parent / "docs" / "format.md"
SCHEMAS = schemas()
MODELS: dict[str, dict[str, Any]] = {
    title: schema for whole in SCHEMAS.values() for title, schema in [(whole["$id"], whole), *whole["$defs"].items()]
}
NAMES = {"urn:matcher:batch:1": "Batch", "urn:matcher:plan:1": "Plan"}


def nodes(schema: Any) -> list[dict[str, Any]]:
    """Every object inside a schema."""
    inside = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return [*([schema] if isinstance(schema, dict) else []), *(node for value in inside for node in nodes(value))]


def test_both_schemas_are_there() -> None:
    assert list(SCHEMAS) == ["batch", "plan"]
    for name, schema in SCHEMAS.items():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["properties"]["schema"]["const"] == f"matcher.{name}/1"
        assert schema["title"].endswith(f"(matcher.{name}/1)")
        json.dumps(schema, allow_nan=False)


def test_required_fields_are_those_of_the_problem() -> None:
    assert SCHEMAS["batch"]["required"] == ["schema", "id", "horizon", "travel"]
    assert SCHEMAS["plan"]["required"] == ["schema", "batch", "visits"]
    assert MODELS["Volunteer"]["required"] == ["id", "shifts"]
    assert MODELS["Request"]["required"] == ["id", "windows", "minutes", "roles"]
    assert MODELS["Role"]["required"] == ["id"]


@pytest.mark.parametrize("name", MODELS)
def test_every_model_and_field_is_described_and_no_other_field_allowed(name: str) -> None:
    schema = MODELS[name]
    assert schema["additionalProperties"] is False
    assert schema["description"].endswith(".")
    for field, inner in schema["properties"].items():
        assert inner.get("description", "").endswith((".", ".)")), field
        assert "title" not in inner


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_references_lead_somewhere(schema: dict[str, Any]) -> None:
    wanted = {node["$ref"] for node in nodes(schema) if "$ref" in node}
    assert wanted == {f"#/$defs/{name}" for name in schema["$defs"]}


def test_the_policy_is_part_of_the_batch() -> None:
    assert SCHEMAS["batch"]["properties"]["policy"]["$ref"] == "#/$defs/Policy"
    assert list(MODELS["Policy"]["properties"]) == list(Policy.model_fields)


def test_fields_of_the_models_are_those_of_the_schemas() -> None:
    for model, schema in ((Batch, SCHEMAS["batch"]), (Plan, SCHEMAS["plan"])):
        assert [info.alias or name for name, info in model.model_fields.items()] == list(schema["properties"])


# docs/format.md


def bounds(schema: dict[str, Any]) -> str:
    """` from 0 to 100`, ` above 0 to 1` and the like."""
    marks = {"exclusiveMinimum": "above", "minimum": "from", "maximum": "to"}
    return "".join(f" {mark} {schema[key]:,}" for key, mark in marks.items() if key in schema)


def form(schema: dict[str, Any]) -> str:
    """What a value looks like, in a few words."""
    variants = schema.get("oneOf", schema.get("anyOf", []))
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    match schema:
        case {"$ref": reference}:
            name = reference.rsplit("/", 1)[1]
            return f"[{name}](#{name.lower()})"
        case {"oneOf": [{"$ref": "#/$defs/CellPlace"}, *_]}:
            return "[place](#places)"
        case {"discriminator": _}:
            return "[travel](#travel)"
        case _ if variants:
            return " or ".join(form(variant) for variant in variants)
        case _ if choices:
            return ", ".join(f"`{choice}`" for choice in choices)
        case {"type": "null"}:
            return "null"
        case {"type": "string"}:
            return {"date-time": "time", "date": "date"}.get(schema.get("format", ""), "text")
        case {"type": "array", "prefixItems": [first, _]}:
            return f"pair of {form(first)}"
        case {"type": "array"}:
            return f"list of {form(schema['items'])}{', not empty' if 'minItems' in schema else ''}"
        case {"type": "object"}:
            return f"object of {form(schema['additionalProperties'])}"
    return {"integer": "whole number", "number": "number", "boolean": "true or false"}[schema["type"]] + bounds(schema)


def default(name: str, field: str) -> str:
    if field in MODELS[name].get("required", ()):
        return "required"
    if "$ref" in MODELS[name]["properties"][field]:
        return "see below"
    value = MODELS[name]["properties"][field].get("default")
    if isinstance(value, bool | int | float):
        return f"`{json.dumps(value)}`"
    return f"`{value}`" if isinstance(value, str) and value else "see below" if value else ""


def table(name: str) -> str:
    """The table of a model's fields as docs/format.md must have it."""
    rows = [
        f"| `{field}` | {form(inner)} | {default(name, field)} | {inner['description'].replace('|', chr(92) + '|')} |"
        for field, inner in MODELS[name]["properties"].items()
    ]
    return "\n".join(["| field | form | default | meaning |", "|---|---|---|---|", *rows]) + "\n"


@pytest.mark.parametrize("name", MODELS)
def test_the_page_has_every_model_with_its_fields(name: str) -> None:
    title = NAMES.get(name, name)
    page = PAGE.read_text(encoding="utf-8")
    assert f"### {title}\n\n{MODELS[name]['description']}\n\n{table(name)}\n" in page


def test_the_page_has_no_other_table_of_fields() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("| field | form | default | meaning |") == len(MODELS)


def test_the_page_has_every_code_with_its_words() -> None:
    _, refused = PAGE.read_text(encoding="utf-8").split("## What is refused")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", refused, re.MULTILINE)
    assert {code: (zh, en) for code, zh, en in rows} == EXPECTED
    assert len(rows) == len(EXPECTED)
