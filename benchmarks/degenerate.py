"""Made batches in which everything is alike, or there is nothing to decide: they must be answered at once."""

from typing import Any

from benchmarks.plain import fixed_batch
from matcher import Batch


def alike(volunteers: int, requests: int) -> Batch:
    """All volunteers have one home, all skills, one long shift and one past, and go as far as need be."""
    batch = fixed_batch(volunteers, requests)
    one = max(batch.volunteers, key=lambda volunteer: volunteer.shifts[0].end - volunteer.shifts[0].start)
    skills = tuple(one.skills[0].model_copy(update={"skill": kind.id}) for kind in batch.skills)
    person = one.model_copy(update={"skills": skills, "max_travel_minutes": None})
    people = tuple(person.model_copy(update={"id": volunteer.id}) for volunteer in batch.volunteers)
    return _with(batch, "alike", people)


def nobody_can(volunteers: int, requests: int) -> Batch:
    """Nobody holds a skill, and every request asks for one."""
    return _everyone(fixed_batch(volunteers, requests), "nobody-can", skills=())


def no_shifts(volunteers: int, requests: int) -> Batch:
    """Nobody has a shift."""
    return _everyone(fixed_batch(volunteers, requests), "no-shifts", shifts=())


def one_place(volunteers: int, requests: int) -> Batch:
    """All volunteers live where all requests are."""
    batch = fixed_batch(volunteers, requests)
    place = batch.volunteers[0].place
    here = tuple(request.model_copy(update={"place": place}) for request in batch.requests)
    return _everyone(batch, "one-place", place=place).model_copy(update={"requests": here})


def _everyone(batch: Batch, kind: str, **fields: Any) -> Batch:
    return _with(batch, kind, tuple(volunteer.model_copy(update=fields) for volunteer in batch.volunteers))


def _with(batch: Batch, kind: str, people: tuple[Any, ...]) -> Batch:
    return batch.model_copy(update={"id": f"{kind}-{batch.id}", "volunteers": people})
