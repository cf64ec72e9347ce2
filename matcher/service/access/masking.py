"""People as an answer shows them to a caller who did not ask for phones, and as a job needs them."""

from typing import Any

from matcher.batch import Batch, Contact, Request, Team, Volunteer
from matcher.privacy import mask_address, mask_name, mask_phone, mask_text

NOT_FOR_SOLVING: Any = {
    "volunteers": {"__all__": {"phone"}},
    "teams": {"__all__": {"phone"}},
    "requests": {"__all__": {"contact", "address", "note"}},
}
"""Phones, contacts, addresses and notes, which play no part in solving."""


def masked_volunteer(volunteer: Volunteer) -> Volunteer:
    """The phone as 139****5678; the name stays, as in every export: the dispatcher must know who goes."""
    return volunteer.model_copy(update={"name": mask_text(volunteer.name), "phone": _phone(volunteer.phone)})


def masked_team(team: Team) -> Team:
    """The leader's phone as 139****5678."""
    leader = None if team.leader is None else mask_text(team.leader)
    return team.model_copy(update={"leader": leader, "phone": _phone(team.phone)})


def masked_request(request: Request) -> Request:
    """Phone and name of the contact, house numbers and long numbers in free text masked."""
    contact = request.contact
    return request.model_copy(
        update={
            "title": mask_text(request.title),
            "contact": contact and Contact(name=mask_name(contact.name), phone=_phone(contact.phone)),
            "address": request.address and mask_address(mask_text(request.address)),
            "note": request.note and mask_text(request.note),
        }
    )


def masked_batch(batch: Batch) -> Batch:
    """Everybody in it masked."""
    return batch.model_copy(
        update={
            "teams": tuple(map(masked_team, batch.teams)),
            "volunteers": tuple(map(masked_volunteer, batch.volunteers)),
            "requests": tuple(map(masked_request, batch.requests)),
        }
    )


def for_solving(batch: Batch) -> str:
    """The batch as a job has it, as JSON: without what plays no part in solving, long numbers in names masked."""
    return _without_numbers(batch).model_dump_json(by_alias=True, exclude_defaults=True, exclude=NOT_FOR_SOLVING)


def _without_numbers(batch: Batch) -> Batch:
    """The batch with the long numbers in its names masked; as it is where there is none."""
    names = [entry.name for entry in batch.volunteers]
    names += [team.leader or "" for team in batch.teams] + [request.title for request in batch.requests]
    text = "\n".join(names)
    return batch if mask_text(text) == text else masked_batch(batch)


def _phone(phone: str | None) -> str | None:
    return phone and mask_phone(phone)
