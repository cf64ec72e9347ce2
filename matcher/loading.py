"""What takes seconds the first time: done before there is work, it need not be waited for."""

from matcher.demo import county_day
from matcher.dispatching import dispatch

SMALL_DAY, SMALL_WORK = (60, 12), 20_000
"""Volunteers and requests of a day whose plan loads the solver, and how much it is worked on."""


def load_solver() -> None:
    """Loads the solver with its kernels; compiles them if that was never done."""
    dispatch(county_day(*SMALL_DAY), work=SMALL_WORK)
