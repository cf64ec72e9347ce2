"""Where compiled kernels are kept: a folder of its own for each state of their sources.

numba's cache sees changes in the file of a kernel, not in the kernels of other files that are compiled into it.
After an upgrade of the package it would run what was compiled before.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numba
from numba.misc import appdirs

KERNELS = (
    "bounds",
    "chains",
    "filling",
    "graph",
    "greedy",
    "insertion",
    "legs",
    "listing",
    "loads",
    "offer",
    "packing",
    "pricing",
    "repair",
    "widening",
    "worth",
)
"""Modules with kernels, and with what they are given."""

CONFIG: Any = numba.config
USER: Any = appdirs.AppDirs(appname="numba", appauthor=False)  # type: ignore[no-untyped-call]


@contextmanager
def kernel_cache(sources: Path, kernels: Sequence[str]) -> Iterator[None]:
    """Kernels that are imported meanwhile are kept where `folder` says; others are not concerned."""
    before = CONFIG.CACHE_DIR
    CONFIG.CACHE_DIR = str(folder(sources, kernels))
    try:
        yield
    finally:
        CONFIG.CACHE_DIR = before


def folder(sources: Path, kernels: Sequence[str]) -> Path:
    """The folder for kernels compiled from these modules in a folder of sources.

    It is in NUMBA_CACHE_DIR if that is set, else beside the sources, else, where nothing can be written there,
    in numba's folder for the user.
    """
    digest = hashlib.sha256(Path(__file__).with_name("kernel.py").read_bytes())
    for name in kernels:
        digest.update((sources / f"{name}.py").read_bytes())
    name = f"matcher-{digest.hexdigest()[:12]}"
    if CONFIG.CACHE_DIR:
        return Path(CONFIG.CACHE_DIR) / name
    beside = sources / "__pycache__" / name
    try:
        beside.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=beside).close()
    except OSError:
        return Path(USER.user_cache_dir) / name
    return beside
