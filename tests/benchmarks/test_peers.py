"""What stands between a batch and all peers: the list of them, coverage in steps, starts on the grid, groups."""

import pytest

from benchmarks import peers as package
from benchmarks.peers.jobs import spans
from benchmarks.peers.plans import Stay, earliest, plan_of
from benchmarks.peers.scope import beyond
from benchmarks.peers.task import Task
from benchmarks.peers.worth import Costs, coverage, prizes
from matcher.batch import Break, HeldSkill, Shift, Skill, Window
from matcher.checker import check
from matcher.policy import Policy
from tests.checker.build import at, batch, request, role, volunteer

HOUR = 3600


def test_peers_without_their_library_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "find_spec", lambda name: name not in ("vroom", "pyvrp") or None)
    assert [peer.name for peer in package.peers()] == ["nearest", "assignment", "cpsat", "routing"]


def test_coverage_in_steps() -> None:
    # Places 2 and 3: a step is 1/6. One place of the first is 1.0 x 1/2, of the second 2.0 x 1/3.
    asked = [request("r", roles=(role(count=2),)), request("q", roles=(role(count=3),), value=2.0, priority="low")]
    assert coverage(Task(batch([], asked))).tolist() == [[0, 0], [0, 0], [3, 0], [0, 4]]


def test_what_a_visit_costs() -> None:
    # Overskill 2 x 5, workload 4 x 3, reliability 0.25 x 10, preferred -10, a tag -2: 12.5 minutes.
    person = volunteer(skills=(HeldSkill(skill="s", level=3),), recent_requests=4, acceptance=0.75, tags=("x", "y"))
    asked = request(where=7, roles=(role(skill="s"),), preferred=("v",), tags_preferred=("x", "z"))
    task = Task(batch([person], [asked], skills=[Skill(id="s")]))
    costs = Costs(task)
    assert costs.visit(0, task.posts[0]) == 750
    assert costs.alone(0, task.posts[0]) == 750 + 2 * 7 * 60
    # The step of the one tier outweighs twice three such visits, each after ten hours of waiting of weight 1/4.
    assert prizes(task, costs, 3) == [6 * (1590 + 9000)]


def test_a_tour_takes_the_first_start_after_arrival() -> None:
    # 9:00 to 10:00 at mark 0, then 7 minutes to mark 7: 10:10 is the first of 9:00, 9:10, ...; nothing at mark 0 again.
    asked = [request("r1", 0), request("r2", 7, "9:00", until="12:00"), request("r3", 0, "11:00")]
    task = Task(batch([volunteer()], asked))
    starts = [stay.start for stay in earliest(task, 0, [0, 1, 2])]
    assert starts == [9 * HOUR, 10 * HOUR + 600]


def test_what_does_not_fit_or_is_too_few_is_left_out() -> None:
    # w cannot follow r by q, 20 minutes away; then q has one of two people, and goes whole.
    asked = [request("r", 0), request("q", 20, "10:10", roles=(role(count=2),))]
    b = batch([volunteer("v", 20), volunteer("w")], asked)
    task = Task(b)
    q = 10 * HOUR + 600
    plan = plan_of(task, [Stay(0, 1, q), Stay(1, 0, 9 * HOUR), Stay(1, 1, q)])
    assert [(visit.request, visit.volunteer) for visit in plan.visits] == [("r", "w")]
    assert check(b, plan).valid


def test_a_long_wait_is_spent_at_home_where_that_costs_less() -> None:
    # Both at mark 4, 9:00 and 13:00: waiting 3 h costs 45, home and back 8; at 10:30 waiting costs 7.5.
    for later, home in (("13:00", True), ("10:30", False)):
        b = batch([volunteer()], [request("r", 4), request("q", 4, later)])
        hours, minutes = map(int, later.split(":"))
        plan = plan_of(Task(b), [Stay(0, 0, 9 * HOUR), Stay(0, 1, hours * HOUR + minutes * 60)])
        assert [visit.via_home for visit in plan.visits] == [home, False]
        assert check(b, plan).valid


def test_rows_of_starts() -> None:
    assert spans((0, 300, 600, 1200), 300) == [(0, 600), (1200, 1200)]


def test_what_no_peer_is_given_is_said() -> None:
    day = {"start": at("8:00"), "end": at("18:00")}
    late, overtime = request(windows=[Window(**day, late=10)]), volunteer(shifts=[Shift(**day, overtime=10)])
    assert beyond(batch([volunteer()], [request()])) is None
    assert beyond(batch([volunteer()], [late])) == "starts after a window, at a price"
    assert beyond(batch([overtime], [request()])) == "overtime"
    assert beyond(batch([volunteer(**{"break": Break(**day, minutes=30)})], [request()])) == "breaks"
    assert beyond(batch([], [], policy=Policy(leaves="shift"))) == "tours that leave with the shift"
