"""Changes of an order: a request elsewhere, other people, two who swap, a request left out (compiled)."""

import numpy as np
from numpy.typing import NDArray

from matcher.order.timing import Outline, Plan
from matcher.solver.kernel import part

Ints = NDArray[np.int64]
Random = NDArray[np.uint64]

(FIRST, SECOND, FROM, TO, PLACE, PERSON, OTHER_PLACE, OTHER_PERSON, TURNED) = range(9)
"""What a change is: the request that moves or changes people, the other one with whom it swaps (-1), the positions, the
places with another person (-1) and who came there before, and whether the first is no longer, or newly, served."""
MISSED_FOR_GOOD = 1e8
"""From this cost on a request is never left out on purpose."""


@part
def below(random: Random, n: int) -> int:
    """A number from 0 to n - 1 (xorshift, Marsaglia 2003)."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return int((x >> np.uint64(11)) % np.uint64(n))


@part
def as_able(o: Outline, place: int, person: int) -> int:
    """The number in `able` of a person at a place; -1 if they cannot fill it."""
    for e in range(o.able_ptr[place], o.able_ptr[place + 1]):
        if o.able[e] == person:
            return e
    return -1


@part
def comes(o: Outline, plan: Plan, request: int, person: int, but: int) -> bool:
    """Whether a person comes to a request, to another place than `but`."""
    for p in range(o.ptr[request], o.ptr[request + 1]):  # noqa: SIM110 - numba has no any()
        if p != but and o.able[plan.who[p]] == person:
            return True
    return False


@part
def some_place(o: Outline, random: Random, request: int) -> int:
    return int(o.ptr[request]) + below(random, o.ptr[request + 1] - o.ptr[request])


@part
def send(plan: Plan, change: Ints, place: int, able: int) -> None:
    """Another person at a place."""
    change[PLACE], change[PERSON] = place, plan.who[place]
    plan.who[place] = able


@part
def join(o: Outline, plan: Plan, near: Ints, random: Random, change: Ints, move: bool) -> None:
    """A request goes beside one near it, to a person who is there; only the person changes if it may not move."""
    r, position = change[FIRST], plan.position
    other = near[r, below(random, near.shape[1])]
    if not plan.served[other]:
        return
    place = some_place(o, random, r)
    person = o.able[plan.who[some_place(o, random, other)]]
    if o.able[plan.who[place]] != person:
        able = as_able(o, place, person)
        if able < 0 or comes(o, plan, r, person, place):
            return
        send(plan, change, place, able)
    if move:
        at = position[other]
        if below(random, 2) == 0:
            change[TO] = at + 1 if at < change[FROM] else at
        else:
            change[TO] = at if at < change[FROM] else at - 1
        change[TO] = min(max(change[TO], 0), len(plan.order) - 1)


@part
def swap(o: Outline, plan: Plan, other: int, random: Random, change: Ints, move: bool) -> None:
    """Two people change places, in two requests or in one; `move`: the requests get close in the order."""
    r = change[FIRST]
    if not plan.served[other]:
        return
    a, b = some_place(o, random, r), some_place(o, random, other)
    person, theirs = o.able[plan.who[a]], o.able[plan.who[b]]
    if a == b or person == theirs:
        return
    to_a, to_b = as_able(o, a, theirs), as_able(o, b, person)
    if to_a < 0 or to_b < 0:
        return
    if r != other and (comes(o, plan, r, theirs, a) or comes(o, plan, other, person, b)):
        return
    change[OTHER_PLACE], change[OTHER_PERSON] = b, plan.who[b]
    send(plan, change, a, to_a)
    plan.who[b] = to_b
    if r != other:
        change[SECOND] = other
        if move:
            change[TO] = plan.position[other]


@part
def propose(o: Outline, plan: Plan, near: Ints, random: Random, change: Ints) -> bool:
    """Makes a change at random, the order aside; whether there is anything new."""
    count = len(plan.order)
    r, kind = below(random, count), below(random, 100)
    change[:] = -1
    change[FIRST], change[FROM], change[TO], change[TURNED] = r, plan.position[r], plan.position[r], 0
    if not plan.served[r]:
        plan.served[r], change[TURNED] = True, 1
    elif kind < 2 and o.missed[r] < MISSED_FOR_GOOD:
        plan.served[r], change[TURNED] = False, 1
        return True
    if kind < 45:
        join(o, plan, near, random, change, kind < 30)
    elif kind < 60:
        place = some_place(o, random, r)
        able = o.able_ptr[place] + below(random, o.able_ptr[place + 1] - o.able_ptr[place])
        if not comes(o, plan, r, o.able[able], -1):
            send(plan, change, place, able)
    elif kind < 78:
        far = 1 + below(random, 15)
        change[TO] = min(max(change[FROM] + (far if below(random, 2) == 0 else -far), 0), count - 1)
    elif kind < 90:
        swap(o, plan, near[r, below(random, near.shape[1])], random, change, kind % 2 == 0)
    else:
        far = 1 + below(random, 20)
        at = min(max(change[FROM] + (far if below(random, 2) == 0 else -far), 0), count - 1)
        swap(o, plan, plan.order[at], random, change, kind % 2 == 0)
    return bool(change[FROM] != change[TO] or change[PLACE] >= 0 or change[TURNED] == 1)


@part
def shift(plan: Plan, request: int, a: int, b: int) -> None:
    """Moves a request from one position to another."""
    order, position = plan.order, plan.position
    way = 1 if b > a else -1
    at = a
    while at != b:
        order[at] = order[at + way]
        position[order[at]] = at
        at += way
    order[b] = request
    position[request] = b


@part
def undo(plan: Plan, change: Ints) -> None:
    """Takes a change back."""
    shift(plan, change[FIRST], change[TO], change[FROM])
    if change[PLACE] >= 0:
        plan.who[change[PLACE]] = change[PERSON]
    if change[OTHER_PLACE] >= 0:
        plan.who[change[OTHER_PLACE]] = change[OTHER_PERSON]
    if change[TURNED] == 1:
        plan.served[change[FIRST]] = not plan.served[change[FIRST]]
