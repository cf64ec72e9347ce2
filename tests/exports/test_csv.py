import csv
from pathlib import Path

import pytest

from matcher.errors import MatcherError
from matcher.exports.csv import write_csv
from tests.exports.build import HARMFUL, PHONES, county, harmful, harmful_plan, plan


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_files_open_in_excel(tmp_path: Path) -> None:
    write_csv(county(), plan(), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["summary.csv", "unserved.csv", "visits.csv"]
    for path in (tmp_path / "out").iterdir():
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\r\n")
    assert b"\n" not in (tmp_path / "out" / "summary.csv").read_bytes().replace(b"\r\n", b"")


def test_visits(tmp_path: Path) -> None:
    write_csv(county(), plan(), tmp_path)
    doctor = read(tmp_path / "visits.csv")[0]
    assert (doctor["开始"], doctor["志愿者"], doctor["志愿者电话"]) == ("09:30", "志愿者甲", "139****5678")
    assert (doctor["需求编号"], doctor["岗位编号"], doctor["志愿者编号"]) == ("clinic", "doctor", "v1")


def test_no_phone_unless_asked_for(tmp_path: Path) -> None:
    write_csv(county(), plan(), tmp_path / "masked")
    write_csv(county(), plan(), tmp_path / "full", with_phones=True)
    masked = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "masked").iterdir())
    full = (tmp_path / "full" / "visits.csv").read_text(encoding="utf-8")
    assert not [phone for phone in PHONES if phone in masked]
    assert PHONES[0] in full
    assert PHONES[3] in full


@pytest.mark.parametrize("number", range(14))
def test_no_text_becomes_a_formula(tmp_path: Path, number: int) -> None:
    write_csv(harmful(), harmful_plan(), tmp_path, with_phones=True)
    row = read(tmp_path / "visits.csv")[[r["需求编号"] for r in read(tmp_path / "visits.csv")].index(f"bad{number}")]
    text = f"'{HARMFUL[number]}HYPERLINK(1)"
    assert (row["需求"], row["志愿者"], row["志愿者电话"], row["联系人"], row["备注"]) == (text,) * 5


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(MatcherError, match="文件夹"):
        write_csv(county(), plan(), tmp_path / "out")
