"""What events teach, against numbers worked out by hand."""

import pytest

from matcher.batch import Horizon
from matcher.service.access.caller import LOCAL
from matcher.service.orders.learning import posterior
from matcher.service.orders.model import Evaluation
from tests.service.orders.conftest import Loop
from tests.service.orders.small import at, county, day_of


def volunteers(loop: Loop, day: int = 3) -> dict[str, object]:
    """The volunteers of a day's batch, as they are known now."""
    batch = loop.county.batch([], Horizon.model_validate(day_of(day)), loop.rules)
    return {volunteer.id: volunteer for volunteer in batch.volunteers}


def served(loop: Loop, volunteer: str, rating: int | None = None, **fields: object) -> str:
    """An order at 9 that a volunteer serves and the resident rates."""
    id = loop.order(**fields)
    [offer] = loop.offered(id, ("helper", volunteer))
    loop.offering.answer(LOCAL, offer, "accepted")
    loop.offering.answer(LOCAL, offer, "done")
    if rating is not None:
        loop.book.evaluate(LOCAL, id, Evaluation(rating=rating))
    return id


def test_the_posterior_is_that_of_a_beta_prior() -> None:
    # Beta(4 · 0.5, 4 · 0.5) = Beta(2, 2); three yes and one no make Beta(5, 3), whose mean is 5 / 8
    assert posterior(0.5, 4, 3, 1) == 5 / 8
    assert posterior(0.3, 4, 0, 0) == pytest.approx(0.3)


def test_acceptance_follows_from_answers(loop: Loop) -> None:
    assert volunteers(loop)["v1"].acceptance is None, "nobody was asked: the policy's prior stands"
    served(loop, "v1")
    for to in ("declined", "no_show"):
        [offer] = loop.offered(loop.order(), ("helper", "v2"))
        if to == "no_show":
            loop.offering.answer(LOCAL, offer, "accepted")
        loop.offering.answer(LOCAL, offer, to)
    loop.offered(loop.order(), ("helper", "v3"))
    loop.later(hours=2)
    loop.offering.expire()
    loop.offered(loop.order(), ("helper", "v4"))
    known = volunteers(loop)
    # prior Beta(2, 2): v1 said yes once 3/5; v2 no, yes, and did not come 3/7; v3 did not answer 2/5
    assert known["v1"].acceptance == 3 / 5
    assert known["v2"].acceptance == 3 / 7
    assert known["v3"].acceptance == 2 / 5
    assert known["v4"].acceptance is None, "asked, and has not answered yet"


def test_what_was_imported_is_the_prior(loop: Loop) -> None:
    people = [v.model_copy(update={"acceptance": 0.9, "asked": 2, "recent_requests": 5}) for v in county().volunteers]
    loop.county.take_over(county().model_copy(update={"volunteers": tuple(people)}), loop.phones)
    served(loop, "v1")
    # (4 · 0.9 + 1) / (4 + 1)
    assert volunteers(loop)["v1"].acceptance == pytest.approx(4.6 / 5)
    for days, asked, recent in ((0, 3, 6), (8, 0, 6), (23, 0, 0)):
        loop.later(days=days)
        # the offer of day 0 counts on the day itself, at 9 to 10, only where it is no pin: here the 4th is planned
        shown = volunteers(loop, 4)["v1"]
        assert (shown.asked, shown.recent_requests) == (asked, recent)


def test_asks_of_visits_in_the_batch_are_not_counted_twice(loop: Loop) -> None:
    id = loop.order()
    loop.offered(id, ("helper", "v1"))
    planned, bound = loop.book.of_day(LOCAL, Horizon.model_validate(day_of(3)))
    batch = loop.county.batch(planned, Horizon.model_validate(day_of(3)), loop.rules, bound=bound)
    assert [(visit.request, visit.volunteer) for visit in batch.previous] == [(id, "v1")]
    assert batch.volunteers[0].asked == 0
    assert volunteers(loop, 4)["v1"].asked == 1


def test_familiar_is_who_did_well_at_the_series_or_household(loop: Loop) -> None:
    grandma = {"name": "联系人甲", "phone": "13912345678"}
    served(loop, "v1", 5, series="s1")
    served(loop, "v2", 3, series="s1")
    served(loop, "v3", 4, contact=grandma)
    served(loop, "v4", series="s1")
    ids = [loop.order(series="s1"), loop.order(contact=grandma), loop.order(), loop.order(series="s1", contact=grandma)]
    planned, _ = loop.book.of_day(LOCAL, Horizon.model_validate(day_of(3)))
    batch = loop.county.batch(planned, Horizon.model_validate(day_of(3)), loop.rules)
    familiar = {request.id: request.familiar for request in batch.requests}
    assert [familiar[id] for id in ids] == [("v1",), ("v3",), (), ("v1", "v3")]


def test_sites_remember_what_was_asked_for_and_filled(loop: Loop) -> None:
    served(loop, "v1", roles=[{"id": "helper", "count": 2, "min_count": 1}])
    loop.order(site="west-1")
    gone = loop.order(site="west-1")
    loop.book.withdraw(LOCAL, gone, "")
    loop.later(days=1)
    batch = loop.county.batch([], Horizon.model_validate(day_of(4)), loop.rules)
    past = {site.id: (site.past_places, site.past_filled) for site in batch.sites}
    assert (past["east-1"], past["west-1"], past["county"]) == ((2, 1), (1, 0), (0, 0))


def test_shifts_repeat_with_the_imported_horizon(loop: Loop) -> None:
    [shift] = volunteers(loop, 3)["v1"].shifts
    assert (shift.start, shift.end) == (at(8), at(18))
    [shift] = volunteers(loop, 10)["v1"].shifts
    assert (shift.start, shift.end) == (at(8, 10), at(18, 10)), "one day was imported: every day is like it"
    week = Horizon(start=at(0, 2), end=at(0, 9))
    loop.county.take_over(county().model_copy(update={"horizon": week}), loop.phones)
    assert volunteers(loop, 4)["v1"].shifts == ()
    [shift] = volunteers(loop, 17)["v1"].shifts
    assert shift.start == at(8, 17), "two weeks after the third"
