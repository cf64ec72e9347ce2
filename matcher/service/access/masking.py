"""People as an answer shows them to a caller who did not ask for phones, and as a job needs them."""

from matcher.batch import Batch, Contact, Request, Team, Volunteer
from matcher.privacy import mask_address, mask_name, mask_phone, mask_text


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


def for_solving(batch: Batch) -> Batch:
    """The batch as a job keeps it: without phones, contacts, addresses and notes, which play no part in solving."""
    bare = {"contact": None, "address": None, "note": None}
    return batch.model_copy(
        update={
            "teams": tuple(masked_team(team).model_copy(update={"phone": None}) for team in batch.teams),
            "volunteers": tuple(masked_volunteer(v).model_copy(update={"phone": None}) for v in batch.volunteers),
            "requests": tuple(masked_request(request).model_copy(update=bare) for request in batch.requests),
        }
    )


def _phone(phone: str | None) -> str | None:
    return phone and mask_phone(phone)
