"""How the proved optimum must change when the batch does, whatever the optimum is."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any

import pytest

from matcher.batch import Batch, CellPlace, Request, Volunteer, Window
from matcher.clock import whole_seconds
from matcher.dispatching import dispatch
from matcher.policy import DEFAULT_TIERS, Tier
from matcher.reading import check_batch
from tests.dispatch.random_batches import middle_batch, one_visit_batch
from tests.oracle.tiny import tiny_batch

CLOSE = 2e-6
"""Values are rounded to 6 decimals."""
SEEDS = 16
Change = Callable[[Batch], Batch]
"""A change of a batch."""


def best(batch: Batch) -> tuple[float, ...] | None:
    """The proved tiers, null where no plan is valid."""
    plan = dispatch(batch)
    assert plan.status in ("optimal", "infeasible")
    return plan.score.tiers if plan.score else None


def order(one: tuple[float, ...] | None, other: tuple[float, ...] | None) -> int:
    """1 if the first is lexicographically better, -1 if it is worse, 0 if they are equal; no plan is worst."""
    if one is None or other is None:
        return (one is not None) - (other is not None)
    different = (a - b for a, b in zip(one, other, strict=True) if abs(a - b) > CLOSE)
    return next((1 if d > 0 else -1 for d in different), 0)


def some(*often: str, first: int = 0, **rates: float) -> Iterator[Batch]:
    """Tiny batches that reading takes."""
    for seed in range(first, first + SEEDS):
        batch = tiny_batch(seed, {"odd_tiers": 0.0} | dict.fromkeys(often, 0.9) | rates)
        assert batch.policy.tiers == DEFAULT_TIERS
        if not check_batch(batch):
            yield batch


def larger() -> Iterator[Batch]:
    """A batch for routes and one for flow."""
    yield from (middle_batch(0, 12, 8), one_visit_batch(0))


def requests(**fields: Any) -> Change:
    """Sets fields of all requests; a function makes the value from the request."""
    return lambda batch: batch.model_copy(update={"requests": tuple(_with(r, fields) for r in batch.requests)})


def volunteers(**fields: Any) -> Change:
    """Sets fields of all volunteers."""
    return lambda batch: batch.model_copy(update={"volunteers": tuple(_with(v, fields) for v in batch.volunteers)})


def policy(**fields: Any) -> Change:
    """Sets fields of the policy."""
    return lambda batch: batch.model_copy(update={"policy": _with(batch.policy, fields)})


def _with(model: Any, fields: dict[str, Any]) -> Any:
    return model.model_copy(update={name: x(model) if callable(x) else x for name, x in fields.items()})


def _roles(**fields: Any) -> Change:
    return requests(roles=lambda request: tuple(_with(role, fields) for role in request.roles))


RELAXATIONS: dict[str, Change] = {
    "skill": _roles(skill=None),
    "qualification": requests(qualifications=()),
    "age": requests(min_age=None),
    "tag": requests(tags_required=()),
    "excluded": requests(excluded=()),
    "team": requests(team=None),
    "one_team": requests(one_team=False),
    "reach": policy(reach={}),
    "max_travel": volunteers(max_travel_minutes=None),
    "service": policy(shift_covers="service"),
    "many": _roles(min_count=1),
    "home_between": policy(home_between=True),
    "max_requests": volunteers(max_requests=None),
    "max_requests_per_day": volunteers(max_requests_per_day=None),
    "max_minutes": volunteers(max_minutes=None),
    "max_asks": volunteers(max_asks=None),
    "after": requests(after=()),
    "mandatory": requests(mandatory=False),
}
"""Features of tiny batches, and a change that takes the rule away."""


@pytest.mark.slow
@pytest.mark.parametrize("rule", RELAXATIONS)
def test_without_a_rule_nothing_gets_worse(rule: str) -> None:
    rates = {"service": 0.0} if rule == "service" else {}
    first = 30 if rule == "home_between" else 0
    changes = [order(best(RELAXATIONS[rule](batch)), best(batch)) for batch in some(rule, first=first, **rates)]
    assert min(changes) == 0
    assert max(changes) == 1, "the rule matters nowhere"


def test_one_more_volunteer_never_harms() -> None:
    changes = []
    for batch in (*some(), *larger()):
        new = batch.volunteers[0].model_copy(update={"id": "new"})
        changes.append(order(best(batch.model_copy(update={"volunteers": (*batch.volunteers, new)})), best(batch)))
    assert min(changes) == 0
    assert max(changes) == 1


@pytest.mark.parametrize("steps", [1, 2])
def test_longer_windows_never_harm(steps: int) -> None:
    changes = []
    for batch in (*some(), *larger()):
        longer = timedelta(seconds=steps * whole_seconds(batch.policy.start_step_minutes))

        def stretched(request: Request, longer: timedelta = longer) -> tuple[Window, ...]:
            return tuple(_with(w, {"end": w.end + longer}) for w in request.windows)

        changes.append(order(best(requests(windows=stretched)(batch)), best(batch)))
    assert min(changes) == 0
    assert max(changes) == 1


def test_other_names_change_nothing() -> None:
    other = {f'"{kind}{n}"': f'"{kind}{99 - n}"' for kind, n in product("vrpt", range(100))}
    for batch in (*some(), *larger()):
        text = re.sub('"[vrpt][0-9]+"', lambda found: other[found[0]], batch.model_dump_json(by_alias=True))
        assert order(best(Batch.model_validate_json(text)), best(batch)) == 0


def test_the_order_of_lists_changes_nothing() -> None:
    dice = Random(1)

    def shuffled(model: Any, *names: str) -> Any:
        lists = {name: getattr(model, name) for name in names}
        return model.model_copy(update={name: tuple(dice.sample(x, len(x))) for name, x in lists.items()})

    def mixed(batch: Batch) -> Any:
        batch = volunteers(shifts=lambda v: shuffled(v, "shifts").shifts)(batch)
        batch = requests(windows=lambda r: shuffled(r, "windows").windows)(batch)
        return shuffled(batch, "skills", "categories", "sites", "teams", "volunteers", "requests", "pins", "previous")

    for batch in some("pins", "previous", "split", "two_windows"):
        assert order(best(mixed(batch)), best(batch)) == 0


@pytest.mark.parametrize("scaled", range(5))
def test_scaling_the_only_weight_of_a_tier(scaled: int) -> None:
    names = ("coverage.emergency", "coverage.urgent", "coverage.normal", "coverage.low", "travel")
    for batch in (*some(), *larger()):
        single = policy(tiers=tuple(Tier(terms={name: 1.0}) for name in names))(batch)
        terms = tuple(Tier(terms={name: 2.5 if n == scaled else 1.0}) for n, name in enumerate(names))
        one, more = best(single), best(policy(tiers=terms)(batch))
        expected = one and tuple(2.5 * value if n == scaled else value for n, value in enumerate(one))
        assert order(more, expected) == 0


def test_twice_the_values_is_twice_the_coverage() -> None:
    for batch in (*some(), *larger()):
        one, twice = best(batch), best(requests(value=lambda request: 2 * request.value)(batch))
        assert order(twice, one and (*(2 * value for value in one[:4]), one[4])) == 0


def test_a_day_later_all_is_the_same() -> None:
    for batch in some("pins", "previous", "due", "expiring", "now", age=0.0):
        assert order(best(_later(batch)), best(batch)) == 0


def _later(model: Any) -> Any:
    """The model a day later: every time in it, and every last valid day."""
    if isinstance(model, tuple):
        return tuple(_later(x) for x in model)
    if hasattr(model, "model_fields_set"):
        fields = {name: getattr(model, name) for name in type(model).model_fields if name != "birth_date"}
        return model.model_copy(update={name: _later(x) for name, x in fields.items()})
    return model + timedelta(days=1) if hasattr(model, "year") else model


@pytest.mark.parametrize("batch", [middle_batch(1, 12, 8), middle_batch(2, 8, 8), one_visit_batch(1)])
def test_two_copies_far_apart_are_worth_twice(batch: Batch) -> None:
    far = _copy(batch)
    both = batch.model_copy(
        update={"volunteers": batch.volunteers + far.volunteers, "requests": batch.requests + far.requests}
    )
    one = best(batch)
    assert one
    assert order(best(both), tuple(2 * value for value in one)) == 0


def _copy(batch: Batch) -> Batch:
    """The same people and requests under other names, a week's way off."""

    def moved(model: Request | Volunteer) -> CellPlace:
        assert isinstance(model.place, CellPlace)
        return CellPlace(cell=(model.place.cell[0], model.place.cell[1] + 10_000))

    def named(field: str) -> Callable[[Request], tuple[str, ...]]:
        return lambda request: tuple(f"{id}'" for id in getattr(request, field))

    lists = {name: named(name) for name in ("preferred", "familiar", "excluded")}
    batch = requests(id=lambda r: f"{r.id}'", place=moved, **lists)(batch)
    return volunteers(id=lambda v: f"{v.id}'", place=moved)(batch)
