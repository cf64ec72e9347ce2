"""`explain`: why a request stays unserved, what serving it would cost, and what would mend it."""

from matcher.answers.phrases import phrase
from matcher.answers.price import Price, judged, price_of, serving
from matcher.answers.repairs import Repairs, repairs_for
from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.answers.why import State, Taker, found_request, gaps_of, state_of, takers_of
from matcher.base import Frozen, Items
from matcher.batch import Batch, Request
from matcher.plan import Plan, Unserved
from matcher.reasons.judging import Judge
from matcher.scene import Scene

SECONDS = 60.0
"""Wall seconds for each time something is solved again, if nothing else is said."""


class Explanation(Frozen):
    """What a dispatcher asks about a request with empty places."""

    request: str
    """Id of the request."""
    state: State
    """Whether it has no visit, some, or all."""
    gaps: Items[Unserved]
    """Its roles with empty places: every volunteer of the batch counted once, at the first rule that stops them."""
    takers: Items[Taker]
    """Requests that people serve who could otherwise serve this one, the most pressing first."""
    price: Price | None
    """What one more person, or where there is none yet the least number of people, would cost; null: it is full."""
    repairs: Repairs | None
    """The smallest changes that would mend it; null: it is full, can be mended without any, or was not asked for."""
    zh: str
    """How it stands, in Chinese."""
    en: str
    """How it stands, in English."""


def explain(
    batch: Batch,
    plan: Plan,
    request: str,
    seconds: float | None = SECONDS,
    *,
    repairs: bool = True,
    on_trial: OnTrial = unheard,
) -> Explanation:
    """Why the places of a request are empty, the price of filling one, and the smallest changes that would mend it.

    batch: one that `matcher.reading` accepts; plan: one of it. seconds: for the price, and for all repairs; null: to
    the end. repairs: whether to look for them. on_trial: hears how it goes on.
    Raises InputError where the request is unknown.
    """
    asked = found_request(batch, request)
    judge, demanded = Judge(Scene(batch), plan.visits), one_more(plan, asked)
    gaps = gaps_of(judge, batch, plan.visits, asked)
    state, (zh, en) = state_of(asked, gaps, plan.visits)
    price = mending = None
    if gaps:
        before, demanding = judged(batch, plan), serving(batch, request, demanded)
        on_trial(Trial(demanding, *phrase("trial.serving")))
        price = price_of(batch, before, demanding, seconds, on_trial)
        if repairs and price.answer != "gains":
            mending = repairs_for(batch, before, asked, demanded, seconds, on_trial)
    single = tuple(mend.changes[0] for mend in mending.mends if len(mend.changes) == 1) if mending else ()
    return Explanation(
        request=request,
        state=state,
        gaps=tuple(gap.model_copy(update={"repairs": single}) for gap in gaps),
        takers=takers_of(judge, batch, plan.visits, asked) if gaps else (),
        price=price,
        repairs=mending,
        zh=zh,
        en=en,
    )


def one_more(plan: Plan, request: Request) -> list[int] | None:
    """People in each role with one more in the first that has an empty place; null where nobody comes at all."""
    filled = [sum(v.request == request.id and v.role == role.id for v in plan.visits) for role in request.roles]
    if not any(filled) or all(map(int.__ge__, filled, (role.count for role in request.roles))):
        return None
    first = next(q for q, role in enumerate(request.roles) if filled[q] < role.count)
    return [number + (q == first) for q, number in enumerate(filled)]
