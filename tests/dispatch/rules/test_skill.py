from typing import Any

import pytest

from matcher.batch import HeldSkill
from tests.checker.build import at, batch, request, role, span
from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, rivals, volunteer

TODAY, YESTERDAY = at("0:00").date(), at("0:00", -1).date()


def held(skill: str = "s", level: int = 1, **fields: Any) -> HeldSkill:
    return HeldSkill.model_validate({"skill": skill, "level": level} | fields)


@pytest.mark.parametrize("level", [1, 2])
def test_held_at_the_level(level: int) -> None:
    b = rivals({"skills": [held(level=level)]}, {}, {"roles": [role(skill="s", level=level)]})
    assert optimum(b, "r near 9:00") == NEAR


@pytest.mark.parametrize(
    "skills",
    [
        [],
        [held("t", 3)],
        [held(level=1)],
        [held(level=2, valid_until=YESTERDAY)],
        [held(level=3, valid_until=YESTERDAY), held(level=1)],
    ],
)
def test_lacking_it_the_far_one_goes(skills: list[HeldSkill]) -> None:
    b = rivals({"skills": skills}, {"skills": [held(level=2)]}, {"roles": [role(skill="s", level=2)]})
    assert optimum(b, "r far 9:00") == FAR


def test_valid_on_its_last_day() -> None:
    b = rivals({"skills": [held(valid_until=TODAY)]}, {"skills": [held()]}, {"roles": [role(skill="s")]})
    assert optimum(b, "r near 9:00") == NEAR


@pytest.mark.parametrize(("days", "goes"), [((0, 1), "r near 9:00"), ((1,), "r far 9:00 +1")])
def test_the_day_of_the_visit_counts(days: tuple[int, ...], goes: str) -> None:
    # Served on any of the days, by the near one only on the last day of the skill.
    shifts = [span("8:00", "18:00", day) for day in (0, 1)]
    near, far = {"skills": [held(valid_until=TODAY)]}, {"skills": [held()]}
    asked = {"roles": [role(skill="s")], "windows": [span("9:00", "9:00", day) for day in days]}
    b = rivals(near | {"shifts": shifts}, far | {"shifts": shifts}, asked)
    assert optimum(b, goes) == (NEAR if 0 in days else FAR)


def test_roles_get_whom_they_need() -> None:
    # Only the near one can do role a, so the far one does b although the near one could.
    b = rivals({"skills": [held()]}, {}, {"roles": [role("b"), role(skill="s")]})
    assert optimum(b, "r near 9:00", "r.b far 9:00") == FAR


def test_nobody_has_it() -> None:
    assert optimum(rivals({}, {}, {"roles": [role(skill="s")]})) == NOBODY


def test_no_skill_asked() -> None:
    assert optimum(batch([volunteer()], [request()]), "r v 9:00") == NEAR
