"""The tiers of a model in whole numbers, so that what is proved of them is proved of the plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

from matcher.order.costs import Costs
from matcher.order.model import Model, Sum
from matcher.order.outline import Drawn
from matcher.order.timing import BY_BREAK, BY_LOAD, BY_SPREAD

LARGEST = 2**50
"""No tier in whole numbers may be larger: CP-SAT tells bounds as floats."""
FINEST = 10**6
"""Weights are taken for fractions with at most this denominator."""
DUST = 1e-6
"""Share of a whole number that is nothing but rounding of floats."""

Part = tuple[float, Sum, int]
"""What one of something adds to a tier, how many there are, and how many there can be."""


@dataclass(frozen=True)
class Whole:
    """A tier in whole numbers: `sum` is `scale` times its value, give or take `slack` (in the tier's unit)."""

    sum: Sum
    scale: int
    slack: float

    def bound(self, most: float) -> float:
        """No plan's value is above this, if no sum is above `most`."""
        return floor(most + DUST) / self.scale + self.slack

    def kept(self, reached: int) -> int:
        """No plan that is at least as good as one of this sum has a smaller sum."""
        return reached - ceil(2 * self.slack * self.scale - DUST)


def whole(parts: list[Part]) -> Whole:
    """A tier that is the sum of these parts."""
    size = sum(abs(weight) * most for weight, _, most in parts)
    fractions = [Fraction(weight).limit_denominator(FINEST) for weight, _, _ in parts]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    if scale * size > LARGEST:
        scale = max(1, int(LARGEST / size))
    weights = [round(fraction * scale) for fraction in fractions]
    off = sum(
        abs(Fraction(weight) - Fraction(rounded, scale)) * most
        for rounded, (weight, _, most) in zip(weights, parts, strict=True)
    )
    return Whole(sum(w * amount for w, (_, amount, _) in zip(weights, parts, strict=True)), scale, float(off))


def tiers_of(drawn: Drawn, model: Model, costs: Costs, unit: int) -> list[Whole]:
    """All tiers. unit: of the model's times, in seconds."""
    return [whole(list(_parts(drawn, model, costs, unit, tier))) for tier in range(len(drawn.weights))]


def _parts(drawn: Drawn, model: Model, costs: Costs, unit: int, tier: int) -> Iterator[Part]:
    """What adds to a tier: who comes, what is served, and costs."""
    o, people, places = drawn.outline, len(model.people), len(model.request)
    for p in range(places):
        for e in range(int(o.able_ptr[p]), int(o.able_ptr[p + 1])):
            if drawn.gains[tier, e]:
                yield float(drawn.gains[tier, e]), model.people[int(o.able[e])].comes[p], 1
    for r, value in enumerate(drawn.value[tier].tolist()):
        if value:
            yield value, model.served[r], 1
    for term, weight in enumerate(drawn.weights[tier].tolist()):
        if weight:
            per = 1.0 if term in (BY_BREAK, BY_LOAD) else unit / people if term == BY_SPREAD else float(unit)
            most = (2 * people if term == BY_SPREAD else 2) * model.span * (people + places)
            yield -weight * per, costs.of[term], most
