from tests.checker.build import role
from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, rivals


def test_nobody_excluded() -> None:
    assert optimum(rivals({}, {}, {"excluded": []}), "r near 9:00") == NEAR


def test_the_near_one_excluded() -> None:
    assert optimum(rivals({}, {}, {"excluded": ["near"]}), "r far 9:00") == FAR


def test_everybody_excluded() -> None:
    assert optimum(rivals({}, {}, {"excluded": ["far", "near"]})) == NOBODY


def test_too_few_are_left() -> None:
    assert optimum(rivals({}, {}, {"excluded": ["far"], "roles": [role(count=2)]})) == NOBODY


def test_excluded_though_preferred() -> None:
    assert optimum(rivals({}, {}, {"excluded": ["near"], "preferred": ["near"]}), "r far 9:00") == FAR
