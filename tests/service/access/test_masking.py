"""What an answer and a job hold of people."""

from typing import Any

from matcher.batch import Batch
from matcher.reading import check_batch, read_batch, to_json
from matcher.service.access.masking import for_solving, masked_batch
from matcher.service.access.phones import Phones, new_phone_key
from matcher.service.http.bundle import batch_of, payload_of, solved_batch_of
from tests.service.phones import found_in

PHONE, ID = "13912345678", "11010519491231002X"
PERSONAL: dict[str, Any] = {
    "schema": "matcher.batch/1",
    "id": "b1",
    "horizon": {"start": "2026-07-21T00:00:00+08:00", "end": "2026-07-22T00:00:00+08:00"},
    "travel": {"kind": "geographic", "speed_kmh": 30},
    "sites": [{"id": "s1", "tier": "village", "place": {"lon": 115.26, "lat": 24.1}}],
    "teams": [{"id": "t1", "leader": f"队长 {PHONE}", "phone": PHONE}],
    "volunteers": [{"id": "v00001", "name": f"志愿者一{PHONE}", "phone": PHONE, "site": "s1", "shifts": []}],
    "requests": [
        {
            "id": "r00001",
            "title": f"修灯，致电{PHONE}",
            "site": "s1",
            "contact": {"name": f"住户{PHONE}", "phone": PHONE},
            "address": f"三组12号，电话{PHONE}",
            "note": f"证件{ID}",
            "windows": [{"start": "2026-07-21T08:00:00+08:00", "end": "2026-07-21T10:00:00+08:00"}],
            "minutes": 30,
            "roles": [{"id": "any"}],
        }
    ],
}


def batch() -> Batch:
    found = Batch.model_validate(PERSONAL)
    assert check_batch(found) == []
    assert len(found_in(to_json(found))) == 9
    return found


def test_a_masked_batch_shows_no_number_and_keeps_what_is_needed() -> None:
    masked = masked_batch(batch())
    assert found_in(to_json(masked)) == []
    request, volunteer = masked.requests[0], masked.volunteers[0]
    assert (volunteer.name, volunteer.phone) == ("志愿者一139****5678", "139****5678")
    assert masked.teams[0].phone == "139****5678"
    assert request.contact
    assert (request.contact.name, request.contact.phone) == ("住＊＊", "139****5678")
    assert (request.note, request.title) == ("证件110****002X", "修灯，致电139****5678")
    assert request.address
    assert request.address.startswith("＊组＊号，电话")


def test_masking_leaves_the_rest_as_it_is() -> None:
    plain, masked = batch(), masked_batch(batch())
    told = {"teams", "volunteers", "requests"}
    assert masked.model_dump(exclude=told) == plain.model_dump(exclude=told)
    assert masked.requests[0].windows == plain.requests[0].windows
    assert Batch.model_validate_json(to_json(masked)) == masked


def test_a_job_holds_no_contact_and_keeps_what_decides() -> None:
    text = for_solving(batch())
    assert found_in(text) == []
    bare = read_batch(text)
    request = bare.requests[0]
    assert (request.contact, request.address, request.note) == (None, None, None)
    assert (bare.volunteers[0].phone, bare.teams[0].phone) == (None, None)
    assert (request.windows, request.roles, request.site) == (
        batch().requests[0].windows,
        batch().requests[0].roles,
        "s1",
    )


def test_a_job_has_names_without_numbers_as_they_are() -> None:
    plain = batch()
    named = plain.model_copy(update={"volunteers": (plain.volunteers[0].model_copy(update={"name": "志愿者一"}),)})
    titled = named.model_copy(update={"requests": (), "teams": ()})
    assert read_batch(for_solving(titled)).volunteers[0].name == "志愿者一"
    assert found_in(for_solving(named)) == []


def test_a_job_is_read_without_its_people_and_their_key() -> None:
    sealing = Phones(new_phone_key())
    payload = payload_of(batch(), {}, sealing)
    assert found_in(payload) == []
    bare = solved_batch_of(payload)
    assert bare == read_batch(for_solving(batch()))
    assert batch_of(payload, sealing).requests[0].contact == batch().requests[0].contact
