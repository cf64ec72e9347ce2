"""The requests that are served in one of two plans only, as rows of a table."""

from matcher.privacy import mask_text
from scenarios.report.facts import Fate
from scenarios.report.map import KINDS
from scenarios.report.words import Words


def heads(words: Words) -> list[str]:
    """What stands above the columns."""
    say = words.say
    return [
        say("变化", "Change"),
        say("编号", "Id"),
        say("内容", "Title"),
        say("村", "Village"),
        say("优先级", "Priority"),
    ]


def row(words: Words, fate: Fate) -> list[str]:
    """A request's cells; long numbers in its title are masked."""
    request = fate.request
    kind = words.say(*KINDS[fate.kind])
    return [kind, request.id, mask_text(request.title), fate.village, words.priority(request.priority)]
