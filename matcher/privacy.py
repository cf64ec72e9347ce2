"""What an output shows of people unless its reader asked for more: masked phones, names, addresses.

Free text (titles, notes) may hold a phone or identity number too: whatever looks like one is masked.
"""

import hashlib
import re
from collections.abc import Sequence

_APART = r"[ \u3000\-－—.·()（）+]"
_NUMBER = re.compile(rf"\d{{7,}}[Xx]?|\d(?:{_APART}{{0,2}}\d){{10,}}[Xx]?")
_PHONE = re.compile(
    r"(?:(?:(?:联系)?(?:电话|手机)(?:号码?)?(?:是|为)?|(?<![A-Za-z])(?i:tel|phone))[.:：]?\s*)?"
    rf"(?<!\d)(?:(?:\+|00)?86{_APART}?)?(?P<phone>1(?:[3-9]\d|0[09])(?:{_APART}{{0,2}}\d{{4}}){{2}}"
    rf"|[(（]?0\d{{2,3}}{_APART}{{0,2}}\d{{7,8}}|(?<![A-Za-z])(?!20\d{{6}})[2-8]\d{{6,7}})(?![\dXx])"
)
"""A mobile or landline number with the word that leads to it; those of the demo begin with 100 and 109."""
_MARKS = ",，、;；:：/|-"
_EMPTY = re.compile(rf"[(（\[【][\s{_MARKS}]*[)）\]】]")
_LEFT_OVER = re.compile(
    rf"(?<=[(（\[【])[\s{_MARKS}]+|[\s{_MARKS}]{{1,9}}(?=[)）\]】])|(?<=[\s{_MARKS}])[{_MARKS}][\s{_MARKS}]*|(?<=\s)\s+"
)
"""What is of no use where something was taken out: next to a bracket, or twice."""
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)}
_HASHED = re.compile(r"[a-z]-[0-9a-f]{12}")
_HOUSE_NUMBER = re.compile(r"\d+|[零〇一二三四五六七八九十百]+(?=\s*[号栋幢室楼户组])")


def _mask_number(match: re.Match[str]) -> str:
    digits = re.sub(r"[^\dXx]", "", match.group())
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-3:]}"


def hashed_id(prefix: str, *parts: str) -> str:
    """An id that does not show the phone or name it stands for; the same for the same parts."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()
    return f"{prefix}-{digest}"


def is_hashed(id: str) -> bool:
    """Whether an id is one of `hashed_id`, which tells people nothing."""
    return _HASHED.fullmatch(id) is not None


def mask_text(text: str) -> str:
    """Free text with every long number masked: `电话13912345678` becomes `电话139****5678`."""
    return _NUMBER.sub(_mask_number, text)


def without_phones(phone: str | None, texts: Sequence[str]) -> tuple[str | None, list[str]]:
    """A phone and texts without long numbers: the phone given, else the only one in the texts, which leaves them.

    `李奶奶（13912345678）` becomes `李奶奶`. All other long numbers are masked.
    """
    plain = [text.translate(_WIDE) for text in texts]
    given = (phone or "").strip() or None
    found = {_digits(match["phone"]) for text in plain for match in _PHONE.finditer(text)}
    if given is None and len(found) == 1:
        given = found.pop()
    return given, [mask_text(text if given is None else _without(text, _digits(given))) for text in plain]


def _without(text: str, phone: str) -> str:
    """The text without this phone, and without what parted the two."""
    rest = _PHONE.sub(lambda match: "" if _digits(match["phone"]) == phone else match.group(), text)
    return text if rest == text else _LEFT_OVER.sub("", _EMPTY.sub("", rest)).strip(_MARKS + " \u3000\t\n")


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone.translate(_WIDE))


def mask_phone(phone: str) -> str:
    """A phone as 139****5678; of a short one only the last two digits stay."""
    masked = mask_text(phone)
    return masked if masked != phone else re.sub(r"\d(?=(?:\D*\d){2})", "*", phone)


def mask_name(name: str) -> str:
    """The first character of a name and two stars, whatever its length."""
    return f"{name[0]}＊＊" if name else ""


def mask_address(address: str) -> str:
    """An address without its house, group and room numbers."""
    return _HOUSE_NUMBER.sub("＊", address)
