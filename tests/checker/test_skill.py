from datetime import UTC, date

import pytest

from matcher.batch import HeldSkill, Horizon
from matcher.plan import Visit
from tests.checker.build import at, batch, broken, fixed, remarked, request, role, span, valid, visit, volunteer

BOTH_DAYS = (span("8:00", "18:00"), span("8:00", "18:00", day=1))


def repairs(*held, **fields):
    asked = request(roles=(role(skill="repair", level=2),))
    return batch(
        [volunteer(skills=[HeldSkill(skill=s, level=n, valid_until=d) for s, n, d in held])], [asked], **fields
    )


@pytest.mark.parametrize("held", [("repair", 2, None), ("repair", 3, None), ("repair", 2, date(2026, 7, 21))])
def test_level_and_last_valid_day_are_included(held):
    valid(repairs(held), visit())


@pytest.mark.parametrize("held", [(), (("repair", 2, date(2026, 7, 20)),), (("medical", 5, None),)])
def test_missing_or_expired_skill(held):
    found = broken(repairs(*held), visit())
    assert (found.code, found.request, found.role, found.volunteer) == ("skill", "r", "a", "v")
    assert (found.amount, found.unit) == (None, None)
    assert "2026-07-21" in found.en
    assert "第 15 条" in found.zh


def test_level_too_low():
    # Level 3 ended yesterday, so level 1 counts: one below the 2 asked for.
    found = broken(repairs(("repair", 3, date(2026, 7, 20)), ("repair", 1, None)), visit())
    assert (found.code, found.amount, found.unit) == ("skill", 1, "levels")
    assert "差 1 级" in found.zh


def test_role_without_skill_takes_anybody():
    valid(batch([volunteer()], [request(roles=(role(level=5),))]), visit())


def test_pinned_visit_is_free_of_it():
    assert remarked(repairs(pins=[fixed()]), visit()) == {"skill"}


def test_the_day_counts_on_which_the_visit_starts():
    # The skill ends on the first day; a visit on the second day is one day too late.
    v = volunteer(skills=[HeldSkill(skill="repair", valid_until=date(2026, 7, 21))], shifts=BOTH_DAYS)
    asked = [request(d, day=i, roles=(role(skill="repair"),)) for i, d in enumerate(["first", "second"])]
    assert broken(batch([v], asked), visit("first"), visit("second", day=1)).request == "second"


def test_a_day_is_that_of_the_offset_where_the_horizon_starts():
    # 23:30 on 20 July in UTC is 7:30 on 21 July at +08:00, the first day on which the skill is no longer valid.
    horizon = Horizon(start=at("0:00"), end=at("0:00", day=1).astimezone(UTC))
    v = volunteer(skills=[HeldSkill(skill="repair", valid_until=date(2026, 7, 20))], shifts=(span("7:00", "18:00"),))
    b = batch([v], [request(start="7:30", roles=(role(skill="repair"),))], horizon=horizon)
    early = Visit(request="r", role="a", volunteer="v", start=at("7:30").astimezone(UTC))
    assert broken(b, early).code == "skill"
