"""Batches in which people are alike: what is found and proved for classes of them is what brute force finds."""

from collections import Counter

import pytest

import matcher.solver.branching as branching
import matcher.solver.closing as closing
import matcher.solver.generation as generation
import matcher.solver.known as known
from matcher import Batch, check, dispatch
from tests.dispatch.random_batches import middle_batch
from tests.oracle.compare import differences
from tests.oracle.tiny import tiny_batch


def copies(batch: Batch, kinds: int) -> Batch:
    """The batch with people who are copies of its first ones, under their own ids."""
    people = (batch.volunteers[n % kinds].model_copy(update={"id": v.id}) for n, v in enumerate(batch.volunteers))
    return batch.model_copy(update={"volunteers": tuple(people)})


def with_twins(seed: int) -> Batch:
    """A tiny batch whose people are copies of one or two of them; in each third one the last two have served more."""
    batch = copies(tiny_batch(seed), 1 + seed % 2)
    more = {"recent_requests": batch.volunteers[0].recent_requests + seed % 3}
    last = (v.model_copy(update=more) for v in batch.volunteers[2:])
    return batch.model_copy(update={"volunteers": (*batch.volunteers[:2], *last)}) if seed % 3 == 1 else batch


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often people were alike where routes were looked for, and how often classes had to be given up."""
    counts, alike_in, tell_apart = Counter[str](), known.alike_in, known.Known._tell_apart

    def counted(inst):
        alike = alike_in(inst)
        counts["alike"] += bool((alike.size > 1).any())
        return alike

    def counted_apart(self):
        counts["apart"] += 1
        tell_apart(self)

    monkeypatch.setattr(known, "alike_in", counted)
    monkeypatch.setattr(known.Known, "_tell_apart", counted_apart)
    return counts


@pytest.mark.parametrize("first", range(0, 420, 60))
def test_the_best_plan_is_found_and_proved(first: int, seen: Counter[str]) -> None:
    wrong = {}
    for seed in range(first, first + 60):
        found = list(differences(with_twins(seed), check, dispatch))
        if found:
            wrong[seed] = found
    assert not wrong
    assert seen["alike"] > 10


@pytest.mark.parametrize("seed", [19, 53])
def test_where_classes_do_not_suffice_people_are_told_apart(
    seed: int, monkeypatch: pytest.MonkeyPatch, seen: Counter[str]
) -> None:
    """Nothing is closed by lists of routes, so that branches must decide who goes."""
    batch = copies(middle_batch(seed), 1 + seed % 3)
    best = dispatch(batch)
    assert best.status == "optimal"
    assert not seen["apart"]
    lists = ((closing, "EVERYTHING_AT_MOST"), (generation, "LISTED_AT_MOST"), (branching, "LISTED_AT_END"))
    for module, limit in lists:
        monkeypatch.setattr(module, limit, 0)
    plan = dispatch(batch, work=1_000_000)
    assert seen["apart"] == 1
    assert check(batch, plan).valid
    assert plan.score.tiers == best.score.tiers
    assert all(bound is None or bound >= value for bound, value in zip(plan.bound.tiers, best.score.tiers, strict=True))
