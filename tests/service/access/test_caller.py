"""Whose subtree a caller sees."""

import pytest

from matcher.errors import InputError
from matcher.service.access.caller import LOCAL, Caller, RefusedError, subtree

PARENTS = {"c": None, "t1": "c", "t2": "c", "v11": "t1", "v12": "t1", "g111": "v11", "v21": "t2"}
"""A county c, towns t1 and t2, villages below them, a grid cell below a village."""


def town(site: str) -> Caller:
    return Caller(key="k-1", name="desk", role="town", site=site, sites=subtree(site, PARENTS))


@pytest.mark.parametrize(
    ("site", "seen"),
    [
        ("c", set(PARENTS)),
        ("t1", {"t1", "v11", "v12", "g111"}),
        ("t2", {"t2", "v21"}),
        ("v11", {"v11", "g111"}),
        ("v21", {"v21"}),
    ],
)
def test_a_site_and_what_is_below_it(site: str, seen: set[str]) -> None:
    assert subtree(site, PARENTS) == seen


def test_a_caller_may_in_its_subtree_only() -> None:
    assert [site for site in PARENTS if town("t1").may(site)] == ["t1", "v11", "v12", "g111"]
    assert not town("t1").may("nowhere")


def test_what_has_no_site_is_the_countys() -> None:
    assert not town("t1").may(None)
    assert LOCAL.may(None)
    assert LOCAL.may("nowhere")


def test_a_refusal_names_the_site_and_the_key_s_own() -> None:
    town("t1").require("v12")
    with pytest.raises(RefusedError, match=r"v21.*t1.*/.*v21.*t1"):
        town("t1").require("v21")
    with pytest.raises(RefusedError, match=r"县级.*/.*county"):
        town("t1").require(None)


def test_what_only_the_county_may() -> None:
    LOCAL.require_county()
    with pytest.raises(RefusedError, match=r"县级.*/.*county"):
        town("t1").require_county()


def faults(site: str, parents: dict[str, str | None]) -> list[tuple[str, str, str | None]]:
    with pytest.raises(InputError) as caught:
        subtree(site, parents)
    assert all(problem.zh and problem.en for problem in caught.value.problems)
    return [(problem.code, problem.where, problem.value) for problem in caught.value.problems]


def test_an_unknown_site_is_refused_in_words() -> None:
    assert faults("t9", PARENTS) == [("unknown_id", "site", "t9")]


def test_unknown_parents_and_loops_are_all_named() -> None:
    """The loop a → b → a is named once, at the site where the walk from `a`, the first, comes back: `a`."""
    broken = {"a": "b", "b": "a", "below": "a", "c": None, "t": "gone"}
    assert faults("c", broken) == [("unknown_id", "/sites/t/parent", "gone"), ("cycle", "/sites/a/parent", "b")]


def test_a_site_above_itself_is_a_loop() -> None:
    assert faults("a", {"a": "a"}) == [("cycle", "/sites/a/parent", "a")]


def test_a_deep_tree_is_walked() -> None:
    deep: dict[str, str | None] = {"s0": None, **{f"s{n}": f"s{n - 1}" for n in range(1, 3000)}}
    assert len(subtree("s1000", deep)) == 2000
