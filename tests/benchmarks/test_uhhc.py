"""How UHHC's files become batches."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.families import uhhc
from benchmarks.families.uhhc_judge import judge
from benchmarks.families.uhhc_routes import UNIT, File
from matcher import check
from tests.benchmarks.plans import START, bare, plan
from tests.benchmarks.uhhc_file import FILE, GOOD, Visits, changed

INDEPENDENT = ("patients.1.synchronization", {"type": "independent"})
ON_TIME = ("metadata.cost_components.total_tardiness", "HARD")
LONG_ENOUGH = ("patients.1.time_windows.1.end", 350)
BY_END = ("metadata.time_window_met", "at_service_end")
CONSTANT = 100 + 8
"""p3 is optional; p1 has preferences."""


def test_patients_become_requests() -> None:
    first, second, third = uhhc.batch("tiny", FILE).requests
    assert (first.mandatory, first.value, first.preferred) == (True, 0, ("c2",))
    (window,) = first.windows
    assert (window.start, window.end, window.late) == (START + 60 * UNIT, START + 100 * UNIT, uhhc.LATE)
    assert [(role.id, role.skill, role.minutes, role.lag) for role in second.roles] == [
        ("a", "a", 20, None),
        ("b", "b", 40, None),
    ]
    assert len(second.windows) == 2
    assert (third.mandatory, third.value, third.excluded) == (False, 100 - 8, ("c1",))


def test_carers_become_volunteers() -> None:
    file = changed(("caregivers.1.arrival_point", "d1"))
    file["terminal_points"].append({"id": "d1", "distance_matrix_index": 3})
    one, two = uhhc.batch("tiny", file).volunteers
    assert [held.skill for held in one.skills] == ["a", "b"]
    assert one.shifts[0].end - one.shifts[0].start == timedelta(minutes=400)
    assert one.shifts[0].overtime == uhhc.OVERTIME
    assert one.break_ is not None
    assert (one.break_.start, one.break_.end) == (START + 180 * UNIT, START + (360 + 30) * UNIT)
    assert one.ends_at is None
    assert two.break_ is None
    assert two.ends_at is not None
    assert two.ends_at.node == "3"  # type: ignore[union-attr]


def test_lunch_is_over_by_the_end_of_its_hours() -> None:
    rest = uhhc.batch("tiny", changed(BY_END)).volunteers[0].break_
    assert rest is not None
    assert rest.end == START + 360 * UNIT


def test_no_extra_time() -> None:
    batch = uhhc.batch("tiny", changed(("metadata.cost_components.total_extra_time", "HARD")))
    assert batch.volunteers[0].shifts[0].overtime == 0
    assert "overtime" not in batch.policy.tiers[0].terms


def test_weights() -> None:
    (tier,) = uhhc.batch("tiny", FILE).policy.tiers
    assert tier.terms == {
        "travel": 2,
        "tardiness": 3,
        "max_lateness": 4,
        "waiting": 5,
        "overtime": 6,
        "max_idle": 7,
        "preference": 8,
        "coverage.normal": 1,
        "missed_break": 50,
    }


@pytest.mark.parametrize(
    ("file", "leaves", "late_by"),
    [
        (FILE, "late", "start"),
        (changed(("metadata.origin", "bazirha-caie")), "shift", "start"),
        (changed(BY_END), "late", "end"),
    ],
)
def test_policy(file: File, leaves: str, late_by: str) -> None:
    policy = uhhc.batch("tiny", file).policy
    assert (policy.leaves, policy.late_by, policy.start_step_minutes, policy.home_between) == (
        leaves,
        late_by,
        1,
        False,
    )


def test_independent_services_are_two_requests() -> None:
    requests = uhhc.batch("tiny", changed(INDEPENDENT)).requests
    assert [(request.id, len(request.roles)) for request in requests] == [
        ("p1", 1),
        ("p2/a", 1),
        ("p2/b", 1),
        ("p3", 1),
    ]


def test_an_optional_patient_gets_both_services_or_none() -> None:
    second = uhhc.batch("tiny", changed(INDEPENDENT, ("patients.1.optional", True))).requests[1]
    assert (second.id, second.value) == ("p2", 100)
    lag = second.roles[1].lag
    assert lag is not None
    assert (lag.min, lag.max) == (0, uhhc.SPREAD)


def test_nobody_may_be_late() -> None:
    batch = uhhc.batch("tiny", changed(ON_TIME, BY_END, LONG_ENOUGH))
    (window, _) = batch.requests[1].windows
    # Both services of p2 start together, and the longer of the two is over by 200.
    assert (window.end, window.late) == (START + (200 - 40) * UNIT, 0)
    assert ["tardiness" in tier.terms for tier in batch.policy.tiers] == [False]


def test_nobody_may_be_late_for_a_later_service() -> None:
    sequential = ("patients.1.synchronization", {"type": "sequential", "distance": {"min": 10, "max": 30}})
    batch = uhhc.batch("tiny", changed(ON_TIME, BY_END, LONG_ENOUGH, sequential))
    assert batch.requests[1].windows[0].end == START + (200 - 20) * UNIT
    assert batch.policy.tiers[0].terms == {"tardiness": 1}
    assert "tardiness" not in batch.policy.tiers[1].terms


@pytest.mark.parametrize("visits", [GOOD, (*GOOD, ("c2", "p3", "b", 105))])
def test_the_checker_and_the_judge_agree(visits: Visits) -> None:
    sent = plan(UNIT, *visits)
    report = check(uhhc.batch("bare", FILE), sent)
    assert report.violations == ()
    assert CONSTANT - report.score.tiers[-1] == judge(FILE, bare(), sent).objective


def test_a_bound_is_a_whole_number() -> None:
    assert (uhhc.published(-937.2), uhhc.published(-938 - 1e-9)) == (938, 938)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(uhhc.cases(tmp_path))


@pytest.mark.needs_data
def test_the_public_instances(data_dir: Path) -> None:
    cases = {case.name: case for case in uhhc.cases(data_dir)}
    assert len(cases) == 78
    assert next(iter(cases)) == "uhhc/i-054"
    assert (cases["uhhc/i-054"].known, cases["uhhc/i-054"].bound) == (65188, None)
    assert (cases["uhhc/A1"].known, cases["uhhc/A1"].bound) == (None, uhhc.published)
    # Patients, and one request more for each mandatory one of independent services.
    sizes = {"i-116": 10 + 1, "K2": 25 + 4, "instance-008": 10 + 0, "i-424": 100 + 0}
    assert {name: len(cases[f"uhhc/{name}"].make().requests) for name in sizes} == sizes
