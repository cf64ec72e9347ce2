"""make.bat runs what the Makefile runs, and holds nothing that cmd would read otherwise than it was meant."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
BAT = (ROOT / "make.bat").read_bytes()


def commands(text: str, python: str) -> list[str]:
    """What a script has the environment's Python run, without its own variables and arguments."""
    found = re.findall(rf"{re.escape(python)} -m (.+)", text)
    cleaned = (
        re.sub(r'\$\(\w+\)|"?%[\w%]+"?|\|\| exit /b 1|dist/\*\.whl|-o \S+|--platform linux', "", c) for c in found
    )
    return [" ".join(command.split()) for command in cleaned]


def test_the_same_is_run() -> None:
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    make = re.sub(r"\$\(BIN\)/(matcher|ruff|mypy)", r"$(BIN)/python -m \1", make)
    quick = {'pytest -x -n auto -m "not slow"', "benchmarks reliability --out benchmarks/results/reliability.json"}
    assert set(commands(make, "$(BIN)/python")) - quick == set(commands(BAT.decode(), "%PY%"))
    for variable in ("MATCHER_WHEEL=1", "PYTHONSAFEPATH=1"):
        assert variable in make
        assert f'set "{variable}"' in BAT.decode()


def test_cmd_reads_it() -> None:
    """Plain ASCII, whatever the code page; every label gone to stands once; .gitattributes has its line ends."""
    text = BAT.decode("ascii")
    labels = re.findall(r"^:(\w+)\r?$", text, re.MULTILINE)
    assert sorted(labels) == sorted({*re.findall(r"goto (\w+)", text)})
    assert "*.bat text eol=crlf" in (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
