"""The states of orders and offers, their words, and which may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from matcher.errors import InputError, Problem

OrderState = Literal["pending", "escalated", "matched", "offered", "accepted", "done", "rated", "withdrawn"]
OfferState = Literal["offered", "accepted", "started", "done", "declined", "expired", "no_show", "withdrawn"]
Kind = Literal["order", "offer"]

WORDS: dict[str, tuple[str, str]] = {
    "pending": ("待配单", "pending"),
    "escalated": ("已上报", "escalated"),
    "matched": ("已配单", "matched"),
    "offered": ("已派单", "offered"),
    "accepted": ("已接单", "accepted"),
    "started": ("已到岗", "started"),
    "done": ("已完成", "done"),
    "rated": ("已评单", "rated"),
    "withdrawn": ("已撤单", "withdrawn"),
    "declined": ("婉拒", "declined"),
    "expired": ("超时未接", "expired"),
    "no_show": ("未到岗", "no-show"),
}
"""Every state in Chinese and English."""

ORDER_NEXT: Mapping[OrderState, frozenset[OrderState]] = {
    "pending": frozenset({"matched", "escalated", "withdrawn"}),
    "escalated": frozenset({"matched", "escalated", "withdrawn"}),
    "matched": frozenset({"offered", "pending", "escalated", "withdrawn"}),
    "offered": frozenset({"accepted", "matched", "pending", "done", "withdrawn"}),
    "accepted": frozenset({"offered", "matched", "pending", "done", "withdrawn"}),
    "done": frozenset({"rated"}),
    "rated": frozenset(),
    "withdrawn": frozenset(),
}
"""Which states may follow one; `escalated` follows itself, a tier further up."""

OFFER_NEXT: Mapping[OfferState, frozenset[OfferState]] = {
    "offered": frozenset({"accepted", "declined", "expired", "withdrawn"}),
    "accepted": frozenset({"started", "done", "declined", "no_show", "withdrawn"}),
    "started": frozenset({"done", "withdrawn"}),
    "done": frozenset(),
    "declined": frozenset(),
    "expired": frozenset(),
    "no_show": frozenset(),
    "withdrawn": frozenset(),
}

NEXT: dict[Kind, Mapping[Any, frozenset[Any]]] = {"order": ORDER_NEXT, "offer": OFFER_NEXT}

OPEN: frozenset[OrderState] = frozenset({"pending", "escalated", "matched", "offered", "accepted"})
"""Orders that a dispatch is about."""
LIVE: frozenset[OfferState] = frozenset({"offered", "accepted", "started"})
"""Offers that bind somebody's time to come."""
FIRM: frozenset[OfferState] = frozenset({"accepted", "started", "done"})
"""Offers that a new plan leaves as they are."""
LOST: frozenset[OfferState] = frozenset({"declined", "expired", "no_show"})
"""Offers after which a backup is called; these people are not asked again for the same order."""

NOUNS: dict[Kind, tuple[str, str]] = {"order": ("订单", "order"), "offer": ("派单", "offer")}


@dataclass(eq=False)
class WrongStateError(InputError):
    """What is asked for cannot follow the state that the order or offer is in."""


def require_next(kind: Kind, id: str, state: OrderState | OfferState, to: OrderState | OfferState) -> None:
    """Raises WrongStateError, which says the state it is in and what is possible, unless `to` may follow `state`."""
    possible = NEXT[kind][state]
    if to not in possible:
        raise WrongStateError(*_sentence(kind, id), [_problem(kind, id, state, to, sorted(possible))])


def _sentence(kind: Kind, id: str) -> tuple[str, str]:
    zh, en = NOUNS[kind]
    return f"{zh} {id} 的状态不允许此操作", f"the state of {en} {id} does not allow this"


def _problem(kind: Kind, id: str, state: str, to: str, possible: list[str]) -> Problem:
    zh = "、".join(WORDS[each][0] for each in possible) or "无（已结束）"
    en = ", ".join(WORDS[each][1] for each in possible) or "none, it is over"
    return Problem(
        "wrong_state",
        f"{kind}s/{id}",
        state,
        f"现为“{WORDS[state][0]}”，不能变为“{WORDS[to][0]}”；可以变为：{zh}",
        f"it is {WORDS[state][1]} and cannot become {WORDS[to][1]}; possible: {en}",
    )
