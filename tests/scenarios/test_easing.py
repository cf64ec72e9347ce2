"""An hour, reach, a duty less, and the next people: ranges and bounds against solving again."""

import itertools

from matcher import Batch, Plan, dispatch
from matcher.demo import county_day
from matcher.dispatching import dispatch_from
from matcher.margins import worths_of_duties
from scenarios.easing import Easing, confirmed, eased, easings
from scenarios.placing import placing
from scenarios.store import Limits
from scenarios.worth import gained, may_gain, thought_of
from tests.checker import build
from tests.scenarios.test_worth import day, first_change, within


def solved(batch: Batch, plan: Plan, easing: Easing) -> tuple[float, ...]:
    gain = gained(plan, dispatch(eased(batch, easing)))
    assert gain is not None
    return gain


def test_what_solving_again_gains_lies_within_the_range() -> None:
    gaining, kinds = 0, set[str]()
    for seed in (2, 5, 6):
        batch, plan = day(seed)
        for each in easings(batch, plan)[:8]:
            gain = solved(batch, plan, each)
            assert within(gain, each.worth), each
            gaining += first_change(gain) is not None
            kinds.add(each.kind)
    assert gaining > 3
    assert kinds == {"hour", "reach"}


def test_who_is_left_out_gains_nothing() -> None:
    batch, plan = day(2)
    found = easings(batch, plan)
    told = {(each.kind, each.id) for each in found}
    for volunteer in batch.volunteers[::12]:
        if volunteer.shifts and ("hour", volunteer.id) not in told:
            hour = found[0].model_copy(update={"kind": "hour", "id": volunteer.id})
            assert first_change(solved(batch, plan, hour)) is None


def test_a_duty_less_frees_somebody() -> None:
    """The only one who could do both must go to the one that is mandatory and worth nothing."""
    duty, urgent = (
        build.request("duty", mandatory=True, priority="low"),
        build.request("u", priority="emergency"),
    )
    batch = build.batch([build.volunteer()], [duty, urgent])
    plan = dispatch(batch)
    worth = worths_of_duties(batch, plan)["duty"]
    (each,) = [each for each in easings(batch, plan) if each.kind == "duty"]
    (told,) = [each for each in confirmed(batch, plan, [each], None, Limits()) if each.solved]
    assert told.solved
    assert told.solved[0] == 1
    assert within(told.solved, worth)


def test_no_choice_of_the_next_two_is_better_than_the_bound() -> None:
    batch = county_day(14, 14, seed=1)
    plan, past_of = dispatch_from(None, batch)
    heard: list[int] = []
    found = placing(batch, plan, 2, past_of(), Limits(), heard.append)
    assert len(found.placed) == heard[-1] == 2
    assert found.before < found.after
    kinds = list({each.skill: each.volunteer for each in thought_of(batch)}.values())[:5]
    for pair in itertools.combinations_with_replacement(kinds, 2):
        two = tuple(kind.model_copy(update={"id": f"new{n}"}) for n, kind in enumerate(pair))
        best = dispatch(batch.model_copy(update={"volunteers": (*batch.volunteers, *two)}))
        assert best.score
        for now, reached, most in zip(best.score.tiers, found.after, found.most, strict=True):
            assert most is None or now <= most + 1e-6
            if abs(now - reached) > 1e-6:
                break


def test_where_nobody_more_is_of_use_nobody_is_placed() -> None:
    batch = build.batch([build.volunteer()], [build.request("only")])
    plan, past_of = dispatch_from(None, batch)
    assert not any(may_gain(each.worth) for each in easings(batch, plan))
    found = placing(batch, plan, 3, past_of(), Limits(), lambda number: None)
    assert (found.placed, found.gap) == ((), None)
