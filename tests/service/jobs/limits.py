"""Settings and children of the workers in tests."""

import sys
from dataclasses import dataclass
from pathlib import Path

FAKE = (sys.executable, str(Path(__file__).with_name("fake_child.py")))
"""Starts a child that knows kinds of jobs for tests."""


@dataclass(frozen=True)
class FewLimits:
    """What workers need of the settings."""

    solvers: int = 1
    solve_seconds: float = 60
    solve_memory: float = 1000
