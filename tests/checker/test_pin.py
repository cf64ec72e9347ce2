import pytest

from matcher.batch import FixedVisit
from tests.checker.build import at, batch, broken, fixed, judged, request, role, valid, visit, volunteer


def pinned():
    people = [volunteer("v"), volunteer("w")]
    return batch(people, [request(until="10:00", roles=(role("a"), role("b")))], pins=[fixed()])


OTHER = visit(volunteer="w", role="b")


def test_kept():
    valid(pinned(), visit(), OTHER)


def test_the_same_moment_at_another_offset():
    pin = FixedVisit(request="r", role="a", volunteer="v", start=at("9:00").astimezone(tz=None))
    valid(batch([volunteer()], [request()], pins=[pin]), visit())


@pytest.mark.parametrize(
    "visits",
    [
        (),
        (visit(start="9:05"), visit(volunteer="w", role="b", start="9:05")),
        (visit(role="b"), visit(volunteer="w", role="a")),
    ],
)
def test_not_kept(visits):
    found = broken(pinned(), *visits)
    assert (found.code, found.request, found.role, found.volunteer) == ("pin", "r", "a", "v")
    assert "07-21 09:00" in found.en


def test_what_frees_a_pin_frees_no_other_visit():
    # Both are beyond reach by age; only the pinned one is free of it.
    b = pinned()
    old = batch(b.volunteers, [b.requests[0].model_copy(update={"min_age": 18})], pins=b.pins)
    report = judged(old, visit(), OTHER)
    assert [(v.code, v.volunteer) for v in report.violations] == [("age", "w")]
    assert [(v.code, v.volunteer) for v in report.remarks] == [("age", "v")]
