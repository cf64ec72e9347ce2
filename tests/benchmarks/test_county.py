"""The made county: what each kind of day changes, and that the cases are what their names say."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.families.county import KINDS, Kind, cases, county_batch
from benchmarks.plain import fixed_batch, mixed_batch
from matcher import Batch, check, dispatch, read_batch, to_json


def cells(batch: Batch) -> np.ndarray:
    """Cells of all homes and requests: items x 2."""
    return np.array([item.place.cell for item in (*batch.volunteers, *batch.requests)])  # type: ignore[union-attr]


def test_cases_have_the_sizes_and_the_names_they_should() -> None:
    named = {case.name: case for case in cases(Path("nowhere"))}
    assert len(named) == 4 + 4 + 3 * 2  # four sizes fixed and mixed, two of every other kind
    assert {"county/9000x1000-fixed-1", "county/3000x300-mixed-1", "county/1000x300-villages-1"} <= set(named)
    batch = named["county/300x100-groups-1"].make()
    assert (len(batch.volunteers), len(batch.requests)) == (300, 100)


def test_plain_kinds_are_the_plain_batches() -> None:
    assert county_batch(50, 20, KINDS["fixed"], 3) == fixed_batch(50, 20, 3)
    assert county_batch(50, 20, KINDS["mixed"], 3) == mixed_batch(50, 20, 3)


def test_groups_start_together_and_come_whole_or_not_at_all() -> None:
    batch = county_batch(50, 20, KINDS["groups"], 1)
    moving = [request for request in batch.requests if request.windows[0].end > request.windows[0].start]
    assert len(moving) == 10  # half of 20
    assert all(2 <= request.roles[0].min_count == request.roles[0].count for request in moving)


def test_few_can_where_skills_are_scarce() -> None:
    scarce = county_batch(50, 20, Kind(holders=0.3), 1)
    plain = fixed_batch(50, 20, 1)
    can = [new for new, old in zip(scarce.volunteers, plain.volunteers, strict=True) if new == old]
    assert len(can) == 15  # 0.3 of 50
    assert sum(not volunteer.skills for volunteer in scarce.volunteers) == 35
    assert scarce.requests == plain.requests


def test_homes_and_requests_lie_around_the_villages() -> None:
    batch = county_batch(200, 50, Kind(villages=1), 1)
    assert cells(batch).min() >= 0
    assert cells(batch).max() <= 63
    # Normal with deviation 2: of 250 items hardly any is 5 deviations off; evenly spread cells deviate by 18.
    assert np.abs(cells(batch) - np.median(cells(batch), axis=0)).max() <= 10
    assert cells(fixed_batch(200, 50)).std() > 15


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_valid_batch_made_by_its_seed(kind: str) -> None:
    batch = county_batch(40, 8, KINDS[kind], 1)
    assert read_batch(to_json(batch)) == batch == county_batch(40, 8, KINDS[kind], 1)
    assert county_batch(40, 8, KINDS[kind], 2) != batch
    plan = dispatch(batch, work=200_000)
    assert check(batch, plan).valid
    assert plan.visits


def test_shares_beyond_all_are_refused() -> None:
    with pytest.raises(ValueError, match=r"holders 1\.2"):
        county_batch(10, 5, Kind(holders=1.2), 1)
    with pytest.raises(ValueError, match=r"groups 0\.2 and flexible 0"):
        county_batch(10, 5, Kind(groups=0.2), 1)
