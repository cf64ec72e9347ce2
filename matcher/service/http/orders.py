"""Orders over HTTP, from 点单 to 评单, and what has changed. `router` has all routes of the loop."""

from dataclasses import replace
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field, RootModel, ValidationError

from matcher.batch import Contact
from matcher.errors import InputError
from matcher.service.access.audit import PHONE_READ
from matcher.service.access.caller import Caller, subtree
from matcher.service.http import county, offers, reporting
from matcher.service.http.bundle import require_kept
from matcher.service.http.described import EXAMPLE_BATCH, body_of, problems, refused
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
    no_nul,
    optional,
    required,
)
from matcher.service.http.once import OnceRoute
from matcher.service.http.parts import json_body
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import Events, Orders
from matcher.service.orders.model import Evaluation, NewOrder, Order
from matcher.service.orders.states import OrderState
from matcher.shape import shape_problems

M = TypeVar("M", bound=BaseModel)

MOST_ORDERS = 1_000
"""Most orders sent at once."""

mine = APIRouter(prefix="/v1", tags=TAGS, route_class=OnceRoute)

OrderId = Annotated[str, Path(description="订单编号 / id of the order", max_length=100)]


class Many(RootModel[Annotated[list[NewOrder], Field(min_length=1, max_length=MOST_ORDERS)]]):
    """Orders sent at once."""


EXAMPLE_ORDER = {
    "external_id": "2026-0001",
    "request": {key: value for key, value in EXAMPLE_BATCH["requests"][0].items() if key != "id"},
}
ONE_ORDER = {
    "type": "object",
    "required": ["request"],
    "additionalProperties": False,
    "properties": {
        "external_id": NewOrder.model_json_schema()["properties"]["external_id"],
        "request": {"$ref": "#/components/schemas/batch.Request"},
    },
}
ORDER_BODY = body_of(
    {
        "oneOf": [ONE_ORDER, {"type": "array", "items": ONE_ORDER, "minItems": 1, "maxItems": MOST_ORDERS}],
        "description": "一张订单，或一列订单 / one order, or a list of them",
    },
    EXAMPLE_ORDER,
)


@mine.post(
    "/orders",
    status_code=201,
    summary="点单：一张或多张",
    response_model=Orders,
    responses=refused(),
    openapi_extra=ORDER_BODY,
)
async def create(request: Request, services: Served, caller: Called) -> Orders:
    """Takes orders in, all or none. An emergency is answered with whom to call (`notices`)."""
    data = await json_body(request)
    return await services.quick(_created, services, caller, data)


def _created(services: Services, caller: Caller, data: bytes) -> Orders:
    if data.lstrip()[:1] == b"[":
        return Orders(orders=tuple(book_of(services).create(caller, _validated(Many, data).root)))
    new = _validated(NewOrder, data)
    try:
        return Orders(orders=tuple(book_of(services).create(caller, [new])))
    except InputError as error:
        moved = [replace(each, where=each.where.removeprefix("/0")) for each in error.problems]
        raise InputError(error.zh, error.en, moved) from None


def _validated(model: type[M], data: bytes) -> M:
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        wrong = shape_problems(model, error)
        raise InputError(f"内容有 {len(wrong)} 处错误", f"Problems in the body: {len(wrong)}", wrong) from None


@mine.get("/orders", summary="订单列表", response_model=Orders, responses=problems())
def orders(
    services: Served,
    caller: Called,
    state: OrderState | None = None,
    site: Annotated[str | None, Query(description="站点及其下级 / a site and what is below it", max_length=200)] = None,
    after: After = "",
    limit: Limit = 100,
) -> Orders:
    """The orders the caller may see, the oldest first."""
    expire(services)
    below = None if site is None else subtree(site, services.county.parents())
    page = book_of(services).page(caller, state, below, after, limit)
    return Orders(orders=tuple(page), after=page[-1].id if len(page) == limit else None)


@mine.get("/orders/{id}", summary="订单", response_model=Order, responses=problems(404))
def order(id: OrderId, services: Served, caller: Called) -> Order:
    """An order with everybody asked so far."""
    expire(services)
    with found():
        return book_of(services).get(caller, id)


@mine.get("/orders/{id}/contact", summary="联系人（记入审计）", response_model=Contact, responses=problems(404))
def contact(id: OrderId, services: Served, caller: Called) -> Contact:
    """Whom to call, in full; that it was asked for is noted first."""
    with found():
        book_of(services).get(caller, id)
    require_kept(services.phones)
    services.audit.note(caller, PHONE_READ, id)
    return book_of(services).contact(caller, id)


@mine.post(
    "/orders/{id}/withdraw", summary="撤单", response_model=Order, responses=refused(404), openapi_extra=REASON_BODY
)
async def withdraw(id: OrderId, request: Request, services: Served, caller: Called) -> Order:
    """Ends an order and the offers that are open."""
    said = await optional(request, Said)
    with found():
        return await services.quick(book_of(services).withdraw, caller, id, said.reason)


@mine.post(
    "/orders/{id}/escalate", summary="上报", response_model=Order, responses=refused(404), openapi_extra=REASON_BODY
)
async def escalate(id: OrderId, request: Request, services: Served, caller: Called) -> Order:
    """Hands an order up one tier: village, town, county, city."""
    said = await optional(request, Said)
    with found():
        return await services.quick(book_of(services).escalate, caller, id, said.reason)


@mine.post(
    "/orders/{id}/evaluation",
    summary="评单",
    response_model=Order,
    responses=refused(404),
    openapi_extra=asked_body(Evaluation, {"rating": 5, "text": "很满意"}),
)
async def evaluate(id: OrderId, request: Request, services: Served, caller: Called) -> Order:
    """Takes the resident's evaluation of an order that is done."""
    evaluation = await required(request, Evaluation)
    with found():
        return await services.quick(book_of(services).evaluate, caller, id, evaluation)


@mine.get("/events", summary="变更", response_model=Events, responses=problems())
def events(
    services: Served,
    caller: Called,
    after: Annotated[int, Query(ge=0, le=2**53, description="最后收到的序号 / the last number received")] = 0,
    limit: Limit = 100,
) -> Events:
    """Every change since a number, each once and in order; poll with the `after` of the answer before."""
    expire(services)
    page = book_of(services).events(caller, after, limit)
    return Events(events=tuple(page), after=page[-1].seq if page else after)


router = APIRouter(dependencies=[Depends(no_nul)])
for part in (county.router, mine, offers.router, reporting.router):
    router.include_router(part)
