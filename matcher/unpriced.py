"""What a batch allows at a price that its policy does not ask: said in the plan's log, so that nobody is surprised."""

from matcher.batch import Batch
from matcher.plan import Note

PRICES_OF_LATE = frozenset({"tardiness", "max_lateness"})
"""Terms that make starting after the end of a window cost something."""


def unpriced(batch: Batch) -> list[Note]:
    """A note if windows have `late`, but no tier weighs what that costs; else none."""
    weighed = {name for tier in batch.policy.tiers for name, weight in tier.terms.items() if weight > 0}
    late = sum(any(window.late for window in request.windows) for request in batch.requests)
    if not late or weighed & PRICES_OF_LATE:
        return []
    return [
        Note(
            zh=f"时间窗允许晚开始（late）的需求：{late} 个；策略未计 tardiness 和 max_lateness，晚开始不扣分",
            en=f"requests whose windows have `late`: {late}; the policy weighs neither `tardiness` nor `max_lateness`, "
            "so starting late costs nothing",
        )
    ]
