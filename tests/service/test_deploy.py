"""The files in deploy/ name settings and routes that there are, and give nothing secret."""

import re
from pathlib import Path

import pytest

from matcher.service.http import operation
from matcher.service.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
FILES = ("matcher.service", "Dockerfile")
SECRET = {"phone_key", "old_phone_keys"}


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_variables_are_settings_and_no_key_is_written_down(name: str) -> None:
    named = {variable.lower() for variable in re.findall(r"MATCHER_([A-Z_]+)=", text(name))}
    assert "database" in named
    assert named <= set(Settings.model_fields) - SECRET


def test_the_image_asks_a_route_for_its_health_on_the_port_it_serves() -> None:
    ((port, path),) = re.findall(r"http://127\.0\.0\.1:(\d+)(/[a-z/]+)", text("Dockerfile"))
    assert path in {getattr(route, "path", "") for route in operation.router.routes}
    assert f"EXPOSE {port}\n" in text("Dockerfile")
    assert int(port) == Settings.model_fields["port"].default


def test_the_image_is_given_what_it_copies() -> None:
    """What the ignore file lets through is what the Dockerfile copies, and is there."""
    copied = {
        name for line in re.findall(r"^COPY (.*) \S+$", text("Dockerfile"), re.MULTILINE) for name in line.split()
    }
    given = {line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    assert copied == given
    assert [name for name in sorted(copied) if not (ROOT / name).exists()] == []


def test_the_unit_may_write_its_own_folders_alone() -> None:
    unit = text("matcher.service").splitlines()
    assert {"User=matcher", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=matcher"} <= set(unit)
    assert not any(line.startswith("ReadWritePaths") for line in unit)
