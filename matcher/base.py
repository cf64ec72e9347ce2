"""The base of all data models: frozen, strict, no unknown field, no NaN or infinity."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Items = Annotated[tuple[T, ...], Field(strict=False)]
"""An immutable list; any Python sequence is taken, its elements are checked strictly."""


class Frozen(BaseModel):
    """A value that never changes once checked."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )
