"""What UHHC's judge says of plans written by hand, and where it puts lunches."""

import json
from pathlib import Path

import pytest

from benchmarks.families import uhhc
from benchmarks.families.uhhc_judge import judge, solution
from benchmarks.families.uhhc_routes import LUNCH, UNIT, File, Instance, routes
from tests.benchmarks.plans import bare, plan
from tests.benchmarks.uhhc_file import FILE, GOOD, Visits, changed

COSTS = "metadata.cost_components."


def test_cost_of_a_plan() -> None:
    judged = judge(FILE, bare(), plan(UNIT, *GOOD))
    assert judged.wrong == ()
    assert judged.parts == {
        "travel_time": (10 + 15 + 20) + (20 + 20),
        "total_tardiness": 10 + 10 + 10,  # p1 at 110 after 100, p2 twice at 210 after 200
        "highest_tardiness": 10,
        "total_waiting_time": 25,  # c1 is at p2 by 155, has lunch from 180 to 210
        "total_extra_time": 0,
        "max_idle_time": 100 + 25 + 150,  # c1 leaves at 100 and is back at 250; c2: 140 and 30
        "workload_balance": 8 + 8,  # 95 and 80 minutes, the mean is 87.5
        "caregiver_preferences": 1,
        "optional_patients": 1,
        "missed_lunch_break": 0,
        "independent_freely": 0,
    }
    assert judged.objective == 2 * 85 + 3 * 30 + 4 * 10 + 5 * 25 + 7 * 275 + 8 + 100


def test_lateness_of_ends() -> None:
    judged = judge(changed(("metadata.time_window_met", "at_service_end")), bare(), plan(UNIT, *GOOD))
    # p1 until 140 instead of 100, p2 until 230 and 250 instead of 200.
    assert (judged.parts["total_tardiness"], judged.parts["highest_tardiness"]) == (40 + 30 + 50, 50)


def test_the_window_that_has_opened_counts() -> None:
    visits = (GOOD[0], ("c1", "p2", "a", 330), ("c2", "p2", "b", 330))
    judged = judge(FILE, bare(), plan(UNIT, *visits))
    # p2's second window ends at 320; c2 is back at 330 + 40 + 20, 90 after the shift.
    assert (judged.parts["total_tardiness"], judged.parts["total_extra_time"]) == (10 + 10 + 10, 90)


def test_bazirhas_carers_leave_when_shifts_start() -> None:
    judged = judge(changed(("metadata.origin", "bazirha")), bare(), plan(UNIT, *GOOD))
    # c1 waits from 10 to 110 as well, c2 from 70 to 210.
    assert judged.parts["total_waiting_time"] == 100 + 25 + 140


@pytest.mark.parametrize(
    ("file", "visits", "words"),
    [
        (FILE, GOOD[1:], "patient p1 is not visited"),
        (FILE, GOOD[:2], "patient p2 gets b 0 times"),
        (FILE, (*GOOD, ("c1", "p1", "a", 300)), "patient p1 gets a 2 times"),
        (FILE, (("c1", "p1", "a", 50), *GOOD[1:]), "patient p1 gets a before 60"),
        (FILE, (*GOOD[:2], ("c2", "p2", "b", 211)), "patient p2: services 1.0 apart, not 0 to 0"),
        (FILE, (*GOOD[:2], ("c1", "p2", "b", 230)), "patient p2 has one carer for both services"),
        (FILE, (("c2", "p1", "a", 110), *GOOD[1:]), "carer c2 cannot give a"),
        (FILE, (*GOOD, ("c1", "p3", "b", 300)), "patient p3 does not take carer c1"),
        (FILE, (*GOOD[:1], ("c1", "p2", "a", 150), ("c2", "p2", "b", 150)), "carer c1 cannot be at p2 by 150.0"),
        (FILE, (*GOOD, ("c2", "p3", "b", 54)), "carer c2 leaves before the shift"),
        (FILE, (*GOOD, ("c9", "p3", "b", 100)), "no carer c9"),
        (FILE, (*GOOD, ("c2", "p3", "a", 100)), "patient p3 does not ask for a"),
        (changed((COSTS + "total_tardiness", "HARD")), GOOD, "total_tardiness is 30.0"),
        (changed((COSTS + "optional_patients", "HARD")), GOOD, "optional_patients is 1.0"),
        (changed((COSTS + "caregiver_preferences", None)), GOOD, "caregiver_preferences is 1.0"),
        (
            changed((COSTS + "total_extra_time", "HARD"), ("caregivers.1.working_shift.end", 260)),
            GOOD,
            "total_extra_time is 10.0",
        ),
        (
            changed(("patients.1.synchronization", {"type": "sequential", "distance": {"min": 10, "max": 20}})),
            GOOD,
            "patient p2: services 0.0 apart, not 10 to 20",
        ),
    ],
)
def test_what_is_wrong(file: File, visits: Visits, words: str) -> None:
    judged = judge(file, bare(), plan(UNIT, *visits))
    assert judged.objective is None
    assert words in judged.wrong


def test_services_in_two_windows_or_of_one_carer_are_counted() -> None:
    file = changed(("patients.1.synchronization", {"type": "independent"}))

    def freely(*visits: tuple[str, str, str, float]) -> float:
        return judge(file, bare(), plan(UNIT, GOOD[0], *visits)).parts["independent_freely"]

    assert freely(*GOOD[1:]) == 0
    assert freely(("c1", "p2", "a", 210), ("c1", "p2", "b", 230)) == 1
    assert freely(("c1", "p2", "a", 210), ("c2", "p2", "b", 300)) == 1


def test_one_carer_may_give_independent_services() -> None:
    file = changed(("patients.1.synchronization", {"type": "independent"}))
    visits = (GOOD[0], ("c1", "p2/a", "a", 210), ("c1", "p2/b", "b", 230))
    assert judge(file, bare(), plan(UNIT, *visits)).wrong == ()


@pytest.mark.parametrize(
    ("visits", "lunch"),
    [
        ((), ("d0", 180)),
        ((("c1", "p1", "a", 240),), ("p1", 180)),  # before the first visit; after it would cost nothing either
        ((("c1", "p1", "a", 110), ("c1", "p2", "a", 210)), ("p2", 180)),  # at p1 it would end 225 - 15
        ((("c1", "p1", "a", 170), ("c1", "p2", "a", 260)), ("p1", 200)),  # at p2 from 215 would be as good
        ((("c1", "p2", "a", 150),), ("p2", 180)),  # 10 minutes of waiting cost as much as no lunch
        ((("c1", "p2", "a", 149),), None),
    ],
)
def test_where_lunch_is(visits: Visits, lunch: tuple[str, float] | None) -> None:
    route = routes(Instance(FILE), bare(), plan(UNIT, *visits))[0]
    lunches = [(stop.place, stop.start, stop.end) for stop in route.stops if stop.service == LUNCH]
    assert lunches == ([(*lunch, lunch[1] + 30)] if lunch else [])


def test_lunch_after_the_last_visit_may_cost_extra_time() -> None:
    # p2 from 155 to 175, lunch from 180 to 210, back at 230: 5 minutes of waiting and, of a shift until 226, 4 of extra
    # time are 49 of cost; one minute more is 55, dearer than no lunch.
    for end, stops in ((226, ["a", LUNCH]), (225, ["a"])):
        file = changed(("caregivers.0.working_shift.end", end))
        route = routes(Instance(file), bare(), plan(UNIT, ("c1", "p2", "a", 155)))[0]
        assert [stop.service for stop in route.stops] == stops


@pytest.mark.parametrize(("met", "stops"), [("at_service_start", 1), ("at_service_end", 0)])
def test_hours_of_lunch(met: str, stops: int) -> None:
    """From 350, lunch is over at 380: too late if it has to be over by 360."""
    file = changed(("lunch_breaks.start", 350), ("metadata.time_window_met", met))
    assert len(routes(Instance(file), bare(), plan(UNIT))[0].stops) == stops


def test_whoever_visits_nobody_is_idle_but_for_lunch() -> None:
    file = changed(("caregivers.0.working_shift.end", 500))
    judged = judge(file, bare(), plan(UNIT))
    assert judged.objective is None  # p1 and p2 are to be visited
    assert "patient p1 is not visited" in judged.wrong
    every_patient_optional = [patient | {"optional": True} for patient in file["patients"]]
    judged = judge(file | {"patients": every_patient_optional}, bare(), plan(UNIT))
    assert judged.parts["max_idle_time"] == 500 - 30
    assert (judged.parts["missed_lunch_break"], judged.parts["optional_patients"]) == (0, 3)


def test_a_solution_for_the_public_validator() -> None:
    written = solution(FILE, bare(), plan(UNIT, GOOD[0], *GOOD[1:]))
    a = {"patient": "p1", "service": "a", "start_service_time": 110, "end_service_time": 140}
    lunch = {"patient": "p2", "service": LUNCH, "start_service_time": 180, "end_service_time": 210}
    b = {"patient": "p2", "service": "b", "start_service_time": 210, "end_service_time": 250}
    first, second = written["routes"]
    assert first["locations"] == [a, lunch, b | {"service": "a", "end_service_time": 230}]
    assert second == {"caregiver_id": "c2", "locations": [b]}
    assert (written["instance"], written["cost_components"]["max_idle_time"]) == ("tiny", 275)


@pytest.mark.needs_data
def test_a_real_instance_visited_in_the_order_of_windows(data_dir: Path) -> None:
    """In A1 everybody is served by whoever can be there first; only ways count, added up here once more."""
    path = data_dir / "uhhc" / "instances" / "bazirha" / "A1.json"
    file = json.loads(path.read_text(encoding="utf-8"))
    ways, visits, travel = file["distances"], [], 0
    where = {carer["id"]: (0, 0) for carer in file["caregivers"]}
    for patient in sorted(file["patients"], key=lambda patient: patient["time_windows"][0]["end"]):
        (need,), site = patient["required_services"], patient["distance_matrix_index"]
        able = [carer["id"] for carer in file["caregivers"] if need["service"] in carer["abilities"]]
        there, carer = min((where[carer][0] + ways[where[carer][1]][site], carer) for carer in able)
        start = max(there, patient["time_windows"][0]["start"])
        visits.append((carer, patient["id"], need["service"], start))
        travel += ways[where[carer][1]][site]
        where[carer] = (start + need["duration"], site)
    travel += sum(ways[site][0] for _, site in where.values())
    case = next(case for case in uhhc.cases(data_dir) if case.name == "uhhc/A1")
    assert case.judge
    judged = case.judge(bare(), plan(UNIT, *visits))
    assert (judged.objective, judged.wrong) == (travel, ())
