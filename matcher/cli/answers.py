"""Commands that answer questions about a plan: explain, recommend, standby, fairness, compare."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli import streams
from matcher.cli.failures import DONE
from matcher.cli.language import current, say
from matcher.cli.options import BatchFile, Json, Lang, PlanFile, Seconds, number, share, whole
from matcher.cli.plans import batch_and_plan, plan_in, show_who
from matcher.errors import MatcherError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from matcher.answers.compare import Comparison
    from matcher.answers.explain import Explanation
    from matcher.batch import Batch

MOST_LINES = 10
"""Lines of one kind that are shown; --json has all."""

RequestId = Annotated[
    str | None, typer.Option("--request", metavar=say("<编号>", "<id>"), help=say("需求编号", "Id of the request"))
]
VolunteerId = Annotated[
    str | None,
    typer.Option("--volunteer", metavar=say("<编号>", "<id>"), help=say("志愿者编号", "Id of the volunteer")),
]


def explain(
    batch_file: BatchFile,
    plan_file: PlanFile,
    request: Annotated[
        str, typer.Option("--request", metavar=say("<编号>", "<id>"), help=say("需求编号", "Id of the request"))
    ],
    volunteer: VolunteerId = None,
    seconds: Seconds = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher explain`."""
    from matcher.answers.explain import SECONDS, Explanation
    from matcher.answers.explain import explain as answer
    from matcher.answers.volunteer import VolunteerAnswer, explain_volunteer
    from matcher.cli.watch import watching

    batch, plan = batch_and_plan(batch_file, plan_file)
    limit = SECONDS if seconds is None else seconds
    with watching() as heard, streams.only_results():
        found: Explanation | VolunteerAnswer
        if volunteer is None:
            found = answer(batch, plan, request, limit, on_trial=heard)
        else:
            found = explain_volunteer(batch, plan, request, volunteer, limit, on_trial=heard)
    if as_json:
        _print(found)
    else:
        show_lines(batch, _of_request(found) if isinstance(found, Explanation) else [_words(found)])
    return DONE


def recommend(
    batch_file: BatchFile,
    plan_file: PlanFile,
    request: RequestId = None,
    volunteer: VolunteerId = None,
    count: Annotated[
        int,
        typer.Option(
            "--count", parser=whole(1, 1000), metavar=say("<个数>", "<number>"), help=say("最多几个", "How many")
        ),
    ] = 10,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher recommend`."""
    from matcher.answers.recommend import recommend as answer

    if (request is None) == (volunteer is None):
        raise MatcherError("请写 --request 或 --volunteer 其中之一", "give --request or --volunteer, one of the two")
    batch, plan = batch_and_plan(batch_file, plan_file)
    found = answer(batch, plan, request=request, volunteer=volunteer, count=count)
    if as_json:
        _print(found)
    else:
        show_lines(batch, [_words(found), *map(_words, found.advice)])
    return DONE


def compare(
    before: Annotated[
        Path,
        typer.Argument(metavar="PLAN", help=say("第一个方案（JSON），- 为标准输入", "First plan, - for stdin")),
    ],
    after: Annotated[
        Path,
        typer.Argument(metavar="PLAN", help=say("第二个方案（JSON），- 为标准输入", "Second plan, - for stdin")),
    ],
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher compare`."""
    from matcher.answers.compare import compare as answer

    if str(before) == str(after) == "-":
        raise MatcherError("标准输入（-）只能用一次", "only one of the two can be standard input (-)")
    found = answer(plan_in(before), plan_in(after))
    if as_json:
        _print(found)
    else:
        for line in [_words(found), *_values(found), *cut([_words(change) for change in found.changes])]:
            streams.result(line)
    return DONE


def standby(
    batch_file: BatchFile,
    plan_file: PlanFile,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="PLAN", help=say("加上候补的方案写到哪里", "The plan with its backups")),
    ],
    target: Annotated[
        float | None,
        typer.Option(
            "--target",
            parser=share,
            metavar=say("<比例>", "<share>"),
            help=say(
                "每个岗位全部到位的可能至少多少，如 0.95；不写按批次的规则", "Least chance of a role being filled"
            ),
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher standby`."""
    from matcher.answers.standby import backups_for, with_backups
    from matcher.cli.watch import watching
    from matcher.reading import to_json

    streams.check_target(out, batch_file, plan_file)
    batch, plan = batch_and_plan(batch_file, plan_file)
    with watching() as heard:
        found = backups_for(batch, plan, target, on_trial=heard)
    streams.save(out, to_json(with_backups(plan, found)))
    if as_json and str(out) != "-":
        _print(found)
    elif str(out) != "-":
        unsure = sorted(found.roles, key=lambda role: role.chance)
        show_lines(batch, [_words(found), *(f"  {line}" for line in cut([_words(role) for role in unsure]))])
    return DONE


def fairness(
    batch_file: BatchFile,
    plan_file: PlanFile,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="PLAN", help=say("更公平的方案写到哪里", "The fairer plan"))
    ],
    villages: Annotated[
        float,
        typer.Option(
            "--villages",
            parser=number,
            metavar=say("<强度>", "<strength>"),
            help=say(
                "往期满足率低于平均的村，需求多看重多少；1 为从未满足的村加倍",
                "How much more requests count where less than the average was filled; 1 doubles them where nothing was",
            ),
        ),
    ] = 0.0,
    loads: Annotated[
        bool,
        typer.Option("--loads", help=say("覆盖不减少时，服务越多的人越少派", "Lower loads, highest first, at no loss")),
    ] = False,
    seconds: Seconds = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher fairness`."""
    from matcher.answers.explain import SECONDS
    from matcher.answers.fairness import fair
    from matcher.cli.watch import watching
    from matcher.reading import to_json

    if not villages and not loads:
        raise MatcherError("请写 --villages 或 --loads", "give --villages, --loads, or both")
    streams.check_target(out, batch_file, plan_file)
    batch, plan = batch_and_plan(batch_file, plan_file)
    with watching() as heard, streams.only_results():
        limit = SECONDS if seconds is None else seconds
        found = fair(batch, plan, villages=villages, loads=loads, seconds=limit, on_trial=heard)
    streams.save(out, to_json(found.plan))
    if as_json and str(out) != "-":
        _print(found)
    elif str(out) != "-":
        show_lines(batch, [_words(found), *cut([_words(change) for change in found.comparison.changes])])
    return DONE


def _of_request(found: "Explanation") -> Iterator[str]:
    """All that is said about a request, line by line."""
    yield _words(found)
    for gap in found.gaps:
        yield say(f"{gap.role}，缺 {gap.missing} 人：", f"{gap.role}, {gap.missing} missing:")
        for reason in gap.reasons:
            number = say(f"：{reason.volunteers} 人", f": {reason.volunteers}")
            yield f"  {_words(reason)}{number}"
    if found.takers:
        yield say("本来可以服务的人去了：", "Who could have come serves:")
        yield from (f"  {line}" for line in cut([_words(taker) for taker in found.takers]))
    if found.price is not None:
        yield say("若一定要安排：", "If it is served all the same: ") + _words(found.price)
        if found.price.comparison is not None:
            yield from (f"  {line}" for line in cut([_words(c) for c in found.price.comparison.changes]))
    if found.repairs is not None:
        yield _words(found.repairs)
        yield from (f"  {i}. {_words(mend)}" for i, mend in enumerate(found.repairs.mends, start=1))


def _values(found: "Comparison") -> Iterator[str]:
    """The tiers and terms that differ."""
    unknown = say("未写明", "not stated")
    for amount in (*found.tiers, *found.terms):
        if amount.before != amount.after:
            before, after = (unknown if v is None else f"{v:g}" for v in (amount.before, amount.after))
            change = "" if amount.change is None else f" ({amount.change:+g})"
            yield f"  {_words(amount)}{say('：', ': ')}{before} -> {after}{change}"


def cut(lines: list[str], most: int = MOST_LINES) -> list[str]:
    """At most so many lines, and how many are left out."""
    rest = len(lines) - most
    more = [say(f"……另有 {rest} 项，见 --json。", f"... and {rest} more, see --json.")] if rest > 0 else []
    return lines[:most] + more


def show_lines(batch: "Batch", lines: Iterable[str]) -> None:
    """Prints lines, and who the volunteers in them are."""
    shown = list(lines)
    for line in shown:
        streams.result(line)
    text = "\n".join(shown)
    show_who(batch, {volunteer.id for volunteer in batch.volunteers if volunteer.id in text})


def _print(found: "BaseModel") -> None:
    from matcher.reading import to_json

    streams.json(to_json(found))


def _words(said: object) -> str:
    """What an answer says in the language in force."""
    words: str = getattr(said, current())
    return words
