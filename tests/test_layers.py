"""The shape of the code, read from its syntax trees: who imports whom, and how long files are."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import matcher

LAYERS = (
    ("base", "clock", "errors", "privacy", "progress", "rules", "strategies"),
    ("files", "memory", "policy", "problems", "where"),
    ("batch",),
    ("events", "plan", "whole"),
    ("collector", "shape"),
    ("crosschecks",),
    ("reading", "schema"),
    ("paths", "places"),
    ("nodes", "options", "people", "travel"),
    ("ways",),
    ("scene",),
    ("candidates", "gains", "surplus"),
    ("blocks", "outside"),
    ("choices", "instance"),
    ("building", "checker", "solver"),
    ("order",),
    ("conflicts", "leaving", "proof", "reasons", "unpriced"),
    ("planning",),
    ("ordering",),
    ("dispatching", "insertion"),
    ("margins", "summary"),
    ("answers",),
    ("running",),
    ("demo", "exports", "sheets"),
    ("loading",),
    ("service",),
    ("client",),
    ("cli",),
    ("__main__",),
)
"""The way of the data, from below; a module imports only from lower rows (docs/architecture.md)."""

CHECKER_KNOWS = {"base", "batch", "clock", "errors", "plan", "policy", "rules"}
"""The checker judges by itself: it shares words and data with the solver, and no rule, distance or score."""
SOLVER_KNOWS = {"errors", "instance", "outside", "memory", "plan", "progress", "strategies"}

HOMES = {
    "highspy": {"solver"},
    "ortools": {"order", "solver"},
    "numba": {"order", "paths", "solver"},
    **{name: {"service"} for name in ("alembic", "cryptography", "fastapi", "prometheus_client", "sqlalchemy")},
    "httpx": {"client"},
    "uvicorn": {"cli"},
}
"""Heavy libraries and the only parts that may import them."""
PUBLIC_MODULES = {"matcher.demo", "matcher.places"}
"""What benchmarks and scenarios may import besides the names of `matcher`: the demo and conversions of places."""
SCENARIOS_KNOW = {
    f"matcher.{name}"
    for name in (
        "base",
        "batch",
        "errors",
        "files",
        "plan",
        "policy",
        "privacy",
        "problems",
        "progress",
        "rules",
        "shape",
        "summary",
    )
} | {
    "matcher.answers.fairness",
    "matcher.answers.trial",
    "matcher.dispatching",
    "matcher.loading",
    "matcher.margins",
    "matcher.solver.past",
}
"""What scenarios may import besides: the data they edit and tell of, the words in which that is told, planning that
begins with what was found before, loading the solver, and fairer plans."""
PEERS_KNOW = {f"matcher.{name}" for name in ("batch", "checker.sites", "clock", "places", "plan", "policy", "travel")}
"""What benchmarks/peers may import besides: data, times and distances, and no rule of the solver."""
FLOW_KNOWS = {f"matcher.{name}" for name in ("building", "instance", "scene", "solver.budget", "solver.portfolio")}
"""What benchmarks/flow.py may import besides, as it times one step of the solver alone, on the solver's own arcs."""
MOST_LINES = 400

ROOT = Path(matcher.__file__).parent
ROW = {part: row for row, parts in enumerate(LAYERS) for part in parts}


def files(package: str) -> list[Path]:
    spec = find_spec(package)
    assert spec
    assert spec.origin
    return sorted(Path(spec.origin).parent.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Every import anywhere in a file as module and name ("" where the whole module is imported)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((node.module or "", alias.name) for alias in node.names)


def part_of(path: Path) -> str:
    """The module or package directly in matcher/ that a file belongs to."""
    return path.relative_to(ROOT).with_suffix("").parts[0]


def parts_used(path: Path) -> set[str]:
    """The other parts of matcher that a file imports."""
    used = set()
    for module, name in imports(path):
        if module == "matcher" and name:
            used.add(name)
        elif module.startswith("matcher."):
            used.add(module.split(".")[1])
    return used - {part_of(path)}


def of_peers(path: Path) -> bool:
    """Whether a file is of benchmarks/peers, which runs other programs and needs their libraries."""
    return path.parent.name == "peers"


def of_flow(path: Path) -> bool:
    """Whether a file is the benchmark of min-cost flow, which the solver is held against."""
    return path.parts[-2:] == ("benchmarks", "flow.py")


PARTS = [path for path in files("matcher") if path != ROOT / "__init__.py"]


@pytest.mark.parametrize("path", PARTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downward(path: Path) -> None:
    part = part_of(path)
    assert part in ROW, f"give {part} a row in LAYERS"
    assert {used for used in parts_used(path) if ROW[used] >= ROW[part]} == set()


def test_checker_and_solver_share_no_rule() -> None:
    known: dict[str, set[str]] = {"checker": set(), "solver": set()}
    for path in PARTS:
        if part_of(path) in known:
            known[part_of(path)] |= parts_used(path)
    assert known["checker"] <= CHECKER_KNOWS
    assert known["solver"] <= SOLVER_KNOWS


def test_all_others_take_only_the_verdict_from_the_checker() -> None:
    """Who judges a plan calls `matcher.checker.check`; benchmarks/peers judges by itself and knows more."""
    others = [path for path in files("matcher") if "checker" not in path.relative_to(ROOT).parts]
    others += [path for path in (*files("benchmarks"), *files("scenarios")) if not of_peers(path)]
    taken = {
        (path.name, module, name)
        for path in others
        for module, name in imports(path)
        if module.startswith("matcher.checker") or (module, name) == ("matcher", "checker")
    }
    verdict = {("matcher.checker", "check"), ("matcher.checker.report", "Report")}
    assert {each for each in taken if each[1:] not in verdict} == set()


@pytest.mark.parametrize("library", HOMES)
def test_heavy_libraries_stay_at_home(library: str) -> None:
    users = {path for path in PARTS if any(module.split(".")[0] == library for module, _ in imports(path))}
    assert {part_of(path) for path in users} <= HOMES[library]
    outside = [path for path in (*files("benchmarks"), *files("scenarios")) if not of_peers(path) and not of_flow(path)]
    assert not [path for path in outside if any(module.split(".")[0] == library for module, _ in imports(path))]


@pytest.mark.parametrize("package", ["benchmarks", "scenarios"])
def test_only_public_names_are_used_outside(package: str) -> None:
    for path in files(package):
        for module, name in imports(path):
            if module == "matcher":
                assert not name or name in matcher.__all__, f"{path.name} imports {name}"
            elif module.startswith("matcher."):
                more = PEERS_KNOW if of_peers(path) else FLOW_KNOWS if of_flow(path) else set()
                known = PUBLIC_MODULES | (SCENARIOS_KNOW if package == "scenarios" else more)
                assert module in known, f"{path.name} imports {module}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "matcher":
                assert node.attr in {*matcher.__all__, "__version__"}, f"{path.name} uses matcher.{node.attr}"


def test_files_stay_short() -> None:
    paths = [*files("matcher"), *files("benchmarks"), *files("scenarios"), *Path(__file__).parent.rglob("*.py")]
    lines = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


@pytest.mark.parametrize("module", ["matcher", "matcher.reading", "matcher.cli"])
def test_starting_is_light(module: str) -> None:
    """Help and validation do not wait for the solver's libraries."""
    heavy = ("highspy", "numba", "ortools", "pandas")
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({heavy})))"
    started = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, env=os.environ.copy()
    )
    assert (started.returncode, started.stdout.strip()) == (0, ""), started.stderr


def test_public_names_all_load() -> None:
    for name in matcher.__all__:
        assert getattr(matcher, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'solve'"):
        matcher.solve  # noqa: B018
