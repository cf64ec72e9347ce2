"""Empty places of tiny batches, and who is stopped from filling them by what."""

from typing import Any

from matcher.batch import Batch, Volunteer
from matcher.plan import Unserved, Visit
from matcher.planning import unserved_of
from matcher.reasons import reasons_for
from tests.checker.build import volunteer


def places(b: Batch, *visits: Visit) -> tuple[Unserved, ...]:
    return reasons_for(b, visits, unserved_of(b, visits))


def stops(b: Batch, *visits: Visit, of: tuple[str, str] = ("r", "a")) -> list[tuple[str, int]]:
    """Codes and numbers of one empty place; they always add up to all volunteers."""
    place = next(place for place in places(b, *visits) if (place.request, place.role) == of)
    found = [(reason.code, reason.volunteers) for reason in place.reasons]
    assert sum(number for _, number in found) == len(b.volunteers)
    return found


def people(*fields: dict[str, Any], **common: Any) -> list[Volunteer]:
    return [volunteer(f"v{n}", **(common | each)) for n, each in enumerate(fields)]


def last(b: Batch, *visits: Visit, of: tuple[str, str] = ("r", "a")) -> tuple[str, str, str]:
    place = next(place for place in places(b, *visits) if (place.request, place.role) == of)
    return place.reasons[-1].code, place.reasons[-1].zh, place.reasons[-1].en
