from datetime import date

from matcher.batch import HeldQualification
from tests.checker.build import batch, broken, fixed, judged, remarked, request, valid, visit, volunteer


def insured(until, **fields):
    held = [HeldQualification(id="insured", valid_until=until)] if until else []
    return batch([volunteer(qualifications=held)], [request(qualifications=["insured"])], **fields)


def test_last_valid_day_is_included():
    valid(insured(date(2026, 7, 21)), visit())


def test_expired_the_day_before():
    found = broken(insured(date(2026, 7, 20)), visit())
    assert (found.code, found.volunteer, found.amount) == ("qualification", "v", None)
    assert "insured" in found.zh
    assert "第 16、17 条" in found.zh
    assert "arts. 16, 17" in found.en


def test_never_held():
    assert broken(insured(None), visit()).code == "qualification"


def test_each_missing_one_is_named():
    b = batch([volunteer()], [request(qualifications=["insured", "licence"])])
    assert [v.code for v in judged(b, visit()).violations] == ["qualification"] * 2


def test_nothing_asked():
    valid(batch([volunteer()], [request()]), visit())


def test_pinned_visit_is_free_of_it():
    assert remarked(insured(None, pins=[fixed()]), visit()) == {"qualification"}
