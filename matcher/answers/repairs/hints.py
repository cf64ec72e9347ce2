"""Who is worth trying first: those who could come if a lever were pulled for everybody, all else as it is."""

from functools import partial

from matcher.answers.repairs.levers import Lever, Object
from matcher.answers.repairs.search import Hints
from matcher.batch import Batch, Request
from matcher.errors import InputError
from matcher.insertion import Standing
from matcher.plan import Plan


def hints_of(plan: Plan, request: Request) -> Hints:
    """Hints from the best offers for a request beside a plan in force."""
    return partial(_likely, plan, request)


def _likely(plan: Plan, request: Request, batch: Batch, lever: Lever, steps: int) -> list[Object]:
    changed = lever.edit(batch, lever.objects, steps)
    try:
        offers = Standing(changed, plan).best(request.id)
    except InputError:  # the policy is one that single requests cannot be served under
        return []
    able = set(lever.objects)
    people = dict.fromkeys(visit.volunteer for offer in offers for visit in offer.visits)
    shifts = {volunteer.id: len(volunteer.shifts) for volunteer in batch.volunteers if volunteer.id in people}
    return [object for id in people for i in range(shifts.get(id, 1)) if (object := (id, i)) in able]
