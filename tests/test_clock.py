"""Times to seconds and back, rounding, and where a day begins."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.clock import Clock, whole_seconds

CHINA = timezone(timedelta(hours=8))
MIDNIGHT = datetime(2026, 7, 21, tzinfo=CHINA)
CLOCK = Clock(MIDNIGHT)


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [
        (0, 0),
        (1, 60),
        (0.5, 30),
        (1 / 60, 1),
        (1 / 120, 1),
        (0.008, 0),
        (0.025, 2),
        (0.125, 8),
        (1.5, 90),
        (10080, 604800),
    ],
)
def test_whole_seconds(minutes: float, seconds: int) -> None:
    # 1/120 min is half a second, 0.025 min 1.5 s and 0.125 min 7.5 s: halves go up.
    assert whole_seconds(minutes) == seconds


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(CHINA))))
def test_many_moments_are_as_each_alone(moments: list[datetime]) -> None:
    assert CLOCK.all_seconds(moments).tolist() == [CLOCK.seconds(moment) for moment in moments]


@given(st.integers(0, 10**9))
def test_minutes_of_whole_seconds_come_back(seconds: int) -> None:
    assert whole_seconds(seconds / 60) == seconds


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (MIDNIGHT, 0),
        (MIDNIGHT + timedelta(hours=9, minutes=30), 34_200),
        (MIDNIGHT - timedelta(seconds=1), -1),
        (datetime(2026, 7, 20, 16, tzinfo=timezone.utc), 0),  # noqa: UP017
        (datetime(2026, 7, 21, 1, tzinfo=timezone(timedelta(hours=9))), 0),
        (datetime(2028, 2, 29, tzinfo=CHINA), 50_803_200),  # 588 days
    ],
)
def test_seconds(moment: datetime, seconds: int) -> None:
    assert CLOCK.seconds(moment) == seconds


@given(st.integers(-(10**8), 10**8))
def test_a_moment_comes_back(seconds: int) -> None:
    moment = CLOCK.moment(seconds)
    assert CLOCK.seconds(moment) == seconds
    assert moment.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("seconds", "day"),
    [(-1, date(2026, 7, 20)), (0, date(2026, 7, 21)), (86_399, date(2026, 7, 21)), (86_400, date(2026, 7, 22))],
)
def test_a_day_begins_at_midnight(seconds: int, day: date) -> None:
    assert CLOCK.day(seconds) == day


def test_a_day_is_that_of_the_horizons_offset() -> None:
    # 16:30 in Greenwich is half past midnight of the next day in China.
    greenwich = Clock(datetime(2026, 7, 21, tzinfo=timezone.utc))  # noqa: UP017
    moment = datetime(2026, 7, 22, 0, 30, tzinfo=CHINA)
    assert greenwich.day(greenwich.seconds(moment)) == date(2026, 7, 21)
    assert CLOCK.day(CLOCK.seconds(moment)) == date(2026, 7, 22)


def test_a_day_in_the_middle_of_the_horizon_does_not_depend_on_its_hour() -> None:
    noon = Clock(MIDNIGHT + timedelta(hours=12))
    assert [noon.day(seconds) for seconds in (0, 43_199, 43_200)] == [
        date(2026, 7, 21),
        date(2026, 7, 21),
        date(2026, 7, 22),
    ]
