"""What a measured number depends on besides the program: the machine, the libraries, the commit. No host or path."""

import os
import platform
import subprocess
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DECIDING = ("volunteer-matcher", "highspy", "ortools", "numpy", "numba", "scipy")
"""Distributions whose version decides a result."""


def machine() -> dict[str, str | int]:
    """cpu: the model's name. cores: those this process may use. system: the kernel's name and the processor's kind."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"cpu": _cpu(), "cores": usable, "system": f"{platform.system()} {platform.machine()}"}


def versions() -> dict[str, str]:
    """Version of Python and of each of DECIDING; `source` where it is not installed."""
    return {"python": platform.python_version()} | {name: _version(name) for name in DECIDING}


def commit() -> str | None:
    """Short hash of the commit this file was taken from; null outside a git checkout."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, encoding="utf-8"
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def origin(command: str) -> dict[str, object]:
    """What made a file of results: command, commit, day, machine, versions."""
    made = {"command": command, "commit": commit(), "date": date.today().isoformat()}
    return {**made, "machine": machine(), "versions": versions()}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "source"


def _cpu() -> str:
    """The processor's model; Linux tells it in a file, where the standard library has nothing."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown")
