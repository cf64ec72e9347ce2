"""The range stated for one volunteer more, against solving again.

    python -m tests.scenarios.test_worth 200

holds as many cells; `tests/` a few.
"""

import random
import sys
from collections.abc import Sequence

import pytest

from matcher import Batch, InputError, Plan, dispatch
from matcher.demo import county_day
from matcher.margins import Worth, worths_of
from scenarios.store import Limits
from scenarios.worth import CONFIRMED, SAME, cells, confirmed, in_turn, thought_of

OF_A_BATCH = 5


def first_change(gain: Sequence[float]) -> int | None:
    return next((tier for tier, change in enumerate(gain) if abs(change) > SAME), None)


def within(gain: Sequence[float], worth: Worth) -> bool:
    """Whether the first tier that changes gains what the range says; nothing changes only where nothing is sure."""
    first = first_change(gain)
    if first is None:
        return first_change(worth.low) is None
    low, high = 0.0 if first_change(worth.low) != first else worth.low[first], worth.high[first]
    sooner = first_change(worth.low)
    return (sooner is None or sooner >= first) and low - SAME <= gain[first] <= (
        SAME + high if high is not None else 1e9
    )


def day(seed: int) -> tuple[Batch, Plan]:
    """A day on which people are scarce."""
    batch = county_day(50 + 10 * (seed % 4), 40, seed=seed)
    return batch, dispatch(batch)


def held(seed: int) -> tuple[int, int, list[str]]:
    """Cells of a day held against solving again: how many, how many of them gain anything, and which are wrong."""
    batch, plan = day(seed)
    assert plan.score
    picked = random.Random(seed).sample(list(thought_of(batch)), OF_A_BATCH)
    gaining, wrong = 0, []
    for thought, worth in zip(picked, worths_of(batch, plan, [each.volunteer for each in picked]), strict=True):
        best = dispatch(batch.model_copy(update={"volunteers": (*batch.volunteers, thought.volunteer)}))
        assert best.score
        gain = [a - b for a, b in zip(best.score.tiers, plan.score.tiers, strict=True)]
        gaining += first_change(gain) is not None
        if not within(gain, worth) or None in worth.high:
            wrong.append(f"{seed} {thought[:3]}: {gain} {worth}")
    return len(picked), gaining, wrong


def test_what_solving_again_gains_lies_within_the_range() -> None:
    found = [held(seed) for seed in range(2)]
    assert [wrong for _, _, wrong in found if wrong] == []
    assert sum(gaining for _, gaining, _ in found) > 0


def test_those_who_may_add_most_and_those_who_surely_do_are_solved_again() -> None:
    batch, plan = day(1)
    before = cells(batch, plan)
    found = confirmed(batch, plan, before, None, Limits())
    solved = [cell for cell in found if cell.solved is not None]
    named = {(cell.skill, cell.town, cell.part) for cell in solved}
    assert {(cell.skill, cell.town, cell.part) for cell in before[: CONFIRMED // 2]} <= named
    assert max(cell.worth.high[0] or 0.0 for cell in before) == max(cell.worth.high[0] or 0.0 for cell in solved)
    assert len(solved) == CONFIRMED
    assert all(within(cell.solved or (), cell.worth) for cell in solved)
    assert len({(cell.skill, cell.town, cell.part) for cell in found}) == len(found)


def test_what_is_sure_and_what_may_be_take_turns() -> None:
    ranges = ((1.0, 1.0), (0.0, 3.0), (1.0, 2.0), (0.5, None))
    assert in_turn([Worth(low=(low,), high=(high,)) for low, high in ranges]) == [2, 3, 0, 1]
    sure, perhaps, more = ((0.0, 1.0), (0.0, 1.0)), ((0.0, 0.0), (0.2, 5.0)), ((0.0, 1.0), (0.0, 2.0))
    assert in_turn([Worth(low=low, high=high) for low, high in (sure, perhaps, more)]) == [2, 1, 0]
    assert in_turn([Worth(low=(0.0, 0.0), high=(0.0, most)) for most in (0.0, 1.0)]) == [1, 0]


def test_without_a_proof_nothing_is_said_of_the_upper_end() -> None:
    batch, plan = day(1)
    thought = next(thought_of(batch)).volunteer
    (worth,) = worths_of(batch, plan.model_copy(update={"status": "feasible"}), [thought])
    assert set(worth.high) == {None}


def test_a_newcomer_with_a_known_id_is_refused() -> None:
    batch, plan = day(1)
    with pytest.raises(InputError):
        worths_of(batch, plan, [batch.volunteers[0]])


if __name__ == "__main__":
    count = gain = 0
    for number in range(10_000):
        more, gaining, wrong = held(number)
        count, gain = count + more, gain + gaining
        sys.stdout.write(f"{count} cells, {gain} gain, wrong: {wrong}\n")
        if count >= int(sys.argv[1]):
            break
