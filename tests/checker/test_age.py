from datetime import date

import pytest

from matcher.checker.people import age_on
from tests.checker.build import batch, broken, fixed, remarked, request, valid, visit, volunteer


def adults(born, least=18, **fields):
    return batch([volunteer(birth_date=born)], [request(min_age=least)], **fields)


def test_comes_of_age_on_the_day():
    valid(adults(date(2008, 7, 21)), visit())


def test_a_day_too_young():
    found = broken(adults(date(2008, 7, 22)), visit())
    assert (found.code, found.amount, found.unit) == ("age", 1, "years")
    assert found.zh == "需求 r、岗位 a、志愿者 v：要求年满 18 岁，差 1 岁（《志愿服务条例》第 15 条）。"
    assert "2008" not in found.zh + found.en


@pytest.mark.parametrize("least", [0, 18])
def test_unknown_birth_date_fails_every_minimum(least):
    assert broken(adults(None, least), visit()).amount is None


def test_no_minimum():
    valid(adults(None, None), visit())


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)],
)
def test_born_on_29_february(day, age):
    assert age_on(date(2008, 2, 29), day) == age


def test_pinned_visit_is_free_of_it():
    assert remarked(adults(None, pins=[fixed()]), visit()) == {"age"}
