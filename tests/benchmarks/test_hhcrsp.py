"""The HHCRSP instances: what the judge says of plans written by hand, and how files become batches."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.families import hhcrsp
from benchmarks.families.hhcrsp_judge import UNIT, File, judge, solution
from matcher import Plan, check
from tests.benchmarks.plans import START, bare, plan

FILE: File = {
    "patients": [
        {"id": "p1", "time_window": [1.0, 2.0], "required_caregivers": [{"service": "a", "duration": 3.0}]},
        {
            "id": "p2",
            "time_window": [5.0, 5.999999999999986],
            "required_caregivers": [{"service": "a", "duration": 2.0}, {"service": "b", "duration": 1.0}],
            "synchronization": {"type": "sequential", "distance": [2, 4]},
        },
    ],
    "services": [{"id": "a", "default_duration": 2.0}, {"id": "b", "default_duration": 2.0}],
    "caregivers": [{"id": "c1", "abilities": ["a"]}, {"id": "c2", "abilities": ["b", "a"]}],
    "central_offices": [{"id": "d"}],
    "distances": [[0, 2.501, 4], [2.4, 0, 3], [4, 3, 0]],
}
TOGETHER = json.loads(json.dumps(FILE))
TOGETHER["patients"][1]["synchronization"] = {"type": "simultaneous"}

FIRST = ("c1", "p1", "a", 3)
GOOD = (FIRST, ("c1", "p2", "a", 9), ("c2", "p2", "b", 11))


def test_cost_of_a_plan() -> None:
    judged = judge(FILE, bare(), plan(UNIT, *GOOD))
    # c1: 2.501 + 3 + 4 of distance, c2: 4 + 4. Starts 1, 3 and 5 after the ends of their windows.
    assert judged.wrong == ()
    assert judged.parts == pytest.approx({"distance": 17.501, "total_tardiness": 9, "max_tardiness": 5})
    assert judged.objective == pytest.approx((17.501 + 9 + 5) / 3)


@pytest.mark.parametrize(
    ("file", "visits", "words"),
    [
        (FILE, GOOD[1:], "patient p1 gets a 0 times"),
        (FILE, (*GOOD, ("c2", "p1", "a", 20)), "patient p1 gets a 2 times"),
        (FILE, (("c1", "p1", "a", 2), *GOOD[1:]), "carer c1 cannot be at patient p1 by 2.0"),
        (FILE, (FIRST, ("c1", "p2", "a", 8), ("c2", "p2", "b", 11)), "carer c1 cannot be at patient p2 by 8.0"),
        (FILE, (FIRST, ("c1", "p2", "a", 9), ("c2", "p2", "b", 10)), "patient p2: services 1.0 apart, not 2 to 4"),
        (FILE, (FIRST, ("c1", "p2", "a", 9), ("c2", "p2", "b", 14)), "patient p2: services 5.0 apart, not 2 to 4"),
        (TOGETHER, GOOD, "patient p2: services 2.0 apart, not 0 to 0"),
        (FILE, (FIRST, ("c2", "p2", "a", 4), ("c1", "p2", "b", 9)), "patient p2 gets a before 5.0"),
        (FILE, (FIRST, ("c2", "p2", "a", 9), ("c1", "p2", "b", 11)), "carer c1 cannot give b"),
        (FILE, (FIRST, ("c2", "p2", "a", 9), ("c2", "p2", "b", 11)), "patient p2 has one carer for both services"),
        (FILE, (*GOOD, ("c1", "p1", "b", 20)), "patient p1 does not ask for b"),
        (FILE, (*GOOD, ("c3", "p1", "a", 20)), "no carer c3"),
    ],
)
def test_what_is_wrong(file: File, visits: tuple[tuple[str, str, str, float], ...], words: str) -> None:
    judged = judge(file, bare(), plan(UNIT, *visits))
    assert judged.objective is None
    assert words in judged.wrong


def test_together_is_at_one_moment() -> None:
    visits = (FIRST, ("c1", "p2", "a", 9), ("c2", "p2", "b", 9))
    assert judge(TOGETHER, bare(), plan(UNIT, *visits)).wrong == ()


def test_a_solution_for_the_public_validator() -> None:
    p2 = {"patient_id": "p2", "service_id": "a", "arrival_time": 9, "departure_time": 11}
    assert solution(FILE, bare(), plan(UNIT, *GOOD)) == {
        "routes": [
            {
                "caregiver_id": "c1",
                "locations": [{"patient_id": "p1", "service_id": "a", "arrival_time": 3, "departure_time": 6}, p2],
            },
            {"caregiver_id": "c2", "locations": [p2 | {"service_id": "b", "arrival_time": 11, "departure_time": 12}]},
        ],
        "global_ordering": ["p1", "p2"],
    }


def test_a_bound_in_thirds_of_units() -> None:
    # 1,000 minutes of cost are 60 units, a third of which is published; of more than 60, whole numbers only: 61.
    assert hhcrsp.published(1, -1000) == pytest.approx(20)
    assert hhcrsp.published(1, -1001) == pytest.approx(61 / 3)
    # 1,001 minutes are 60.06 units, 1,001.01 minutes 60.0606: 60.061 in thousandths.
    assert hhcrsp.published(1000, -1001) == pytest.approx(60.06 / 3)
    assert hhcrsp.published(1000, -1001.01) == pytest.approx(60.061 / 3)
    # A plan states its bound with six decimals: this one is 917.575 units.
    assert hhcrsp.published(1000, -15292.916667) == pytest.approx(917.575 / 3, abs=1e-9)
    # Somebody more than LATE units late costs as much twice, in all and at most.
    assert hhcrsp.published(1, -1e9) == pytest.approx(hhcrsp.LATE * 2 / 3)


def test_a_file_becomes_a_batch() -> None:
    batch = hhcrsp.batch("tiny", FILE)
    first, second = batch.requests
    assert (first.mandatory, first.minutes, [role.lag for role in first.roles]) == (True, 50, [None])
    window = second.windows[0]
    assert (window.start, window.end) == (START + 5 * UNIT, START + 6 * UNIT)
    assert timedelta(minutes=window.late) == hhcrsp.LATE * UNIT
    a, b = second.roles
    assert (a.skill, b.skill) == ("a", "b")
    assert b.lag is not None
    assert (a.minutes, b.minutes, b.lag.min, b.lag.max) == pytest.approx((2000 / 60, 1000 / 60, 2000 / 60, 4000 / 60))
    assert batch.travel.seconds[0] == (0, 2501, 4000)  # type: ignore[union-attr]


def test_whoever_is_latest_gets_home() -> None:
    batch = hhcrsp.batch("tiny", FILE)
    # Window until 6, LATE, 4 to the second service, 3 for the longest, 4 for the longest way.
    assert batch.volunteers[0].shifts[0].end - START == (6 + hhcrsp.LATE + 4 + 3 + 4) * UNIT


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(hhcrsp.cases(tmp_path))


@pytest.mark.needs_data
def test_the_public_instances(data_dir: Path) -> None:
    cases = list(hhcrsp.cases(data_dir))
    assert len(cases) == 45
    assert cases[0].name == "hhcrsp/InstanzCPLEX_HCSRP_10_1"
    assert cases[0].known == 218.199
    assert cases[-1].name == "hhcrsp/instance_027-venice-padua-treviso-r10-p157-s4-sim24.3-seq23.8"
    assert cases[-1].known == 595.333
    assert [case.bound(-1001.01) for case in (cases[0], cases[-1]) if case.bound] == pytest.approx([60.061 / 3, 61 / 3])


@pytest.mark.needs_data
def test_a_real_instance_one_patient_after_the_other(data_dir: Path) -> None:
    """Everybody is sent to one patient at a time, 400 units apart: valid, and dear in known numbers."""
    case = next(hhcrsp.cases(data_dir))
    assert case.judge
    path = data_dir / "hhcrsp" / "instances" / "mankowska" / "InstanzCPLEX_HCSRP_10_1.json"
    file = json.loads(path.read_text(encoding="utf-8"))
    sent = one_by_one(file)
    judged = case.judge(bare(), sent)
    assert judged.wrong == ()
    due = {patient["id"]: patient["time_window"][1] for patient in file["patients"]}
    late = [(visit.start - START) / UNIT - due[visit.request] for visit in sent.visits]
    assert judged.parts["max_tardiness"] == pytest.approx(max(late))
    assert judged.parts["total_tardiness"] == pytest.approx(sum(units for units in late if units > 0))


def one_by_one(file: File) -> Plan:
    """The patients in the file's order, each by the first carers who can."""
    visits = []
    for turn, patient in enumerate(file["patients"], start=1):
        free = list(file["caregivers"])
        after = patient.get("synchronization", {}).get("distance", (0, 0))[0]
        for place, need in enumerate(patient["required_caregivers"]):
            carer = next(carer for carer in free if need["service"] in carer["abilities"])
            free.remove(carer)
            visits.append((carer["id"], patient["id"], need["service"], 400 * turn + place * after))
    return plan(UNIT, *visits)


def test_the_checker_and_the_judge_agree() -> None:
    batch, sent = hhcrsp.batch("tiny", FILE), plan(UNIT, *GOOD)
    report = check(batch, sent.model_copy(update={"batch": "tiny"}))
    assert report.violations == ()
    assert report.score
    assert report.score.tiers[0] == pytest.approx(-50 * (17.501 + 9 + 5) / 3)
