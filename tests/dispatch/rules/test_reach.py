import pytest

from matcher.batch import Batch, Site
from matcher.policy import Policy, Priority
from tests.checker.build import mark
from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, rivals

SITES = [
    Site(id="county", tier="county", place=mark(0)),
    Site(id="north", tier="town", parent="county"),
    Site(id="south", tier="town", parent="county"),
    Site(id="elm", tier="village", parent="north"),
    Site(id="oak", tier="village", parent="north"),
    Site(id="elm 1", tier="grid", parent="elm"),
    Site(id="ash", tier="village", parent="south"),
    Site(id="abroad", tier="county", place=mark(0)),
]
DISTANCE = {"elm": 0, "elm 1": 0, "oak": 1, "north": 1, "ash": 2, "county": 2, "abroad": 3, None: 0}
"""From elm; escalation costs 15 for each."""


def near(site: str | None, reach: dict[Priority, int], priority: Priority = "normal") -> Batch:
    """The near one belongs to a site, the far one to the village of the request."""
    asked = {"site": "elm", "priority": priority}
    return rivals({"site": site}, {"site": "elm"}, asked, sites=SITES, policy=Policy(reach=reach))


@pytest.mark.parametrize("site", DISTANCE)
@pytest.mark.parametrize("reach", [0, 1, 2, 3])
def test_within_reach_or_not(site: str | None, reach: int) -> None:
    # The far one costs 20 minutes, the near one 15 for each tier; from 2 tiers on, the far one goes anyway.
    goes = "near" if DISTANCE[site] <= min(reach, 1) else "far"
    cost = 15 * DISTANCE[site] if goes == "near" else 20
    assert optimum(near(site, {"normal": reach}), f"r {goes} 9:00") == (0, 0, 1, 0, -cost)


@pytest.mark.parametrize(("reach", "tiers"), [(2, (0, 0, 1, 0, -30)), (1, NOBODY), (None, (0, 0, 1, 0, -30))])
def test_nobody_nearer(reach: int | None, tiers: tuple[float, ...]) -> None:
    limits: dict[Priority, int] = {} if reach is None else {"normal": reach}
    b = near("ash", limits)
    alone = b.model_copy(update={"volunteers": b.volunteers[:1]})
    assert optimum(alone, *["r near 9:00"][: int(tiers[2])]) == tiers


@pytest.mark.parametrize(("priority", "goes"), [("normal", "far"), ("low", "near")])
def test_each_priority_has_its_own(priority: Priority, goes: str) -> None:
    b = near("oak", {"normal": 0}, priority)
    assert optimum(b, f"r {goes} 9:00") == (FAR if priority == "normal" else (0, 0, 0, 1, -15))


def test_no_site_is_near() -> None:
    assert optimum(near(None, {"normal": 0}), "r near 9:00") == NEAR
