"""Why this volunteer serves a request, or why that one does not."""

from collections.abc import Iterator, Sequence

from matcher.answers.compare import SAME, order_of
from matcher.answers.phrases import Words, named, phrase, signed
from matcher.answers.price import Price, judged, pinned, price_of, without
from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.answers.why import found_request
from matcher.base import Frozen, Items
from matcher.batch import Batch, FixedVisit, Request
from matcher.clock import Clock
from matcher.errors import InputError
from matcher.insertion import Offer, Standing
from matcher.plan import Plan, Reason, Visit
from matcher.problems import unknown
from matcher.reasons import words
from matcher.reasons.judging import FREE, RANK, Judge
from matcher.rules import TERMS
from matcher.scene import Scene

ELIGIBLE = RANK["distinct"]
"""From here on only what the plan gives them to do stops people."""
MOST_STARTS = 6
"""Starts at which a volunteer is forced, each solved again; of more, only those the plan in force has."""
MOST_OTHERS = 10
"""People sent who are compared with one who is not."""


class Part(Frozen):
    """A term of the score, of two people in the same place."""

    term: str
    """Name of the term."""
    mine: float
    """Change of its amount if the volunteer asked about goes."""
    other: float
    """Change of its amount if the other one goes."""
    zh: str
    """The term in Chinese."""
    en: str
    """The term in English."""


class VolunteerAnswer(Frozen):
    """Why a volunteer serves a request or does not."""

    request: str
    """Id of the request."""
    volunteer: str
    """Id of the volunteer."""
    role: str
    """Id of the role that the volunteer serves or comes nearest to."""
    serves: bool
    """Whether the plan sends the volunteer."""
    stop: Reason | None
    """The first rule that stops the volunteer, with its law article where the law is the reason; null: nothing does."""
    other: str | None
    """Id of the one compared with: the best other one, or whom the volunteer could replace best; null: nobody."""
    parts: Items[Part]
    """Terms in which the two differ, each in the place alone, all else as it is; empty where nobody is compared."""
    better: bool | None
    """Whether the volunteer is better in that place, tier by tier; null: nobody is compared or both are equal."""
    price: Price | None
    """What forcing the volunteer into the request costs, or leaving one out who serves; null: a rule stops it."""
    zh: str
    """The answer in Chinese."""
    en: str
    """The answer in English."""


def explain_volunteer(
    batch: Batch,
    plan: Plan,
    request: str,
    volunteer: str,
    seconds: float | None = 60.0,
    *,
    on_trial: OnTrial = unheard,
) -> VolunteerAnswer:
    """Why a volunteer serves a request or not, compared with another one, and the price of the opposite.

    seconds: for the price; null: to the end. on_trial: hears how it goes on.
    Raises InputError where the request or the volunteer is unknown, and as `matcher.Standing` does.
    """
    asked = found_request(batch, request)
    scene = Scene(batch)
    if volunteer not in scene.people.index:
        raise InputError("没有这个志愿者", "there is no such volunteer", [unknown(volunteer, "志愿者", "volunteer")])
    mine = next((v for v in plan.visits if v.request == request and v.volunteer == volunteer), None)
    if mine is not None:
        return _serving(batch, plan, mine, seconds, on_trial)
    judge = Judge(scene, plan.visits)
    who = scene.people.index[volunteer]
    stages = [int(judge.verdict(asked, q).stage[who]) for q in range(len(asked.roles))]
    q = stages.index(max(stages))
    stop = None if stages[q] == FREE else _stop(stages[q], batch)
    if stages[q] < ELIGIBLE:
        assert stop
        said = phrase("volunteer.stopped", volunteer=volunteer, request=named(asked), why=(stop.zh, stop.en))
        return _answer(asked, q, volunteer, stop, None, None, said)
    pairs = _replacing(batch, plan, asked, q, volunteer)
    price = _forced(batch, plan, asked, q, volunteer, judge, seconds, on_trial)
    code = "volunteer.free" if stop is None else "volunteer.busy"
    why = (stop.zh, stop.en) if stop else ("", "")
    said = phrase(code, volunteer=volunteer, request=named(asked), why=why, price=(price.zh, price.en))
    return _answer(asked, q, volunteer, stop, pairs, price, said)


def _serving(batch: Batch, plan: Plan, mine: Visit, seconds: float | None, on_trial: OnTrial) -> VolunteerAnswer:
    """The answer for one who is sent: compared with the best other one, and what leaving the volunteer out costs."""
    asked = found_request(batch, mine.request)
    q = next(q for q, role in enumerate(asked.roles) if role.id == mine.role)
    others = [person.id for person in batch.volunteers if person.id != mine.volunteer]
    standing = Standing(batch, _left(plan, mine))
    own, other = (next(iter(standing.best(asked.id, 1, who)), None) for who in ([mine.volunteer], others))
    left_out = without(batch, asked.id, mine.volunteer)
    on_trial(Trial(left_out, *phrase("trial.without")))
    price = price_of(batch, judged(batch, plan), left_out, seconds, on_trial)
    pair = (own, other, _of(other, mine.role)) if own and other else None
    code = "volunteer.serves" if pair else "volunteer.only"
    said = phrase(
        code, volunteer=mine.volunteer, request=named(asked), other=pair and pair[2], price=(price.zh, price.en)
    )
    return _answer(asked, q, mine.volunteer, None, pair, price, said, serves=True)


Pair = tuple[Offer, Offer, str]
"""What the volunteer and another one change in the same place, and who the other one is."""


def _replacing(batch: Batch, plan: Plan, asked: Request, q: int, volunteer: str) -> Pair | None:
    """The best exchange of the volunteer for somebody in the role who is not pinned."""
    pins = {(pin.request, pin.role, pin.volunteer) for pin in batch.pins}
    sent = [v for v in plan.visits if (v.request, v.role) == (asked.id, asked.roles[q].id)]
    found = list[Pair]()
    for visit in [v for v in sent if (v.request, v.role, v.volunteer) not in pins][:MOST_OTHERS]:
        standing = Standing(batch, _left(plan, visit))
        own, other = (standing.best(asked.id, 1, [who]) for who in (volunteer, visit.volunteer))
        if own and other:
            found.append((own[0], other[0], visit.volunteer))
    return max(found, key=lambda p: [a - b for a, b in zip(p[0].tiers, p[1].tiers, strict=True)], default=None)


def _forced(
    batch: Batch,
    plan: Plan,
    asked: Request,
    q: int,
    volunteer: str,
    judge: Judge,
    seconds: float | None,
    on_trial: OnTrial,
) -> Price:
    """The least price of sending the volunteer, over the starts of the role."""
    role, clock = asked.roles[q].id, Clock(batch.horizon.start)
    known = {clock.seconds(v.start) for v in plan.visits if (v.request, v.role) == (asked.id, role)}
    starts = judge.possible(asked).of_role(q)
    if len(starts) > MOST_STARTS:
        starts = sorted(known) or starts[:: -(-len(starts) // MOST_STARTS)]
    left, prices = None if seconds is None else seconds / max(1, len(starts)), list[Price]()
    before = judged(batch, plan)
    for number, start in enumerate(starts, start=1):
        pin = FixedVisit(request=asked.id, role=role, volunteer=volunteer, start=clock.moment(start))
        demanding = pinned(batch, pin)
        on_trial(Trial(demanding, *phrase("trial.pinned"), number, len(starts)))
        prices.append(price_of(batch, before, demanding, left, on_trial))
    best = max(prices, key=lambda price: (bool(price.tiers), price.tiers))
    settled = len(starts) == len(judge.possible(asked).of_role(q)) and all(price.proved for price in prices)
    return best if settled else best.model_copy(update={"proved": False})


def _stop(stage: int, batch: Batch) -> Reason:
    code = next(code for code, rank in RANK.items() if rank == stage)
    zh, en = words.stopped(code, batch.now is not None)
    return Reason(code=code, volunteers=1, zh=zh, en=en)


def _left(plan: Plan, visit: Visit) -> Plan:
    """The plan without one visit; what it says about itself is left out."""
    return Plan(schema="matcher.plan/1", batch=plan.batch, visits=tuple(v for v in plan.visits if v != visit))


def _of(offer: Offer, role: str) -> str:
    return next(visit.volunteer for visit in offer.visits if visit.role == role)


def _parts(pair: Pair) -> Iterator[Part]:
    own, other, _ = pair
    for name, term in TERMS.items():
        if abs(own.terms.get(name, 0) - other.terms.get(name, 0)) > SAME:
            yield Part(term=name, mine=own.terms[name], other=other.terms[name], zh=term.zh, en=term.en)


def _answer(
    asked: Request,
    q: int,
    volunteer: str,
    stop: Reason | None,
    pair: Pair | None,
    price: Price | None,
    said: Words,
    *,
    serves: bool = False,
) -> VolunteerAnswer:
    parts, better = (tuple(_parts(pair)), _better(pair[0].tiers, pair[1].tiers)) if pair else ((), None)
    if parts:
        compared = signed([(part.term, part.mine, part.other) for part in parts])
        more = phrase("volunteer.parts", volunteer=volunteer, other=pair and pair[2], parts=compared)
        said = said[0] + more[0], f"{said[1]} {more[1]}"
    return VolunteerAnswer(
        request=asked.id,
        volunteer=volunteer,
        role=asked.roles[q].id,
        serves=serves,
        stop=stop,
        other=pair and pair[2],
        parts=parts,
        better=better,
        price=price,
        zh=said[0],
        en=said[1],
    )


def _better(mine: Sequence[float], other: Sequence[float]) -> bool | None:
    return {"before": True, "after": False, "equal": None}[order_of(mine, other)]
