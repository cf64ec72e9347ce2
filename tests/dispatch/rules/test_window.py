import pytest

from matcher.policy import Policy
from tests.checker.build import batch, request, span
from tests.dispatch.build import NEAR, NOBODY, optimum, volunteer


@pytest.mark.parametrize(
    ("start", "until", "out", "served"),
    [
        ("9:00", "9:00", "9:00", "9:00"),
        ("9:00", "9:15", "9:15", "9:15"),
        ("9:00", "9:19", "9:11", "9:15"),
        ("9:02", "9:17", "9:15", "9:17"),
    ],
)
def test_the_last_step_that_fits(start: str, until: str, out: str, served: str) -> None:
    # Steps of 5 minutes from the window's start; the shift begins at `out`.
    b = batch([volunteer(shifts=[span(out, "18:00")])], [request(start=start, until=until)])
    assert optimum(b, f"r v {served}") == NEAR


@pytest.mark.parametrize(("until", "out"), [("9:00", "9:00:01"), ("9:15", "9:15:01"), ("9:19", "9:16")])
def test_no_step_after_the_shift_begins(until: str, out: str) -> None:
    assert optimum(batch([volunteer(shifts=[span(out, "18:00")])], [request(until=until)])) == NOBODY


@pytest.mark.parametrize(("step", "served"), [(20, "9:40"), (7.5, "9:37"), (0.01, "9:33")])
def test_steps_of_the_policy(step: float, served: str) -> None:
    # Between 9:33 and the end of the shift less an hour there is one step. A step of 0.6 s counts as one second.
    ends = {"9:40": "10:40", "9:37": "10:37:30", "9:33": "10:33"}
    b = batch(
        [volunteer(shifts=[span("9:33", ends[served])])],
        [request(start="9:00" if step > 1 else "9:32:50", until="9:45")],
        policy=Policy(start_step_minutes=step),
    )
    assert optimum(b, f"r v {served}") == NEAR


@pytest.mark.parametrize(("shift", "served"), [(("8:00", "10:00"), "9:00"), (("13:00", "18:00"), "14:03")])
def test_any_of_several_windows(shift: tuple[str, str], served: str) -> None:
    windows = [span("9:00", "9:04"), span("14:03", "14:07")]
    assert optimum(batch([volunteer(shifts=[span(*shift)])], [request(windows=windows)]), f"r v {served}") == NEAR


def test_between_the_windows() -> None:
    windows = [span("9:00", "9:30"), span("14:00", "14:30")]
    assert optimum(batch([volunteer(shifts=[span("9:31", "14:59")])], [request(windows=windows)])) == NOBODY


def test_only_the_start_lies_in_the_window() -> None:
    assert optimum(batch([volunteer()], [request(minutes=480)]), "r v 9:00") == NEAR
