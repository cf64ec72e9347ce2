import pytest

from tests.checker.build import role
from tests.dispatch.build import optimum, rivals


@pytest.mark.parametrize(("away", "goes", "value"), [(4, "far", 2), (6, "near", 0)])
def test_ten_minutes_for_the_one_asked_for(away: int, goes: str, value: int) -> None:
    # 10 less 8 minutes of travel; 10 less 12 is worse than nothing.
    assert optimum(rivals({}, {}, {"preferred": ["far"]}, away), f"r {goes} 9:00") == (0, 0, 1, 0, value)


def test_for_every_visit() -> None:
    # Both come, both were asked for: 20 less 20 minutes.
    asked = {"preferred": ["far", "near"], "roles": [role(count=2)]}
    assert optimum(rivals({}, {}, asked), "r far 9:00", "r near 9:00") == (0, 0, 1, 0, 0)


def test_not_who_else_comes() -> None:
    asked = {"preferred": ["near"], "roles": [role(count=2)]}
    assert optimum(rivals({}, {}, asked), "r far 9:00", "r near 9:00") == (0, 0, 1, 0, -10)


def test_nobody_preferred() -> None:
    assert optimum(rivals({}, {}, {"preferred": []}, 1), "r near 9:00") == (0, 0, 1, 0, 0)
