import pytest

from tests.dispatch.build import optimum, rivals


@pytest.mark.parametrize(("away", "goes", "value"), [(4, "far", 2), (6, "near", 0)])
def test_ten_minutes_for_a_known_face(away: int, goes: str, value: int) -> None:
    assert optimum(rivals({}, {}, {"familiar": ["far"]}, away), f"r {goes} 9:00") == (0, 0, 1, 0, value)


@pytest.mark.parametrize(("away", "goes", "value"), [(9, "far", 2), (11, "near", 0)])
def test_known_and_asked_for(away: int, goes: str, value: int) -> None:
    # 10 for each, less 18 minutes of travel.
    b = rivals({}, {}, {"familiar": ["far"], "preferred": ["far"]}, away)
    assert optimum(b, f"r {goes} 9:00") == (0, 0, 1, 0, value)


def test_nobody_familiar() -> None:
    assert optimum(rivals({}, {}, {}, 1), "r near 9:00") == (0, 0, 1, 0, 0)
