"""Whether a change mends a gap: solving again, once with the request demanded and once without."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.answers.compare import SAME
from matcher.answers.price import serving
from matcher.answers.solving import solved_near
from matcher.answers.trial import OnTrial
from matcher.batch import Batch, Request
from matcher.dispatching import dispatch
from matcher.plan import Plan

Verdict = Literal["mends", "fails", "unsure"]


@dataclass
class Trials:
    """Solves changed batches, as long as there is time.

    value: tiers of the plan in force. upto: the tiers of which none may fall, those up to the request's own.
    demanded: least number of people in each role. on_trial: hears how each goes on. done: how often
    something was solved; out_of_time: whether time ended anything.
    """

    request: Request
    value: Sequence[float]
    upto: int
    demanded: Sequence[int] | None
    until: float | None
    on_trial: OnTrial
    done: int = 0
    out_of_time: bool = False

    def hopeful(self, batch: Batch) -> bool:
        """Whether the request can be served with no worse a plan; so it is for all batches that allow more.

        True as well where there was no time to find out.
        """
        policy = batch.policy.model_copy(update={"tiers": batch.policy.tiers[: self.upto]})
        found = self._solved(serving(batch, self.request.id, self.demanded).model_copy(update={"policy": policy}))
        if found.status == "infeasible":
            return False
        if found.score is None or found.bound is None:
            return True
        for best, bound, now in zip(found.score.tiers, found.bound.tiers, self.value[: self.upto], strict=False):
            if best > now + SAME or bound is None:
                return True
            if bound < now - SAME:
                return False
            if bound > best + SAME:
                return True
        return True

    def tried(self, batch: Batch) -> tuple[Verdict, Plan | None]:
        """Whether in the best plan of a batch the request is served and no tier up to its own falls; that plan."""
        forced = self._solved(serving(batch, self.request.id, self.demanded))
        if forced.score is None:
            return ("fails", None) if forced.status == "infeasible" else ("unsure", None)
        if any(new < now - SAME for new, now in zip(forced.score.tiers[: self.upto], self.value, strict=False)):
            return ("fails" if forced.status == "optimal" else "unsure"), None
        free = self._solved(batch)
        if forced.status != "optimal" or free.status != "optimal" or free.score is None:
            return "unsure", forced
        alike = all(abs(a - b) <= SAME for a, b in zip(forced.score.tiers, free.score.tiers, strict=True))
        return ("mends", forced) if alike else ("fails", None)

    def nearest(self, batch: Batch, plan: Plan, found: Plan) -> Plan:
        """Of the plans of a changed batch that are as good as the one found, one that changes least of a plan."""
        assert found.score
        near = solved_near(serving(batch, self.request.id, self.demanded), plan, self._left(), self.on_trial)
        self.done += 1
        alike = near.score and all(abs(a - b) <= SAME for a, b in zip(near.score.tiers, found.score.tiers, strict=True))
        return near if alike else found

    def _left(self) -> float | None:
        return None if self.until is None else max(0.05, self.until - time.monotonic())

    def _solved(self, batch: Batch) -> Plan:
        self.done += 1
        plan = dispatch(batch, seconds=self._left(), on_progress=self.on_trial)
        self.out_of_time |= plan.stop == "time"
        return plan

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        self.out_of_time |= self.until is not None and time.monotonic() > self.until
        return self.out_of_time


def tiers_upto(batch: Batch, request: Request) -> int:
    """How many tiers there are up to the one that counts the request; all of them where none does."""
    name = f"coverage.{request.priority}"
    found = (i for i, tier in enumerate(batch.policy.tiers, start=1) if tier.terms.get(name))
    return next(found, len(batch.policy.tiers))
