"""The example plan, and what reading a text reports."""

import json
from typing import Any

import pytest

from matcher.errors import InputError, Problem
from matcher.reading import read_batch
from tests.broken import PIN

PLAN: dict[str, Any] = {"schema": "matcher.plan/1", "batch": "example", "visits": [PIN]}


def text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def problems(raw: str | bytes, read: Any = read_batch) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(raw)
    return caught.value.problems


def found(raw: str | bytes, read: Any = read_batch) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in problems(raw, read)]
