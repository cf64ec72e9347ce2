"""The documents: what they link to and name exists, nothing is left to do, every part of the code has its line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SOURCES = sorted(path for folder in ("matcher", "benchmarks", "scenarios") for path in (ROOT / folder).rglob("*.py"))

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(
    r"(?<![\w/.-])(?:(?:matcher|scenarios|benchmarks|tests|docs|\.ci)/[\w./*-]*[\w/*]|[\w-]+\.(?:md|toml|bat)\b)",
    re.ASCII,
)
DOTTED = re.compile(r"`(matcher(?:\.\w+)+)[`(]")
UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|TB" + r"D)\b")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = HEADING.findall(FENCED.sub("", text_of(path)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path) -> Iterator[str]:
    for link in LINK.findall(FENCED.sub("", text_of(path))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        found = path.parent / target if target else path
        if not found.exists() or (anchor and anchor not in anchors(found)):
            yield link


def missing_paths(path: Path) -> Iterator[str]:
    """Paths written in a document that lead nowhere, from the repository's or the document's folder."""
    for named in PATH.findall(text_of(path)):
        if not any(True for folder in (ROOT, path.parent) for _ in folder.glob(named.rstrip("/"))):
            yield named


def missing_names(path: Path) -> Iterator[str]:
    """Dotted names in backticks whose module, or whose name in the module, does not exist."""
    for dotted in DOTTED.findall(text_of(path)):
        parts = dotted.split(".")
        module = ROOT / parts[0]
        while parts[1:] and ((module / parts[1]).is_dir() or (module / f"{parts[1]}.py").is_file()):
            module, parts = module / parts[1], parts[1:]
        source = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        if any(not re.search(rf"\b{name}\b", text_of(source)) for name in parts[1:]):
            yield dotted


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_what_a_document_points_at_exists(path: Path) -> None:
    assert [*broken_links(path), *missing_paths(path), *missing_names(path)] == []


def test_pointing_at_nothing_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    lines = [
        "# One heading",
        "[here](#one-heading) [there](#two) [gone](gone.md) [web](https://example.org/x)",
        "matcher/rules.py, `matcher/nowhere.py`, tests/checker/, docs/nothing/*.md, https://example.org/docs/x",
        "`matcher.checker.check`, `matcher.rules.RULES`, `matcher.rules.NOTHING`, `matcher.nowhere.x`",
    ]
    page.write_text("\n".join(lines), encoding="utf-8")
    assert list(broken_links(page)) == ["#two", "gone.md"]
    assert list(missing_paths(page)) == ["gone.md", "matcher/nowhere.py", "docs/nothing/*.md"]
    assert list(missing_names(page)) == ["matcher.rules.NOTHING", "matcher.nowhere.x"]


@pytest.mark.parametrize("path", [*DOCUMENTS, *SOURCES], ids=name_of)
def test_nothing_is_left_to_do(path: Path) -> None:
    assert UNDONE.findall(text_of(path)) == []


def test_every_part_of_the_code_stands_in_the_architecture() -> None:
    architecture = text_of(ROOT / "docs" / "architecture.md")
    folders = (ROOT / "matcher", ROOT / "matcher" / "solver")
    parts = [
        path.stem + "/" * path.is_dir()
        for folder in folders
        for path in folder.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    ]
    assert [part for part in sorted(parts) if part != "__init__" and f"`{part}`" not in architecture] == []


def test_decisions_are_short_and_numbered() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [record.name[:5] for record in records] == [f"{number:04}-" for number in range(1, len(records) + 1)]
    for record in records:
        assert text_of(record).startswith(f"# {int(record.name[:4])}. ")
        assert len(text_of(record).splitlines()) <= 25


def test_the_table_of_reliability_is_that_of_its_results() -> None:
    results = json.loads((ROOT / "benchmarks/results/reliability.json").read_text(encoding="utf-8"))
    document = text_of(ROOT / "docs/service.md")
    assert not results["short"]
    for row in results["rows"]:
        word = "reached" if row["reached"] else "short"
        assert f"| {row['test']} | {row['to_reach']} | {row['measured']} | {word} |" in document
