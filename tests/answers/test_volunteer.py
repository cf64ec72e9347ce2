"""Why this volunteer goes, and that one does not."""

import pytest

from matcher import InputError, dispatch, explain_volunteer
from matcher.answers.price import without
from matcher.batch import HeldSkill, Role, Skill
from tests.checker import build
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

SKILLED = {"skills": (HeldSkill(skill="s"),)}


def test_a_rule_that_stops_is_told_with_its_law() -> None:
    people = [build.volunteer("v", **SKILLED), build.volunteer("w")]
    batch = build.batch(people, [build.request("r", roles=(Role(id="a", skill="s"),))], skills=(Skill(id="s"),))
    told = explain_volunteer(batch, dispatch(batch), "r", "w")
    assert told.stop
    assert (told.stop.code, told.serves, told.price, told.parts) == ("skill", False, None, ())
    assert told.zh == "志愿者 w 不能服务需求 r：技能不符（种类、等级或有效期）（《志愿服务条例》第 15 条）。"


def test_who_lives_further_costs_more() -> None:
    batch = build.batch([build.volunteer("near", 5), build.volunteer("far", 20)], [build.request("r", 0)])
    plan = dispatch(batch)
    told = explain_volunteer(batch, plan, "r", "far")
    assert told.price
    assert (told.serves, told.stop, told.other, told.better) == (False, None, "near", False)
    assert [(part.term, part.mine, part.other) for part in told.parts] == [("travel", 40, 10)]
    assert (told.price.answer, told.price.proved, told.price.tiers[-1]) == ("costs", True, -30)
    assert told.zh.endswith("同一个位置上，far 与 near 相比：路程 40 比 10 分钟。")
    chosen = explain_volunteer(batch, plan, "r", "near")
    assert chosen.price
    assert (chosen.serves, chosen.other, chosen.better) == (True, "far", True)
    assert chosen.price.tiers[-1] == -30


def test_who_serves_others_could_come_at_a_price() -> None:
    people = [build.volunteer("v", 5), build.volunteer("w", 30)]
    batch = build.batch(people, [build.request("r", 0, "9:00"), build.request("q", 4, "9:00", preferred=("v",))])
    plan = dispatch(batch)
    told = explain_volunteer(batch, plan, "r", "v")
    assert told.stop
    assert told.price
    assert (told.stop.code, told.other, told.price.answer) == ("busy", None, "costs")
    assert told.price.comparison
    assert len(told.price.comparison.changes) == 2


def test_nobody_is_forced_where_a_rule_forbids_it() -> None:
    """The skill is valid on the first day only, on which the volunteer serves others; a pin would be free of that."""
    held = (HeldSkill(skill="s", valid_until=build.MIDNIGHT.date()),)
    shifts = [build.span("8:00", "12:00"), build.span("8:00", "12:00", day=1)]
    people = [build.volunteer("v", skills=held, shifts=shifts), build.volunteer("w", 9, **SKILLED)]
    windows = (build.span("9:00", "9:00"), build.span("9:00", "9:00", day=1))
    asked = build.request("r", windows=windows, roles=(Role(id="a", skill="s"),))
    other = build.request("q", priority="urgent", preferred=("v",), excluded=("w",))
    batch = build.batch(people, [asked, other], skills=(Skill(id="s"),))
    told = explain_volunteer(batch, dispatch(batch), "r", "v")
    assert told.stop
    assert told.price
    assert (told.stop.code, told.price.answer, told.price.proved) == ("busy", "costs", True)
    assert told.price.comparison
    assert told.price.comparison.dropped == ("q",)


@pytest.mark.parametrize("first", [0, 20])
def test_the_price_of_leaving_one_out_is_what_brute_force_finds(first: int) -> None:
    compared = 0
    for seed in range(first, first + 20):
        batch = tiny_batch(seed, {"pins": 0})
        best = brute(batch)
        if best.plan is None or not best.plan.visits:
            continue
        visit = best.plan.visits[0]
        told = explain_volunteer(batch, best.plan, visit.request, visit.volunteer, None)
        other = brute(without(batch, visit.request, visit.volunteer))
        assert told.serves
        assert told.price
        assert told.price.proved
        assert (told.price.answer == "impossible") == (other.plan is None)
        if other.plan is not None:
            change = [a - b for a, b in zip(other.tiers, best.tiers, strict=True)]
            assert told.price.tiers == pytest.approx(change, abs=1e-5)
            compared += 1
    assert compared > 5


def test_nobody_unknown_is_asked_about() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r")])
    with pytest.raises(InputError, match="there is no such volunteer"):
        explain_volunteer(batch, dispatch(batch), "r", "x")
