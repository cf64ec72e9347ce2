"""Turns pydantic's errors into problems: its error types into our codes and words, its locations into pointers."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from matcher.errors import Problem
from matcher.problems import hints, pointer, problem, shown

UNION_TAGS = {"place": 1, "end_place": 1, "travel": 1, "payload": 1, "ends_at": 2, "edits": 1}
"""After these fields pydantic's locations have so many steps that name the variant chosen, not a field."""

KINDS = {
    "model_type": ("对象 {…}", "an object"),
    "dict_type": ("对象 {…}", "an object"),
    "tuple_type": ("列表 […]", "a list"),
    "string_type": ("文字", "a string"),
    "int_type": ("整数", "a whole number"),
    "float_type": ("数字", "a number"),
    "bool_type": (" true 或 false", "true or false"),
}
RELATIONS = {
    "greater_than": ("gt", "大于", "above"),
    "greater_than_equal": ("ge", "不小于", "of at least"),
    "less_than": ("lt", "小于", "below"),
    "less_than_equal": ("le", "不大于", "of at most"),
}
CODES = {
    "missing": "missing_field",
    "finite_number": "not_finite",
    "string_too_short": "empty",
    "too_short": "empty",
    "timezone_aware": "naive_time",
    "datetime_parsing": "bad_time",
    "datetime_from_date_parsing": "bad_time",
    "date_parsing": "bad_date",
    "date_from_datetime_parsing": "bad_date",
}
"""Error types that need no words of their own."""


def shape_problems(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """The errors pydantic found in a JSON text as problems."""
    return [_problem(model, details) for details in error.errors(include_url=False) if not _consequence(details)]


def _consequence(details: ErrorDetails) -> bool:
    """Whether a list counts as too short only because some of its entries are faulty."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _problem(model: type[BaseModel], details: ErrorDetails) -> Problem:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "json_invalid":
        return problem("bad_json", "", None, reason=context["error"])
    way = _way(details["loc"])
    where, text = pointer(*way), shown(value, way)
    match kind:
        case "missing":
            return problem("missing_field", where, None)
        case "union_tag_not_found":
            return problem("missing_field", pointer(*way, "kind"), None)
        case "extra_forbidden":
            *above, name = way
            known = _fields(model).get(tuple(step for step in above if isinstance(step, str)), frozenset())
            return problem("unknown_field", where, None, **hints(str(name), known - {name}))
        case "literal_error" | "union_tag_invalid":
            tag = kind == "union_tag_invalid"
            choices = re.findall(r"'([^']*)'", context["expected_tags" if tag else "expected"])
            found = context["tag"] if tag else value
            words = hints(str(found), frozenset(choices))
            where = pointer(*way, "kind") if tag else where
            return problem("wrong_choice", where, shown(found, way), choices=" / ".join(choices), **words)
        case "string_too_long" | "too_long":
            return problem("too_long", where, text, limit=context["max_length"])
        case _ if kind in KINDS:
            zh, en = KINDS[kind]
            hidden = kind in ("model_type", "dict_type", "tuple_type") and isinstance(value, str)
            return problem("wrong_type", where, '"…"' if hidden else text, kind_zh=zh, kind_en=en)
        case _ if kind in RELATIONS:
            name, zh, en = RELATIONS[kind]
            return problem("out_of_range", where, text, relation_zh=zh, relation_en=en, limit=f"{context[name]:,g}")
        case _ if kind in CODES:
            return problem(CODES[kind], where, text)
        case _:
            return problem("invalid", where, text, reason=details["msg"])


def _way(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The steps from the document to the value: pydantic's location without the names of variants."""
    way: list[int | str] = []
    skip = 0
    for step in location:
        if skip and isinstance(step, str):
            skip -= 1
        elif step != "[key]":
            way.append(step)
            skip = UNION_TAGS.get(step, 0) if isinstance(step, str) else skip
    return tuple(way)


@cache
def _fields(model: type[BaseModel]) -> dict[tuple[str, ...], frozenset[str]]:
    """The names that are known at each way (positions in lists left out), over all variants."""
    names: dict[tuple[str, ...], frozenset[str]] = {}
    for way, name in _names(model, ()):
        names[way] = names.get(way, frozenset()) | {name}
    return names


def _names(annotation: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, info in annotation.model_fields.items():
            yield way, info.alias or name
            yield from _names(info.annotation, (*way, info.alias or name))
    else:
        for part in get_args(annotation):
            yield from _names(part, way)
