import pytest

from matcher.privacy import mask_address, mask_name, mask_phone, mask_text, without_phones


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13912345678", "139****5678"),
        ("找13912345678或139-1234-5678", "找139****5678或139****5678"),
        ("+86 139 1234 5678", "+861****5678"),
        ("0762-6751234", "076****1234"),
        ("6751234", "****234"),
        ("139  1234  5678", "139****5678"),
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


@pytest.mark.parametrize(
    ("text", "phone", "rest"),
    [
        ("李奶奶 13912345678", "13912345678", "李奶奶"),
        ("李奶奶（13912345678）", "13912345678", "李奶奶"),
        ("139 1234 5678李奶奶", "13912345678", "李奶奶"),
        ("李奶奶，联系电话：+86 139-1234-5678", "13912345678", "李奶奶"),
        ("李奶奶（儿子，手机号１３９１２３４５６７８）", "13912345678", "李奶奶（儿子）"),
        ("三组，13912345678，3 楼", "13912345678", "三组，3 楼"),
        ("3 号 139 1234 5678 2 楼", "13912345678", "3 号 2 楼"),
        ("A. Li, B. Li, tel 0762-6751234", "07626751234", "A. Li, B. Li"),
        ("李奶奶/6751234", "6751234", "李奶奶"),
        ("13912345678", "13912345678", ""),
        ("李奶奶 13912345678，儿子 13987654321", None, "李奶奶 139****5678，儿子 139****4321"),
        ("李奶奶 44162219900101123X", None, "李奶奶 441****123X"),
        ("441622-19900101-1234", None, "441****1234"),
        ("李奶奶（20260721）", None, "李奶奶（****721）"),
        ("示例村 5 组 12 号", None, "示例村 5 组 12 号"),
    ],
)
def test_the_only_phone_leaves_a_text_tidy(text: str, phone: str | None, rest: str) -> None:
    assert without_phones(None, [text]) == (phone, [rest])


def test_a_phone_leaves_all_texts_and_others_are_masked() -> None:
    texts = ["李奶奶 13912345678", "三组 139 1234 5678", "儿子 13987654321"]
    assert without_phones("139-1234-5678", texts) == ("139-1234-5678", ["李奶奶", "三组", "儿子 139****4321"])
    assert without_phones(" ", texts[:2]) == ("13912345678", ["李奶奶", "三组"])
    assert without_phones(" ", texts) == (None, ["李奶奶 139****5678", "三组 139****5678", "儿子 139****4321"])
