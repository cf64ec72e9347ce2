import pytest

from matcher.batch import After, Lag
from tests.checker.build import batch, broken, fixed, request, role, valid, visit, volunteer

ROLES = (role("a"), role("b", lag=Lag(min=30, max=30), minutes=45))


def chain(start, pins=(), **after):
    """The first is over at 9:30 + 0:45 = 10:15, when its second role ends."""
    asked = [request("one", roles=ROLES), request("two", start=start, after=[After(request="one", **after)])]
    return batch([volunteer("v"), volunteer("w"), volunteer("x")], asked, pins=pins)


FIRST = visit("one"), visit("one", "w", "9:30", "b")


def second(start):
    return visit("two", "x", start)


@pytest.mark.parametrize(
    ("start", "limits"), [("10:15", {}), ("10:45", {"min": 30}), ("10:45", {"max": 30}), ("17:00", {"min": 30})]
)
def test_distance_kept(start, limits):
    valid(chain(start, **limits), *FIRST, second(start))


@pytest.mark.parametrize(
    ("start", "limits", "amount", "word"),
    [
        ("10:14", {}, 1, "early"),
        ("10:40", {"min": 30}, 5, "early"),
        ("10:50", {"max": 30}, 5, "late"),
    ],
)
def test_distance_not_kept(start, limits, amount, word):
    found = broken(chain(start, **limits), *FIRST, second(start))
    assert (found.code, found.request, found.amount, found.unit) == ("after", "two", amount, "minutes")
    assert f"too {word} after request one" in found.en


def test_the_other_is_not_served():
    found = broken(chain("10:15"), second("10:15"))
    assert (found.code, found.request, found.amount) == ("after", "two", None)


def test_only_the_other_is_served():
    valid(chain("10:15"), *FIRST)


def test_the_earliest_start_counts():
    # The second role of the follower starts at 12:00, but its first at 10:14.
    follower = request(
        "two", start="10:14", roles=(role("a"), role("b", lag=Lag(min=106, max=106))), after=[After(request="one")]
    )
    b = batch([volunteer(id) for id in "vwxy"], [request("one", roles=ROLES), follower])
    assert broken(b, *FIRST, second("10:14"), visit("two", "y", "12:00", "b")).amount == 1


def test_pinned_visits_are_not_free_of_it():
    pins = [fixed("two", "x", "10:14")]
    assert broken(chain("10:14", pins), *FIRST, second("10:14")).code == "after"
