"""Chinese numerals up to 九百九十九, as people write them in cells: 两, 十二, 一百二十, 零五."""

import re

NUMERAL = "[零〇一二两三四五六七八九十百]+"
_DIGITS = "零一二三四五六七八九"


def _written(number: int) -> str:
    """A number from 1 to 999 in words, 二 for 两 and 一十 for 十."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    words += f"{_DIGITS[tens]}十" if tens else "零" if hundreds and ones else ""
    return words + (_DIGITS[ones] if ones else "")


_NUMBERS = {"零": 0} | {_written(number): number for number in range(1, 1000)}


def numeral(word: str) -> int | None:
    """The number that a word of such characters means; None for what means none, or not one (两三)."""
    plain = word.replace("〇", "零").replace("两", "二")
    plain = re.sub("(?<![一二三四五六七八九])十", "一十", plain)
    return _NUMBERS.get(plain, _NUMBERS.get(plain.removeprefix("零")))


def arabic(text: str, where: str = NUMERAL) -> str:
    """The text with digits for the numerals that the pattern `where` finds; what is no number stays."""

    def digits(match: re.Match[str]) -> str:
        number = numeral(match.group())
        return match.group() if number is None else str(number)

    return re.sub(where, digits, text)
