"""What a plan's job keeps of people: the batch as it is solved, and beside it, sealed, whom to call and where to go."""

import base64
import json
from typing import Any

from matcher.batch import Batch, Contact
from matcher.errors import MatcherError
from matcher.service.access.masking import for_solving
from matcher.service.access.phones import NOT_KEPT, Phones

OF_PEOPLE: Any = {
    "volunteers": {"__all__": {"id", "phone"}},
    "teams": {"__all__": {"id", "phone"}},
    "requests": {"__all__": {"id", "contact", "address", "note"}},
}
"""Fields that are kept sealed or not at all."""


def payload_of(batch: Batch, asked: dict[str, Any], phones: Phones) -> bytes:
    """The payload of a job that plans the batch."""
    people = batch.model_dump_json(include=OF_PEOPLE, exclude_defaults=True)
    sealed = phones.seal(people)
    rest = {**asked, "people": None if sealed is None else base64.b64encode(sealed).decode()}
    solved = for_solving(batch).model_dump_json(by_alias=True, exclude_defaults=True)
    return f'{{"batch":{solved},{json.dumps(rest)[1:]}'.encode()


def batch_of(payload: bytes, phones: Phones) -> Batch:
    """The batch of a payload, with whom to call and where to go as far as that was kept."""
    found = json.loads(payload)
    batch = Batch.model_validate_json(json.dumps(found["batch"]))
    if found["people"] is None:
        return batch
    people = json.loads(phones.open(base64.b64decode(found["people"])))
    return batch.model_copy(update={name: _restored(getattr(batch, name), people.get(name, [])) for name in OF_PEOPLE})


def require_kept(phones: Phones) -> None:
    """Raises MatcherError where no phone is kept that could be handed out."""
    if not phones.kept:
        raise MatcherError(*NOT_KEPT)


def _restored(entries: Any, fields: list[dict[str, Any]]) -> Any:
    """The entries, with the fields kept for each in its place."""
    kept = {found["id"]: {name: _value(name, value) for name, value in found.items()} for found in fields}
    return tuple(entry.model_copy(update=kept.get(entry.id, {})) for entry in entries)


def _value(name: str, value: Any) -> Any:
    return Contact.model_validate(value) if name == "contact" and value is not None else value
