"""The JSON Schemas (draft 2020-12) of a batch and of a plan, from the data models and their docstrings."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from matcher.batch import Batch
from matcher.plan import Plan

TITLES: dict[str, tuple[type[BaseModel], str]] = {
    "batch": (Batch, "Batch of volunteer dispatch (matcher.batch/1)"),
    "plan": (Plan, "Plan of volunteer dispatch (matcher.plan/1)"),
}


class _Schema(GenerateJsonSchema):
    """Leaves out titles of fields, which would only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by name, `batch` (with the policy) and `plan`.

    A schema knows the shape only: what must hold between the parts is checked by `matcher.reading`.
    """
    return {
        name: {
            "$schema": GenerateJsonSchema.schema_dialect,
            "$id": f"urn:matcher:{name}:1",
            **model.model_json_schema(schema_generator=_Schema),
            "title": title,
        }
        for name, (model, title) in TITLES.items()
    }
