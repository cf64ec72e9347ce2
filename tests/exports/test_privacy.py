import pytest

from matcher.privacy import mask_address, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13912345678", "139****5678"),
        ("找13912345678或139-1234-5678", "找139****5678或139****5678"),
        ("+86 139 1234 5678", "+861****5678"),
        ("0762-6751234", "076****1234"),
        ("6751234", "****234"),
        ("44162219900101123X", "441****123X"),
        ("１３９１２３４５６７８", "１３９****５６７８"),
        ("2026-07-21 9:00 到 11:30，3 组 12 号", "2026-07-21 9:00 到 11:30，3 组 12 号"),
    ],
)
def test_long_numbers_in_free_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_phones() -> None:
    assert mask_phone("13912345678") == "139****5678"
    assert mask_phone("661234") == "****34"
    assert mask_phone("6 612 34") == "* *** 34"


def test_names() -> None:
    assert [mask_name(name) for name in ("陈大妈", "陈", "")] == ["陈＊＊", "陈＊＊", ""]


def test_addresses() -> None:
    assert mask_address("东镇 3 组十二号 402 室") == "东镇 ＊ 组＊号 ＊ 室"
