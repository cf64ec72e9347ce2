"""What happened since a plan was made: people who said yes or no, new requests, closed roads (docs/redispatch.md)."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from matcher.base import Frozen, Items
from matcher.batch import Batch, Id, Minutes, Moment, Request
from matcher.errors import Problem
from matcher.problems import pointer, problem
from matcher.where import Cell, GridTravel, NetworkTravel

Kind = Literal[
    "accepted",
    "declined",
    "expired",
    "no_show",
    "sick",
    "late",
    "started",
    "finished",
    "new_request",
    "withdrawn",
    "road_closed",
]

OF_A_VISIT = ("request", "volunteer")
NEEDS: dict[Kind, tuple[str, ...]] = {
    "accepted": OF_A_VISIT,
    "declined": OF_A_VISIT,
    "expired": OF_A_VISIT,
    "no_show": OF_A_VISIT,
    "sick": ("volunteer",),
    "late": (*OF_A_VISIT, "minutes"),
    "started": OF_A_VISIT,
    "finished": OF_A_VISIT,
    "new_request": ("payload",),
    "withdrawn": ("request",),
    "road_closed": ("payload",),
}
"""The fields that an event of a kind must have."""


class RoadClosed(Frozen):
    """What cannot be passed any more."""

    cells: Items[Cell] = ()
    """Cells [row, column] of a grid with manhattan ways."""
    edges: Items[Items[Id]] = ()
    """Roads of a network as [from, to], closed both ways."""


def _payload_kind(value: Any) -> str:
    keys = value.keys() if isinstance(value, dict) else type(value).model_fields if isinstance(value, Frozen) else ()
    return "road" if {"cells", "edges"} & set(keys) else "request"


Payload = Annotated[
    Annotated[Request, Tag("request")] | Annotated[RoadClosed, Tag("road")],
    Discriminator(_payload_kind),
]


class Event(Frozen):
    """One thing that happened."""

    at: Moment
    """When it became known."""
    kind: Kind
    """What it is; docs/redispatch.md says which fields each kind must have."""
    request: Id | None = None
    """Id of the request concerned."""
    role: Id | None = None
    """Id of the role; plays no part, a volunteer has one place in a request."""
    volunteer: Id | None = None
    """Id of the volunteer concerned."""
    minutes: Minutes | None = None
    """`late`: minutes after the planned start."""
    payload: Payload | None = None
    """`new_request`: the request; `road_closed`: what is closed."""


class Events(Frozen):
    """What happened since the plan in force was made, in any order."""

    schema_: Literal["matcher.events/1"] = Field(alias="schema")
    """Always `matcher.events/1`."""
    now: Moment
    """The moment the new plan is made for: nothing before it moves."""
    events: Items[Event] = ()
    """What happened."""


def check_events(batch: Batch, events: Events) -> list[Problem]:
    """What is wrong with events, given the batch as it stands: fields that lack, ids that are unknown, roads."""
    people = {volunteer.id for volunteer in batch.volunteers}
    known = {request.id for request in batch.requests}
    known |= {event.payload.id for event in events.events if isinstance(event.payload, Request)}
    return [found for i, event in enumerate(events.events) for found in _wrong(batch, i, event, people, known)]


def _wrong(batch: Batch, i: int, event: Event, people: set[str], requests: set[str]) -> Iterator[Problem]:
    def said(code: str, field: str, value: Any, **words: str) -> Problem:
        return problem(code, pointer("events", i, field), value, **words)

    for field in NEEDS[event.kind]:
        if getattr(event, field) is None:
            yield said("missing_field", field, None)
    for field, among, zh, en in (
        ("request", requests, "需求", "request"),
        ("volunteer", people, "志愿者", "volunteer"),
    ):
        id = getattr(event, field)
        if id is not None and id not in among:
            yield said("unknown_id", field, id, kind_zh=zh, kind_en=en, hint_zh="", hint_en="")
    if event.kind == "new_request" and isinstance(event.payload, RoadClosed):
        yield said("wrong_type", "payload", None, kind_zh="需求 {…}", kind_en="a request")
    if event.kind == "road_closed":
        yield from _wrong_road(batch, i, event)


def _wrong_road(batch: Batch, i: int, event: Event) -> Iterator[Problem]:
    where = pointer("events", i, "payload")
    if isinstance(event.payload, Request):
        yield problem("wrong_type", where, None, kind_zh=' {"cells": …} 或 {"edges": …}', kind_en="cells or edges")
    if not isinstance(event.payload, RoadClosed):
        return
    grid = isinstance(batch.travel, GridTravel) and batch.travel.metric == "manhattan"
    if (event.payload.cells and not grid) or (event.payload.edges and not isinstance(batch.travel, NetworkTravel)):
        yield problem("no_such_road", where, None)
    for edge in event.payload.edges:
        if len(edge) != 2:
            yield problem("wrong_type", where, None, kind_zh="两个节点 [from, to]", kind_en="two nodes [from, to]")
