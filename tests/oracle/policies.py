"""Random policies for tiny batches."""

from matcher.policy import DEFAULT_TIERS, PRIORITIES
from matcher.rules import TERMS
from matcher.whole import NEVER_KNOWN
from tests.oracle.dice import Dice, Json

LOADS = [name for name in TERMS if name.startswith("load_over.")]
KNOWN = [name for name in TERMS if name not in NEVER_KNOWN and name not in LOADS]


def _tiers(dice: Dice) -> list[Json]:
    coverage = [f"coverage.{priority}" for priority in PRIORITIES]
    costs = [name for name in KNOWN if name not in coverage]
    weights = {name: dice.pick([TERMS[name].weight, 0.1, 0.7, 1, 3.25, 7.5, 20]) for name in KNOWN}
    form = dice.pick([0, 0, 1, 1, 1, 2, 2, 3, 3, 4])
    if form == 0:
        groups = [coverage, costs]
    elif form == 1:
        high = dice.pick(costs)
        groups = [coverage[:2], [high], coverage[2:], [name for name in costs if name != high]]
    elif form == 2:
        groups = [coverage[::-1], [], dice.some(costs, 0.6)]
    elif form == 3:
        return [{"terms": {name: 30 if name in coverage else weights[name] for name in KNOWN}}]
    else:
        names = dice.rng.sample(KNOWN, len(KNOWN))
        cut = dice.rng.randrange(1, len(names))
        groups = [names[:cut], names[cut:], ["travel", "workload"]]
    return [{"terms": {name: weights[name] for name in group}} for group in groups]


def _with_loads(dice: Dice, tiers: list[Json]) -> list[Json]:
    """Tiers with levels of load: one after the other somewhere between them, or some in each."""
    die, levels = dice.loads, LOADS[:7]
    if die.random() < 0.5:
        at = die.randrange(len(tiers) + 1)
        return [*tiers[:at], *({"terms": {name: 1}} for name in levels[::-1]), *tiers[at:]]
    return [
        {"terms": tier["terms"] | {name: die.choice([0.1, 1, 3.25]) for name in levels if die.random() < 0.4}}
        for tier in tiers
    ]


def policy(dice: Dice) -> Json:
    """A policy with this batch's start step and whatever the dice give."""
    chosen: Json = {"start_step_minutes": dice.step}
    if dice.roll("odd_tiers"):
        chosen["tiers"] = _tiers(dice)
    if dice.rates["loads"]:
        chosen["tiers"] = _with_loads(dice, chosen.get("tiers", [{"terms": tier.terms} for tier in DEFAULT_TIERS]))
    if dice.roll("service"):
        chosen["shift_covers"] = "service"
    chosen["home_between"] = not dice.roll("home_between")
    chosen["reach"] = {name: dice.pick([0, 1, 1, 2]) for name in PRIORITIES if dice.roll("reach")}
    if dice.roll("min_travel"):
        chosen["min_travel_minutes"] = dice.pick([2, 5, 10])
    chosen["prior_acceptance"] = dice.pick([0.5, 0.5, 0.8])
    if dice.chance("late") and dice.extra.random() < 0.4:
        chosen["late_by"] = "end"
    return chosen
