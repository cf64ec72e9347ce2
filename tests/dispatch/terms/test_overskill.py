import pytest

from matcher.batch import HeldSkill
from tests.checker.build import at, fixed, role
from tests.dispatch.build import optimum, rivals

YESTERDAY = at("0:00", -1).date()


def held(*levels: int) -> list[HeldSkill]:
    return [HeldSkill(skill="s", level=level) for level in levels]


@pytest.mark.parametrize(
    ("levels", "goes", "cost"),
    [
        # The far one just has the level asked and costs 20; the near one costs 5 for each level above.
        ((2,), "near", 0),
        ((3,), "near", 5),
        ((5,), "near", 15),
        ((7,), "far", 20),
        ((2, 5), "near", 15),
        ((2, 7), "far", 20),
    ],
)
def test_five_for_each_level_above(levels: tuple[int, ...], goes: str, cost: int) -> None:
    b = rivals({"skills": held(*levels)}, {"skills": held(2)}, {"roles": [role(skill="s", level=2)]})
    assert optimum(b, f"r {goes} 9:00") == (0, 0, 1, 0, -cost)


def test_levels_out_of_date_do_not_count() -> None:
    old = HeldSkill(skill="s", level=9, valid_until=YESTERDAY)
    b = rivals({"skills": [old, *held(1)]}, {"skills": held(1)}, {"roles": [role(skill="s")]})
    assert optimum(b, "r near 9:00") == (0, 0, 1, 0, 0)


def test_role_without_skill() -> None:
    assert optimum(rivals({"skills": held(9)}, {}, {}), "r near 9:00") == (0, 0, 1, 0, 0)


def test_the_master_does_what_only_the_master_can() -> None:
    # Role a asks for level 3, role b for level 1: the far one takes b, for 20 minutes and nothing too much.
    roles = [role(skill="s", level=3), role("b", skill="s")]
    b = rivals({"skills": held(3)}, {"skills": held(1)}, {"roles": roles})
    assert optimum(b, "r near 9:00", "r.b far 9:00") == (0, 0, 1, 0, -20)


def test_pinned_without_the_skill() -> None:
    b = rivals({}, {"skills": held(1)}, {"roles": [role(skill="s", level=2)]}, pins=[fixed(volunteer="near")])
    assert optimum(b, "r near 9:00") == (0, 0, 1, 0, 0)
