"""Requests that are new or changed, plans that do not fit, and offers where there are many people."""

import pytest

from matcher import Batch, InputError, Plan, check
from matcher.batch import After, HeldSkill, Skill
from matcher.demo import county_day
from matcher.insertion import Standing
from matcher.plan import Visit
from tests.checker import build
from tests.insertion.tries import without
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch


def empty(batch: Batch) -> Plan:
    return Plan(schema="matcher.plan/1", batch=batch.id, visits=())


def test_a_new_request_is_like_one_of_the_batch() -> None:
    compared = 0
    for seed in range(150):
        batch = tiny_batch(seed)
        plan, request = brute(batch).plan, batch.requests[-1]
        fixed = {visit.request for visit in (*batch.pins, *batch.previous)}
        followed = {after.request for each in batch.requests for after in each.after}
        if plan is None or request.id in fixed | followed:
            continue
        rest = without(batch, plan, [visit for visit in plan.visits if visit.request == request.id])
        before = batch.model_copy(update={"requests": batch.requests[:-1]})
        offers = Standing(before, rest).best(request)
        assert offers == Standing(batch, rest).best(request.id)
        compared += bool(offers)
    assert compared > 30


def test_a_request_may_be_changed_while_it_is_not_served() -> None:
    batch = county_day(60, 8)
    request = batch.requests[0]
    sooner = request.model_copy(update={"minutes": request.minutes + 5})
    changed = batch.model_copy(update={"requests": (sooner, *batch.requests[1:])})
    standing = Standing(batch, empty(batch))
    assert standing.best(sooner) == Standing(changed, empty(batch)).best(request.id)
    served = standing.best(request, 1)[0].added_to(empty(batch))
    with pytest.raises(InputError, match="served already"):
        Standing(batch, served).best(sooner)


def test_a_plan_grows_request_by_request_and_few_candidates_are_enough() -> None:
    batch = county_day(150, 25)
    plan, value = empty(batch), check(batch, empty(batch)).score.tiers
    for request in batch.requests:
        standing = Standing(batch, plan)
        offers = standing.best(request.id, count=3)
        assert offers == standing.best(request.id, count=40)[:3]
        assert standing.best(request.id, count=1) == offers[:1]
        if offers:
            plan = offers[0].added_to(plan)
            report = check(batch, plan)
            assert report.violations == ()
            assert report.score.tiers == pytest.approx([a + b for a, b in zip(value, offers[0].tiers, strict=True)])
            value = report.score.tiers
    assert len({visit.request for visit in plan.visits}) > 15


def test_what_does_not_fit_is_told() -> None:
    batch = county_day(30, 4)
    standing = Standing(batch, empty(batch))
    with pytest.raises(InputError, match=r"no such request[\s\S]*\[unknown_id\]"):
        standing.best("无此编号")
    new = batch.requests[0].model_copy(update={"id": "new", "site": "无此站点", "preferred": ("无此人",)})
    with pytest.raises(InputError) as found:
        standing.best(new)
    assert [p.where for p in found.value.problems if p.code == "unknown_id"] == ["/site", "/preferred/0"]
    start = batch.requests[0].windows[0].start
    stranger = Visit(request=batch.requests[0].id, role=batch.requests[0].roles[0].id, volunteer="无此人", start=start)
    with pytest.raises(InputError, match="does not fit the batch"):
        Standing(batch, empty(batch).model_copy(update={"visits": (stranger,)}))


def test_nothing_is_offered_for_what_is_full_or_follows_what_is_not_served() -> None:
    batch = county_day(60, 8)
    request = batch.requests[0].model_copy(update={"roles": batch.requests[0].roles[:1]})
    follower = request.model_copy(update={"id": "later", "after": (After(request=request.id),)})
    batch = batch.model_copy(update={"requests": (request,)})
    standing = Standing(batch, empty(batch))
    assert standing.best(follower) == ()
    full = standing.best(request.id)[0].added_to(empty(batch))
    assert Standing(batch, full).best(request.id) == ()


def test_where_nobody_can_go_nothing_is_offered() -> None:
    asked = build.request()
    for people in ([], [build.volunteer(shifts=[])]):
        assert Standing(build.batch(people, [asked]), build.plan()).best("r") == ()
    assert len(Standing(build.batch([build.volunteer()], []), build.plan()).best(asked)) == 1


def test_people_may_stand_in_any_order() -> None:
    """The only holder of the skill stands first in the batch and last by id."""
    holder = build.volunteer("z", skills=[HeldSkill(skill="s")])
    asked = build.request("r", roles=(build.role(skill="s"),))
    batch = build.batch([holder, build.volunteer("a")], [asked], skills=(Skill(id="s"),))
    standing = Standing(batch, empty(batch))
    assert [offer.visits[0].request for offer in standing.requests_for("z")] == ["r"]
    assert standing.requests_for("a") == ()
    assert set(standing.first_for(["a", "z"])) == {"z"}
