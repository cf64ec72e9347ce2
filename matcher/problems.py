"""The kinds of problem a batch or plan can have, each with a stable code and its words (docs/format.md lists them)."""

import json
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from matcher.errors import Problem
from matcher.privacy import mask_text

PERSONAL = frozenset({"name", "phone", "contact", "address", "note", "leader"})
"""Fields whose values never enter a message."""

EXPECTED: dict[str, tuple[str, str]] = {
    # the text as a whole
    "no_file": ("找不到这个文件", "there is no such file"),
    "unreadable": ("无法读取：{reason}", "cannot be read: {reason}"),
    "empty_file": ("内容为空，应为 JSON", "expected JSON, but there is nothing"),
    "bad_encoding": ("应为 UTF-8 编码（可用记事本另存为 UTF-8）", "expected text in UTF-8"),
    "bad_json": ("不是有效的 JSON：{reason}", "expected valid JSON: {reason}"),
    "bad_toml": ("不是有效的 TOML：{reason}", "expected valid TOML: {reason}"),
    "duplicate_key": ("同一对象中字段不得重复", "a field may stand only once in an object"),
    # each value by itself
    "missing_field": ("缺少必填字段", "this field is required"),
    "unknown_field": ("没有这个字段{hint_zh}", "there is no such field{hint_en}"),
    "wrong_type": ("应为{kind_zh}", "expected {kind_en}"),
    "wrong_choice": ("只能是 {choices}{hint_zh}", "expected {choices}{hint_en}"),
    "out_of_range": ("应{relation_zh} {limit}", "expected a number {relation_en} {limit}"),
    "not_finite": ("应为有限的数，不能是 NaN 或无穷大", "expected a finite number, not NaN or infinity"),
    "empty": ("不得为空", "must not be empty"),
    "too_long": ("长度不得超过 {limit}", "expected a length of at most {limit}"),
    "bad_time": ("应为时间，如 2026-07-21T08:00:00+08:00", "expected a time like 2026-07-21T08:00:00+08:00"),
    "naive_time": ("时间应带时区，如 2026-07-21T08:00:00+08:00", "expected an offset, as in 2026-07-21T08:00:00+08:00"),
    "bad_date": ("应为日期，如 2026-07-21", "expected a date like 2026-07-21"),
    "invalid": ("不符合格式", "has the wrong form: {reason}"),
    # what must hold between values
    "duplicate_id": ("编号不得重复，{first} 已用", "expected an id of its own, {first} has this one"),
    "unknown_id": ("应为已列出的{kind_zh}编号{hint_zh}", "expected the id of a listed {kind_en}{hint_en}"),
    "unknown_name": ("没有这个{kind_zh}{hint_zh}", "there is no such {kind_en}{hint_en}"),
    "ambiguous_name": ("有几个站点叫这个名字，请写编号（{ids}）", "several sites have this name, give an id ({ids})"),
    "unknown_term": ("应为已有的目标项{hint_zh}", "expected the name of a term{hint_en}"),
    "unsupported_term": (
        "此目标项只能按次序安排，而按次序安排还不支持 {fields}",
        "this term is served by an order of requests only, which does not know {fields} yet",
    ),
    "no_order": ("按次序安排还不支持 {fields}", "an order of requests does not know {fields} yet"),
    "no_such_road": (
        "cells 只用于 manhattan 网格，edges 只用于 network",
        "expected cells of a manhattan grid, or edges of a network",
    ),
    "unsupported_leaves": ("插单时应为 late", "expected late where single requests are served"),
    "cycle": ("{what_zh}不得绕成一圈", "{what_en} must not form a loop"),
    "no_place": ("缺少位置：本身、所属站点及其上级都没有", "expected a place here, at the site or at a site above it"),
    "wrong_place": ("travel 为 {travel} 时位置应写作 {form}", "expected a place like {form}, as travel is {travel}"),
    "time_range": ("年份应在 2000 至 2099 之间", "expected a year from 2000 to 2099"),
    "fraction_of_second": ("时间应为整秒", "expected whole seconds"),
    "backwards": ("结束不得早于开始 {start}", "expected an end not before the start {start}"),
    "no_duration": ("结束应晚于开始 {start}", "expected an end after the start {start}"),
    "interval_too_long": ("从 {start} 起不得超过 366 天", "expected at most 366 days from {start}"),
    "outside_horizon": (
        "应在计划期内开始（{start} 至 {end}）",
        "expected a start inside the horizon ({start} to {end})",
    ),
    "overlapping_shifts": ("可服务时段（含加班）不得与 {other} 重叠", "must not overlap {other}, overtime included"),
    "break_too_long": (
        "休息时长不得超过其时段的 {limit} 分钟",
        "expected at most {limit} minutes, as long as its time",
    ),
    "min_above_max": ("不得大于 {field} 的值 {limit}", "expected at most {limit}, the value of {field}"),
    "first_role_lag": ("第一个岗位决定开始时间，不得有 lag", "the first role sets the start and has no lag"),
    "matrix_shape": ("应有 {size} 项，与 nodes 的个数一致", "expected {size} entries, as many as nodes"),
    "blocked_metric": ("metric 为 manhattan 时才能有障碍格", "blocked cells go with the metric manhattan only"),
    "duplicate_visit": ("同一安排不得重复，{first} 已列", "must be listed once, {first} is the same"),
    "repeated_volunteer": (
        "同一人在一个需求中只能占一个名额，{first} 已占",
        "one volunteer fills one place of a request, {first} has it",
    ),
    "too_many_pins": (
        "固定的人数不得超过该岗位的名额 {count}",
        "expected at most {count} pins in this role, its count",
    ),
}
"""What was expected, in Chinese and English, by code."""


def problem(code: str, where: str, value: str | None, **words: object) -> Problem:
    """A problem of a known kind; `words` fill the places in its text."""
    zh, en = EXPECTED[code]
    return Problem(code, where, value, zh.format(**words), en.format(**words))


def pointer(*tokens: str | int) -> str:
    """A JSON pointer (RFC 6901); a monstrous field name is cut at 200 characters."""
    return "".join(f"/{str(token)[:200].replace('~', '~0').replace('/', '~1')}" for token in tokens)


def unknown(id: str, kind_zh: str, kind_en: str, where: str = "") -> Problem:
    """An id that nothing of that kind has; no hint is given, other ids tell people nothing."""
    return problem("unknown_id", where, id, kind_zh=kind_zh, kind_en=kind_en, hint_zh="", hint_en="")


def shown(value: Any, tokens: Collection[str | int] = ()) -> str:
    """A value as a message may show it: at most 60 printable characters, nothing personal.

    tokens: the way to the value; what lies under a personal field is not shown at all.
    """
    if not PERSONAL.isdisjoint(tokens):
        return "***"
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = value if isinstance(value, str) and value else json.dumps(value)
    text = "".join(c if c.isprintable() else "�" for c in mask_text(text[:200]))
    return text if len(text) <= 60 else f"{text[:59]}…"


@lru_cache(maxsize=1000)
def hints(name: str, known: frozenset[str], most: int = 1, among: int = 500) -> dict[str, str]:
    """The words `hint_zh` and `hint_en`: at most so many known names near to `name`; none among too many."""
    near = get_close_matches(name[:60], sorted(known), n=most) if len(known) <= among else []
    return {
        "hint_zh": f"，是否想写 {'、'.join(map(shown, near))}？" if near else "",
        "hint_en": f"; did you mean {' or '.join(map(shown, near))}?" if near else "",
    }
