"""Phones at rest."""

import base64

import pytest

from matcher.errors import InputError, MatcherError
from matcher.service.access.phones import Phones, SealError, new_phone_key

PHONE = "13912345678"
OLD, NEW, OTHER = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))


def sealed(phones: Phones, text: str = PHONE) -> bytes:
    found = phones.seal(text)
    assert found
    return found


def test_what_is_sealed_is_opened() -> None:
    phones = Phones(NEW)
    for text in (PHONE, "", "+86 139-1234-5678", "村委会座机"):
        assert phones.open(sealed(phones, text)) == text


def test_nothing_of_it_shows_and_no_two_are_alike() -> None:
    """1 byte of format, 4 of the key's id, 12 of nonce, 11 digits, 16 of tag: 44."""
    phones = Phones(NEW)
    made = {sealed(phones) for _ in range(100)}
    assert len({blob[5:17] for blob in made}) == len(made) == 100
    assert {len(blob) for blob in made} == {44}
    assert not any(PHONE.encode() in blob for blob in made)


def test_every_changed_bit_is_noticed() -> None:
    phones, blob = Phones(NEW), sealed(Phones(NEW))
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealError):
            phones.open(bytes(changed))


@pytest.mark.parametrize("length", [0, 4, 5, 16, 17, 32, 43])
def test_a_piece_of_it_is_refused(length: int) -> None:
    with pytest.raises(SealError):
        Phones(NEW).open(sealed(Phones(NEW))[:length])


def test_old_keys_open_and_seal_nothing() -> None:
    phones = Phones(NEW, [OLD])
    before = sealed(Phones(OLD))
    assert phones.open(before) == PHONE
    again = phones.reseal(before)
    assert Phones(NEW).open(again) == PHONE
    assert phones.reseal(again) == again
    with pytest.raises(SealError, match="MATCHER_OLD_PHONE_KEYS"):
        Phones(OTHER).open(before)


def test_without_a_key_no_phone_is_kept_and_that_is_said() -> None:
    phones = Phones(None, [OLD])
    assert not phones.kept
    assert phones.seal(PHONE) is None
    assert phones.open(sealed(Phones(OLD))) == PHONE
    with pytest.raises(MatcherError, match=r"不保存.*/.*no phone is kept"):
        phones.reseal(sealed(Phones(OLD)))


def test_none_stays_none() -> None:
    assert Phones(NEW).kept
    assert Phones(NEW).seal(None) is None
    assert Phones(NEW).open(None) is None


@pytest.mark.parametrize("wrong", ["secret", NEW[:-4], NEW + "AAAA", "!" * 44, "密" * 44])
def test_wrong_keys_are_all_named_and_not_shown(wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        Phones(wrong, [OLD, wrong])
    assert [problem.where for problem in caught.value.problems] == ["MATCHER_PHONE_KEY", "MATCHER_OLD_PHONE_KEYS"]
    assert wrong not in str(caught.value)


def test_both_alphabets_of_base64_are_taken() -> None:
    raw = b"\xfb\xff" * 16
    plain, url_safe = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()
    assert plain != url_safe
    assert Phones(url_safe).open(sealed(Phones(plain))) == PHONE


def test_new_keys_fit_and_differ() -> None:
    made = {new_phone_key() for _ in range(5)}
    assert len(made) == 5
    assert all(Phones(key).kept for key in made)
