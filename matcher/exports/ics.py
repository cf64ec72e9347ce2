"""A calendar for each volunteer (iCalendar, RFC 5545), in a folder or one zip file; times are in UTC."""

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from matcher.batch import Batch, PointPlace, Volunteer
from matcher.exports.folder import write_folder
from matcher.exports.rows import VisitRow, join
from matcher.exports.view import Lang, View
from matcher.files import write_bytes
from matcher.plan import Plan

LINE_OCTETS = 75
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_ics(batch: Batch, plan: Plan, path: str | Path, *, with_phones: bool = False, lang: Lang = "zh") -> None:
    """Write a calendar file for each volunteer who is sent: into the zip file `path`, or the folder `path`.

    An event keeps its UID when a later plan of the batch moves it. `with_phones` shows phones, contacts and addresses
    in full. Raises InputError if the plan names what the batch does not have.
    """
    view = View(join(batch, plan), lang, with_phones)
    rows: dict[str, list[VisitRow]] = {}
    for row in view.joined.visits:
        rows.setdefault(row.volunteer.id, []).append(row)
    files = {_file_name(view, visits[0].volunteer): _calendar(view, visits) for _, visits in sorted(rows.items())}
    path = Path(path)
    if path.suffix.lower() == ".zip":
        write_bytes(path, _zip(files))
        return
    write_folder(path, files)


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _file_name(view: View, volunteer: Volunteer) -> str:
    """The name as far as file systems take it, and eight letters that keep namesakes apart."""
    name = re.sub(r"[^\w-]+", "_", view.volunteer(volunteer)).strip("_")[:40]
    return f"{name}_{_digest(volunteer.id)[:8]}.ics"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _calendar(view: View, rows: list[VisitRow]) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//volunteer-matcher//matcher//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for row in rows for line in _event(view, row)),
        "END:VCALENDAR",
    ]
    return "".join(_fold(line) + "\r\n" for line in lines).encode()


def _event(view: View, row: VisitRow) -> list[str]:
    batch = view.joined.batch
    title = f"{view.title(row.request)}（{view.role(row.request.id, row.role.id)}）"
    place = view.joined.place(row.request)
    return [
        "BEGIN:VEVENT",
        f"UID:{_digest(batch.id, *row.key)[:32]}@volunteer-matcher",
        f"DTSTAMP:{_utc(batch.horizon.start)}",
        f"DTSTART:{_utc(row.start)}",
        f"DTEND:{_utc(row.end)}",
        f"SUMMARY:{_escape(title)}",
        f"LOCATION:{_escape(_location(view, row))}",
        f"DESCRIPTION:{_escape(_description(view, row))}",
        *([f"GEO:{place.lat:.6f};{place.lon:.6f}"] if isinstance(place, PointPlace) else []),
        "END:VEVENT",
    ]


def _location(view: View, row: VisitRow) -> str:
    site, where = view.joined.site_name(row.request.site), view.where(row.request)
    return where if where.startswith(site) else f"{site} {where}"


def _description(view: View, row: VisitRow) -> str:
    contact = row.request.contact
    lines = [
        (view.say("离家时间", "leave home"), view.leave(row)),
        (view.say("联系人", "contact"), f"{view.contact(contact)} {view.contact_phone(contact)}".strip()),
        (view.say("队长", "leader"), f"{view.leader(row.team)} {view.leader_phone(row.team)}".strip()),
        (view.say("备注", "note"), view.text(row.request.note)),
    ]
    return "\n".join(f"{label}：{text}" if view.lang == "zh" else f"{label}: {text}" for label, text in lines if text)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    """Text as a value: backslash, comma, semicolon and line breaks escaped, other control characters dropped."""
    text = re.sub(r"\r\n|\r|\n|\x85|\u2028|\u2029", "\n", text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _fold(line: str) -> str:
    """The line cut into pieces of at most 75 octets, never inside a character; each further one starts with a blank."""
    pieces, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE_OCTETS:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += octets
    return "\r\n".join(pieces)
