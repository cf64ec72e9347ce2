"""The demo's county day: reproducible, valid, and as scarce and mixed as its description says."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from matcher import Batch, read_batch, to_json
from matcher.demo import county_day
from matcher.demo.menu import KINDS, SETUP

KIND_OF = {item.id: name for name, kind in KINDS.items() for item in kind.items} | {SETUP.id: "activity"}


@pytest.fixture(scope="module")
def day() -> Batch:
    return county_day()


def test_same_seed_same_batch(day: Batch) -> None:
    assert county_day() == day
    assert county_day(seed=2).requests != day.requests


def test_sizes_and_sites(day: Batch) -> None:
    tiers = Counter(site.tier for site in day.sites)
    assert (len(day.volunteers), len(day.requests)) == (3000, 300)
    assert tiers == {"county": 1, "town": 24, "village": 322}
    assert Counter(team.kind for team in day.teams) == {"head": 1, "speciality": 12, "local": 346}


def test_survives_json_and_every_cross_check(day: Batch) -> None:
    assert read_batch(to_json(day)) == day


def test_shows_every_feature(day: Batch) -> None:
    requests = day.requests
    roles = [role for request in requests for role in request.roles]
    flexible = sum(any(window.start < window.end for window in request.windows) for request in requests)
    assert 0.4 < flexible / len(requests) < 0.6
    assert {request.priority for request in requests} == {"emergency", "urgent", "normal", "low"}
    assert any(len(request.windows) > 1 for request in requests)
    assert any(request.after for request in requests)
    assert any(request.one_team for request in requests)
    assert any(request.team for request in requests)
    assert any(request.end_place for request in requests)
    assert any(request.due for request in requests)
    assert any(request.series and request.familiar for request in requests)
    assert any(role.lag for role in roles)
    assert any(role.count > 1 and role.min_count is None for role in roles)
    assert any(role.min_count and role.min_count < role.count for role in roles)


def test_mix_follows_the_shares() -> None:
    kinds = Counter(KIND_OF[request.category or ""] for request in county_day(100, 4000).requests)
    for name, kind in KINDS.items():
        assert kinds[name] / 4000 == pytest.approx(kind.share, abs=0.04)


def test_a_setup_crew_is_done_before_its_activity() -> None:
    requests = {request.id: request for request in county_day(100, 1000).requests}
    followers = [request for request in requests.values() if request.after]
    assert followers
    for request in followers:
        crew = requests[request.after[0].request]
        assert crew.category == SETUP.id
        assert crew.windows[0].end + timedelta(minutes=crew.minutes) <= request.windows[0].start


def test_minors_are_kept_from_rescue_and_phones_reach_nobody(day: Batch) -> None:
    rescues = [request for request in day.requests if request.priority == "emergency"]
    assert rescues
    assert all(request.min_age == 18 for request in rescues)
    phones = [volunteer.phone for volunteer in day.volunteers] + [r.contact.phone for r in day.requests if r.contact]
    assert all(re.fullmatch(r"10\d{9}", phone or "") for phone in phones)
    assert len(set(phones)) == 3300


def test_other_dates_move_everything() -> None:
    day = county_day(50, 20, date=date(2026, 12, 31))
    midnight = datetime(2026, 12, 30, 16, tzinfo=UTC)
    assert day.horizon.start == midnight
    starts = [window.start for request in day.requests for window in request.windows]
    starts += [shift.start for volunteer in day.volunteers for shift in volunteer.shifts]
    assert all(midnight <= start < midnight + timedelta(days=1) for start in starts)


@pytest.mark.parametrize("size", [(0, 1), (1, 0)])
def test_refuses_an_empty_county(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        county_day(*size)
