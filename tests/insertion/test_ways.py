"""How a tour changes around a new visit, on days known by hand: a road where a cell is a minute."""

import pytest

from matcher.insertion import Offer, Standing
from matcher.policy import Policy
from tests.checker.build import at, batch, fixed, plan, request, visit
from tests.dispatch.build import volunteer


def told(offer: Offer) -> list[str]:
    visits = [*offer.visits, *offer.changed]
    return [f"{v.request} {v.start:%H:%M}{' home' * v.via_home} {v.travel_seconds}" for v in visits]


def test_a_visit_between_two_others() -> None:
    # 10 out, 30 on and 40 back before; now 10 and 20 on the way, and 30 minutes less of waiting from 10:30 on.
    asked = [request("a", 10), request("b", 40, "13:00"), request("new", 20, "11:00")]
    b = batch([volunteer(max_requests=3)], asked, policy=Policy(home_between=False))
    (offer,) = Standing(b, plan(visit("a"), visit("b", start="13:00"))).best("new")
    assert told(offer) == ["new 11:00 600", "b 13:00 1200"]
    assert (offer.terms["travel"], offer.terms["waiting"], offer.terms["workload"]) == (0, 50 + 40 - 150, 2)


def test_the_way_on_may_lead_over_home_now() -> None:
    # Over home 30 + 40 to b instead of 10 straight and 100 of waiting cost more only as long as waiting is cheap.
    asked = [request("a", 40, "14:00"), request("new", 30, "9:00")]
    b = batch([volunteer()], asked)
    (offer,) = Standing(b, plan(visit("a", start="14:00"))).best("new")
    assert told(offer) == ["new 09:00 1800", "a 14:00 600"]
    far = batch([volunteer()], [request("a", 40, "15:00"), request("new", 30, "8:30")])
    (offer,) = Standing(far, plan(visit("a", start="15:00"))).best("new")
    assert told(offer) == ["new 08:30 1800", "a 15:00 home 4200"]
    assert offer.changed[0].leave == at("14:20")


@pytest.mark.parametrize(("now", "waiting"), [("9:30", 20), ("10:15", 5), ("10:20", 0)])
def test_who_waits_for_now_has_a_shorter_wait(now: str, waiting: int) -> None:
    # b is pinned, so it was 10 minutes from 10:00 on and 110 of waiting; now so many before new, and 60 after.
    asked = [request("a", 10), request("b", 20, "12:00"), request("new", 20, "10:30", minutes=30)]
    pins = [fixed("a"), fixed("b", start="12:00")]
    b = batch([volunteer()], asked, now=at(now), pins=pins, policy=Policy(home_between=False))
    (offer,) = Standing(b, plan(visit("a"), visit("b", start="12:00"))).best("new")
    assert offer.terms["travel"] == 0
    assert offer.terms["waiting"] == waiting + 60 - 110


def test_what_went_from_home_goes_on_from_the_new_visit() -> None:
    asked = [request("a", 10, "12:00"), request("new", 5, "9:00")]
    b = batch([volunteer(ends_at="open")], asked, policy=Policy(home_between=False))
    stated = visit("a", start="12:00", leave=at("11:50"), travel_seconds=600)
    (offer,) = Standing(b, plan(stated)).best("new")
    assert offer.changed[0].leave is None
    assert told(offer) == ["new 09:00 300", "a 12:00 300"]
    assert offer.terms["travel"] == 0
