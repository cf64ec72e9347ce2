"""The oracles against optima derived by hand, against each other, and against every plan the checker accepts."""

from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any

import pytest

from matcher.batch import Batch
from matcher.checker import check
from matcher.clock import Clock
from matcher.dispatching import dispatch
from matcher.plan import Plan, Visit
from tests.oracle.brute import brute
from tests.oracle.compare import differences
from tests.oracle.cpsat_model import solve_compact
from tests.oracle.facts import Facts
from tests.oracle.tiny import tiny_batch

Json = dict[str, Any]


def moment(clock: str, day: str = "2026-07-21") -> str:
    return f"{day}T{clock}:00+08:00"


def span(start: str, end: str) -> Json:
    return {"start": moment(start), "end": moment(end)}


def cell(row: int, column: int) -> Json:
    return {"cell": [row, column]}


def helper(name: str, **more: Any) -> Json:
    return {"id": name, "place": cell(0, 0), "shifts": [span("08:00", "18:00")]} | more


def call(name: str, start: str, **more: Any) -> Json:
    common = {"place": cell(0, 0), "minutes": 30, "roles": [{"id": "p"}], "windows": [span(start, start)]}
    return {"id": name} | common | more


def pin(request: str, volunteer: str, start: str, role: str = "p") -> Json:
    return {"request": request, "role": role, "volunteer": volunteer, "start": moment(start)}


def make(volunteers: list[Json], requests: list[Json], **more: Any) -> Batch:
    """A batch on a grid where a cell takes 3 minutes."""
    travel = {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 10}
    common = {"schema": "matcher.batch/1", "id": "hand", "travel": travel}
    days = {"start": moment("00:00"), "end": moment("00:00", "2026-07-23")}
    return Batch.model_validate(
        common | {"horizon": days, "volunteers": volunteers, "requests": requests} | more, strict=False
    )


def tier(*names: str) -> Json:
    return {"terms": dict.fromkeys(names, 1)}


def best(batch: Batch) -> tuple[float, ...] | None:
    """The tiers on which both oracles agree, and whose plan the checker accepts; null if infeasible."""
    found = brute(batch)
    status, tiers = solve_compact(batch)
    assert status == found.status
    assert tiers == pytest.approx(found.tiers, abs=1e-9)
    assert list(differences(batch, check, None)) == []
    return found.tiers if found.status == "optimal" else None


def test_worked_example() -> None:
    sites = [
        {"id": "county", "tier": "county", "place": cell(10, 10)},
        {"id": "east", "tier": "town", "parent": "county", "place": cell(10, 20)},
        {"id": "west", "tier": "town", "parent": "county", "place": cell(10, 2)},
        {"id": "qiao", "tier": "village", "parent": "east", "place": cell(12, 22)},
        {"id": "hexi", "tier": "village", "parent": "west", "place": cell(9, 3)},
    ]
    insured = [{"id": "insured", "valid_until": "2026-12-31"}]
    volunteers = [
        {
            "id": "v1",
            "site": "qiao",
            "place": cell(12, 22),
            "skills": [{"skill": "medical", "level": 2, "valid_until": "2027-12-31"}],
            "qualifications": insured,
            "birth_date": "1985-03-02",
            "shifts": [span("08:00", "12:00")],
            "recent_requests": 2,
            "acceptance": 0.9,
        },
        {
            "id": "v2",
            "site": "hexi",
            "place": cell(9, 3),
            "skills": [{"skill": "medical"}, {"skill": "repair"}],
            "birth_date": "1999-11-20",
            "shifts": [span("08:30", "17:00")],
            "acceptance": 0.8,
            "interests": ["fix"],
        },
        {
            "id": "v3",
            "site": "east",
            "skills": [{"skill": "repair", "valid_until": "2026-07-20"}],
            "qualifications": insured,
            "birth_date": "2009-01-05",
            "shifts": [span("08:00", "18:00")],
            "acceptance": 1,
        },
    ]
    doctor = {"id": "doctor", "skill": "medical", "level": 2}
    aide = {"id": "helper", "skill": "medical", "count": 2, "min_count": 1}
    clinic = {"site": "qiao", "place": cell(12, 21), "minutes": 60, "roles": [doctor, aide], "familiar": ["v1"]}
    fridge = {"site": "hexi", "place": cell(9, 4), "minutes": 45, "roles": [{"id": "p", "skill": "repair"}]}
    roof = {"site": "qiao", "place": cell(13, 22), "minutes": 90, "qualifications": ["insured"], "min_age": 18}
    batch = make(
        volunteers,
        [
            call("clinic", "09:30", category="clinic", priority="urgent", value=2, **clinic),
            call("fridge", "14:00", category="fix", due=moment("14:30"), **fridge),
            call("roof", "15:00", category="fix", priority="emergency", roles=fridge["roles"], **roof),
        ],
        sites=sites,
        travel={"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20},
    )
    # Cells take 1.5 minutes. v1: 1 + 1 cells = 3. v2: 21 + 21 by way of home, 1 + 1 = 66. Costs: travel 69,
    # escalation 2 × 15, lateness 15 × 2, workload (2 + 0 + 1) × 3, refusals 0.5 × 10; gains: familiar 10, interest 5.
    assert best(batch) == pytest.approx((0, 2 * 2 / 3, 1, 0, 15 - 69 - 30 - 30 - 9 - 5))
    terms = brute(batch).terms
    assert (terms["travel"], terms["escalation"], terms["lateness"], terms["workload"]) == (69, 2, 15, 3)


def test_two_groups_of_two_from_three_people() -> None:
    pair = [{"id": "p", "count": 2}]
    people = [helper(f"v{n}") for n in range(3)]
    batch = make(
        people, [call(name, "09:00", roles=pair) for name in "ab"], policy={"tiers": [tier("coverage.normal")]}
    )
    assert best(batch) == (1,)


@pytest.mark.parametrize(
    ("order", "tiers"), [(("waiting", "travel"), (1, 0, -18)), (("travel", "waiting"), (1, -12, -57))]
)
def test_home_or_straight_on_follows_the_order_of_tiers(order: tuple[str, str], tiers: tuple[float, ...]) -> None:
    # From (0, 1) straight to (0, 2) is 3 minutes and 57 of waiting; home and out again 3 + 6.
    # Out 3, on 3 or 9, back 6: 12 minutes straight, 18 by way of home.
    requests = [call("a", "09:00", place=cell(0, 1), value=0.5), call("b", "10:30", place=cell(0, 2), value=0.5)]
    policy = {"tiers": [tier("coverage.normal"), *map(tier, order)]}
    assert best(make([helper("v")], requests, policy=policy)) == tiers


def test_service_fills_the_shift_to_the_second() -> None:
    # 3 minutes out and back: 8:03 to 8:33, home at 8:36.
    policy = {"tiers": [tier("coverage.normal")]}
    request = call("a", "08:03", place=cell(0, 1))
    assert best(make([helper("v", shifts=[span("08:00", "08:36")])], [request], policy=policy)) == (1,)
    assert best(make([helper("v", shifts=[span("08:00", "08:35")])], [request], policy=policy)) == (0,)
    assert best(make([helper("v", shifts=[span("08:01", "08:36")])], [request], policy=policy)) == (0,)
    covers = policy | {"shift_covers": "service"}
    assert best(make([helper("v", shifts=[span("08:03", "08:33")])], [request], policy=covers)) == (1,)


def test_next_tour_waits_for_the_way_home() -> None:
    # Ends at 8:30 at (0, 1), tour ends at (0, 3): 6 minutes on and 9 home; out again 3: 8:48 at the earliest.
    policy = {"tiers": [tier("coverage.normal")], "shift_covers": "service"}
    person = helper("v", ends_at=cell(0, 3), shifts=[span("08:00", "08:30"), span("08:30", "18:00")])
    first = call("a", "08:00", place=cell(0, 1))
    for start, value in (("08:48", 2), ("08:47", 1)):
        assert best(make([person], [first, call("b", start, place=cell(0, 1))], policy=policy)) == (value,)


def test_now_delays_the_way_and_shortens_waiting() -> None:
    # Pinned a ends at 9:30; b at 10:30 is 3 minutes off. Leaving at now = 10:20 the wait is 7 minutes, not 57.
    policy = {"tiers": [tier("coverage.normal"), tier("waiting")], "home_between": False}
    requests = [call("a", "09:00"), call("b", "10:30", place=cell(0, 1))]
    for now, expected in (("10:20", (2, -7)), ("10:27", (2, 0)), ("10:28", (1, 0))):
        batch = make([helper("v")], requests, policy=policy, now=moment(now), pins=[pin("a", "v", "09:00")])
        assert best(batch) == expected


def test_pins_exceed_limits_alone_but_let_nobody_follow() -> None:
    policy = {"tiers": [tier("coverage.normal")]}
    requests = [call("a", "09:00"), call("b", "10:00"), call("c", "11:00")]
    person = helper("v", max_requests=1)
    pins = [pin("a", "v", "09:00"), pin("b", "v", "10:00")]
    assert best(make([person], requests, policy=policy, pins=pins)) == (2,)
    assert best(make([helper("v", max_requests=3)], requests, policy=policy, pins=pins)) == (3,)


def test_pin_off_the_window_moves_the_whole_request() -> None:
    # The other role has to start with the pinned one at 9:07, outside the window.
    request = call("a", "09:00", roles=[{"id": "p"}, {"id": "q"}])
    batch = make([helper("v"), helper("w")], [request], pins=[pin("a", "v", "09:07")])
    assert best(batch) is not None
    plan = brute(batch).plan
    assert plan is not None
    assert {visit.start.strftime("%H:%M") for visit in plan.visits} == {"09:07"}


def test_infeasible() -> None:
    one, two = helper("v"), helper("w")
    apart = call("a", "09:00", roles=[{"id": "p"}, {"id": "q"}])
    assert best(make([one, two], [apart], pins=[pin("a", "v", "09:00"), pin("a", "w", "09:05", "q")])) is None
    assert best(make([one], [apart], pins=[pin("a", "v", "09:00")])) is None
    assert best(make([one], [call("a", "07:00", mandatory=True)])) is None
    assert best(make([one], [call("a", "09:00"), call("b", "09:10")], pins=[pin("a", "v", "09:00")])) is not None
    both = [pin("a", "v", "09:00"), pin("b", "v", "09:10")]
    assert best(make([one], [call("a", "09:00"), call("b", "09:10")], pins=both)) is None


def test_nothing_required_and_nothing_possible() -> None:
    assert best(make([], [])) == (0, 0, 0, 0, 0)
    assert best(make([helper("v", shifts=[])], [call("a", "09:00")])) == (0, 0, 0, 0, 0)


def test_seeds_repeat() -> None:
    assert tiny_batch(5) == tiny_batch(5) != tiny_batch(6)
    assert brute(tiny_batch(5)) == brute(tiny_batch(5))


@pytest.mark.parametrize("first", range(0, 2000, 500))
def test_both_oracles_and_the_checker_agree(first: int) -> None:
    for seed in range(first, first + 20):
        best(tiny_batch(seed))
        best(tiny_batch(seed, {"loads": 1.0}))


def possible(batch: Batch) -> list[Visit]:
    """Every visit with a start that a window or a pin allows, whoever makes it."""
    facts, clock = Facts(batch, frozenset()), Clock(batch.horizon.start)
    return [
        Visit(request=job.request.id, role=role.id, volunteer=volunteer.id, start=clock.moment(first + offset))
        for job in facts.jobs
        for role, offsets in zip(job.request.roles, job.offsets, strict=True)
        for first, offset in product(job.starts, offsets)
        for volunteer in batch.volunteers
    ]


def by_way_of_home(visits: tuple[Visit, ...]) -> Iterator[tuple[Visit, ...]]:
    """The visits with every choice of going home before them."""
    for choice in product((False, True), repeat=len(visits)):
        chosen = zip(visits, choice, strict=True)
        yield tuple(visit.model_copy(update={"via_home": home}) for visit, home in chosen)


def test_no_plan_that_the_checker_accepts_is_better() -> None:
    looked_at = 0
    for seed in range(120):
        batch = tiny_batch(seed)
        visits = possible(batch)
        if len(visits) > 6:
            continue
        looked_at += 1
        values = []
        for chosen in chain.from_iterable(combinations(visits, size) for size in range(len(visits) + 1)):
            for way in by_way_of_home(chosen):
                report = check(batch, Plan(schema="matcher.plan/1", batch=batch.id, visits=way))
                if report.valid:
                    values.append(report.score.tiers)
        found = brute(batch)
        assert bool(values) == (found.status == "optimal"), seed
        if values:
            assert max(values) == pytest.approx(found.tiers, abs=1e-6), seed
    assert looked_at > 10


@pytest.mark.parametrize("seed", [8030, 9659])
def test_a_plan_without_all_that_is_required_does_not_end_the_search(seed: int) -> None:
    """Rounding finds one before any other plan."""
    assert not list(differences(tiny_batch(seed), check, dispatch))
