import zipfile
from pathlib import Path
from typing import Any

import pytest

from matcher.exports.ics import write_ics
from tests.exports.build import PHONES, at, county, harmful, harmful_plan, plan, visit


def calendars(path: Path, batch: Any = None, of: Any = None, **options: Any) -> list[list[dict[str, str]]]:
    """The events of each calendar in the zip file at `path`, read strictly."""
    write_ics(batch or county(), of or plan(), path, **options)
    with zipfile.ZipFile(path) as archive:
        return [parse(archive.read(name)) for name in archive.namelist()]


def parse(data: bytes) -> list[dict[str, str]]:
    """A strict reading of RFC 5545 as far as it is used: CRLF, folding, one level of components, escapes."""
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    raw = data.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in raw)
    for octets in raw:
        octets.decode("utf-8")
    lines = b"\r\n".join(raw).replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    events: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        name, value = line.split(":", 1)
        assert name.replace("-", "").isalnum()
        assert name.isupper()
        if name in ("BEGIN", "END"):
            assert value == "VEVENT"
            assert inside == (name == "END")
            inside = not inside
            events += [{}] if inside else []
        elif inside:
            assert name not in events[-1]
            events[-1][name] = unescape(value) if name in ("SUMMARY", "LOCATION", "DESCRIPTION") else value
    assert not inside
    return events


def unescape(value: str) -> str:
    out, rest = "", iter(value)
    for character in rest:
        assert character not in ",;"
        if character == "\\":
            following = next(rest)
            assert following in "\\,;n"
            character = "\n" if following == "n" else following
        out += character
    return out


def test_events(tmp_path: Path) -> None:
    first, second = calendars(tmp_path / "p.zip")
    assert [len(first), len(second)] == [1, 2]
    doctor = first[0]
    assert (doctor["DTSTART"], doctor["DTEND"]) == ("20260721T013000Z", "20260721T023000Z")
    assert doctor["DTSTAMP"] == "20260720T160000Z"
    assert doctor["SUMMARY"] == "桥头村义诊（doctor（医疗健康 2级以上））"
    assert doctor["GEO"] == "24.250000;115.350000"
    assert "离家时间：09:20\n联系人：陈＊＊ 137****1111" in doctor["DESCRIPTION"]


def test_uid_stays_when_a_visit_moves(tmp_path: Path) -> None:
    def uids(start: str) -> list[str]:
        of = plan(visits=(visit("roof", "a", "v1", at(start)), visit("fridge", "a", "v1", at("14:00"))))
        return [event["UID"] for event in calendars(tmp_path / "p.zip", of=of)[0]]

    early, late = uids("11:00"), uids("16:00")
    assert set(early) == set(late)
    assert len(set(early)) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_phone_unless_asked_for(tmp_path: Path, lang: Any) -> None:
    masked = str(calendars(tmp_path / "p.zip", lang=lang))
    assert not [phone for phone in PHONES if phone in masked]
    assert PHONES[2] in str(calendars(tmp_path / "p.zip", lang=lang, with_phones=True))


def test_harmful_text_stays_inside_its_value(tmp_path: Path) -> None:
    found = calendars(tmp_path / "p.zip", harmful(), harmful_plan(), with_phones=True)
    assert [len(events) for events in found] == [1] * (len(harmful().requests) - 3)
    assert any(event["SUMMARY"].startswith("BEGIN:VEVENT\nX:1") for events in found for event in events)


def test_a_folder_of_calendars_holds_the_same_files(tmp_path: Path) -> None:
    write_ics(county(), plan(), tmp_path / "folder")
    write_ics(county(), plan(), tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        zipped = {name: archive.read(name) for name in archive.namelist()}
    assert zipped == {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()}
    assert len(zipped) == 2


def test_same_input_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_ics(county(), plan(), tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
