"""What happened since a plan was made: people who said yes or no, new requests, closed roads (docs/redispatch.md)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from matcher.base import Frozen, Items
from matcher.batch import Id, Minutes, Moment, Request
from matcher.errors import Problem
from matcher.problems import pointer, problem, unknown
from matcher.where import Cell, GridTravel, NetworkTravel, Travel

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


def check_events(people: Collection[str], requests: Collection[str], travel: Travel, events: Events) -> list[Problem]:
    """What is wrong with events on a day as it stands: fields that lack, unknown ids, roads that cannot be closed."""
    new = {event.payload.id for event in events.events if isinstance(event.payload, Request)}
    known = {"request": (requests, new, "需求", "request"), "volunteer": (people, (), "志愿者", "volunteer")}
    return [found for i, event in enumerate(events.events) for found in _wrong(travel, i, event, known)]


def _wrong(travel: Travel, i: int, event: Event, known: Mapping[str, Any]) -> Iterator[Problem]:
    def said(code: str, field: str, value: Any, **words: str) -> Problem:
        return problem(code, pointer("events", i, field), value, **words)

    for field in NEEDS[event.kind]:
        if getattr(event, field) is None:
            yield said("missing_field", field, None)
    for field, (among, more, zh, en) in known.items():
        id = getattr(event, field)
        if id is not None and id not in among and id not in more:
            yield unknown(id, zh, en, pointer("events", i, field))
    if event.kind == "new_request" and isinstance(event.payload, RoadClosed):
        yield said("wrong_type", "payload", None, kind_zh="需求 {…}", kind_en="a request")
    if event.kind == "road_closed":
        yield from _wrong_road(travel, i, event)


def _wrong_road(travel: Travel, i: int, event: Event) -> Iterator[Problem]:
    where = pointer("events", i, "payload")
    if isinstance(event.payload, Request):
        yield problem("wrong_type", where, None, kind_zh=' {"cells": …} 或 {"edges": …}', kind_en="cells or edges")
    if not isinstance(event.payload, RoadClosed):
        return
    grid = isinstance(travel, GridTravel) and travel.metric == "manhattan"
    if (event.payload.cells and not grid) or (event.payload.edges and not isinstance(travel, NetworkTravel)):
        yield problem("no_such_road", where, None)
    for edge in event.payload.edges:
        if len(edge) != 2:
            yield problem("wrong_type", where, None, kind_zh="两个节点 [from, to]", kind_en="two nodes [from, to]")
