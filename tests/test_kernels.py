"""The compiled kernels: no batch makes numba compile one anew, which would take most of a minute, and none is stale."""

import ast
import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from numba import types
from numba.core.registry import CPUDispatcher
from numba.core.runtime import _nrt_python, rtsys

import matcher
from matcher import dispatch, order, paths
from matcher.cli import trials
from matcher.solver.cache import KERNELS, folder
from tests.checker.build import fixed, request
from tests.dispatch.build import rivals
from tests.oracle.tiny import tiny_batch

ROOT = Path(matcher.__file__).parent
SOLVER = ROOT / "solver"
PACKAGES = {"solver": KERNELS, "order": order.KERNELS}
"""Packages with kernels of their own, and the modules that these are compiled from."""

TRIED = """
import json, sys
from importlib import import_module
from matcher import dispatch
from matcher.cli.doctor import _solver
from matcher.demo import county_day

def signatures():
    named = {name: getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2]) for name in sys.argv[1:]}
    return {name: sorted(map(str, kernel.signatures)) for name, kernel in named.items()}

_solver()
tried = signatures()
dispatch(county_day(300, 100), work=1_000_000)
print(json.dumps([tried, signatures()]))
"""
"""Prints the signatures of the kernels named, after the doctor's trial and after a batch that is larger."""


def arrays(seen: Any) -> Iterator[types.Array]:
    """The array types in a type that a kernel is given."""
    if isinstance(seen, types.Array):
        yield seen
    elif isinstance(seen, types.BaseTuple):
        for part in seen.types:
            yield from arrays(part)


def modules(package: str) -> Iterator[Any]:
    """The modules of a package."""
    for path in sorted((ROOT / package).glob("*.py")):
        if path.stem != "__init__":
            yield import_module(f"matcher.{package}.{path.stem}")


def kernels(package: str) -> dict[str, set[CPUDispatcher]]:
    """The kernels defined in each module of a package that has any."""
    found: dict[str, set[CPUDispatcher]] = {}
    for module in modules(package):
        for kernel in vars(module).values():
            if isinstance(kernel, CPUDispatcher):
                found.setdefault(kernel.__module__.rpartition(".")[2], set()).add(kernel)
    return found


def all_kernels() -> set[CPUDispatcher]:
    return {kernel for package in PACKAGES for several in kernels(package).values() for kernel in several}


def entries(module: Any) -> Iterator[str]:
    """The kernels that functions of a module call which are none themselves, by their full names."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and not isinstance(getattr(module, node.name, None), CPUDispatcher):
            for name in ast.walk(node):
                kernel = getattr(module, name.id, None) if isinstance(name, ast.Name) else None
                if isinstance(kernel, CPUDispatcher):
                    yield f"{kernel.__module__}.{kernel.__name__}"


def test_kernels_are_given_contiguous_writable_arrays_only() -> None:
    # A column of two rows or more is not contiguous: two pins, requests with several options.
    both = rivals({}, {}, {}, pins=[fixed(volunteer="near"), fixed("r2", volunteer="far")])
    dispatch(both.model_copy(update={"requests": (*both.requests, request("r2"))}))
    dispatch(trials.county())
    trials.by_order()
    given = {
        f"{kernel.__name__}: {array}"
        for kernel in all_kernels()
        for signature in kernel.signatures
        for seen in signature
        for array in arrays(seen)
        if array.layout != "C" or not array.mutable
    }
    assert sum(bool(kernel.signatures) for kernel in all_kernels()) > 15
    assert given == set()


def test_every_array_that_kernels_make_is_freed() -> None:
    _nrt_python.memsys_enable_stats()
    batches = [tiny_batch(seed) for seed in range(5, 15)]
    before = rtsys.get_allocation_stats()
    for batch in batches:
        dispatch(batch)
    dispatch(trials.county())
    gc.collect()
    after = rtsys.get_allocation_stats()
    assert after.mi_alloc - before.mi_alloc > 1000
    assert after.mi_alloc - before.mi_alloc == after.mi_free - before.mi_free


@pytest.mark.slow
def test_the_doctor_leaves_nothing_to_compile() -> None:
    """Each kernel that is called from outside of kernels has been called, with the one signature it ever has."""
    called = {name for package in PACKAGES for module in modules(package) for name in entries(module)}
    called |= set(entries(paths))
    assert len(called) > 20
    done = subprocess.run(
        [sys.executable, "-c", TRIED, *sorted(called)], capture_output=True, encoding="utf-8", check=True
    )
    tried, after = json.loads(done.stdout.splitlines()[-1])
    assert {name: len(signatures) for name, signatures in tried.items()} == dict.fromkeys(called, 1)
    assert after == tried


@pytest.mark.parametrize("package", PACKAGES)
def test_all_kernels_are_kept_in_the_folder_of_their_sources(package: str) -> None:
    kept = folder(ROOT / package, PACKAGES[package])
    found = kernels(package)
    assert set(found) == set(PACKAGES[package])
    for several in found.values():
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


def test_a_kernel_is_compiled_once_whatever_constants_and_short_integers_it_is_called_with() -> None:
    dispatch(trials.county())
    dispatch(trials.crowd())
    trials.by_order()
    twice = {kernel.__name__: kernel.signatures for kernel in all_kernels() if len(kernel.signatures) > 1}
    assert not any(isinstance(seen, types.Literal) for several in twice.values() for each in several for seen in each)
    assert set(twice) <= {"copy"}  # of numbers, of whole numbers, of flags


def test_the_users_own_folder_is_kept_to(tmp_path: Path) -> None:
    code = "import numba, matcher.solver.legs as l; print(l.arc.stats.cache_path); print(numba.config.CACHE_DIR)"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment, check=True
    )
    kernel, after = done.stdout.splitlines()
    assert Path(kernel).parent.parent == Path(after) == tmp_path
