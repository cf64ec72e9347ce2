"""What a run of scenarios found, as files for people: a page, a workbook, a picture (docs/whatif.md)."""

from collections.abc import Callable

from matcher import MatcherError
from scenarios.report.facts import Report as Report
from scenarios.report.facts import report as report
from scenarios.report.page import page
from scenarios.report.png import png, require_renderer
from scenarios.report.sheets import workbook

MAKERS: dict[str, Callable[[Report], bytes]] = {
    ".html": lambda report: page(report).encode(),
    ".xlsx": workbook,
    ".png": png,
}
"""What makes a file, by its ending."""


def require_known(name: str) -> None:
    """Raises MatcherError unless a file of this name can be made here."""
    ending = _ending(name)
    if ending not in MAKERS:
        known = list(MAKERS)
        raise MatcherError(
            f"{name}：报告的文件名应以 {'、'.join(known)} 结尾", f"{name}: a report's name ends in {', '.join(known)}"
        )
    if ending == ".png":
        require_renderer()


def made(name: str, report: Report) -> bytes:
    """The content of a report's file; its name says which kind. Raises what `require_known` does."""
    require_known(name)
    return MAKERS[_ending(name)](report)


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{dot}{ending}".lower() if stem else ""
