"""Random walks through the loop: states only by the table, events that rebuild them, and numbers without a gap."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.service.access.caller import LOCAL
from matcher.service.orders.model import Evaluation, Event
from matcher.service.orders.states import LIVE, NEXT, OPEN, WrongStateError
from tests.service.orders.conftest import Loop
from tests.service.orders.small import HOME, at, plan_of

STEPS = 60
ANSWERS = ("accepted", "accepted", "declined", "started", "no_show", "done", "done")


def rebuilt(events: list[Event]) -> dict[str, str]:
    """The state of every order and offer from its events alone; each step must be one of the table."""
    states: dict[str, str] = {}
    for event in events:
        kind, _, state = event.kind.partition(".")
        if kind == "county":
            continue
        id = event.offer if kind == "offer" else event.order
        assert id is not None
        if id in states:
            assert state in NEXT[kind][states[id]], f"{id}: {states[id]} > {state}"
        else:
            assert state == {"order": "pending", "offer": "offered"}[kind]
        states[id] = state
    return states


def steps(loop: Loop, dice: random.Random) -> list[Callable[[], object]]:
    orders = loop.book.page(LOCAL, None, None, "", 1000)
    offers = loop.offering.page(LOCAL, None, None, "", 1000)
    roles = [{"id": "helper", "count": dice.randint(1, 2), "min_count": 1}, {"id": "guide"}][: dice.randint(1, 2)]

    def new() -> object:
        window = {"start": at(9).isoformat(), "end": at(17).isoformat()}
        return loop.order(roles=roles, windows=[window], priority=dice.choice(["urgent", "normal", "low"]))

    def plan() -> object:
        order, people = dice.choice(orders), dice.sample(sorted(HOME), 4)
        wanted = [(role.id, people.pop()) for role in order.request.roles if dice.random() < 0.9]
        standby = tuple((dice.choice(order.request.roles).id, id) for id in people)
        batch, made = plan_of(order.id, wanted, standby, at(dice.choice((9, 10, 11))))
        loop.offering.take_over(LOCAL, "plan", batch, made)
        return loop.offering.send(LOCAL, [order.id]) if dice.random() < 0.8 else None

    def order_step() -> object:
        id = dice.choice(orders).id
        match dice.randrange(3):
            case 0:
                return loop.book.withdraw(LOCAL, id, "不需要")
            case 1:
                return loop.book.escalate(LOCAL, id, "人不够")
            case _:
                return loop.book.evaluate(LOCAL, id, Evaluation(rating=dice.randint(1, 5)))

    found: list[Callable[[], object]] = [new, lambda: loop.later(minutes=dice.randint(1, 20)), loop.offering.expire]
    found += [plan, plan, order_step] if orders else []
    answers = [lambda: loop.offering.answer(LOCAL, dice.choice(offers).id, dice.choice(ANSWERS))] * 6
    return found + (answers if offers else [])


@pytest.mark.parametrize("seed", range(3))
def test_a_random_walk_never_breaks(tmp_path: Path, seed: int) -> None:
    loop, dice, refused, others = Loop(f"sqlite:///{tmp_path}/walk.db"), random.Random(seed), 0, list[str | None]()
    for _ in range(STEPS):
        before = loop.book.events(LOCAL, 0, 10_000)
        try:
            dice.choice(steps(loop, dice))()
        except WrongStateError:
            refused += 1
            late = {event.kind for event in loop.book.events(LOCAL, len(before), 10_000)}
            assert "offer.expired" in late or not late, "what is refused changes nothing but deadlines that are over"
        except InputError as error:
            others.append(error.problems[0].value)
    assert set(others) <= {"city"}, "what is with the city cannot go further up"
    events = loop.book.events(LOCAL, 0, 10_000)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    orders = loop.book.page(LOCAL, None, None, "", 1000)
    shown = {order.id: order.state for order in orders}
    shown |= {offer.id: offer.state for order in orders for offer in order.offers}
    assert rebuilt(events) == shown
    assert 0 < refused < STEPS
    for order in orders:
        assert order.state in OPEN or not any(offer.state in LIVE for offer in order.offers)
    live = [offer for order in orders for offer in order.offers if offer.state in LIVE]
    for a in live:
        clash = [b for b in live if b.volunteer == a.volunteer and a.start < b.end and b.start < a.end and a != b]
        assert clash == [], "nobody is promised twice for a time"
    loop.store.close()
