"""Volunteer dispatch with proved plans: a batch in, a checked plan with a bound out.

The names below are all there is to use from outside; each is loaded when first asked for, so that
`import matcher` costs nothing and never starts the solver's libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.answers.compare import compare as compare
    from matcher.answers.explain import explain as explain
    from matcher.answers.fairness import fair as fair
    from matcher.answers.recommend import recommend as recommend
    from matcher.answers.standby import backups_for as backups_for
    from matcher.answers.volunteer import explain_volunteer as explain_volunteer
    from matcher.batch import Batch as Batch
    from matcher.checker import check as check
    from matcher.dispatching import dispatch as dispatch
    from matcher.errors import InputError as InputError
    from matcher.errors import MatcherError as MatcherError
    from matcher.errors import OutOfMemoryError as OutOfMemoryError
    from matcher.insertion import Offer as Offer
    from matcher.insertion import Standing as Standing
    from matcher.plan import Plan as Plan
    from matcher.policy import Policy as Policy
    from matcher.reading import load_batch as load_batch
    from matcher.reading import load_events as load_events
    from matcher.reading import load_plan as load_plan
    from matcher.reading import read_batch as read_batch
    from matcher.reading import read_events as read_events
    from matcher.reading import read_plan as read_plan
    from matcher.reading import to_json as to_json
    from matcher.running.day import Running as Running
    from matcher.running.day import redispatch as redispatch

_HOME = {
    "Batch": "matcher.batch",
    "Policy": "matcher.policy",
    "Plan": "matcher.plan",
    "dispatch": "matcher.dispatching",
    "check": "matcher.checker",
    "Standing": "matcher.insertion",
    "Offer": "matcher.insertion",
    "explain": "matcher.answers.explain",
    "explain_volunteer": "matcher.answers.volunteer",
    "recommend": "matcher.answers.recommend",
    "compare": "matcher.answers.compare",
    "fair": "matcher.answers.fairness",
    "backups_for": "matcher.answers.standby",
    "read_batch": "matcher.reading",
    "load_batch": "matcher.reading",
    "read_plan": "matcher.reading",
    "load_plan": "matcher.reading",
    "read_events": "matcher.reading",
    "load_events": "matcher.reading",
    "redispatch": "matcher.running.day",
    "Running": "matcher.running.day",
    "to_json": "matcher.reading",
    "InputError": "matcher.errors",
    "MatcherError": "matcher.errors",
    "OutOfMemoryError": "matcher.errors",
}

__all__ = list(_HOME)
__version__: str


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _HOME:
        raise AttributeError(f"module 'matcher' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("volunteer-matcher")
    except PackageNotFoundError:  # used from a checkout, not installed
        return "0+source"
