"""The table of all that answers say."""

from string import Formatter

import pytest

from matcher.answers.phrases import PHRASES, amounts, joined, phrase

ONLY_FIELDS = {"advice.visit", "amount", "tier", "volunteer.part"}
"""What says nothing in words of its own."""


def fields(text: str) -> set[str]:
    """What is filled in, without the language at the end of a name."""
    return {name.removesuffix("_zh").removesuffix("_en") for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", PHRASES)
def test_both_languages_say_the_same_things(code: str) -> None:
    zh, en = PHRASES[code]
    assert fields(zh) == fields(en)
    assert any("一" <= letter <= "鿿" for letter in zh) or code in ONLY_FIELDS
    assert en.isascii()


def test_words_stand_in_their_language() -> None:
    assert phrase("tier", tier=("路程", "travel"), change=-2.0) == ("路程 -2", "travel -2")
    assert joined([("甲", "a"), ("乙", "b")]) == ("甲、乙", "a, b")
    assert amounts({}) == ("无", "none")
    assert amounts({"travel": 12.0, "workload": -1.0}) == (
        "路程 +12 分钟、近期服务负担 -1",
        "travel +12 min, workload -1",
    )
