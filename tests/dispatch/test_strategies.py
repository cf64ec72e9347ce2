"""Each strategy gives a valid plan and bounds that hold, and says in the log that it was asked for."""

from functools import cache
from typing import Any

import pytest

from matcher.checker import check
from matcher.dispatching import dispatch
from matcher.errors import InputError
from matcher.plan import Plan
from matcher.progress import Progress
from matcher.strategies import STRATEGIES, Strategy
from tests.dispatch.random_batches import middle_batch, one_visit_batch

CLOSE = 1e-6


@cache
def solved(seed: int, strategy: Strategy) -> Plan:
    """A plan for a batch where people make several visits, which must be valid."""
    batch = middle_batch(seed)
    plan = dispatch(batch, strategy=strategy)
    assert check(batch, plan).violations == ()
    return plan


def tiers(plan: Plan) -> tuple[float, ...]:
    assert plan.score
    return plan.score.tiers


def stages(batch: Any, strategy: Strategy) -> set[str]:
    """What is done when a strategy is asked for."""
    seen: list[Progress] = []
    dispatch(batch, strategy=strategy, on_progress=seen.append)
    return {progress.stage for progress in seen} - {"prepare", "better", "check"}


def test_each_does_its_own() -> None:
    several, single = middle_batch(1), one_visit_batch(1)
    assert stages(single, "auto") == {"flow"}
    assert "flow" not in stages(single, "routes")
    assert stages(several, "quick") == set()
    assert stages(several, "search") == {"search"}
    assert any(stage.startswith("tier ") for stage in stages(several, "routes"))


def test_tiers_are_told_as_the_policy_counts_them() -> None:
    """Also where one that counts what is required goes before them."""
    batch = middle_batch(1)
    free = batch.model_copy(
        update={"pins": (), "requests": tuple(r.model_copy(update={"mandatory": False}) for r in batch.requests)}
    )
    first, *others = free.requests
    bound = free.model_copy(update={"requests": (first.model_copy(update={"mandatory": True}), *others)})
    own = {f"tier {n}" for n in range(1, len(batch.policy.tiers) + 1)}
    assert {stage for stage in stages(free, "routes") if stage.startswith("tier")} == own
    assert {stage for stage in stages(bound, "routes") if stage.startswith("tier")} == {"tier 0"} | own


@pytest.mark.parametrize("seed", range(5))
def test_routes_prove_what_the_flow_proves(seed: int) -> None:
    batch = one_visit_batch(seed)
    auto, routes = dispatch(batch), dispatch(batch, strategy="routes")
    assert (auto.status, routes.status) == ("optimal", "optimal")
    assert tiers(routes) == pytest.approx(tiers(auto), abs=CLOSE)


@pytest.mark.parametrize("seed", range(3))
def test_search_and_quick_stay_between_first_plan_and_bound(seed: int) -> None:
    best = tiers(solved(seed, "auto"))
    assert solved(seed, "auto").status == "optimal"
    assert tiers(solved(seed, "quick")) <= tiers(solved(seed, "search")) <= tuple(value + CLOSE for value in best)
    for strategy in ("search", "quick"):
        plan = solved(seed, strategy)
        assert plan.bound
        for n, bound in enumerate(plan.bound.tiers):
            earlier_as_good = tiers(plan)[:n] == best[:n]
            assert bound is None or not earlier_as_good or bound >= best[n] - CLOSE


def test_search_betters_the_first_plan() -> None:
    assert any(tiers(solved(seed, "quick")) < tiers(solved(seed, "search")) for seed in range(3))


def test_auto_is_what_is_done_unless_asked() -> None:
    assert dispatch(middle_batch(1)) == solved(1, "auto")
    assert "as asked" not in solved(1, "auto").log[0].en


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in ("auto", "order")])
def test_log_says_what_was_asked_for(strategy: Strategy) -> None:
    asked, how = solved(1, strategy).log[:2]
    zh, en = STRATEGIES[strategy]
    assert (asked.zh, asked.en) == (f"按要求用 {strategy}：{zh}", f"{strategy}, as asked for: {en}")
    assert "requests that share people" in how.en


def test_unknown_strategy() -> None:
    with pytest.raises(InputError, match="there is no such strategy") as caught:
        dispatch(middle_batch(1), strategy="fast")  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    assert (problem.code, problem.value) == ("unknown_strategy", "fast")
    assert "auto、routes、search、quick" in problem.zh
