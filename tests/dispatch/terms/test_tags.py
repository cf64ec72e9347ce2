import pytest

from tests.dispatch.build import optimum, rivals

ALL = ["客家话", "女", "党员"]


@pytest.mark.parametrize(
    ("tags", "liked", "away", "goes", "value"),
    [
        # 2 for each tag liked and held, less twice the way.
        (ALL, ALL, 2, "far", 2),
        (["女", "客家话"], ALL, 1, "far", 2),
        (ALL, ["女"], 2, "near", 0),
        (ALL, ALL, 4, "near", 0),
        ([], ALL, 1, "near", 0),
        (ALL, [], 1, "near", 0),
    ],
)
def test_two_minutes_for_each_tag(tags: list[str], liked: list[str], away: int, goes: str, value: int) -> None:
    b = rivals({}, {"tags": tags}, {"tags_preferred": liked}, away)
    assert optimum(b, f"r {goes} 9:00") == (0, 0, 1, 0, value)


def test_liked_is_not_required() -> None:
    assert optimum(rivals({}, {}, {"tags_preferred": ALL}), "r near 9:00") == (0, 0, 1, 0, 0)
