"""A day that runs: a plan in force that takes events, one batch of them after the other (docs/redispatch.md)."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from matcher.answers.compare import Change, changed
from matcher.answers.phrases import Words, phrase
from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.base import Frozen, Items
from matcher.batch import Batch
from matcher.dispatching import dispatch
from matcher.errors import InputError, MatcherError
from matcher.events import Events, check_events
from matcher.plan import Plan
from matcher.planning import PROVED, unserved_of
from matcher.running.applying import apply
from matcher.running.facts import settle, stand_by_roads
from matcher.running.nearby import Nearby, Part, part_of
from matcher.running.state import Note, State, batch_of, standing
from matcher.running.visits import Visits, key_of

WHOLE_PEOPLE, WHOLE_REQUESTS = 5_000, 400
"""Up to so many the whole day is planned anew, with a bound; beyond, what lies around the events."""
PART_WORK = 500_000
"""Units of work for such a part: about half a second."""
NEAR = 30
"""People looked at for each empty place, the nearest."""
WIDER, WIDEST = 8, 512
"""Times as many people and as much work where a part has no plan; from the widest on something gives way."""
SECONDS = 60.0
"""Wall seconds for a new plan, if nothing else is said."""


class Churn(Frozen):
    """A visit that changes, for whom and why."""

    change: Change
    """What changes."""
    why_zh: str
    """The event it follows from, in Chinese."""
    why_en: str
    """The event it follows from, in English."""


class Redispatch(Frozen):
    """A plan in force after events."""

    plan: Plan
    """The new plan; valid for the batch as it stands now."""
    churn: Items[Churn]
    """Every visit that is not as it was: the difference of the two plans."""
    notes: Items[Note]
    """Accepted visits that had to be let go, by name, and events that the plan knows nothing of."""
    whole: bool
    """Whether the whole day was planned anew; false: what lies around the events, all else as it was."""
    gap: float | None
    """How much better another plan could be at most, as in `Plan.gap`, of all that leave as it is what was not planned
    anew; null: not proved."""
    zh: str
    """How much changes, in Chinese."""
    en: str
    """How much changes, in English."""


class Running:
    """A batch and its plan in force. Made once; `take` then changes both."""

    def __init__(self, batch: Batch, plan: Plan) -> None:
        """batch: one that `matcher.reading` accepts. plan: a valid one of it."""
        self._state, self._nearby = standing(batch, plan.visits), Nearby(batch)
        self._made_for: Callable[[], Batch] = lambda: batch

    @property
    def batch(self) -> Batch:
        """The batch that the plan in force was made for: `now`, pins, other visits of the plan before as `previous`."""
        return self._made_for()

    def take(self, events: Events, seconds: float | None = SECONDS, *, on_trial: OnTrial = unheard) -> Redispatch:
        """The plan after events; from then on it is the one in force. on_trial: hears how it goes on.

        Nothing before `now` moves, nor does what is accepted or has begun, unless an event makes that impossible: then
        it is let go by name. What people have been told otherwise moves at the price of `disruption`.

        Raises InputError with all that is wrong with the events, and MatcherError if there is no new plan; then nothing
        has changed.
        """
        problems = check_events(self._state.volunteers, self._state.requests, self._state.travel, events)
        if problems:
            raise InputError("情况有误", "the events have problems", problems)
        before, self._state = self._state, self._state.copy()
        try:
            apply(self._state, events)
            if self._state.travel is not before.travel:
                stand_by_roads(self._state, before.travel)
            return self._after(before.visits, len(events.events), seconds, on_trial)
        except BaseException:
            self._state = before
            raise

    def _after(self, before: Visits, events: int, seconds: float | None, on_trial: OnTrial) -> Redispatch:
        """The new plan beside the visits before."""
        state = self._state
        whole = len(state.volunteers) <= WHOLE_PEOPLE and len(state.requests) <= WHOLE_REQUESTS
        plan, gap = self._planned(whole, seconds, on_trial)
        churn = tuple(self._churn(before))
        people = set[str]().union(*(each.change.people() for each in churn))
        kept = len(before) - sum(each.change.before is not None for each in churn)
        code = "redispatch.changed" if churn else "redispatch.nothing"
        zh, en = phrase(code, events=events, changes=len(churn), people=len(people), kept=kept)
        if gap is not None and gap <= PROVED:
            more = phrase("redispatch.proved" if whole else "redispatch.proved.part")
            zh, en = zh + more[0], f"{en} {more[1]}"
        notes = tuple(state.notes)
        return Redispatch(plan=plan, churn=churn, notes=notes, whole=whole, gap=gap, zh=zh, en=en)

    def _planned(self, whole: bool, seconds: float | None, on_trial: OnTrial) -> tuple[Plan, float | None]:
        """The new plan, and the gap of what was planned anew; sets the visits in force."""
        state, until = self._state, None if seconds is None else time.monotonic() + seconds
        if not whole and not state.touched and not state.concerned:
            self._made_for = partial(batch_of, state.copy())
            return self._plan(), None
        wide = 1
        while True:
            part = self._whole() if whole else self._part(wide * NEAR)
            people, requests = len(part.people), len(part.batch.requests)
            on_trial(Trial(part.batch, *phrase("trial.day", people=people, requests=requests)))
            left = None if until is None else max(0.1, until - time.monotonic())
            work = None if whole else wide * PART_WORK
            found = dispatch(part.batch, seconds=left, work=work, on_progress=on_trial)
            if found.score is not None:
                break
            if not whole and wide < WIDEST:
                wide *= WIDER
            elif found.status == "infeasible":
                self._give_way(part, found)
            else:
                raise MatcherError(
                    "限定的时间内没有算出新的方案，原方案不变", "no new plan was found in the time given"
                )
        self._made_for = partial(batch_of, state.copy())
        others = (visit for visit in state.visits if visit.volunteer not in part.people)
        state.visits = Visits((*others, *(visit for visit in found.visits if visit.volunteer in part.people)))
        return found if whole else self._plan(), found.gap

    def _whole(self) -> Part:
        return Part(batch_of(self._state), frozenset(self._state.volunteers))

    def _part(self, near: int) -> Part:
        state, people = self._state, set(self._state.concerned)
        for id in state.touched:
            people |= self._nearby.people(state, state.requests[id], near)
        return part_of(state, [*state.touched, *self._nearby.open_requests(state, state.concerned)], people)

    def _give_way(self, part: Part, found: Plan) -> None:
        """Lets go what cannot be kept together: pins that have not begun, else that something must be served."""
        state, why = self._state, phrase("pin.impossible")
        names = [pointer.split("/")[1:] for pointer in found.conflicts]
        pins = [part.batch.pins[int(number)] for kind, number in names if kind == "pins"]
        keys = {(pin.request, pin.volunteer) for pin in pins}
        accepted = keys & state.pinned - state.begun
        for key in sorted(accepted):
            state.release(key, why)
        if accepted:
            return
        must = [part.batch.requests[int(number)].id for kind, number in names if kind == "requests"]
        for id in must:
            state.requests[id] = state.requests[id].model_copy(update={"mandatory": False})
            state.tell("mandatory.impossible", id, None)
        if not must:
            settle(state, keys)

    def _plan(self) -> Plan:
        """The visits in force as a plan, of which nothing is stated but the empty places."""
        state = self._state
        visits = tuple(state.visits.in_order())
        batch = state.batch.model_copy(update={"requests": tuple(state.requests.values())})
        return Plan(schema="matcher.plan/1", batch=batch.id, visits=visits, unserved=tuple(unserved_of(batch, visits)))

    def _churn(self, before: Visits) -> Iterator[Churn]:
        state, room = self._state, phrase("why.room")
        gone = (visit for visit in before if state.visits.get(key_of(visit)) is not visit)
        come = (visit for visit in state.visits if before.get(key_of(visit)) is not visit)
        for change in changed(gone, come, state.requests.values()):
            zh, en = _why(state, change) or room
            yield Churn(change=change, why_zh=zh, why_en=en)


def _why(state: State, change: Change) -> Words | None:
    """The event that a change follows from: of its request, else of one of its people."""
    if change.request in state.touched:
        return state.touched[change.request]
    return next((state.concerned[id] for id in sorted(change.people()) if id in state.concerned), None)


def redispatch(
    batch: Batch, plan: Plan, events: Events, seconds: float | None = SECONDS, *, on_trial: OnTrial = unheard
) -> tuple[Redispatch, Batch]:
    """The plan after events, and the batch as it stands then, which the plan is valid for and the next events go with.

    Raises InputError with all that is wrong with the events.
    """
    running = Running(batch, plan)
    return running.take(events, seconds, on_trial=on_trial), running.batch
