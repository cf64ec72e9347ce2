"""Random batches larger than those that brute force can solve, on a plain of 20 × 20 cells, a minute each."""

from random import Random
from typing import Any

from matcher.batch import Batch, Category, CellPlace, HeldSkill, Lag, Request, Role, Skill, Team, Volunteer, Window
from matcher.policy import PRIORITIES, Policy, Tier
from tests.checker.build import at, batch, request, role, span, volunteer
from tests.dispatch.build import TARDINESS_PRICED

SKILLS, KINDS, TEAMS, TAGS = ("s", "t"), ("haircut", "repair"), ("red", "blue"), ("女", "客家话")


def one_visit_batch(seed: int) -> Batch:
    """6 to 12 people, one visit each, for 13 to 16 requests: a batch for which min-cost flow is exact.

    Roles need one person at least; groups have fixed starts and are never late.
    """
    dice = Random(f"one visit {seed}")
    people = [_volunteer(dice, n, max_requests=1) for n in range(dice.randint(6, 12))]
    asked = []
    for n in range(dice.randint(13, 16)):
        count = dice.choice((1, 1, 1, 2, 3))
        roles = (_role(dice, count=count, min_count=1),)
        alone = count == 1
        asked.append(_request(dice, n, people, roles, dice.choice((0, 2)) if alone else 0, late=alone))
    return _batch(people, asked)


def middle_batch(seed: int, volunteers: int = 30, requests: int = 15) -> Batch:
    """Several visits each, groups, windows, lags, one-team requests."""
    dice = Random(f"middle {seed}")
    people = [_volunteer(dice, n, max_requests=dice.choice((1, 2, 3))) for n in range(volunteers)]
    asked = []
    for n in range(requests):
        count = dice.choice((1, 1, 2, 3))
        roles = [_role(dice, count=count, min_count=dice.randint(1, count))]
        if dice.random() < 0.3:
            roles.append(_role(dice, id="b", lag=dice.choice((None, Lag(min=30, max=60)))))
        one_team = dice.random() < 0.15
        asked.append(_request(dice, n, people, tuple(roles), dice.choice((0, 1, 3)), one_team=one_team))
    return _batch(people, asked)


def with_levels(batch: Batch, *levels: int) -> Batch:
    """The batch with leximin of loads by these levels between coverage and all else, and one of them priced there."""
    tiers = batch.policy.tiers
    between = tuple(Tier(terms={f"load_over.{k}": 1.0}) for k in levels)
    last = Tier(terms=tiers[-1].terms | {"load_over.2": 3.5})
    policy = batch.policy.model_copy(update={"tiers": (*tiers[:-1], *between, last)})
    return batch.model_copy(update={"policy": policy})


def _batch(people: list[Volunteer], asked: list[Request]) -> Batch:
    named = {
        "skills": [Skill(id=id) for id in SKILLS],
        "categories": [Category(id=id) for id in KINDS],
        "teams": [Team(id=id) for id in TEAMS],
    }
    return batch(people, asked, policy=Policy(start_step_minutes=30, tiers=TARDINESS_PRICED), **named)


def _volunteer(dice: Random, n: int, **fields: Any) -> Volunteer:
    opens = dice.choice((8, 8, 9, 13))
    return volunteer(
        f"v{n}",
        place=_place(dice),
        shifts=(span(f"{opens}:00", f"{dice.choice((12, 18, 18)) if opens < 13 else 18}:00"),),
        skills=[HeldSkill(skill=id, level=dice.randint(1, 3)) for id in SKILLS if dice.random() < 0.5],
        interests=[id for id in KINDS if dice.random() < 0.3],
        teams=[id for id in TEAMS if dice.random() < 0.6],
        tags=[id for id in TAGS if dice.random() < 0.5],
        recent_requests=dice.randint(0, 3),
        acceptance=dice.choice((None, 0.6, 0.9, 1.0)),
        max_travel_minutes=dice.choice((None, 15, 25)),
        **fields,
    )


def _role(dice: Random, **fields: Any) -> Role:
    return role(**({"skill": dice.choice((None, *SKILLS)), "level": dice.choice((1, 1, 2))} | fields))


def _request(
    dice: Random, n: int, people: list[Volunteer], roles: tuple[Role, ...], steps: int, late: bool = True, **fields: Any
) -> Request:
    """One that may start at a full hour or up to `steps` half hours later, and is due at times if it may be late."""
    hour = dice.randint(9, 15)
    last = 2 * hour + steps
    some = [volunteer.id for volunteer in people if dice.random() < 0.2]
    return request(
        f"r{n}",
        place=_place(dice),
        windows=[Window(start=at(f"{hour}:00"), end=at(f"{last // 2}:{30 * (last % 2)}"), late=_late(n, steps))],
        minutes=dice.choice((30, 45, 60, 90)),
        roles=roles,
        priority=dice.choice(PRIORITIES),
        value=dice.choice((0.5, 1, 1, 2, 3)),
        category=dice.choice((None, *KINDS)),
        tags_preferred=[id for id in TAGS if dice.random() < 0.3],
        due=at(f"{hour + 1}:00") if late and dice.random() < 0.3 else None,
        preferred=some[:1],
        familiar=some[1:3],
        excluded=some[3:4],
        **fields,
    )


def _late(n: int, steps: int) -> float:
    """Every third request that is flexible may start an hour late, at a price."""
    return 60 if steps and n % 3 == 0 else 0


def _place(dice: Random) -> CellPlace:
    return CellPlace(cell=(dice.randrange(20), dice.randrange(20)))
