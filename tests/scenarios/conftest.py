"""A report on a small county: one scenario that draws, in two samples, and one that adds requests."""

import pytest

from matcher import Batch
from matcher.demo import county_day
from scenarios.cases import cases_of
from scenarios.running import Ran, run
from scenarios.store import Limits

Planned = tuple[Batch, list[Ran]]


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    batch = county_day(120, 30, seed=3)
    cases = cases_of(["no-shows", "flood-day"], [], {"count": 6}, 2)
    return batch, run(batch, cases, Limits(work=2_000_000), tmp_path_factory.mktemp("kept"), 1)
