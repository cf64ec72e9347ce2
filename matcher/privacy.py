"""What an output shows of people unless its reader asked for more: masked phones, names, addresses.

Free text (titles, notes) may hold a phone or identity number too: whatever looks like one is masked.
"""

import hashlib
import re

_NUMBER = re.compile(r"\d{7,}[Xx]?|\d(?:[ \-－—.·()（）+]?\d){10,}[Xx]?")
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
