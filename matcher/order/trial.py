"""What a change of an order costs: only what it moves is timed anew (compiled).

From the first position that changes on, a request is timed anew if it changed or if somebody who comes to it is on
another way than before. Once everybody is where they were at the same time, all that follows is as before.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.order.moves import FIRST, FROM, OTHER_PERSON, OTHER_PLACE, PERSON, PLACE, SECOND, TO
from matcher.order.timing import (
    BACK,
    BEFORE,
    BY_BREAK,
    BY_IDLE,
    BY_LATENESS,
    BY_LATEST,
    BY_LOAD,
    BY_OVERTIME,
    BY_SPREAD,
    BY_TARDINESS,
    BY_TRAVEL,
    BY_WAITING,
    COUNT,
    DUE,
    GAP,
    IDLE,
    LATE,
    LEG,
    MISSED,
    MOST,
    MOVES,
    NEXT,
    OVER,
    RECENT,
    RESTED,
    SECONDS,
    SEEN,
    SERVICE,
    STAMP,
    START,
    TAIL,
    TRAVEL,
    UNUSED,
    WAITED,
    WAITING,
    WHOM,
    Outline,
    Plan,
    Trial,
    end_of,
    retime,
)
from matcher.solver.kernel import kernel, part

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MET, MOVED, PLACES, LATEST, LOST, STEPS, NUMBER = range(7)
"""Positions in `Trial.counts`: people met, people who are on another way, places timed anew, the latest of these,
whether the latest visit of all is among those timed anew; requests timed anew in all trials, and number of trials."""
COST, LATEST_NOW, TOTAL_LOAD, BEST = range(4)
"""Positions in `sums`: cost of the plan, its latest visit, service and travel of all, and the best cost so far."""


@part
def copy(source: Any, target: Any) -> None:
    """Makes an array the same as another [n]."""
    for i in range(len(source)):
        target[i] = source[i]


@part
def meet(trial: Trial, number: int, person: int) -> None:
    """Takes a person into the trial."""
    if trial.marks[SEEN, person] != number:
        trial.marks[SEEN, person] = number
        trial.marks[WHOM, trial.counts[MET]] = person
        trial.counts[MET] += 1
        trial.more[:, person] = 0


@part
def divert(trial: Trial, number: int, person: int, tail: int) -> None:
    """From here on a person comes from another place, or at another time, than before."""
    meet(trial, number, person)
    if trial.marks[MOVES, person] != number:
        trial.marks[MOVES, person] = number
        trial.counts[MOVED] += 1
        trial.bits[person & 63] += 1
    trial.marks[NEXT, person] = tail


@part
def rejoin(trial: Trial, number: int, person: int) -> None:
    """From here on all is as before for a person."""
    if trial.marks[MOVES, person] == number:
        trial.marks[MOVES, person] = 0
        trial.counts[MOVED] -= 1
        trial.bits[person & 63] -= 1


@part
def was_able(plan: Plan, change: Ints, place: int) -> int:
    """Who came to a place before the change, as a number in `able`."""
    if place == change[PLACE]:
        return int(change[PERSON])
    return int(change[OTHER_PERSON] if place == change[OTHER_PLACE] else plan.who[place])


@part
def free_people(o: Outline, plan: Plan, trial: Trial, number: int, change: Ints, request: int) -> None:
    """People who came to a request go on from the place before, unless they already are on another way."""
    for p in range(o.ptr[request], o.ptr[request + 1]):
        person = o.able[was_able(plan, change, p)]
        if plan.visits[START, p] >= 0 and trial.marks[MOVES, person] != number:
            divert(trial, number, person, plan.visits[BEFORE, p])


@part
def late_end(o: Outline, visits: Ints, request: int) -> int:
    """Seconds of the last end of a request after its due time."""
    late = 0
    for p in range(o.ptr[request], o.ptr[request + 1]):
        late = max(late, visits[START, p] + o.places[SECONDS, p] - o.requests[DUE, request])
    return late


@part
def leave_out(o: Outline, plan: Plan, trial: Trial, number: int, change: Ints, request: int, latest: int) -> float:
    """Takes a request's visits as they were off the sums; what that adds to the cost."""
    old, added = plan.visits, 0.0
    for p in range(o.ptr[request], o.ptr[request + 1]):
        able = was_able(plan, change, p)
        person = o.able[able]
        meet(trial, number, person)
        more = trial.more
        more[TRAVEL, person] -= old[LEG, p]
        more[WAITING, person] -= old[WAITED, p]
        more[IDLE, person] -= old[GAP, p]
        more[SERVICE, person] -= o.places[SECONDS, p]
        more[COUNT, person] -= 1
        added -= o.able_cost[able] + o.weight[BY_TARDINESS] * old[LATE, p]
        if latest > 0 and old[LATE, p] == latest:
            trial.counts[LOST] = 1
    return float(added - o.weight[BY_LATENESS] * late_end(o, old, request))


@part
def take_in(o: Outline, plan: Plan, trial: Trial, number: int, request: int, as_was: bool) -> float:
    """Adds a request's new visits to the sums; what that adds to the cost. as_was: it was served by the same people."""
    old, new, added = plan.visits, trial.visits, 0.0
    for p in range(o.ptr[request], o.ptr[request + 1]):
        person = o.able[plan.who[p]]
        meet(trial, number, person)
        more = trial.more
        more[TRAVEL, person] += new[LEG, p]
        more[WAITING, person] += new[WAITED, p]
        more[IDLE, person] += new[GAP, p]
        more[SERVICE, person] += o.places[SECONDS, p]
        more[COUNT, person] += 1
        added += o.able_cost[plan.who[p]] + o.weight[BY_TARDINESS] * new[LATE, p]
        trial.counts[LATEST] = max(trial.counts[LATEST], new[LATE, p])
        if as_was and new[START, p] == old[START, p] and new[RESTED, p] == old[RESTED, p]:
            rejoin(trial, number, person)
        else:
            divert(trial, number, person, p)
    return float(added + o.weight[BY_LATENESS] * late_end(o, new, request))


@kernel
def retimed(o: Outline, plan: Plan, trial: Trial, number: int, change: Ints, request: int, latest: int) -> float:
    """Times a request anew; what that adds to the cost."""
    changed = request == change[FIRST] or request == change[SECOND]
    was = plan.visits[START, o.ptr[request]] >= 0
    now = retime(o, plan, trial, number, request, changed, change[FIRST])
    trial.counts[STEPS] += 1
    added = 0.0
    for p in range(o.ptr[request], o.ptr[request + 1]):
        trial.places[trial.counts[PLACES]] = p
        trial.counts[PLACES] += 1
    if was:
        added += leave_out(o, plan, trial, number, change, request, latest) + (0.0 if now else o.missed[request])
    if now:
        added += take_in(o, plan, trial, number, request, was and not changed) - (0.0 if was else o.missed[request])
    elif was and not changed:
        for p in range(o.ptr[request], o.ptr[request + 1]):
            person = o.able[plan.who[p]]
            if trial.marks[MOVES, person] != number:
                divert(trial, number, person, plan.visits[BEFORE, p])
    return added


@kernel
def follow(o: Outline, plan: Plan, trial: Trial, number: int, change: Ints, latest: int) -> float:
    """Times anew what a change moves; what that adds to the cost of visits."""
    a, b, second = change[FROM], change[TO], change[SECOND]
    first, last = min(a, b), max(a, b)
    if second >= 0:
        first, last = min(first, plan.position[second]), max(last, plan.position[second])
    leaves = a if b >= a else a + 1
    trial.counts[:STEPS] = 0
    trial.bits[:] = 0
    added, moving = 0.0, np.uint64(0)
    at = first
    while at < len(plan.order):
        if at == leaves:
            free_people(o, plan, trial, number, change, change[FIRST])
            moving = bits_of(trial)
        request = plan.order[at]
        if request == second:
            free_people(o, plan, trial, number, change, second)
        anew = request == change[FIRST] or request == second
        if not anew and trial.counts[MOVED] > 0 and plan.served[request] and (plan.people[request] & moving) != 0:
            for p in range(o.ptr[request], o.ptr[request + 1]):
                anew = anew or trial.marks[MOVES, o.able[plan.who[p]]] == number
        if anew:
            added += retimed(o, plan, trial, number, change, request, latest)
            moving = bits_of(trial)
        at += 1
        if at > max(last, leaves) and trial.counts[MOVED] == 0:
            break
    if leaves == len(plan.order):
        free_people(o, plan, trial, number, change, change[FIRST])
    return added


@part
def bits_of(trial: Trial) -> np.uint64:
    """The bits of all people who are on another way."""
    moving = np.uint64(0)
    for bit in range(64):
        if trial.bits[bit] > 0:
            moving |= np.uint64(1) << np.uint64(bit)
    return moving


@part
def load_of(o: Outline, person: int, count: int) -> float:
    """Workload of so many visits on top of the recent ones."""
    return float(o.people[RECENT, person] * count + count * (count - 1) / 2)


@part
def cost_of_days(o: Outline, plan: Plan, trial: Trial, number: int) -> float:
    """What the days of the people met cost more; infinite if somebody has too many requests. Sets `trial.ends`."""
    weight, added = o.weight, 0.0
    for k in range(trial.counts[MET]):
        person = trial.marks[WHOM, k]
        tail = trial.marks[NEXT, person] if trial.marks[MOVES, person] == number else plan.days[TAIL, person]
        count = plan.days[COUNT, person] + trial.more[COUNT, person]
        if count > o.people[MOST, person]:
            return np.inf
        idle = plan.days[IDLE, person] + trial.more[IDLE, person]
        back, over, unused, missed = end_of(o, plan, trial, number, person, tail, idle)
        ends = trial.ends
        ends[BACK, k], ends[OVER, k], ends[UNUSED, k], ends[MISSED, k] = back, over, unused, missed
        trial.more[TRAVEL, person] += back - plan.ends[BACK, person]
        added += weight[BY_TRAVEL] * trial.more[TRAVEL, person] + weight[BY_WAITING] * trial.more[WAITING, person]
        added += weight[BY_OVERTIME] * (over - plan.ends[OVER, person])
        added += weight[BY_BREAK] * (missed - plan.ends[MISSED, person])
        if weight[BY_LOAD] > 0:
            added += weight[BY_LOAD] * (load_of(o, person, count) - load_of(o, person, plan.days[COUNT, person]))
    return added


@part
def latest_of(o: Outline, plan: Plan, trial: Trial, number: int, latest: int) -> int:
    """The latest visit of all after a change, in seconds after its window."""
    most = trial.counts[LATEST]
    if most >= latest or not trial.counts[LOST]:
        return int(max(most, latest))
    for p in range(len(plan.who)):
        if trial.visits[STAMP, p] != number:
            most = max(most, plan.visits[LATE, p])
    return int(most)


@part
def cost_of_idle(plan: Plan, trial: Trial, number: int) -> int:
    """By how much the longest idle time grows."""
    before, after = 0, 0
    for k in range(trial.counts[MET]):
        after = max(after, trial.ends[UNUSED, k])
    for person in range(plan.ends.shape[1]):
        before = max(before, plan.ends[UNUSED, person])
        if trial.marks[SEEN, person] != number:
            after = max(after, plan.ends[UNUSED, person])
    return after - before


@part
def spread_of(plan: Plan, trial: Trial, number: int, before: int, after: int) -> float:
    """By how much the spread of working time grows where that of all goes from `before` to `after`."""
    people, spread = plan.days.shape[1], 0.0
    for person in range(people):
        load = plan.days[TRAVEL, person] + plan.days[SERVICE, person]
        spread -= abs(load - before / people)
        if trial.marks[SEEN, person] == number:
            load += trial.more[TRAVEL, person] + trial.more[SERVICE, person]
        spread += abs(load - after / people)
    return spread


@part
def weigh(o: Outline, plan: Plan, trial: Trial, number: int, change: Ints, sums: Floats, new: Floats) -> None:
    """Sets `new` to what `sums` become by a change."""
    latest = int(sums[LATEST_NOW])
    added = follow(o, plan, trial, number, change, latest)
    added += cost_of_days(o, plan, trial, number)
    copy(sums, new)
    if o.weight[BY_LATEST] > 0:
        new[LATEST_NOW] = latest_of(o, plan, trial, number, latest)
        added += o.weight[BY_LATEST] * (new[LATEST_NOW] - latest)
    if o.weight[BY_IDLE] > 0:
        added += o.weight[BY_IDLE] * cost_of_idle(plan, trial, number)
    if o.weight[BY_SPREAD] > 0:
        for k in range(trial.counts[MET]):
            person = trial.marks[WHOM, k]
            new[TOTAL_LOAD] += trial.more[TRAVEL, person] + trial.more[SERVICE, person]
        added += o.weight[BY_SPREAD] * spread_of(plan, trial, number, int(sums[TOTAL_LOAD]), int(new[TOTAL_LOAD]))
    new[COST] = sums[COST] + added


@part
def keep(o: Outline, plan: Plan, trial: Trial, number: int, change: Ints) -> None:
    """Makes a change that was tried part of the plan."""
    for k in range(trial.counts[PLACES]):
        p = trial.places[k]
        for row in range(STAMP):
            plan.visits[row, p] = trial.visits[row, p]
    for k in range(trial.counts[MET]):
        person = trial.marks[WHOM, k]
        if trial.marks[MOVES, person] == number:
            plan.days[TAIL, person] = trial.marks[NEXT, person]
        for row in range(TRAVEL, COUNT + 1):
            plan.days[row, person] += trial.more[row, person]
        for row in range(MISSED + 1):
            plan.ends[row, person] = trial.ends[row, k]
    for request in (change[FIRST], change[SECOND]):
        if request >= 0:
            set_people(o, plan, request)


@part
def set_people(o: Outline, plan: Plan, request: int) -> None:
    """Sets the bits of the people who come to a request."""
    plan.people[request] = np.uint64(0)
    for p in range(o.ptr[request], o.ptr[request + 1]):
        plan.people[request] |= np.uint64(1) << np.uint64(o.able[plan.who[p]] & 63)
