"""The checker must share no rule, distance or score with the solver."""

import ast
from pathlib import Path

import matcher.checker

ALLOWED = {f"matcher.{name}" for name in ("base", "batch", "checker", "clock", "errors", "plan", "policy", "rules")}


def test_imports_of_the_checker():
    for path in Path(matcher.checker.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                outside = name.split(".")[0] != "matcher" or name.startswith("matcher.checker.")
                assert outside or name in ALLOWED, f"{path.name} imports {name}"
                assert name.split(".")[0] not in {"numpy", "scipy", "ortools", "highspy"}, f"{path.name} imports {name}"
