"""Reads a batch or a plan from JSON and checks it; whatever is wrong comes in one InputError.

A text is read in three steps: its shape is checked by the models, fields that occur twice are looked
for, and the parts are checked against each other. A sound text takes one pass; only where something is wrong
is it gone through again, to say all that is. Where an entry of a list has the wrong shape, the rest of the
batch is checked all the same.
"""

import codecs
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from matcher.batch import Batch
from matcher.collector import LISTS, LeftOut
from matcher.crosschecks import check_batch, check_plan
from matcher.errors import InputError, Problem
from matcher.events import Events
from matcher.memory import without_collection
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.problems import pointer, problem
from matcher.shape import shape_problems

__all__ = [
    "check_batch",
    "load_batch",
    "load_events",
    "load_plan",
    "read_batch",
    "read_events",
    "read_plan",
    "sound",
    "to_json",
]

M = TypeVar("M", bound=BaseModel)

FIELDS = frozenset(info.alias or name for name, info in Batch.model_fields.items())
ENTRIES = frozenset((*LISTS, "pins", "previous"))
MOST_LETTERS = 200
SPACE = b" \t\r\n"
GIVEN: Callable[[Any], set[str]] = attrgetter("model_fields_set")


def read_batch(text: str | bytes) -> Batch:
    """The batch in a JSON text (UTF-8, a byte order mark is skipped).

    Raises InputError with all problems: those of shape, and those between the parts (`check_batch`).
    """
    data = _bytes(text)
    with without_collection():
        batch, problems = _parsed(Batch, data)
        problems += check_batch(batch) if batch else _check_sound_part(data, problems)
    if problems or batch is None:
        raise InputError(f"批次有 {len(problems)} 处错误", f"Problems in the batch: {len(problems)}", problems)
    return batch


def read_plan(text: str | bytes) -> Plan:
    """The plan in a JSON text; raises InputError with all problems of shape. `check` judges its contents."""
    plan, problems = _parsed(Plan, _bytes(text))
    problems += check_plan(plan) if plan else []
    if problems or plan is None:
        raise InputError(f"方案有 {len(problems)} 处错误", f"Problems in the plan: {len(problems)}", problems)
    return plan


def read_events(text: str | bytes) -> Events:
    """The events in a JSON text; raises InputError with all problems of shape. `check_events` judges its contents."""
    events, problems = _parsed(Events, _bytes(text))
    if problems or events is None:
        raise InputError(f"情况有 {len(problems)} 处错误", f"Problems in the events: {len(problems)}", problems)
    return events


def load_batch(path: str | Path) -> Batch:
    """The batch in a file; `-` is the standard input. Raises InputError as `read_batch` does."""
    return read_batch(_content(path))


def load_plan(path: str | Path) -> Plan:
    """The plan in a file; `-` is the standard input. Raises InputError as `read_plan` does."""
    return read_plan(_content(path))


def load_events(path: str | Path) -> Events:
    """The events in a file; `-` is the standard input. Raises InputError as `read_events` does."""
    return read_events(_content(path))


def to_json(model: BaseModel) -> str:
    """The JSON text of a batch, policy, plan or report: the same bytes for the same value, read back as it was.

    In a batch or policy, fields at their default are left out; elsewhere all fields stand, null is information.
    """
    return model.model_dump_json(indent=1, by_alias=True, exclude_defaults=isinstance(model, Batch | Policy)) + "\n"


def _content(path: str | Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else Path(path).read_bytes()
    except FileNotFoundError:
        found = problem("no_file", str(path), None)
    except (OSError, ValueError) as error:
        found = problem("unreadable", str(path), None, reason=getattr(error, "strerror", None) or error)
    raise InputError("无法读取文件", "The file cannot be read", [found])


def _bytes(text: str | bytes) -> bytes:
    """The text as UTF-8 without a byte order mark."""
    try:
        return (text.encode() if isinstance(text, str) else text).removeprefix(codecs.BOM_UTF8)
    except UnicodeError:
        raise _unreadable("bad_encoding") from None


def _require_text(data: bytes) -> None:
    """Raises InputError where there is nothing, or no UTF-8."""
    try:
        if not data.decode().strip():
            raise _unreadable("empty_file")
    except UnicodeError:
        raise _unreadable("bad_encoding") from None


def _unreadable(code: str) -> InputError:
    return InputError("无法读取内容", "The text cannot be read", [problem(code, "", None)])


def sound(model: type[M], data: bytes) -> M | None:
    """The value of a JSON text; null where there is a problem of shape, which the slower readers find."""
    with without_collection():
        try:
            value = model.model_validate_json(data)
        except ValidationError:
            return None
        return None if _may_repeat(value, data) else value


def _parsed(model: type[M], data: bytes) -> tuple[M | None, list[Problem]]:
    """The value, if its shape is right, and all problems of shape."""
    try:
        value, problems = model.model_validate_json(data), []
    except ValidationError as error:
        _require_text(data)
        value, problems = None, shape_problems(model, error)
    if (value is None or _may_repeat(value, data)) and [p.code for p in problems] != ["bad_json"]:
        problems += _duplicate_keys(data)
    return value, problems


def _may_repeat(value: BaseModel, data: bytes) -> bool:
    """Whether a field can occur twice in the text of a value: counted, which is quick, and never missed."""
    return _most_keys(data) > _keys(value)


def _most_keys(data: bytes) -> int:
    """As many fields as a JSON text has, or more where its strings look like some."""
    return data.translate(None, SPACE).count(b'":')


def _keys(value: BaseModel) -> int:
    """How many fields of a value and of all below it were given: less than the text has where one occurs twice."""
    count, level = 0, list[Any]((value,))
    while level:
        kinds = defaultdict[type, list[Any]](list)
        for entry in level:
            kinds[type(entry)].append(entry)
        level = []
        for kind, found in kinds.items():
            if kind is tuple:
                level += chain.from_iterable(found)
            elif kind is dict:
                count += sum(map(len, found))
            elif issubclass(kind, BaseModel):
                count += sum(map(len, map(GIVEN, found)))
                for name, filled in _deep(kind):
                    holders = (entry for entry in found if name in GIVEN(entry)) if filled else found
                    level += filter(None, map(attrgetter(name), holders))
    return count


@cache
def _deep(model: type[BaseModel]) -> list[tuple[str, bool]]:
    """The fields that can hold fields in turn, and whether they do so where they are left out."""
    return [
        (name, bool(info.get_default(call_default_factory=True, validated_data={})))
        for name, info in model.model_fields.items()
        if _holds_fields(info.annotation)
    ]


def _holds_fields(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return get_origin(annotation) is dict or any(map(_holds_fields, get_args(annotation)))


def _duplicate_keys(data: bytes) -> Iterator[Problem]:
    """Fields that occur twice in an object, of which JSON readers keep the last without a word."""
    seen = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal seen
        seen = seen or len(dict(pairs)) < len(pairs)

    json.loads(data, object_pairs_hook=look)
    if seen:
        yield from _repeats(json.loads(data, object_pairs_hook=tuple), ())


def _repeats(node: Any, where: tuple[str | int, ...]) -> Iterator[Problem]:
    """Repeated keys of a document whose objects are tuples of pairs."""
    if isinstance(node, list):
        for i, entry in enumerate(node):
            yield from _repeats(entry, (*where, i))
    elif isinstance(node, tuple):
        keys = set[str]()
        for key, entry in node:
            if key in keys:
                yield problem("duplicate_key", pointer(*where, key), None)
            keys.add(key)
            yield from _repeats(entry, (*where, key))


def _check_sound_part(data: bytes, problems: list[Problem]) -> list[Problem]:
    """Cross-checks of the batch without the list entries that have problems of shape.

    Nothing is checked where anything has a problem that others depend on: horizon, travel, a list as a whole.
    """
    faulty: dict[str, set[int]] = defaultdict(set)
    dropped = set[str]()
    for found in (p for p in problems if p.code != "duplicate_key"):
        match found.where.split("/")[1:3]:
            case [name, position] if name in ENTRIES:
                faulty[name].add(int(position))
            case [name, *_] if name in ("now", "policy") or name not in FIELDS:
                dropped.add(name)
            case _:
                return []
    document = {name: value for name, value in json.loads(data).items() if name in FIELDS - dropped}
    numbers, ids = {}, {}
    for name, positions in faulty.items():
        entries = document[name]
        numbers[name] = [i for i in range(len(entries)) if i not in positions]
        ids[name] = frozenset(_id(entries[i]) for i in positions)
        document[name] = [entries[i] for i in numbers[name]]
    left_out = LeftOut(numbers, ids, frozenset(name for name in ids if "" in ids[name]))
    return check_batch(Batch.model_validate_json(json.dumps(document)), left_out)


def _id(entry: Any) -> str:
    """The id of an entry as it stands in a document, empty if it has none that is an id."""
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) and len(found) <= MOST_LETTERS else ""
