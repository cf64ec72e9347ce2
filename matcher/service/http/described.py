"""What the description of the API (OpenAPI) says of bodies and refusals."""

from typing import Any

from pydantic import BaseModel

from matcher.batch import Batch
from matcher.events import Events
from matcher.plan import Plan
from matcher.service.http.problems import KINDS, MEDIA_TYPE
from matcher.service.http.wanted import Several
from matcher.service.http.wire import ProblemDetails

Schema = dict[str, Any]
TITLES = {status: f"{zh} / {en}" for status, zh, en in reversed(list(KINDS.values()))}
ALWAYS = (401, 403, 422, 429, 500, 503)
"""Refusals of every route behind the door."""
OF_A_BODY = (408, 413, 415)
"""Refusals of every route that takes a body."""

EXAMPLE_BATCH: Schema = {
    "schema": "matcher.batch/1",
    "id": "2026-07-21",
    "horizon": {"start": "2026-07-21T00:00:00+08:00", "end": "2026-07-22T00:00:00+08:00"},
    "skills": [{"id": "haircut", "name": "理发"}],
    "sites": [
        {"id": "county", "name": "县新时代文明实践中心", "tier": "county", "place": {"lat": 24.11, "lon": 115.25}},
        {"id": "t01", "name": "老隆镇实践所", "tier": "town", "parent": "county"},
    ],
    "volunteers": [
        {
            "id": "v00001",
            "site": "t01",
            "skills": [{"skill": "haircut"}],
            "shifts": [{"start": "2026-07-21T08:00:00+08:00", "end": "2026-07-21T12:00:00+08:00"}],
        }
    ],
    "requests": [
        {
            "id": "r00001",
            "title": "上门为老人理发",
            "site": "t01",
            "windows": [{"start": "2026-07-21T09:00:00+08:00", "end": "2026-07-21T10:00:00+08:00"}],
            "minutes": 30,
            "roles": [{"id": "理发师", "skill": "haircut"}],
        }
    ],
    "travel": {"kind": "geographic", "speed_kmh": 30, "detour": 1.4},
}
"""A batch of one request and one volunteer."""
EXAMPLE_PLAN: Schema = {
    "schema": "matcher.plan/1",
    "batch": "2026-07-21",
    "visits": [
        {"request": "r00001", "role": "理发师", "volunteer": "v00001", "start": "2026-07-21T09:00:00+08:00"},
    ],
}
EXAMPLE_EVENTS: Schema = {
    "schema": "matcher.events/1",
    "now": "2026-07-21T08:00:00+08:00",
    "events": [
        {"at": "2026-07-21T07:50:00+08:00", "kind": "declined", "request": "r00001", "volunteer": "v00001"},
    ],
}
EXAMPLE_SCENARIO = """\
schema = "matcher.scenario/1"
id = "培训十人"
zh = "培训十人理发"
en = "Ten learn to cut hair"

[[edits]]
kind = "train"
skill = "理发"
count = 10
"""
EXAMPLE_SCENARIOS: list[Schema] = [{"id": "no-shows", "values": {"rate": 0.2}}, {"toml": EXAMPLE_SCENARIO}]
PARTS: dict[str, type[BaseModel]] = {"batch": Batch, "plan": Plan, "events": Events, "scenarios": Several}
EXAMPLES: dict[str, Any] = {
    "batch": EXAMPLE_BATCH,
    "plan": EXAMPLE_PLAN,
    "events": EXAMPLE_EVENTS,
    "scenarios": EXAMPLE_SCENARIOS,
}


def problems(*statuses: int) -> dict[int | str, Schema]:
    """The refusals of a route, as FastAPI takes them."""
    content = {"content": {MEDIA_TYPE: {"schema": _reference("ProblemDetails")}}}
    return {status: {"description": TITLES[status], **content} for status in sorted({*statuses, *ALWAYS})}


def refused(*statuses: int) -> dict[int | str, Schema]:
    """The refusals of a route that takes a body."""
    return problems(*statuses, *OF_A_BODY)


def json_body(names: tuple[str, ...], asked: type[BaseModel], **example: Any) -> Schema:
    """A body of parts and of what is asked, with an example, as `openapi_extra`."""
    options = asked.model_json_schema()
    schema = {
        "type": "object",
        "required": [*names, *options.get("required", [])],
        "properties": {**{name: _reference(name) for name in names}, **options["properties"]},
    }
    return body_of(schema, {**{name: EXAMPLES[name] for name in names}, **example})


def body_of(schema: Schema, example: Schema) -> Schema:
    """A body of JSON, as `openapi_extra`."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


def file_body(*media: str) -> Schema:
    """A body that is a file, as `openapi_extra`."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media}
    return {"requestBody": {"required": True, "content": content}}


def with_parts(description: Schema) -> Schema:
    """The description with the schemas that bodies and refusals refer to."""
    components = description.setdefault("components", {}).setdefault("schemas", {})
    models: dict[str, type[BaseModel]] = {**PARTS, "ProblemDetails": ProblemDetails}
    for name, model in models.items():
        schema = model.model_json_schema(ref_template=f"#/components/schemas/{name}.{{model}}")
        components |= {f"{name}.{inner}": found for inner, found in schema.pop("$defs", {}).items()}
        components[name] = schema
    return description


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
