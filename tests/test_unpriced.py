"""Starting late is free by default, and the plan says so where it matters."""

import pytest

from matcher import dispatch
from matcher.batch import Batch, Window
from matcher.plan import Note
from matcher.policy import DEFAULT_TIERS, Policy, Tier
from matcher.unpriced import unpriced
from tests.checker.build import at, batch, request, span, volunteer

LATE = Window(start=at("9:00"), end=at("9:00"), late=30)
ZH = "时间窗允许晚开始（late）的需求：2 个；策略未计 tardiness 和 max_lateness，晚开始不扣分"
EN = (
    "requests whose windows have `late`: 2; the policy weighs neither `tardiness` nor `max_lateness`, "
    "so starting late costs nothing"
)


def three(*tiers: Tier) -> Batch:
    """Three requests, the last two of them with `late`, one of these in its second window only."""
    asked = [request("r"), request("s", windows=[LATE]), request("t", windows=[span("8:00", "8:00"), LATE])]
    return batch([volunteer()], asked, policy=Policy(tiers=tiers or DEFAULT_TIERS))


def weighed(**terms: float) -> Tier:
    return Tier(terms=terms)


def test_the_last_default_tier_is_the_one_given() -> None:
    # The table under Objective of the problem as it was given; no term that public instances brought is in it.
    assert DEFAULT_TIERS[4].terms == {
        "travel": 1, "escalation": 15, "lateness": 2, "waiting": 0.25, "overskill": 5, "workload": 3, "reliability": 10,
        "disruption": 20, "preference": 10, "familiar": 10, "interest": 5, "tags": 2,
    }  # fmt: skip


@pytest.mark.parametrize("tiers", [(), (weighed(travel=1), weighed(tardiness=0, max_lateness=0, lateness=2))])
def test_late_without_a_price_is_told(tiers: tuple[Tier, ...]) -> None:
    assert unpriced(three(*tiers)) == [Note(zh=ZH, en=EN)]


@pytest.mark.parametrize("name", ["tardiness", "max_lateness"])
def test_late_at_a_price_is_not(name: str) -> None:
    assert unpriced(three(weighed(travel=1), weighed(**{name: 0.1}))) == []


def test_where_nobody_may_be_late_nothing_is_told() -> None:
    assert unpriced(batch([volunteer()], [request()])) == []


def test_the_plan_tells_it() -> None:
    assert dispatch(three()).log[-1] == Note(zh=ZH, en=EN)
    assert "tardiness" not in " ".join(note.en for note in dispatch(three(weighed(tardiness=1))).log)


def test_so_does_a_plan_by_order() -> None:
    plan = dispatch(three(weighed(**{"coverage.normal": 1}), weighed(max_idle=1)), work=1_000)
    assert plan.log[-1] == Note(zh=ZH, en=EN)
