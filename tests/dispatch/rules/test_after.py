from typing import Any

import pytest

from matcher.batch import After, Batch, Lag
from matcher.policy import Policy
from tests.checker.build import batch, request, role, span
from tests.dispatch.build import NOBODY, optimum, volunteer


def follow(link: dict[str, Any], until: str = "12:00", **second: Any) -> Batch:
    """The first from 9:00 to 10:00, the second at half hours from 8:00 on, by different people."""
    asked = [
        request("one", excluded=["w"]),
        request(
            "two", start="8:00", until=until, excluded=["v"], after=[After.model_validate({"request": "one"} | link)]
        ),
    ]
    people = [volunteer("v"), volunteer("w", **second)]
    return batch(people, asked, policy=Policy(start_step_minutes=30))


@pytest.mark.parametrize(
    ("link", "start"),
    [
        ({"max": 0}, "10:00"),
        ({"min": 30, "max": 30}, "10:30"),
        ({"min": 1, "max": 59}, "10:30"),
        ({"min": 120}, "12:00"),
        ({"max": 29}, "10:00"),
    ],
)
def test_the_start_that_fits(link: dict[str, Any], start: str) -> None:
    assert optimum(follow(link), "one v 9:00", f"two w {start}") == (0, 0, 2, 0, 0)


@pytest.mark.parametrize("link", [{"min": 121}, {"min": 1, "max": 29}, {"min": 45, "max": 59}])
def test_no_start_fits(link: dict[str, Any]) -> None:
    assert optimum(follow(link), "one v 9:00") == (0, 0, 1, 0, 0)


def test_all_links_to_one_request_hold() -> None:
    links = After(request="one", max=60), After(request="one", min=60)
    asked = [
        request("one", excluded=["w"]),
        request("two", start="10:00", until="12:00", excluded=["v"], after=links),
    ]
    b = batch([volunteer("v"), volunteer("w")], asked, policy=Policy(start_step_minutes=30))
    assert optimum(b, "one v 9:00", "two w 11:00") == (0, 0, 2, 0, 0)


def test_not_before_the_other_is_over() -> None:
    assert optimum(follow({}, until="9:30"), "one v 9:00") == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(("out", "served"), [("10:00", 2), ("9:59", 1)])
def test_the_follower_must_be_free_then(out: str, served: int) -> None:
    # Out from 8:00 until an hour after `out`: the second must start at 10:00 at the latest.
    shift = span("8:00", out.replace("10:", "11:").replace("9:", "10:"))
    goes = ["one v 9:00", "two w 10:00"][:served]
    assert optimum(follow({}, shifts=[shift]), *goes) == (0, 0, served, 0, 0)


def test_not_without_the_other() -> None:
    # Nobody can serve the first.
    b = follow({})
    ill = volunteer("v", shifts=[])
    assert optimum(b.model_copy(update={"volunteers": (ill, b.volunteers[1])})) == NOBODY


def test_the_other_is_served_for_its_sake() -> None:
    # The first is worth nothing and costs 20 minutes; the emergency that follows needs it.
    asked = [
        request("one", where=10, value=0, excluded=["w"]),
        request("two", start="10:00", priority="emergency", excluded=["v"], after=[After(request="one")]),
    ]
    v, w = volunteer("v"), volunteer("w")
    assert optimum(batch([v, w], asked), "one v 9:00", "two w 10:00") == (1, 0, 0, 0, -20)
    assert optimum(batch([v, volunteer("w", shifts=[])], asked)) == NOBODY


def test_last_end_and_earliest_start_count() -> None:
    # The first is over with its role b, at 9:00 + 30 + 45 minutes; the second starts with its role a.
    first = [role(), role("b", lag=Lag(min=30, max=30), minutes=45)]
    second: dict[str, Any] = {
        "roles": [role(), role("b", lag=Lag(min=60, max=60))],
        "after": [After(request="one", max=4)],
    }
    asked = [
        request("one", roles=first, excluded=["x", "y"]),
        request("two", start="10:00", until="11:00", excluded=["v", "w"], **second),
    ]
    late = volunteer("y", shifts=[span("11:15", "18:00")])
    people = [volunteer("v"), volunteer("w", max_minutes=45), volunteer("x"), late]
    goes = ["one v 9:00", "one.b w 9:30", "two x 10:15", "two.b y 11:15"]
    assert optimum(batch(people, asked), *goes) == (0, 0, 2, 0, 0)


def test_chain_of_three() -> None:
    # Half an hour after the one before; only 9:00 leaves room for all. Travel 20, waiting 2 × 7.5, workload 9.
    asked = [
        request("one", where=10, until="10:00", minutes=30),
        request("two", where=10, until="12:00", minutes=30, after=[After(request="one", min=30)]),
        request("three", where=10, until="11:00", minutes=30, after=[After(request="two", min=30)]),
    ]
    b = batch([volunteer()], asked, policy=Policy(start_step_minutes=30))
    assert optimum(b, "one v 9:00", "two v 10:00", "three v 11:00") == (0, 0, 3, 0, -44)


def test_no_link() -> None:
    asked = [request("one", excluded=["w"]), request("two", start="8:00", excluded=["v"])]
    assert optimum(batch([volunteer("v"), volunteer("w")], asked), "one v 9:00", "two w 8:00") == (0, 0, 2, 0, 0)
