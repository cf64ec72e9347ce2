"""The compiled kernels: no batch makes numba compile one anew, which would take most of a minute."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from numba import types
from numba.core.registry import CPUDispatcher

import matcher
from matcher import dispatch
from matcher.demo import county_day
from tests.checker.build import fixed, request
from tests.dispatch.build import rivals

SOLVER = Path(matcher.__file__).parent / "solver"


def arrays(seen: Any) -> Iterator[types.Array]:
    """The array types in a type that a kernel is given."""
    if isinstance(seen, types.Array):
        yield seen
    elif isinstance(seen, types.BaseTuple):
        for part in seen.types:
            yield from arrays(part)


def test_kernels_are_given_contiguous_writable_arrays_only() -> None:
    # A column of two rows or more is not contiguous: two pins, requests with several options.
    both = rivals({}, {}, {}, pins=[fixed(volunteer="near"), fixed("r2", volunteer="far")])
    dispatch(both.model_copy(update={"requests": (*both.requests, request("r2"))}))
    dispatch(county_day(volunteers=30, requests=5))
    modules = [import_module(f"matcher.solver.{path.stem}") for path in SOLVER.glob("*.py") if path.stem != "__init__"]
    kernels = {kernel for module in modules for kernel in vars(module).values() if isinstance(kernel, CPUDispatcher)}
    given = {
        f"{kernel.__name__}: {array}"
        for kernel in kernels
        for signature in kernel.signatures
        for seen in signature
        for array in arrays(seen)
        if array.layout != "C" or not array.mutable
    }
    assert len(kernels) > 15
    assert given == set()
