from typing import Any

import pytest

from matcher.batch import Batch, Team
from tests.checker.build import batch, request, role
from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, proved, rivals, volunteer

RED, BLUE, BOTH = {"teams": ["red"]}, {"teams": ["blue"]}, {"teams": ["blue", "red"]}


@pytest.mark.parametrize("near", [RED, BOTH])
def test_member(near: dict[str, list[str]]) -> None:
    assert optimum(rivals(near, RED, {"team": "red"}), "r near 9:00") == NEAR


@pytest.mark.parametrize("near", [BLUE, {}])
def test_no_member(near: dict[str, list[str]]) -> None:
    assert optimum(rivals(near, RED, {"team": "red"}), "r far 9:00") == FAR


def test_team_without_members() -> None:
    assert optimum(rivals(BLUE, {}, {"team": "red"})) == NOBODY


def pairs(*teams: list[str], **asked: Any) -> Batch:
    """A request for two people of one team; volunteers a, b, c ... live at marks 0, 1, 2 ..."""
    people = [volunteer(name, home, teams=own) for home, (name, own) in enumerate(zip("abcd", teams, strict=False))]
    named = [Team(id=id) for id in ("red", "blue")]
    roles = [role(count=2)]
    return batch(people, [request(roles=roles, one_team=True, **asked)], teams=named)


def test_one_team_for_all() -> None:
    # a and b share no team, a and c share red: 0 + 4 minutes; b and d would take 2 + 6.
    b = pairs(["red"], ["blue"], ["red"], ["blue"])
    assert optimum(b, "r a 9:00", "r c 9:00") == (0, 0, 1, 0, -4)
    assert {visit.team for visit in proved(b).visits} == {"red"}


def test_pairwise_is_not_enough() -> None:
    # Three people, any two of whom share a team.
    people = [volunteer("a", teams=["x", "y"]), volunteer("b", teams=["y", "z"]), volunteer("c", teams=["x", "z"])]
    teams = [Team(id=id) for id in "xyz"]
    b = batch(people, [request(roles=[role(count=3, min_count=2)], one_team=True)], teams=teams)
    plan = proved(b)
    assert len(plan.visits) == 2
    assert plan.score
    assert plan.score.tiers == pytest.approx((0, 0, 2 / 3, 0, 0), abs=1e-6)


def test_one_team_and_a_certain_one() -> None:
    # b and d, the only ones in blue.
    b = pairs(["red"], ["blue"], ["red"], ["red", "blue"], team="blue")
    assert optimum(b, "r b 9:00", "r d 9:00") == (0, 0, 1, 0, -8)


@pytest.mark.parametrize("teams", [([], []), (["red"], ["blue"]), (["red"], [])])
def test_no_common_team(teams: tuple[list[str], ...]) -> None:
    assert optimum(pairs(*teams)) == NOBODY
