"""The client's example in docs/service.md runs as it stands there."""

import re
from pathlib import Path

import pytest

from tests.client.conftest import Server

DOCUMENT = Path(__file__).parents[2] / "docs" / "service.md"


def test_the_example_runs(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    shown = 'Client("http://127.0.0.1:8000")'
    assert shown in code
    exec(compile(code.replace(shown, f'Client("{server.url}", "{server.key}")'), str(DOCUMENT), "exec"), {})
    said = capsys.readouterr().out.splitlines()
    status, visits, valid = said[-1].split()
    assert said[-2].startswith("done ")
    assert status in ("optimal", "feasible")
    assert int(visits) > 0
    assert valid == "True"
