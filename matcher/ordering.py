"""Plans by an order of requests: which batches get one, search and proof."""

from collections.abc import Sequence

from matcher import order
from matcher.batch import Batch
from matcher.checker import check
from matcher.errors import Problem
from matcher.leaving import left_in_time
from matcher.plan import Note, Plan, Visit
from matcher.planning import Found, better_of, least
from matcher.problems import pointer, problem
from matcher.scene import Scene
from matcher.solver import Tell
from matcher.solver.budget import Budget
from matcher.strategies import Strategy
from matcher.whole import beyond_routes, unsupported

LONG, MOST_PLACES = 2.0, 1_000
"""Days are long from so many places a person with a shift on; an order of more places than that is no better."""
FIRST_SHARE, FIRST_UNITS, PROOF_SHARE = 0.2, 20_000, 0.5
"""How much of the time, and how many units of work a request, an order is searched for before it is to be proved; and
how much of what is left then proofs may take, before the search goes on."""
SEARCHED = Note(
    zh="按需求先后次序安排，并用模拟退火改进；上界只逐件需求得出",
    en="by an order of requests, bettered by annealing; its bounds are of each request alone",
)
PROVED = Note(
    zh="按需求先后次序安排，再由 CP-SAT 在时限内逐级求证并改进",
    en="by an order of requests; CP-SAT then proves and betters it tier by tier, as far as time allows",
)


def instead_of_routes(batch: Batch, strategy: Strategy) -> bool:
    """Whether a batch is planned by order alone: it was asked for, or routes do not know a term of it."""
    return strategy == "order" or (strategy == "auto" and bool(beyond_routes(batch)))


def unserved(batch: Batch, strategy: Strategy) -> list[Problem]:
    """A problem for each term that the strategy cannot serve in this batch, and if it can serve none of it at all."""
    against = order.obstacles(batch)
    if strategy not in ("auto", "order"):
        against = [f"strategy = {strategy}"]
    elif not against:
        return []
    fields = ", ".join(against)
    problems = unsupported(batch, fields)
    if strategy == "order" and not problems:
        problems.append(problem("no_order", "strategy", strategy, fields=fields))
    return problems


def after_routes(batch: Batch, strategy: Strategy) -> bool:
    """Whether an order may better what routes found: days are long."""
    people = sum(bool(volunteer.shifts) for volunteer in batch.volunteers)
    places = sum(role.count for request in batch.requests for role in request.roles)
    return strategy == "auto" and LONG * people <= places <= MOST_PLACES and not order.obstacles(batch)


def by_order(scene: Scene, budget: Budget, gap: float, seed: int, tell: Tell) -> Found:
    """The best plan by order within the budget; small days are proved, to a gap of at most `gap` in every tier."""
    drawn = order.draw(scene)
    bounds: Sequence[float | None] = order.bounds(scene, drawn)

    def found_of(ordered: order.Ordered, log: list[Note]) -> Found:
        visits = left_in_time(scene, order.visits_of(scene, drawn, ordered))
        tiers = _tiers(scene, visits)
        return Found(None if tiers is None else visits, tiers, bounds, budget.stopped or "work", log)

    def search() -> order.Ordered:
        return order.search(
            drawn.outline, budget, seed, lambda better: tell("order", found_of(better, []).values, bounds)
        )

    if not order.provable(scene, drawn):
        return found_of(search(), [SEARCHED])
    with budget.part(FIRST_SHARE, FIRST_UNITS * len(drawn.requests)):
        first = search()
    from matcher.order.proof import prove  # CP-SAT takes a third of a second to load

    with budget.part(PROOF_SHARE):
        proof = prove(scene, drawn, first, budget, seed, gap)
    bounds = [least(b, p) for b, p in zip(bounds, proof.bounds, strict=True)]
    if proof.conflict is not None:
        conflicts = [pointer("requests", i) for i in proof.conflict]
        return Found(None, None, bounds, "proved", [], impossible=True, conflicts=conflicts)
    proved = found_of(proof.found or first, [PROVED])
    return proved if proved.within(gap) or budget.stopped else better_of(proved, found_of(search(), []))


def _tiers(scene: Scene, visits: list[Visit]) -> tuple[float, ...] | None:
    """What the visits are worth, null if something mandatory is missing."""
    served = {visit.request for visit in visits}
    if any(request.mandatory and request.id not in served for request in scene.batch.requests):
        return None
    draft = Plan(schema="matcher.plan/1", batch=scene.batch.id, visits=tuple(visits))
    return check(scene.batch, draft).score.tiers
