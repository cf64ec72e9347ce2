"""When each visit starts if people take their visits in a given order: as early as they can (compiled).

Requests follow each other in one order for all; so no two people ever wait for each other in a circle. Times are
seconds, people and places numbers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.kernel import part

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

START, BEFORE, LEG, GAP, WAITED, LATE, RESTED, STAMP = range(8)
"""Rows of `visits`: of each place its start (-1: nobody comes), the place before in the person's tour (-1: none), the
leg, what is idle before, what of it is waiting, how late it is, and whether the break is taken by then; in a trial also
the trial's number."""
TAIL, TRAVEL, WAITING, IDLE, SERVICE, COUNT = range(6)
"""Rows of `days`: of each person the last place (-1: none) and sums."""
BACK, OVER, UNUSED, MISSED = range(4)
"""Rows of `ends`: of each person the way back, overtime, idle seconds in all, and whether the break is missed."""
OPENS, CLOSES, SHUT, HOME, FINISH, SPEED, MOST, RECENT, REST_FROM, REST_TO, REST = range(11)
"""Rows of `Outline.people`: the shift's start, its end with overtime and without; places where tours start and end (-1:
anywhere); the number of the factor of travel; most requests; recent ones; the break's first and last second and length
(0: none is asked for)."""
SITE, END_SITE, DUE = range(3)
"""Rows of `Outline.requests`: the places where the service starts and ends, and when it is due."""
WINDOW_FROM, WINDOW_TO, WINDOW_UNTIL = range(3)
"""Rows of `Outline.windows`: start, end, and end with what may be late."""
REQUEST, SECONDS, LAG_MIN, LAG_MAX = range(4)
"""Rows of `Outline.places`: whose it is, the service, and the lag (most -1: starts with the first)."""
NEXT, MOVES, SEEN, WHOM = range(4)
"""Rows of `Trial.marks`: a person's last place; the trial in which their tour differs from here on, and in which they
were met; and, not of a person, the people met."""
BY_TRAVEL, BY_WAITING, BY_TARDINESS, BY_OVERTIME, BY_LATEST, BY_IDLE, BY_SPREAD = range(7)
BY_BREAK, BY_LOAD, BY_LATENESS = range(7, 10)
"""Positions in `Outline.weight`: costs of a second, of a missed break, of a unit of workload."""


class Outline(NamedTuple):
    """A batch without a node for each start.

    people [11, V], requests [3, R], windows [3, W] and places [4, P]: see above; ptr [R+1] and window_ptr [R+1]: of a
    request's places and windows. missed [R]: cost if not served. able_ptr [P+1], able, able_cost: who can fill each
    place, and at what cost. table [F, K, K]: legs, by factor of travel.
    """

    people: Ints
    requests: Ints
    windows: Ints
    places: Ints
    missed: Floats
    ptr: Ints
    window_ptr: Ints
    able_ptr: Ints
    able: Ints
    able_cost: Floats
    table: Ints
    weight: Floats
    step: int
    late_by_end: bool
    leaves_at_shift: bool


class Plan(NamedTuple):
    """An order of requests, and who comes: position [R] in `order` [R], served [R], who [P] as a number in `able`.

    people: a bit for each person of a request, modulo 64 [R]. visits [8, P], days [6, V], ends [4, V].
    """

    order: Ints
    position: Ints
    served: NDArray[np.bool_]
    who: Ints
    people: NDArray[np.uint64]
    visits: Ints
    days: Ints
    ends: Ints


class Trial(NamedTuple):
    """A change that is tried: new visits [8, P], what it adds for each person [6, V], and marks [4, V].

    places [P]: those timed anew. ends [4, V]: in the order of the people met. bits [64]: how many people with that bit
    are on another way. counts and sums [4]: see `trial`. change [9]: see `moves`.
    """

    visits: Ints
    more: Ints
    marks: Ints
    places: Ints
    ends: Ints
    bits: Ints
    counts: Ints
    change: Ints
    sums: Floats


@part
def tail_before(o: Outline, plan: Plan, person: int, position: int, moved: int) -> int:
    """A person's last place before a position in the order, among those still theirs.

    For people whose tour is as before again from some place on; so the request that moved is behind them, if at all.
    """
    tail = plan.days[TAIL, person]
    while tail >= 0 and (
        o.places[REQUEST, tail] == moved
        or plan.position[o.places[REQUEST, tail]] >= position
        or o.able[plan.who[tail]] != person
    ):
        tail = plan.visits[BEFORE, tail]
    return int(tail)


@part
def window_start(o: Outline, request: int, earliest: int) -> int:
    """The start at the least cost for being late and waiting that is no earlier; -1: there is none."""
    best, found = np.inf, -1
    for w in range(o.window_ptr[request], o.window_ptr[request + 1]):
        opens = o.windows[WINDOW_FROM, w]
        start = opens if earliest <= opens else opens + (earliest - opens + o.step - 1) // o.step * o.step
        if start <= o.windows[WINDOW_UNTIL, w]:
            late = max(0, start - o.windows[WINDOW_TO, w])
            cost = late * o.weight[BY_TARDINESS] + (start - earliest) * (o.weight[BY_WAITING] + 1e-9)
            if cost < best:
                best, found = cost, start
    return found


@part
def rested(o: Outline, person: int, free: int, start: int, seconds: int) -> int:
    """When a person sets out who is free then, so that the break is not missed by a visit; `free` if it needs none."""
    if start + seconds + o.people[REST, person] > o.people[REST_TO, person]:
        begins = max(free, o.people[REST_FROM, person])
        if begins + o.people[REST, person] <= o.people[REST_TO, person]:
            return int(begins + o.people[REST, person])
    return free


@part
def lateness(o: Outline, request: int, start: int, seconds: int) -> int:
    """Seconds after the last window that starts no later."""
    window = o.window_ptr[request]
    for w in range(o.window_ptr[request] + 1, o.window_ptr[request + 1]):
        if o.windows[WINDOW_FROM, w] <= start:
            window = w
    return int(max(0, start + (seconds if o.late_by_end else 0) - o.windows[WINDOW_TO, window]))


@part
def common_start(o: Outline, plan: Plan, trial: Trial, request: int) -> int:
    """The first role's earliest start, given who comes from where (LEG, GAP: free from, RESTED); -1: there is none."""
    lo, hi = o.ptr[request], o.ptr[request + 1]
    new, earliest = trial.visits, 0
    for p in range(lo, hi):
        earliest = max(earliest, new[GAP, p] + new[LEG, p] - max(0, o.places[LAG_MAX, p]))
    start = window_start(o, request, earliest)
    moved = False
    for p in range(lo, hi):
        person = o.able[plan.who[p]]
        if start >= 0 and o.people[REST, person] > 0 and not new[RESTED, p]:
            free = new[GAP, p]
            begins = start if o.places[LAG_MAX, p] < 0 else max(start + o.places[LAG_MIN, p], free + new[LEG, p])
            arrival = rested(o, person, free, begins, o.places[SECONDS, p]) + new[LEG, p] - max(0, o.places[LAG_MAX, p])
            if arrival > earliest:
                earliest, moved = arrival, True
    return window_start(o, request, earliest) if moved else start


@part
def starts(o: Outline, plan: Plan, trial: Trial, request: int) -> bool:
    """Sets the starts of all places of a request; whether they can be kept."""
    new, first = trial.visits, common_start(o, plan, trial, request)
    if first < 0:
        return False
    fits = True
    for p in range(o.ptr[request], o.ptr[request + 1]):
        person = o.able[plan.who[p]]
        start = first
        if o.places[LAG_MAX, p] >= 0:
            start += o.places[LAG_MIN, p]
            free = new[GAP, p]
            if o.people[REST, person] > 0 and not new[RESTED, p]:
                free = rested(o, person, free, max(start, free + new[LEG, p]), o.places[SECONDS, p])
            arrival = free + new[LEG, p]
            if arrival > start:
                start += (arrival - start + o.step - 1) // o.step * o.step
            fits = fits and start <= first + o.places[LAG_MAX, p]
        new[START, p] = start
        back = (
            0
            if o.people[FINISH, person] < 0
            else o.table[o.people[SPEED, person], o.requests[END_SITE, request], o.people[FINISH, person]]
        )
        fits = fits and start + o.places[SECONDS, p] + back <= o.people[CLOSES, person]
    return fits


@part
def come_from(
    o: Outline, plan: Plan, trial: Trial, number: int, request: int, place: int, changed: bool, moved: int
) -> None:
    """Where the person of a place comes from: the place before, from when on they are free (GAP), leg, and break."""
    old, new, person = plan.visits, trial.visits, o.able[plan.who[place]]
    if trial.marks[MOVES, person] == number:
        before = trial.marks[NEXT, person]
    elif not changed and old[START, place] >= 0:
        before = old[BEFORE, place]
    else:
        before = tail_before(o, plan, person, plan.position[request], moved)
    new[BEFORE, place] = before
    if before < 0:
        new[GAP, place], at, new[RESTED, place] = o.people[OPENS, person], o.people[HOME, person], 0
    else:
        state = new if new[STAMP, before] == number else old
        new[GAP, place] = state[START, before] + o.places[SECONDS, before]
        new[RESTED, place] = state[RESTED, before]
        at = o.requests[END_SITE, o.places[REQUEST, before]]
    new[LEG, place] = o.table[o.people[SPEED, person], at, o.requests[SITE, request]]


@part
def settle(o: Outline, plan: Plan, trial: Trial, place: int) -> None:
    """What a visit whose start is known adds: idle time, waiting, the break, how late it is."""
    new, person, request = trial.visits, o.able[plan.who[place]], o.places[REQUEST, place]
    start, free, leg = new[START, place], new[GAP, place], new[LEG, place]
    counts = new[BEFORE, place] >= 0 or o.leaves_at_shift
    gap = start - free - leg
    if o.people[REST, person] > 0 and not new[RESTED, place]:
        here, there = max(free, o.people[REST_FROM, person]), max(free + leg, o.people[REST_FROM, person])
        leaves_late = new[BEFORE, place] >= 0 or not o.leaves_at_shift
        if (leaves_late and here + o.people[REST, person] <= min(start - leg, o.people[REST_TO, person])) or (
            counts and there + o.people[REST, person] <= min(start, o.people[REST_TO, person])
        ):
            new[RESTED, place] = 1
            gap -= o.people[REST, person]
    new[GAP, place], new[WAITED, place] = gap, gap if counts else 0
    new[LATE, place] = lateness(o, request, start, o.places[SECONDS, place])


@part
def apart(o: Outline, plan: Plan, request: int) -> bool:
    """Whether nobody comes to two places of a request."""
    for p in range(o.ptr[request], o.ptr[request + 1]):
        for q in range(o.ptr[request], p):
            if o.able[plan.who[p]] == o.able[plan.who[q]]:
                return False
    return True


@part
def retime(o: Outline, plan: Plan, trial: Trial, number: int, request: int, changed: bool, moved: int) -> bool:
    """Times a request anew in a trial; whether it is served. changed: its position or people are. moved: what moves."""
    lo, hi, new = o.ptr[request], o.ptr[request + 1], trial.visits
    fits = plan.served[request] and apart(o, plan, request)
    if fits:
        for p in range(lo, hi):
            come_from(o, plan, trial, number, request, p, changed, moved)
        fits = starts(o, plan, trial, request)
    for p in range(lo, hi):
        if fits:
            settle(o, plan, trial, p)
        else:
            new[START, p] = -1
            new[LEG, p] = new[GAP, p] = new[WAITED, p] = new[LATE, p] = new[RESTED, p] = 0
        new[STAMP, p] = number
    return fits


@part
def end_of(
    o: Outline, plan: Plan, trial: Trial, number: int, person: int, tail: int, idle: int
) -> tuple[int, int, int, int]:
    """Way back, overtime, idle seconds in all and missed break of a person whose last place is `tail`."""
    if tail < 0:
        return 0, 0, o.people[SHUT, person] - o.people[OPENS, person], 0
    state = trial.visits if trial.visits[STAMP, tail] == number else plan.visits
    back = 0
    if o.people[FINISH, person] >= 0:
        back = o.table[o.people[SPEED, person], o.requests[END_SITE, o.places[REQUEST, tail]], o.people[FINISH, person]]
    end, missed = state[START, tail] + o.places[SECONDS, tail] + back, 0
    if o.people[REST, person] > 0 and not state[RESTED, tail]:
        begins = max(end, o.people[REST_FROM, person])
        if begins + o.people[REST, person] <= min(o.people[REST_TO, person], o.people[CLOSES, person]):
            idle -= max(0, min(o.people[REST, person], o.people[SHUT, person] - begins))
        else:
            missed = 1
    return back, max(0, end - o.people[SHUT, person]), idle + max(0, o.people[SHUT, person] - end), missed
