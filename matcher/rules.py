"""The names of all hard rules and objective terms, with their words in Chinese and English.

Only names and words stand here: what a rule means is written once for the checker and once for
the solver, so that neither can hide a mistake of the other. The source of the rules is
docs/problem.md; law articles are those of the volunteer service regulation (志愿服务条例, 2017):
15 tasks that fit age, knowledge, skill and health, 16 training and legal qualification, 17 insurance
before risky work.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rule:
    """A hard rule: `articles` are those of 志愿服务条例 that ask for it, none where only the user does."""

    zh: str
    en: str
    articles: tuple[int, ...] = ()

    @property
    def article(self) -> str:
        """The numbers alone, for `matcher.reasons.words` until it takes `law_zh` and `law_en`."""
        return ", ".join(map(str, self.articles))

    @property
    def law_zh(self) -> str:
        """The articles in Chinese brackets, to stand after a sentence; empty where there are none."""
        return f"（《志愿服务条例》第 {'、'.join(map(str, self.articles))} 条）" if self.articles else ""

    @property
    def law_en(self) -> str:
        """The articles in English brackets, with a space before them; empty where there are none."""
        if not self.articles:
            return ""
        word = "art." if len(self.articles) == 1 else "arts."
        return f" (volunteer service regulation, {word} {', '.join(map(str, self.articles))})"


@dataclass(frozen=True)
class Term:
    """A term of the objective, its default weight (0: not in the default tiers) and what one unit of it is."""

    sign: Literal["gain", "cost"]
    weight: float
    unit: str
    zh: str
    en: str


LEVELS = 20
"""Levels of load that a policy may tell apart: `load_over.0` and so on."""

RULES: dict[str, Rule] = {
    "skill": Rule("技能不符（种类、等级或有效期）", "lacks the skill at the level, valid on the day", (15,)),
    "qualification": Rule("缺少有效的资质或保险", "lacks a qualification or insurance valid on the day", (16, 17)),
    "age": Rule("年龄未达到要求或出生日期不明", "is under the minimum age, or the birth date is unknown", (15,)),
    "tag": Rule("不具备必需的标签", "lacks a required tag", (15,)),
    "excluded": Rule("在该需求的排除名单上", "is on the request's excluded list"),
    "team": Rule("不属于所要求的队伍", "is not in the team asked for"),
    "reach": Rule("超出可调派的层级范围", "is beyond the reach allowed for this priority"),
    "max_travel": Rule("路程超过本人上限", "would travel further than the volunteer's limit"),
    "shift": Rule("不在可服务时间内", "the tour or service does not fit into a shift"),
    "window": Rule("开始时间不在时间窗内", "does not start inside a time window at a start step"),
    "synchrony": Rule("各岗位开始时间不一致", "the roles do not start together, or not within the lag"),
    "distinct": Rule("同一人占用了同一需求的多个名额", "one volunteer fills more than one place of a request"),
    "count": Rule("到场人数不在规定范围内", "a role is filled with fewer or more people than allowed"),
    "overlap": Rule("两次服务之间时间不够", "two visits overlap, or leave too little time for the way between them"),
    "max_requests": Rule("超过本人服务单数上限", "serves more requests than the volunteer's limit"),
    "max_requests_per_day": Rule("超过本人每日单数上限", "serves more requests in a day than the volunteer's limit"),
    "max_minutes": Rule("超过本人服务时长上限", "serves more minutes than the volunteer's limit"),
    "max_asks": Rule("近期被派单次数过多", "has been asked too often"),
    "after": Rule("与前后关联需求的先后间隔不符", "does not keep the order or distance to the request it follows"),
    "mandatory": Rule("必须服务的需求未安排", "a mandatory request is not served"),
    "pin": Rule("已固定的安排被改动", "a pinned visit is not kept"),
    "now": Rule("安排在当前时刻之前", "starts or leaves before now"),
}

TERMS: dict[str, Term] = {
    "coverage.emergency": Term("gain", 1, "value", "应急需求满足", "emergency coverage"),
    "coverage.urgent": Term("gain", 1, "value", "紧急需求满足", "urgent coverage"),
    "coverage.normal": Term("gain", 1, "value", "一般需求满足", "normal coverage"),
    "coverage.low": Term("gain", 1, "value", "可缓需求满足", "low coverage"),
    "travel": Term("cost", 1, "minutes", "路程", "travel"),
    "escalation": Term("cost", 15, "tiers", "跨层级调派", "escalation"),
    "lateness": Term("cost", 2, "minutes", "超过期限", "lateness"),
    "tardiness": Term("cost", 0, "minutes", "晚于时间窗", "tardiness"),
    "max_lateness": Term("cost", 0, "minutes", "最大晚到", "largest tardiness"),
    "waiting": Term("cost", 0.25, "minutes", "途中等待", "waiting"),
    "overtime": Term("cost", 0, "minutes", "加班", "overtime"),
    "max_idle": Term("cost", 0, "minutes", "最长空闲", "longest idle time"),
    "overskill": Term("cost", 5, "levels", "技能高配", "overskill"),
    "workload": Term("cost", 3, "requests", "近期服务负担", "workload"),
    **{f"load_over.{k}": Term("cost", 0, "visits", f"负担超过 {k} 件", f"load over {k}") for k in range(LEVELS)},
    "workload_spread": Term("cost", 0, "minutes", "工时不均", "spread of working time"),
    "missed_break": Term("cost", 0, "volunteers", "未能休息", "missed breaks"),
    "reliability": Term("cost", 10, "refusals expected", "预计拒单", "expected refusals"),
    "disruption": Term("cost", 20, "visits", "改动原计划", "disruption"),
    "preference": Term("gain", 10, "visits", "居民指定", "preference"),
    "familiar": Term("gain", 10, "visits", "熟人服务", "familiar"),
    "interest": Term("gain", 5, "visits", "兴趣相符", "interest"),
    "tags": Term("gain", 2, "tags", "优先标签", "preferred tags"),
}
