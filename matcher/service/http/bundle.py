"""What a plan's job keeps of people: the batch as it is solved, and beside it, sealed, whom to call and where to go."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from matcher.batch import Batch, Contact
from matcher.errors import MatcherError
from matcher.memory import without_collection
from matcher.service.access.masking import NOT_FOR_SOLVING, for_solving
from matcher.service.access.phones import NOT_KEPT, Phones

OF_PEOPLE: Any = {name: {"__all__": {"id", *shape["__all__"]}} for name, shape in NOT_FOR_SOLVING.items()}
"""Fields that are kept sealed or not at all, by the id of their entry."""


class Payload(BaseModel):
    """A payload, but for how it is to be solved."""

    batch: Batch
    people: str | None


def payload_of(batch: Batch, asked: dict[str, Any], phones: Phones) -> bytes:
    """The payload of a job that plans the batch."""
    sealed = phones.seal(batch.model_dump_json(include=OF_PEOPLE, exclude_defaults=True)) if phones.kept else None
    rest = {**asked, "people": None if sealed is None else base64.b64encode(sealed).decode()}
    return f'{{"batch":{for_solving(batch)},{json.dumps(rest)[1:]}'.encode()


def batch_of(payload: bytes, phones: Phones) -> Batch:
    """The batch of a payload, with whom to call and where to go as far as that was kept."""
    with without_collection():
        found = Payload.model_validate_json(payload)
        if found.people is None:
            return found.batch
        people = json.loads(phones.open(base64.b64decode(found.people)))
        return with_people(found.batch, {name: _by_id(people.get(name, [])) for name in OF_PEOPLE})


def solved_batch_of(payload: bytes) -> Batch:
    """The batch of a payload as it is solved, without whom to call and where to go."""
    with without_collection():
        return Payload.model_validate_json(payload).batch


def with_people(batch: Batch, people: Mapping[str, Mapping[str, dict[str, Any]]]) -> Batch:
    """The batch with these fields of people in their places: by the name of their list and the id of their entry."""
    update = {
        name: tuple(entry.model_copy(update=kept.get(entry.id, {})) for entry in getattr(batch, name))
        for name, kept in people.items()
    }
    return batch.model_copy(update=update)


def require_kept(phones: Phones) -> None:
    """Raises MatcherError where no phone is kept that could be handed out."""
    if not phones.kept:
        raise MatcherError(*NOT_KEPT)


def _by_id(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["id"]: {name: _value(name, value) for name, value in entry.items()} for entry in entries}


def _value(name: str, value: Any) -> Any:
    return Contact.model_validate(value) if name == "contact" and value is not None else value
