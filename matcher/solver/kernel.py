"""How kernels are compiled.

Counting references to arrays takes most of the time of a short function that is handed a tuple of forty, and compiling
the counting most of the compiler's: only those kernels that make arrays do it. And numba would compile a function anew
for each constant that it is called with, and for each kind of integer; here all callers share one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from numba import njit, types

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
BARE: dict[str, Any] = OPTIONS | {"_nrt": False}
"""Without numba's runtime (`_nrt`, an option that its own tests use) a function cannot make arrays."""
COUNTING: dict[str, Any] = OPTIONS | {"_nrt": True}


def kernel(function: Function) -> Function:
    """A compiled function that makes no arrays, is handed none by others that do, and hands none back.

    An array that a maker hands it would never be freed.
    """
    return cast(Function, _shared(njit(**BARE)(function)))


def part(function: Function) -> Function:
    """A kernel compiled into those that call it: handing over all arrays costs more than what a short one does."""
    return cast(Function, _shared(njit(**BARE, forceinline=True)(function)))


def maker(function: Function) -> Function:
    """A compiled function that makes arrays, or takes what another made."""
    return cast(Function, _shared(njit(**COUNTING)(function)))


def _shared(dispatcher: Any) -> Any:
    """The dispatcher, compiled once for all kernels that call it with arguments of the same wide types."""
    template = dispatcher.get_call_template

    def widened(args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        return template(tuple(map(_wide, args)), {name: _wide(kind) for name, kind in named.items()})

    dispatcher.get_call_template = widened
    return dispatcher


def _wide(kind: Any) -> Any:
    """The type that stands for a constant or a short integer."""
    plain = kind.literal_type if isinstance(kind, types.Literal) else kind
    return types.int64 if plain == types.int32 else plain
