"""Phones at rest: sealed with AES-256-GCM under a key that is not in the database.

A sealed text is: a byte for the format, 4 bytes that tell which key, 12 random bytes, the ciphertext with its tag.
What stands before the ciphertext is authenticated with it.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from typing import overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matcher.errors import InputError, MatcherError, Problem

FORMAT = b"\x01"
KEY_BYTES, NONCE_BYTES = 32, 12
HEAD = 5
"""Bytes of the format and of the key's id."""
NOT_KEPT = (
    "未设置 MATCHER_PHONE_KEY：电话一律不保存。用 matcher keys phone-key 生成一个",
    "MATCHER_PHONE_KEY is not set: no phone is kept at all. `matcher keys phone-key` makes one",
)
"""What is said, in Chinese and English, where phones are not kept."""


class SealError(MatcherError):
    """A sealed text cannot be opened: its key is not among those given, or it was altered."""


class Phones:
    """Seals with one key, opens with that and older ones.

    key, old: 32 bytes each, in base64; without a key nothing is kept. Raises InputError, which names the variable and
    never shows the value.
    """

    def __init__(self, key: str | None, old: Sequence[str] = ()) -> None:
        given = [("MATCHER_PHONE_KEY", key)] if key else []
        given += [("MATCHER_OLD_PHONE_KEYS", text) for text in old]
        raw = [(where, _bytes_of(text)) for where, text in given]
        problems = [_bad_key(where) for where, found in raw if found is None]
        if problems:
            raise InputError("电话密钥有误", "a key for phones is wrong", problems)
        keys = [found for _, found in raw if found is not None]
        self._boxes = {_head(found): AESGCM(found) for found in keys}
        self._current = _head(keys[0]) if key else None

    @property
    def kept(self) -> bool:
        """Whether phones are kept; if not, `NOT_KEPT` says so."""
        return self._current is not None

    def seal(self, text: str | None) -> bytes | None:
        """The text as it is stored; null where there is none or no key is given."""
        if text is None or self._current is None:
            return None
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._current + nonce + self._boxes[self._current].encrypt(nonce, text.encode(), self._current)

    @overload
    def open(self, sealed: bytes) -> str: ...
    @overload
    def open(self, sealed: None) -> None: ...
    def open(self, sealed: bytes | None) -> str | None:
        """The text that was sealed; raises SealError if its key is not among those given or it was altered."""
        if sealed is None:
            return None
        head, nonce, ciphertext = sealed[:HEAD], sealed[HEAD : HEAD + NONCE_BYTES], sealed[HEAD + NONCE_BYTES :]
        if head not in self._boxes:
            raise SealError(
                "电话无法解密：所用密钥不在 MATCHER_PHONE_KEY 和 MATCHER_OLD_PHONE_KEYS 中",
                "a phone cannot be opened: its key is in neither MATCHER_PHONE_KEY nor MATCHER_OLD_PHONE_KEYS",
            )
        try:
            return self._boxes[head].decrypt(nonce, ciphertext, head).decode()
        except (InvalidTag, ValueError):
            raise SealError("电话无法解密：数据已被改动", "a phone cannot be opened: it was altered") from None

    def reseal(self, sealed: bytes) -> bytes:
        """The same under the current key: as it is if it is so already. Raises MatcherError without a current key."""
        if self._current is None:
            raise MatcherError(*NOT_KEPT)
        return sealed if sealed[:HEAD] == self._current else self.seal(self.open(sealed)) or sealed


def new_phone_key() -> str:
    """A new random key, as MATCHER_PHONE_KEY takes it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _head(key: bytes) -> bytes:
    return FORMAT + hashlib.sha256(b"matcher phone key " + key).digest()[: HEAD - 1]


def _bytes_of(text: str) -> bytes | None:
    """The 32 bytes of a key in base64, of either alphabet; null if it is none."""
    try:
        found = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == KEY_BYTES else None


def _bad_key(where: str) -> Problem:
    return Problem(
        "bad_phone_key",
        where,
        None,
        "应为 32 字节的 base64（44 个字符），用 matcher keys phone-key 生成",
        "expected 32 bytes in base64 (44 characters), as `matcher keys phone-key` prints",
    )
