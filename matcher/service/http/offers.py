"""Dispatches and offers over HTTP: a day's orders become a plan, a plan becomes offers, offers are answered."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from matcher.base import Frozen
from matcher.batch import Day, Horizon, Minutes
from matcher.errors import InputError
from matcher.memory import without_collection
from matcher.reading import check_batch, read_plan
from matcher.service.access.caller import Caller
from matcher.service.http.bundle import payload_of, solved_batch_of
from matcher.service.http.described import problems, refused
from matcher.service.http.loop import (
    REASON_BODY,
    TAGS,
    After,
    Limit,
    Said,
    asked_body,
    book_of,
    expire,
    found,
    offering_of,
    optional,
    optional_body,
    required,
)
from matcher.service.http.once import OnceRoute
from matcher.service.http.parts import require_day
from matcher.service.http.plans import KIND, Asked, Id, job_of, require_time, result_of, told
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import Offers, PlanState, Sent
from matcher.service.orders.model import Offer
from matcher.service.orders.states import OfferState

router = APIRouter(prefix="/v1", tags=TAGS, route_class=OnceRoute)

OfferId = Annotated[str, Path(description="派单编号 / id of the offer", max_length=100)]


class AskedDay(Asked):
    """The day to dispatch, and how."""

    date: Day
    """The day, in the county's time."""


class Finished(Frozen):
    """A service that is over."""

    minutes: Minutes | None = None
    """How long it took; null: as planned."""


FINISHED_BODY = optional_body(Finished, {"minutes": 45})


@router.post(
    "/dispatches",
    status_code=202,
    summary="配单：一天的未完订单",
    response_model=PlanState,
    responses=refused(),
    openapi_extra=asked_body(AskedDay, {"date": "2026-07-21", "seconds": 30}),
)
async def dispatch(request: Request, services: Served, caller: Called, response: Response) -> PlanState:
    """Makes the batch of a day's open orders and submits it as a plan; follow it at `Location`."""
    id = await services.answer(_dispatched, services, caller, await required(request, AskedDay))
    response.headers["Location"] = f"/v1/plans/{id}"
    return told(await services.quick(job_of, services, caller, id))


@without_collection()
def _dispatched(services: Services, caller: Caller, asked: AskedDay) -> str:
    require_time(services, asked)
    offering_of(services).expire()
    horizon = _day(services, asked.date)
    planned, bound = book_of(services).of_day(caller, horizon)
    batch = services.county.batch(planned, horizon, services.settings.rules, bound=bound, sites=caller.sites)
    wrong = check_batch(batch)
    if wrong:
        raise InputError("这一天的订单与名册不符", "the orders of this day do not go with the county", wrong)
    full = services.county.with_phones(batch, [*planned, *bound], services.phones)
    payload = payload_of(full, asked.model_dump(exclude={"date"}), services.phones)
    return services.jobs.submit(KIND, payload, site=caller.site, key=caller.key).id


def _day(services: Services, day: date) -> Horizon:
    """A day of the county's time."""
    require_day(day, "/date")
    start = datetime.combine(day, time(), services.county.known().batch.horizon.start.tzinfo)
    return Horizon(start=start, end=start + timedelta(days=1))


@router.post("/plans/{id}/offers", summary="派单", response_model=Sent, responses=problems(404, 409))
async def send(id: Id, services: Served, caller: Called) -> Sent:
    """Takes a plan over for its orders, and asks everybody it sends; who is asked already is not asked again."""
    return await services.answer(_sent, services, caller, id)


@without_collection()
def _sent(services: Services, caller: Caller, id: str) -> Sent:
    from matcher.answers.standby import backups_for, with_backups

    plan = read_plan(result_of(services, caller, id))
    batch = solved_batch_of(services.jobs.payload(id))
    if plan.visits and not plan.standby:
        plan = with_backups(plan, backups_for(batch, plan))
    offering = offering_of(services)
    offering.expire()
    taken = offering.take_over(caller, id, batch, plan)
    return Sent(taken=taken, offers=tuple(offering.send(caller, taken.matched)))


@router.get("/offers", summary="派单列表", response_model=Offers, responses=problems())
def offers(
    services: Served,
    caller: Called,
    state: OfferState | None = None,
    volunteer: Annotated[str | None, Query(max_length=200)] = None,
    after: After = "",
    limit: Limit = 100,
) -> Offers:
    """The offers of orders that the caller may see, the oldest first."""
    expire(services)
    page = offering_of(services).page(caller, state, volunteer, after, limit)
    return Offers(offers=tuple(page), after=page[-1].id if len(page) == limit else None)


@router.post("/offers/{id}/accept", summary="接单", response_model=Offer, responses=problems(404))
async def accept(id: OfferId, services: Served, caller: Called) -> Offer:
    """The volunteer says yes, before the deadline."""
    return await _answered(services, caller, id, "accepted")


@router.post(
    "/offers/{id}/decline", summary="婉拒", response_model=Offer, responses=refused(404), openapi_extra=REASON_BODY
)
async def decline(id: OfferId, request: Request, services: Served, caller: Called) -> Offer:
    """The volunteer says no, or cannot come after all; the next backup is asked."""
    return await _answered(services, caller, id, "declined", (await optional(request, Said)).reason)


@router.post(
    "/offers/{id}/no-show", summary="未到岗", response_model=Offer, responses=refused(404), openapi_extra=REASON_BODY
)
async def no_show(id: OfferId, request: Request, services: Served, caller: Called) -> Offer:
    """The volunteer said yes and did not come; the next backup is asked."""
    return await _answered(services, caller, id, "no_show", (await optional(request, Said)).reason)


@router.post("/offers/{id}/start", summary="到岗", response_model=Offer, responses=problems(404))
async def start(id: OfferId, services: Served, caller: Called) -> Offer:
    """The volunteer is there."""
    return await _answered(services, caller, id, "started")


@router.post(
    "/offers/{id}/finish", summary="完成", response_model=Offer, responses=refused(404), openapi_extra=FINISHED_BODY
)
async def finish(id: OfferId, request: Request, services: Served, caller: Called) -> Offer:
    """The service is over; `minutes` if it took longer or shorter than planned."""
    said = await optional(request, Finished)
    return await _answered(services, caller, id, "done", None, said.minutes)


async def _answered(services: Services, caller: Caller, id: str, to: OfferState, *more: Any) -> Offer:
    with found():
        return await services.quick(offering_of(services).answer, caller, id, to, *more)
