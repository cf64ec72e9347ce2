"""What differs between two plans."""

import random

from matcher import Plan, compare
from matcher.plan import Score, Visit
from tests.checker.build import plan, visit
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch


def scored(visits: list[Visit], *tiers: float, **terms: float) -> Plan:
    return plan(*visits).model_copy(update={"score": Score(tiers=tiers, terms=terms)})


def test_each_kind_of_change_is_told_by_name() -> None:
    before = plan(
        visit("r1", "v1"), visit("r1", "v2"), visit("r2", "v3", "9:00"), visit("r3", "v4"), visit("r4", "v5", "9:00")
    )
    after = plan(visit("r1", "v1"), visit("r1", "v6"), visit("r2", "v3", "9:30"), visit("r4", "v5"), visit("r5", "v7"))
    found = compare(before, after)
    kinds = [(change.kind, change.request, change.before, change.after) for change in found.changes]
    assert kinds == [
        ("replaced", "r1", "v2", "v6"),
        ("moved", "r2", "v3", "v3"),
        ("removed", "r3", "v4", None),
        ("added", "r5", None, "v7"),
    ]
    assert (found.kept, found.people) == (2, ("v2", "v3", "v4", "v6", "v7"))
    assert (found.served, found.dropped) == (("r5",), ("r3",))
    assert found.changes[1].zh == "r2（a）：v3 由 07-21 09:00 改为 07-21 09:30"
    assert found.changes[1].en == "r2 (a): v3 from 07-21 09:00 to 07-21 09:30"
    assert found.better is None
    assert "没有写明得分" in found.zh


def test_a_plan_is_like_itself() -> None:
    one = scored([visit("r1", "v1")], 1.0, -5.0, travel=5.0)
    found = compare(one, one)
    assert (found.better, found.changes, found.kept) == ("equal", (), 1)
    assert found.zh == "两个方案的安排完全相同。按目标顺序，两个方案一样好。"


def test_the_first_tier_that_differs_decides() -> None:
    one, other = scored([], 1.0, 2.0, -9.0, travel=9.0), scored([], 1.0, 3.0, -20.0, travel=20.0, waiting=1.0)
    found = compare(one, other)
    assert found.better == "after"
    assert "第二个方案更好（第 2 级目标更高）" in found.zh
    assert [(a.name, a.before, a.after, a.change) for a in found.terms] == [
        ("travel", 9.0, 20.0, 11.0),
        ("waiting", None, 1.0, None),
    ]
    assert compare(other, one).better == "before"


def test_changes_are_the_difference_of_the_sets_of_visits() -> None:
    dice, compared = random.Random(1), 0
    for seed in range(60):
        found = brute(tiny_batch(seed)).plan
        if found is None or not found.visits:
            continue
        one, other = (tuple(v for v in found.visits if dice.random() < 0.7) for _ in range(2))
        told = compare(plan(*one), plan(*other))
        key = [(c.request, c.role, c.before, c.was) for c in told.changes if c.before]
        came = [(c.request, c.role, c.after, c.at) for c in told.changes if c.after]
        of = [{(v.request, v.role, v.volunteer, v.start) for v in visits} for visits in (one, other)]
        assert len(key) == len(of[0] - of[1])
        assert len(came) == len(of[1] - of[0])
        assert (set(key), set(came)) == (of[0] - of[1], of[1] - of[0])
        assert told.kept == len(of[0] & of[1])
        compared += bool(told.changes)
    assert compared > 20
