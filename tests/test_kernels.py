"""The compiled kernels: no batch makes numba compile one anew, which would take most of a minute, and none is stale."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from numba import types
from numba.core.registry import CPUDispatcher

import matcher
from matcher import dispatch
from matcher.demo import county_day
from matcher.solver.cache import KERNELS, folder
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


def kernels() -> dict[str, set[CPUDispatcher]]:
    """The kernels defined in each module of the solver that has any."""
    found: dict[str, set[CPUDispatcher]] = {}
    for path in sorted(SOLVER.glob("*.py")):
        if path.stem != "__init__":
            for kernel in vars(import_module(f"matcher.solver.{path.stem}")).values():
                if isinstance(kernel, CPUDispatcher):
                    found.setdefault(kernel.__module__.rpartition(".")[2], set()).add(kernel)
    return found


def test_kernels_are_given_contiguous_writable_arrays_only() -> None:
    # A column of two rows or more is not contiguous: two pins, requests with several options.
    both = rivals({}, {}, {}, pins=[fixed(volunteer="near"), fixed("r2", volunteer="far")])
    dispatch(both.model_copy(update={"requests": (*both.requests, request("r2"))}))
    dispatch(county_day(volunteers=30, requests=5))
    given = {
        f"{kernel.__name__}: {array}"
        for several in kernels().values()
        for kernel in several
        for signature in kernel.signatures
        for seen in signature
        for array in arrays(seen)
        if array.layout != "C" or not array.mutable
    }
    assert sum(map(len, kernels().values())) > 15
    assert given == set()


def test_all_kernels_are_kept_in_the_folder_of_their_sources() -> None:
    kept = folder(SOLVER, KERNELS)
    assert set(kernels()) | {"graph"} == set(KERNELS)
    for several in kernels().values():
        assert {Path(kernel.stats.cache_path).parent for kernel in several} == {kept}


def test_a_change_of_any_source_moves_the_folder(tmp_path: Path) -> None:
    for name in KERNELS:
        shutil.copy(SOLVER / f"{name}.py", tmp_path)
    seen = {folder(tmp_path, KERNELS)}
    for name in KERNELS:
        with (tmp_path / f"{name}.py").open("a", encoding="utf-8") as source:
            source.write("# changed\n")
        seen.add(folder(tmp_path, KERNELS))
    assert len(seen) == 1 + len(KERNELS)
    assert {path.parent for path in seen} == {tmp_path / "__pycache__"}


def test_where_nothing_can_be_written_kernels_are_kept_for_the_user(tmp_path: Path) -> None:
    for name in KERNELS:
        shutil.copy(SOLVER / f"{name}.py", tmp_path)
    beside = folder(tmp_path, KERNELS)
    shutil.rmtree(tmp_path / "__pycache__")
    (tmp_path / "__pycache__").touch()
    elsewhere = folder(tmp_path, KERNELS)
    assert elsewhere.name == beside.name
    assert tmp_path not in elsewhere.parents


def test_the_users_own_folder_is_kept_to(tmp_path: Path) -> None:
    code = "import numba, matcher.solver.legs as l; print(l.arc.stats.cache_path); print(numba.config.CACHE_DIR)"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment, check=True
    )
    kernel, after = done.stdout.splitlines()
    assert Path(kernel).parent.parent == Path(after) == tmp_path
