"""Why a request has empty places, and what serving it would cost."""

from collections.abc import Sequence

import pytest

from matcher import Batch, InputError, Plan, check, dispatch, explain
from matcher.answers import price
from matcher.answers.explain import one_more
from matcher.answers.price import serving
from matcher.batch import Role
from matcher.checker import Report
from matcher.plan import Visit
from matcher.reasons.judging import Judge
from matcher.scene import Scene
from tests.answers.repairing import SAME
from tests.checker import build
from tests.oracle.brute import Best, brute
from tests.oracle.tiny import tiny_batch


def prices(batch: Batch, best: Best) -> list[str]:
    """The answers to what serving each request with empty places would cost, each held against brute force."""
    answers: list[str] = []
    plan = best.plan
    assert plan
    for request in batch.requests:
        told = explain(batch, plan, request.id, None, repairs=False)
        if told.price is None:
            continue
        forced = brute(serving(batch, request.id, one_more(plan, request)))
        answers.append(told.price.answer)
        assert told.price.proved
        assert (told.price.answer == "impossible") == (forced.plan is None)
        if forced.plan is not None:
            change = [a - b for a, b in zip(forced.tiers, best.tiers, strict=True)]
            assert told.price.tiers == pytest.approx(change, abs=1e-5)
            worse = next((c < 0 for c in change if abs(c) > SAME), False)
            assert told.price.answer == ("costs" if worse else "gains")
    return answers


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_price_is_what_brute_force_finds(first: int) -> None:
    answers: set[str] = set()
    for seed in range(first, first + 20):
        batch = tiny_batch(seed)
        best = brute(batch)
        if best.plan is not None:
            answers.update(prices(batch, best))
    assert {"costs", "impossible"} <= answers


def test_who_took_the_people_and_what_it_would_cost() -> None:
    pressing = build.request("pressing", 0, "9:00", priority="urgent")
    batch = build.batch([build.volunteer("v", 5)], [pressing, build.request("r", 0, "9:30")])
    plan = dispatch(batch)
    told = explain(batch, plan, "r")
    assert told.state == "unserved"
    assert [(taker.request, taker.volunteers) for taker in told.takers] == [("pressing", 1)]
    assert told.takers[0].zh == "需求 pressing（紧急）用了其中 1 人"
    assert [reason.code for reason in told.gaps[0].reasons] == ["busy"]
    assert told.price
    assert (told.price.answer, told.price.proved) == ("costs", True)
    assert told.price.tiers[1] == -1
    assert told.price.comparison
    assert told.price.comparison.dropped == ("pressing",)
    assert told.price.zh == (
        "代价（重新求解，已证明最小）：紧急需求满足 -1、一般需求满足 +1；因此落空的需求：pressing；共改动 2 处安排。"
    )
    assert told.repairs
    assert told.repairs.mends[0].changes[0].code == "start"
    assert told.repairs.mends[0].changes[0].steps == 3


def test_the_plan_in_force_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = build.batch([build.volunteer("v", 5)], [build.request("p", priority="urgent"), build.request("r")])
    plan, judged, checked = dispatch(batch), list[Batch](), list[Plan]()
    init = Judge.__init__

    def judge(self: Judge, scene: Scene, visits: Sequence[Visit]) -> None:
        judged.append(scene.batch)
        init(self, scene, visits)

    def checking(of: Batch, checks: Plan) -> Report:
        checked.append(checks)
        return check(of, checks)

    monkeypatch.setattr(Judge, "__init__", judge)
    monkeypatch.setattr(price, "check", checking)
    told = explain(batch, plan, "r")
    assert told.takers
    assert told.repairs
    assert sum(each is batch for each in judged) == 1
    assert sum(each.visits is plan.visits for each in checked) == 1


def test_what_the_plan_could_have_served_gains() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r")])
    told = explain(batch, build.plan(), "r")
    assert told.price
    assert (told.price.answer, told.repairs) == ("gains", None)
    assert "方案不会变差" in told.price.zh


def test_one_more_person_is_asked_for_where_some_come() -> None:
    asked = build.request("r", roles=(Role(id="a", count=3, min_count=1),))
    batch = build.batch([build.volunteer("v1"), build.volunteer("v2", shifts=[])], [asked])
    plan = dispatch(batch)
    told = explain(batch, plan, "r")
    assert (told.state, told.gaps[0].missing) == ("partly", 2)
    assert told.price
    assert told.price.answer == "impossible"
    assert told.repairs
    assert told.repairs.mends[0].changes[0].code == "volunteer"


def test_a_full_request_needs_no_reason() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r")])
    told = explain(batch, dispatch(batch), "r")
    assert (told.state, told.gaps, told.takers, told.price, told.repairs) == ("served", (), (), None, None)


def test_the_plans_that_answers_speak_of_are_valid() -> None:
    asked = [build.request("r1", 0, "9:00"), build.request("r2", 0, "9:30"), build.request("r3", 0, "10:30")]
    batch = build.batch([build.volunteer("v", 5)], asked)
    plan = dispatch(batch)
    assert check(batch, plan).valid
    with pytest.raises(InputError, match="there is no such request"):
        explain(batch, plan, "r9")
