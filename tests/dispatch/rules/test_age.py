from datetime import date

import pytest

from matcher.batch import Horizon
from tests.checker.build import at, span
from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, proved, rivals

GROWN = {"birth_date": date(1980, 1, 1)}


@pytest.mark.parametrize("birth", [date(2008, 7, 21), date(2000, 12, 31)])
def test_old_enough(birth: date) -> None:
    assert optimum(rivals({"birth_date": birth}, GROWN, {"min_age": 18}), "r near 9:00") == NEAR


@pytest.mark.parametrize("birth", [date(2008, 7, 22), date(2015, 1, 1), None])
def test_too_young_or_unknown(birth: date | None) -> None:
    assert optimum(rivals({"birth_date": birth}, GROWN, {"min_age": 18}), "r far 9:00") == FAR


def test_comes_of_age_between_two_windows() -> None:
    # 18 on the second day: the near one can go then, and that is better than the far one today.
    shifts = {"shifts": [span("8:00", "18:00", day) for day in (0, 1)]}
    asked = {"min_age": 18, "windows": [span("9:00", "9:00", day) for day in (0, 1)]}
    b = rivals({"birth_date": date(2008, 7, 22)} | shifts, GROWN | shifts, asked)
    assert optimum(b, "r near 9:00 +1") == NEAR


@pytest.mark.parametrize(("day", "goes"), [(-143, "far"), (-142, "near")])
def test_born_on_29_february(day: int, goes: str) -> None:
    # The days are 28 February and 1 March 2026.
    hours = {"shifts": [span("8:00", "18:00", day)]}
    whole = Horizon(start=at("0:00", day), end=at("0:00", day + 1))
    b = rivals({"birth_date": date(2008, 2, 29)} | hours, GROWN | hours, {"min_age": 18, "day": day}, horizon=whole)
    assert [visit.volunteer for visit in proved(b).visits] == [goes]


def test_nobody_is_old_enough() -> None:
    assert optimum(rivals({"birth_date": date(1970, 1, 1)}, GROWN, {"min_age": 60})) == NOBODY


@pytest.mark.parametrize("least", [None, 0])
def test_no_age_asked(least: int | None) -> None:
    # Age 0 still asks for a birth date.
    goes = "far" if least == 0 else "near"
    assert optimum(rivals({}, GROWN, {"min_age": least}), f"r {goes} 9:00") == (FAR if least == 0 else NEAR)
