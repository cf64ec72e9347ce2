"""A batch as routing programs want it: places as jobs, turns as vehicles, one table of legs."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.task import Task

FAR = 10**7
"""Seconds that stand for no way: longer than any shift."""


def jobs_of(task: Task) -> list[int]:
    """The post of each job: a job is one place of a post that somebody can fill."""
    wanted = sorted({p for options in task.options for p in options})
    return [p for p in wanted for _ in range(task.posts[p].most)]


def vehicles_of(task: Task) -> list[int]:
    """The turns in which a visit can be made."""
    allowed = [task.limits[turn.volunteer] for turn in task.turns]
    return [t for t, options in enumerate(task.options) if options and min(allowed[t].visits, allowed[t].daily) > 0]


def table(task: Task, factor: float) -> NDArray[np.int64]:
    """Seconds between V homes, then R requests, for people of a travel factor [V + R, V + R].

    A volunteer's own row and column are of the volunteer's own speed; the column is the way to `ends_at`.
    """
    people, requests = task.out.shape
    legs = np.zeros((people + requests, people + requests), np.int64)
    legs[:people, people:] = task.out
    legs[people:, :people] = task.back.T
    legs[people:, people:] = task.legs(factor)
    return np.minimum(legs, FAR)


def spans(starts: tuple[int, ...], step: int) -> list[tuple[int, int]]:
    """Starts as first and last of each row of starts one step apart."""
    found: list[tuple[int, int]] = []
    for start in starts:
        if found and start - found[-1][1] <= step:
            found[-1] = found[-1][0], start
        else:
            found.append((start, start))
    return found
