"""Simulated annealing of an order: changes that cost more are kept the more rarely, the colder it is (compiled).

The order for all with a person for each place is how Ceschia, Di Gaspero, Rosati and Schaerf (2024, doi
10.1111/itor.13585) see home care; what a change moves is found here without timing everybody anew.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.order.moves import FIRST, FROM, TO, Random, below, propose, shift, undo
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
    END_SITE,
    GAP,
    HOME,
    IDLE,
    LATE,
    LEG,
    MISSED,
    MOST,
    OPENS,
    OVER,
    REQUEST,
    SECONDS,
    SERVICE,
    SITE,
    SPEED,
    STAMP,
    START,
    TAIL,
    TRAVEL,
    UNUSED,
    WAITED,
    WAITING,
    WINDOW_FROM,
    Outline,
    Plan,
    Trial,
    end_of,
    retime,
)
from matcher.order.trial import (
    BEST,
    COST,
    LATEST_NOW,
    NUMBER,
    TOTAL_LOAD,
    copy,
    keep,
    late_end,
    load_of,
    set_people,
    weigh,
)
from matcher.solver.kernel import kernel, maker

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@kernel
def anneal(
    o: Outline, plan: Plan, best: Plan, trial: Trial, near: Ints, random: Random, sums: Floats, heat: float, tries: int
) -> None:
    """Tries so many changes of a plan at a temperature; `best` becomes the best plan met. sums: see `trial`."""
    change, new = trial.change, trial.sums
    for _ in range(tries):
        if not propose(o, plan, near, random, change):
            continue
        shift(plan, change[FIRST], change[FROM], change[TO])
        trial.counts[NUMBER] += 1
        number = trial.counts[NUMBER]
        weigh(o, plan, trial, number, change, sums, new)
        more = new[COST] - sums[COST]
        if more <= 0 or below(random, 1 << 40) < np.exp(-more / heat) * (1 << 40):
            keep(o, plan, trial, number, change)
            copy(new, sums)
            if sums[COST] < sums[BEST] - 1e-7:
                sums[BEST] = sums[COST]
                copy(plan.order, best.order)
                copy(plan.served, best.served)
                copy(plan.who, best.who)
        else:
            undo(plan, change)


@kernel
def cheapest(o: Outline, plan: Plan, request: int, place: int) -> int:
    """Who can be at a place soonest and nearest, as a number in `able`; -1: nobody is left."""
    best, found = np.inf, -1
    for e in range(o.able_ptr[place], o.able_ptr[place + 1]):
        person = o.able[e]
        taken = plan.days[COUNT, person] >= o.people[MOST, person]
        for p in range(o.ptr[request], place):
            taken = taken or o.able[plan.who[p]] == person
        if taken:
            continue
        tail = plan.days[TAIL, person]
        at, free = o.people[HOME, person], o.people[OPENS, person]
        if tail >= 0:
            at, free = o.requests[END_SITE, o.places[REQUEST, tail]], plan.visits[START, tail] + o.places[SECONDS, tail]
        leg = o.table[o.people[SPEED, person], at, o.requests[SITE, request]]
        cost = max(free + leg, o.windows[WINDOW_FROM, o.window_ptr[request]]) + 2.0 * leg
        if cost < best:
            best, found = cost, e
    return found


@maker
def begin(o: Outline, plan: Plan, trial: Trial, choose: bool, sums: Floats) -> None:
    """Times all of a plan anew and sums it up; `choose`: whoever is soonest and nearest comes, request by request."""
    plan.visits[:], plan.days[:], plan.ends[:] = 0, 0, 0
    plan.visits[START], plan.visits[BEFORE], plan.days[TAIL] = -1, -1, -1
    trial.visits[STAMP], trial.marks[:] = 0, 0
    cost = 0.0
    for at in range(len(plan.order)):
        plan.position[plan.order[at]] = at
    for request in plan.order:
        lo, hi = o.ptr[request], o.ptr[request + 1]
        if choose:
            plan.served[request] = True
            for p in range(lo, hi):
                found = cheapest(o, plan, request, p)
                plan.served[request] = plan.served[request] and found >= 0
                plan.who[p] = found if found >= 0 else o.able_ptr[p]
        set_people(o, plan, request)
        fits = retime(o, plan, trial, -1, request, True, -1)
        for p in range(lo, hi):
            plan.visits[:STAMP, p] = trial.visits[:STAMP, p]
            if fits:
                person = o.able[plan.who[p]]
                plan.days[TAIL, person] = p
                plan.days[TRAVEL, person] += plan.visits[LEG, p]
                plan.days[WAITING, person] += plan.visits[WAITED, p]
                plan.days[IDLE, person] += plan.visits[GAP, p]
                plan.days[SERVICE, person] += o.places[SECONDS, p]
                plan.days[COUNT, person] += 1
                cost += o.able_cost[plan.who[p]] + o.weight[BY_TARDINESS] * plan.visits[LATE, p]
        cost += o.weight[BY_LATENESS] * late_end(o, plan.visits, request) if fits else o.missed[request]
    trial.visits[STAMP] = 0
    sums[COST] = cost + days_cost(o, plan, trial)
    sums[LATEST_NOW] = plan.visits[LATE].max()
    sums[TOTAL_LOAD] = plan.days[TRAVEL].sum() + plan.days[SERVICE].sum()
    sums[COST] += o.weight[BY_LATEST] * sums[LATEST_NOW] + o.weight[BY_IDLE] * plan.ends[UNUSED].max()
    mean = sums[TOTAL_LOAD] / o.people.shape[1]
    for person in range(o.people.shape[1]):
        sums[COST] += o.weight[BY_SPREAD] * abs(plan.days[TRAVEL, person] + plan.days[SERVICE, person] - mean)
    sums[BEST] = sums[COST]


@kernel
def days_cost(o: Outline, plan: Plan, trial: Trial) -> float:
    """What the days of all people cost; sets `ends` and adds the way back to their travel."""
    cost = 0.0
    for person in range(o.people.shape[1]):
        days, ends = plan.days, plan.ends
        back, over, unused, missed = end_of(o, plan, trial, 1, person, days[TAIL, person], days[IDLE, person])
        ends[BACK, person], ends[OVER, person], ends[UNUSED, person], ends[MISSED, person] = back, over, unused, missed
        days[TRAVEL, person] += back
        cost += o.weight[BY_TRAVEL] * days[TRAVEL, person] + o.weight[BY_WAITING] * days[WAITING, person]
        cost += o.weight[BY_OVERTIME] * over + o.weight[BY_BREAK] * missed
        cost += o.weight[BY_LOAD] * load_of(o, person, days[COUNT, person])
    return cost
