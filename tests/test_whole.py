"""Which terms the exact solver's routes do not know, and that dispatch says so."""

from typing import Any

import pytest

from matcher import InputError, Standing, dispatch
from matcher.batch import Batch, Break, Lag, Shift, Window
from matcher.policy import Policy, Tier
from matcher.rules import TERMS
from matcher.whole import beyond_routes, unsupported
from tests.checker.build import at, batch, fixed, plan, request, role, span, volunteer

REST = {"break": Break(start=at("12:00"), end=at("13:00"), minutes=30)}
LATE = Window(start=at("9:00"), end=at("9:00"), late=30)


def weighed(*names: str, people: list[dict[str, Any]] | None = None, asked: Any = None, **policy: Any) -> Batch:
    """Two people unless told otherwise, a request, and a policy in which these terms count."""
    tiers = (Tier(terms={"coverage.normal": 1}), Tier(terms=dict.fromkeys(names, 1.0)))
    volunteers = [volunteer(id, **fields) for id, fields in zip("vwx", people or [{}, {}], strict=False)]
    return batch(volunteers, [request(**(asked or {}))], policy=Policy(tiers=tiers, **policy))


def test_the_default_policy_is_known() -> None:
    b = batch([volunteer()], [request(windows=[LATE])])
    assert beyond_routes(b) == ()
    assert unsupported(b, "pins") == []


def test_terms_without_a_weight_are_not_missed() -> None:
    tiers = (Tier(terms={name: 1.0 if term.weight else 0.0 for name, term in TERMS.items()}),)
    people = [volunteer("v", shifts=[Shift(start=at("8:00"), end=at("9:00"), overtime=90)]), volunteer("w")]
    assert beyond_routes(batch(people, [request(windows=[LATE])], policy=Policy(tiers=tiers))) == ()


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("max_lateness", {}, {"asked": {"windows": [LATE]}}),
        ("max_lateness", {}, {"late_by": "end"}),
        ("max_lateness", {}, {"asked": {"roles": (role(), role("b", lag=Lag(max=30)))}}),
        (
            "max_lateness",
            {"asked": {"windows": [span("9:00", "9:30"), span("10:00", "10:00")]}},
            {"asked": {"windows": [span("9:00", "10:30"), span("10:00", "10:00")]}},
        ),
        ("overtime", {}, {"people": [{}, {"shifts": [Shift(start=at("8:00"), end=at("9:00"), overtime=1)]}]}),
        ("overtime", {}, {"shift_covers": "service"}),
        ("max_idle", {"people": [{"shifts": ()}]}, {}),
        ("workload_spread", {"people": [{}, {"shifts": ()}]}, {}),
        ("missed_break", {}, {"people": [REST]}),
        ("waiting", {}, {"people": [REST]}),
        ("waiting", {}, {"leaves": "shift"}),
    ],
)
def test_what_can_be_anything_but_nothing(name: str, known: dict[str, Any], unknown: dict[str, Any]) -> None:
    assert beyond_routes(weighed(name, **known)) == ()
    assert beyond_routes(weighed(name, **unknown)) == (name,)


def test_pins_may_be_after_their_window() -> None:
    b = weighed("max_lateness")
    assert beyond_routes(b.model_copy(update={"pins": (fixed(start="9:33"),)})) == ("max_lateness",)


def test_dispatch_says_where_each_stands() -> None:
    with pytest.raises(InputError) as caught:
        dispatch(weighed("workload_spread", "travel", "max_idle"), strategy="routes")
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [
        ("unsupported_term", "/policy/tiers/1/terms/max_idle"),
        ("unsupported_term", "/policy/tiers/1/terms/workload_spread"),
    ]


def test_single_requests_are_not_served_either() -> None:
    with pytest.raises(InputError) as caught:
        Standing(weighed("max_idle", leaves="shift"), plan())
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [
        ("unsupported_term", "/policy/tiers/1/terms/max_idle"),
        ("unsupported_leaves", "/policy/leaves"),
    ]
