import pytest

from matcher.batch import HeldQualification
from tests.checker.build import at
from tests.dispatch.build import FAR, NEAR, NOBODY, optimum, rivals

TODAY, YESTERDAY = at("0:00").date(), at("0:00", -1).date()
FIRST_AID, INSURED = HeldQualification(id="first aid"), HeldQualification(id="insured")
BOTH = {"qualifications": [FIRST_AID, INSURED]}
ASKED = {"qualifications": ["first aid", "insured"]}


@pytest.mark.parametrize("second", [INSURED, INSURED.model_copy(update={"valid_until": TODAY})])
def test_all_are_held(second: HeldQualification) -> None:
    b = rivals({"qualifications": [FIRST_AID, second]}, BOTH, ASKED)
    assert optimum(b, "r near 9:00") == NEAR


@pytest.mark.parametrize("second", [FIRST_AID, INSURED.model_copy(update={"valid_until": YESTERDAY})])
def test_one_is_lacking_or_out_of_date(second: HeldQualification) -> None:
    b = rivals({"qualifications": [FIRST_AID, second]}, BOTH, ASKED)
    assert optimum(b, "r far 9:00") == FAR


def test_an_old_one_does_no_harm_beside_a_new_one() -> None:
    old = INSURED.model_copy(update={"valid_until": YESTERDAY})
    assert optimum(rivals({"qualifications": [old, INSURED, FIRST_AID]}, BOTH, ASKED), "r near 9:00") == NEAR


def test_nobody_has_it() -> None:
    assert optimum(rivals({}, {"qualifications": [INSURED]}, ASKED)) == NOBODY


def test_none_asked() -> None:
    assert optimum(rivals({}, BOTH, {}), "r near 9:00") == NEAR
