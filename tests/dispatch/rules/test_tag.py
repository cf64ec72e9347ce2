import pytest

from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, rivals

ASKED = {"tags_required": ["客家话", "女"]}
ALL = {"tags": ["客家话", "女"]}


def test_has_all() -> None:
    assert optimum(rivals({"tags": ["党员", "女", "客家话"]}, ALL, ASKED), "r near 9:00") == NEAR


@pytest.mark.parametrize("tags", [[], ["女"], ["客家", "女"]])
def test_lacks_one(tags: list[str]) -> None:
    assert optimum(rivals({"tags": tags}, ALL, ASKED), "r far 9:00") == FAR


def test_nobody_has_it() -> None:
    assert optimum(rivals({"tags": ["女"]}, {"tags": ["客家话"]}, ASKED)) == NOBODY


def test_none_required() -> None:
    assert optimum(rivals({}, ALL, {"tags_required": []}), "r near 9:00") == NEAR
