"""Every transition of orders and offers, allowed and refused."""

from itertools import product
from typing import get_args

import pytest

from matcher.service.orders.states import (
    NEXT,
    ORDER_NEXT,
    WORDS,
    OfferState,
    OrderState,
    WrongStateError,
    require_next,
)

STATES = {"order": get_args(OrderState), "offer": get_args(OfferState)}
PAIRS = [(kind, a, b) for kind, states in STATES.items() for a, b in product(states, states)]

# The loop as the issue has it, and where it may turn back: a reply changes, people are lost, an order is withdrawn.
ALLOWED = {
    "order": """pending>matched pending>escalated pending>withdrawn escalated>matched escalated>escalated
        escalated>withdrawn matched>offered matched>pending matched>escalated matched>withdrawn offered>accepted
        offered>matched offered>pending offered>done offered>withdrawn accepted>offered accepted>matched
        accepted>pending accepted>done accepted>withdrawn done>rated""",
    "offer": """offered>accepted offered>declined offered>expired offered>withdrawn accepted>started accepted>done
        accepted>declined accepted>no_show accepted>withdrawn started>done started>withdrawn""",
}


@pytest.mark.parametrize(("kind", "state", "to"), PAIRS)
def test_a_state_follows_another_only_by_the_table(kind, state, to) -> None:
    if f"{state}>{to}" in ALLOWED[kind].split():
        require_next(kind, "x1", state, to)
        return
    with pytest.raises(WrongStateError) as refused:
        require_next(kind, "x1", state, to)
    [problem] = refused.value.problems
    assert (problem.code, problem.where, problem.value) == ("wrong_state", f"{kind}s/x1", state)
    assert WORDS[state][0] in problem.zh
    assert all(WORDS[possible][0] in problem.zh for possible in NEXT[kind][state])
    assert all(WORDS[possible][1] in problem.en for possible in NEXT[kind][state])


def test_every_state_has_words_and_can_be_reached() -> None:
    assert set(WORDS) == {*STATES["order"], *STATES["offer"]}
    reached = {to for following in ORDER_NEXT.values() for to in following}
    assert reached | {"pending"} == set(STATES["order"])
