"""Small batches that every peer is tried on, with what comes out known by hand; a cell of the road is a minute."""

from typing import Any

from benchmarks.peers import Peer
from matcher.batch import Batch, HeldSkill, Skill
from matcher.checker import Report, check
from tests.checker.build import batch, request, role, span
from tests.dispatch.build import told, volunteer

SECONDS = 1.0
HELD = (HeldSkill(skill="s"),)


def tried(peer: Peer, b: Batch, seconds: float = SECONDS) -> tuple[list[str], Report]:
    """The visits of the peer's plan, such as `r v 9:00`, and the report on it, which must find nothing wrong.

    A peer that has a process of its own is run in this one, which is sooner done.
    """
    assert peer.cannot(b) is None
    plan = list(peer.plans(b, seconds, 0))[-1] if hasattr(peer, "plans") else peer.solve(b, seconds, 0)
    assert plan is not None
    report = check(b, plan)
    assert report.violations == ()
    return sorted(map(told, plan.visits)), report


def rivals() -> Batch:
    """One person for each of two requests at 9:00: b is 2 from the first, a 1 from it, and only 9 from the second."""
    people = [volunteer("a", 9, max_requests=1), volunteer("b", 12, max_requests=1)]
    return batch(people, [request("r1", 10), request("r2", 0)])


def row(**limits: Any) -> Batch:
    """One person for two requests on one way: 10 minutes out, 10 on, 20 back, from one to the next just in time."""
    return batch([volunteer("v", 0, **limits)], [request("r1", 10, "9:00"), request("r2", 20, "10:10")])


ROW = (["r1 v 9:00", "r2 v 10:10"], (0, 0, 2, 0, -43))
"""Both visits: 40 minutes of travel and workload 0 + 1, of weight 3."""
ROW_OF_ONE = (["r1 v 9:00"], (0, 0, 1, 0, -20))
"""One visit: the nearer request."""


def apart() -> Batch:
    """Near requests that the person nearby may not serve, for want of the skill or of an early shift."""
    people = [volunteer("near", 0, shifts=(span("9:30", "18:00"),)), volunteer("able", 5, skills=HELD)]
    asked = [request("early", 0, "9:00"), request("skilled", 0, "14:00", roles=(role(skill="s"),))]
    return batch(people, asked, skills=[Skill(id="s")])


APART = ["early able 9:00", "skilled able 14:00 home"]
"""Going home and back takes 10 minutes, waiting for 4 hours costs 60."""


def pair(count: int, least: int, people: int) -> Batch:
    """So many people nearby for a request that asks `count` of them, and takes `least`."""
    near = [volunteer(f"v{i}", i) for i in range(people)]
    return batch(near, [request(roles=(role(count=count, min_count=least),))])
