"""Edits of how plans are judged."""

from typing import Any, Literal

from pydantic import Field, ValidationError

from matcher import Batch, Policy
from matcher.problems import pointer, problem
from scenarios.edits.base import Edit, Said
from scenarios.world import World


class Judged(Edit):
    """Values of the policy: fields of it, and weights of terms wherever they stand."""

    kind: Literal["policy"]
    values: dict[str, Any] = Field(default_factory=dict)
    """Fields of the policy with their new values, as in a batch."""
    weights: dict[str, float] = Field(default_factory=dict)
    """New weight of terms, in the tier that has them, else in the last."""
    first: str | None = None
    """A term that is decided right after coverage, in a tier of its own."""

    def made(self, world: World) -> tuple[Batch, Said]:
        policy = world.batch.policy.model_dump(mode="json", exclude_defaults=True) | self.values
        tiers = policy.get("tiers") or [tier.model_dump() for tier in world.batch.policy.tiers]
        tiers = [{"terms": dict(tier["terms"])} for tier in tiers]
        for name, weight in self.weights.items():
            home = next((tier for tier in tiers if name in tier["terms"]), tiers[-1])
            home["terms"][name] = float(weight)
        if self.first is not None:
            tiers = _lifted(tiers, self.first)
        if self.weights or self.first:
            policy["tiers"] = tiers
        try:
            changed = Policy.model_validate(policy)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False):
                where = pointer(*world.where, "values", *each["loc"])
                world.problems.append(problem("invalid", where, str(each["input"])[:60], reason=each["msg"]))
            return world.batch, Said("", "", 0)
        names = [*self.values, *self.weights, *([self.first] if self.first else [])]
        zh, en = f"政策改动：{'、'.join(names)}", f"policy: {', '.join(names)}"
        return world.batch.model_copy(update={"policy": changed}), Said(zh, en, len(names))


def _lifted(tiers: list[dict[str, dict[str, float]]], term: str) -> list[dict[str, dict[str, float]]]:
    """The tiers with a term in one of its own, after all that count coverage."""
    weight = next((tier["terms"].pop(term) for tier in tiers if term in tier["terms"]), 1.0)
    tiers = [tier for tier in tiers if tier["terms"]]
    counting = [n for n, tier in enumerate(tiers) if any(name.startswith("coverage.") for name in tier["terms"])]
    after = counting[-1] + 1 if counting else 0
    return [*tiers[:after], {"terms": {term: weight or 1.0}}, *tiers[after:]]
