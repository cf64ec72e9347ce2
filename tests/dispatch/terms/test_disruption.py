import pytest

from tests.checker.build import batch, fixed, request
from tests.dispatch.build import optimum, rivals, volunteer

FAR = fixed(volunteer="far")


@pytest.mark.parametrize(("away", "goes", "cost"), [(9, "far", 18), (11, "near", 20)])
def test_a_change_costs_twenty(away: int, goes: str, cost: int) -> None:
    # The far one went in the plan before; sending the near one instead is one change.
    assert optimum(rivals({}, {}, {}, away, previous=[FAR]), f"r {goes} 9:00") == (0, 0, 1, 0, -cost)


def test_another_start_is_a_change() -> None:
    # From 9:00 to 9:30: nothing is gained by it, so the visit stays where it was.
    b = batch([volunteer()], [request(until="10:00")], previous=[fixed(start="9:30")])
    assert optimum(b, "r v 9:30") == (0, 0, 1, 0, 0)


def test_a_start_that_is_gone() -> None:
    b = batch([volunteer()], [request()], previous=[fixed(start="9:30")])
    assert optimum(b, "r v 9:00") == (0, 0, 1, 0, -20)


def test_all_that_cannot_be_kept_counts() -> None:
    # The volunteer is away; two visits are lost, nobody comes.
    b = batch(
        [volunteer(shifts=[])],
        [request("one"), request("two", start="12:00")],
        previous=[fixed("one"), fixed("two", start="12:00")],
    )
    assert optimum(b) == (0, 0, 0, 0, -40)


def test_an_emergency_comes_first() -> None:
    b = batch([volunteer()], [request("old"), request("new", priority="emergency")], previous=[fixed("old")])
    assert optimum(b, "new v 9:00") == (1, 0, 0, 0, -20)


def test_pinned_and_previous() -> None:
    assert optimum(rivals({}, {}, {}, pins=[FAR], previous=[FAR]), "r far 9:00") == (0, 0, 1, 0, -20)


def test_nothing_before() -> None:
    assert optimum(rivals({}, {}, {}, previous=[]), "r near 9:00") == (0, 0, 1, 0, 0)
