"""What is said about volunteers who do not fill a place, in Chinese and English."""

from matcher.people import STOPS
from matcher.rules import RULES

ORDER = (
    *STOPS[1:],
    "max_travel",
    "shift",
    "distinct",
    "max_asks",
    "max_requests",
    "max_requests_per_day",
    "max_minutes",
    "busy",
)
"""What stops a volunteer, in the order in which it is looked at; the first counts."""

Words = tuple[str, str]
"""Chinese and English."""

_STOPPED: dict[str, Words] = {
    "distinct": ("已在该需求中服务", "serves in this request already"),
    "max_asks": ("近期被派单已达上限", "has been asked as often as allowed"),
    "max_requests": ("已达本人服务单数上限", "serves as many requests as the volunteer's limit allows"),
    "max_requests_per_day": (
        "已达本人每日单数上限",
        "serves as many requests that day as the volunteer's limit allows",
    ),
    "max_minutes": ("再派将超过本人服务时长上限", "would serve more minutes than the volunteer's limit"),
    "busy": ("已安排其他需求，时间错不开", "serves others, which leaves no time for this"),
}
"""Where the words of the rule itself would not do."""

_NOW: Words = ("，或已来不及", ", or it is too late to leave")

CONTEST: Words = (
    "有空，但派去得不偿失，或尚未算出更好的方案",
    "is free, but going would cost as much as it gains, or no better plan has been found yet",
)
UNKEPT: Words = (
    "有空，但已固定的安排和必须服务的需求不能全部做到，方案没有派人",
    "is free, but not all pins and mandatory requests are kept, so nobody is sent",
)
TEAM: Words = (
    "有空，但须由同一支队伍派人，而没有一支队伍人手足够",
    "is free, but one team must serve and none has enough people free",
)
APART: Words = (
    "有空，但各岗位凑不齐共同的开始时间",
    "is free, but at no common start does every role have enough people",
)


def stopped(code: str, now: bool) -> Words:
    """The words for a code of `ORDER`, with the law articles that ask for it; `now`: the batch has a now."""
    rule = RULES.get(code)
    zh, en = _STOPPED.get(code) or (RULES[code].zh, RULES[code].en)
    if code == "shift" and now:
        zh, en = zh + _NOW[0], en + _NOW[1]
    return (zh + rule.law_zh, en + rule.law_en) if rule else (zh, en)


def after(request: str, served: bool) -> Words:
    """The request this one follows is not served, or is at a time that leaves too few people."""
    if served:
        zh, en = (
            f"有空，但在需求 {request} 之后的规定间隔内凑不齐人",
            f"too few people are free in time after request {request}",
        )
        return zh, f"is free, but {en}"
    return (
        f"有空，但须在需求 {request} 之后，而后者未安排",
        f"is free, but follows request {request}, which is not served",
    )


def too_few(least: int, free: int, role: str | None) -> Words:
    """Not enough people are free at a time; role: of another role than the one asked about."""
    zh_role, en_role = ("", "the role") if role is None else (f"“{role}”岗位", f"role {role}")
    zh = f"有空，但{zh_role}至少需要 {least} 人，" + (f"同一时间只有 {free} 人有空" if free else "没有人有空")
    return zh, f"is free, but {en_role} needs at least {least} at once and has {free}"


def too_few_in_all(least: int) -> Words:
    """Enough for each role, but the same people are counted for several."""
    return (
        f"有空，但各岗位合计至少需要 {least} 个不同的人，有空的人不够",
        f"is free, but the roles need at least {least} different people together, more than are free",
    )
