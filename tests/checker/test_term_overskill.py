from datetime import date

import pytest

from matcher.batch import HeldSkill
from tests.checker.build import batch, fixed, request, role, term, visit, volunteer

LEVELS = [HeldSkill(skill="medical", level=5, valid_until=date(2026, 7, 20)), HeldSkill(skill="medical", level=3)]


@pytest.mark.parametrize(
    ("skill", "level", "over"),
    [("medical", 1, 2), ("medical", 3, 0), (None, 1, 0)],
)
def test_highest_level_valid_on_the_day(skill, level, over):
    # Level 5 ended the day before, so level 3 counts.
    b = batch([volunteer(skills=LEVELS)], [request(roles=(role(skill=skill, level=level),))])
    assert term("overskill", b, visit()) == over


@pytest.mark.parametrize(("skill", "level"), [("repair", 1), ("medical", 4)])
def test_pinned_without_the_skill_or_level(skill, level):
    b = batch([volunteer(skills=LEVELS)], [request(roles=(role(skill=skill, level=level),))], pins=[fixed()])
    assert term("overskill", b, visit()) == 0
