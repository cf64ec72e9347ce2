"""Where things are and how long ways take: the places and the travel of a batch."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from matcher.base import Frozen, Items

Id = Annotated[str, Field(min_length=1, max_length=200)]
Coordinate = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Cell = Annotated[tuple[Coordinate, Coordinate], Field(strict=False)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000_000)]


class CellPlace(Frozen):
    """A cell of the grid, for travel of kind `grid`."""

    cell: Cell
    """Row and column."""


class PointPlace(Frozen):
    """A point on the earth (WGS-84), for travel of kind `geographic`."""

    lat: float = Field(ge=-90, le=90)
    """Latitude in degrees."""
    lon: float = Field(ge=-180, le=180)
    """Longitude in degrees."""


class NodePlace(Frozen):
    """A node, for travel of kind `matrix` or `network`."""

    node: Id
    """The node's id."""


def _place_kind(value: Any) -> str:
    keys = value.keys() if isinstance(value, dict) else type(value).model_fields if isinstance(value, Frozen) else ()
    return "cell" if "cell" in keys else "node" if "node" in keys else "point"


Place = Annotated[
    Annotated[CellPlace, Tag("cell")] | Annotated[PointPlace, Tag("point")] | Annotated[NodePlace, Tag("node")],
    Discriminator(_place_kind),
]


def _end_kind(value: Any) -> str:
    return "open" if isinstance(value, str) else "place"


EndPlace = Annotated[Annotated[Literal["open"], Tag("open")] | Annotated[Place, Tag("place")], Discriminator(_end_kind)]


class GridTravel(Frozen):
    """Travel over the cells of a grid."""

    kind: Literal["grid"]
    """Always `grid`."""
    cell_metres: float = Field(ge=0.001, le=1_000_000)
    """Side of a cell in metres."""
    metric: Literal["manhattan", "euclidean"]
    """How distance is measured between cell centres."""
    speed_kmh: float = Field(ge=0.01, le=1_000_000)
    """Kilometres an hour."""
    blocked: Items[Cell] = ()
    """Cells [row, column] that cannot be entered; with `manhattan` only."""


class GeographicTravel(Frozen):
    """Travel over the earth: great-circle distance times a detour factor."""

    kind: Literal["geographic"]
    """Always `geographic`."""
    speed_kmh: float = Field(ge=0.01, le=1_000_000)
    """Kilometres an hour."""
    detour: float = Field(default=1, ge=1, le=100)
    """Way on the road divided by the way of the crow."""


class MatrixTravel(Frozen):
    """Travel by a table of seconds."""

    kind: Literal["matrix"]
    """Always `matrix`."""
    nodes: Items[Id]
    """Ids of the nodes, the order of rows and columns."""
    seconds: Items[Items[Seconds]]
    """Seconds from the row's node to the column's node."""


class Edge(Frozen):
    """A road between two nodes."""

    from_: Id = Field(alias="from")
    """Id of one end."""
    to: Id
    """Id of the other end."""
    seconds: Seconds
    """Seconds along it."""
    one_way: bool = False
    """Whether it leads from `from` to `to` only."""


class NetworkTravel(Frozen):
    """Travel by the shortest path over roads."""

    kind: Literal["network"]
    """Always `network`."""
    edges: Items[Edge]
    """The roads."""


Travel = Annotated[GridTravel | GeographicTravel | MatrixTravel | NetworkTravel, Field(discriminator="kind")]
