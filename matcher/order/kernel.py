"""How kernels are compiled: without counting references to arrays, which would take nine tenths of their time."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False, "error_model": "numpy"}
"""Without its runtime (`_nrt`, an option that numba's own tests use) a function cannot make arrays."""


def kernel(function: Function) -> Function:
    """A compiled function that makes no arrays."""
    return cast(Function, njit(**OPTIONS)(function))


def part(function: Function) -> Function:
    """A function compiled into those that call it: handing over all arrays costs more than what a short one does."""
    return cast(Function, njit(**OPTIONS, forceinline=True)(function))
