import pytest

from matcher.plan import Bound, Score
from matcher.privacy import hashed_id
from matcher.proof import percent
from matcher.summary import render, summarise
from tests.exports.build import PHONES, at, county, plan, request, visit, volunteer

ZH = """\
派单结果  2026-07-21

已证明：在现有规则下没有更好的安排。

派出志愿者 2 人（共 3 人），服务 3 人次，路上用时 1 小时 9 分钟。

  优先级  需求  全部满足  部分满足  未安排  名额  已安排
  应急       1         0         0       1     1       0
  紧急       1         0         1       0     3       2
  一般       1         1         0       0     1       1

派单最多的志愿者
  志愿者                    本次  近 7 天共
  v2 志＊＊（东镇 河西村）     2          2
  v1 志＊＊（东镇 桥头村）     1          2

未安排的名额：2 个
  [应急] roof 屋顶抢修（a）缺 1/1 人
      技能不符：3 人
  [紧急] clinic 桥头村义诊（helper）缺 1/2 人
"""


def test_chinese() -> None:
    assert render(summarise(county(), plan()), "zh") == ZH


def test_english() -> None:
    text = render(summarise(county(), plan()), "en")
    assert "Proved: no better plan exists under these rules." in text
    assert "  urgent            1     0       1         0       3       2" in text
    assert "lacks the skill: 3" in text


def test_figures() -> None:
    summary = summarise(county(), plan())
    assert [(s.priority, s.full, s.partly, s.unserved) for s in summary.served] == [
        ("emergency", 0, 0, 1),
        ("urgent", 0, 1, 0),
        ("normal", 1, 0, 0),
        ("low", 0, 0, 0),
    ]
    assert [(a.volunteer, a.visits, a.asked) for a in summary.most_asked] == [("v2", 2, 2), ("v1", 1, 2)]
    assert [(g.request, g.role, g.missing, g.request_served) for g in summary.gaps] == [
        ("roof", "a", 1, False),
        ("clinic", "helper", 1, True),
    ]


def test_an_open_proof_says_what_is_known_of_each_tier() -> None:
    open_ = plan(
        status="feasible",
        gap=None,
        score=Score(tiers=(0.0, 0.666667, 1.0, 0.0, -90.0), terms={}),
        bound=Bound(tiers=(0.0, 1.166667, None, 0.000001, -80.0)),
    )
    assert summarise(county(), open_).proof.lines("zh") == [
        "未证明：可能还有更好的安排。",
        "  第 1 级 应急需求满足：已证明最好",
        "  第 2 级 紧急需求满足：最多还能好 0.5 分",
        "  第 3 级 一般需求满足：未证明",
        "  第 4 级 可缓需求满足：已证明最好",
        "  第 5 级 路程、跨层级调派、超过期限等：最多还能好 10 分",
    ]


def test_a_gap_is_a_percentage() -> None:
    near = plan(status="feasible", gap=0.00012)
    assert summarise(county(), near).proof.lines("zh")[0] == "已找到安排；与理论上最好的结果相比，差距不超过 0.012%。"
    assert [percent(share) for share in (0.000013, 0.005, 0.0999, 0.42, 3)] == ["0.0013%", "0.5%", "10%", "42%", "300%"]


@pytest.mark.parametrize(("status", "words"), [("none", "没有找到"), ("infeasible", "不能同时做到"), (None, "未证明")])
def test_other_ends(status: str | None, words: str) -> None:
    ended = plan(status=status, visits=(), unserved=(), gap=None, score=None, bound=None, conflicts=("/pins/0",))
    assert words in render(summarise(county(), ended), "zh")
    assert "路上用时 未计算" in render(summarise(county(), ended), "zh")


def test_ids_that_tell_nothing_give_way_to_what_tells_two_people_apart() -> None:
    names = ("志愿者甲", "志愿者乙", "志愿者丙", "志愿者丙", "", "志愿者丁")
    teams = ((), ("med",), ("local",), ("local",), (), ())
    ids = [hashed_id("v", str(n)) for n in range(5)] + ["Z6"]
    people = tuple(volunteer(id, name, teams=of) for id, name, of in zip(ids, names, teams, strict=True))
    sent = plan(visits=tuple(visit("roof", "a", id, at("15:00")) for id in ids))
    shown = {asked.volunteer: asked.who for asked in summarise(county(volunteers=people), sent).most_asked}
    assert [shown[id] for id in ids] == [
        "志＊＊（东镇 桥头村）",
        "志＊＊（东镇 桥头村，医疗分队）",
        f"志＊＊（东镇 桥头村，桥头小队，{ids[2]}）",
        f"志＊＊（东镇 桥头村，桥头小队，{ids[3]}）",
        f"{ids[4]}（东镇 桥头村）",
        "Z6 志＊＊（东镇 桥头村）",
    ]


def test_neither_names_nor_phones() -> None:
    titled = county(requests=(request("r", f"请打 {PHONES[0]}", "9:00"),))
    text = render(summarise(titled, plan(visits=(visit("r", "a", "v1", at("9:00")),))), "zh")
    text += render(summarise(titled, plan(visits=())), "zh")
    assert "139****5678" in text
    assert not [secret for secret in (*PHONES, "志愿者甲", "陈大妈") if secret in text]
