import pytest

from matcher.policy import Policy
from tests.checker.build import batch, request, term, visit, volunteer


@pytest.mark.parametrize(("acceptance", "refusals"), [(1.0, 0), (0.9, 0.1), (None, 0.7)])
def test_chance_of_a_refusal(acceptance, refusals):
    # Unknown: the policy's 0.3 is taken.
    b = batch([volunteer(acceptance=acceptance)], [request()], policy=Policy(prior_acceptance=0.3))
    assert term("reliability", b, visit()) == pytest.approx(refusals)


def test_every_visit_counts():
    b = batch([volunteer(acceptance=0.75)], [request("one"), request("two", start="11:00")])
    assert term("reliability", b, visit("one"), visit("two", start="11:00")) == 0.5
