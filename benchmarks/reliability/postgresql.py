"""A PostgreSQL server of our own: in a temporary folder, on loopback, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.reliability.servers import free_port

USER = "postgres"
"""Who runs the server where we are root, as it refuses to be run by root."""
CONF = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "500"}
"""Settings; without fsync, since nobody pulls the plug on the machine."""


@dataclass
class Postgresql:
    """A running server and the databases made on it."""

    port: int
    urls: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"reliability_{next(self._numbers)}"
        _run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=matcher", name)
        self.urls.append(f"postgresql://matcher@127.0.0.1:{self.port}/{name}")
        return self.urls[-1]

    def dump(self, folder: Path) -> None:
        """Writes the databases made since the last time into a folder."""
        while self.urls:
            url = self.urls.pop()
            (folder / f"{url.rpartition('/')[2]}.sql").write_bytes(_run("pg_dump", url))


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A running server, where PostgreSQL is installed."""
    folder = Path(tempfile.mkdtemp(prefix="matcher-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    data, port = folder / "data", free_port()
    settings = " ".join(f"-c {name}='{value}'" for name, value in {**CONF, "port": str(port)}.items())
    try:
        _run("initdb", "-D", str(data), "-A", "trust", "-U", "matcher", "--no-sync", "-E", "UTF8", "--locale=C")
        _run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start", piped=False)
        try:
            yield Postgresql(port)
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_installed() -> bool:
    """Whether there is a PostgreSQL on this machine."""
    return _program("initdb") is not None


def _program(name: str) -> str | None:
    """The path of a program of PostgreSQL; Debian keeps some of them off the search path."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(versions[-1]) if versions else None)


def _run(name: str, *arguments: str, piped: bool = True) -> bytes:
    """What a program of PostgreSQL prints; not piped: it starts a server, which would keep the pipe open."""
    as_user = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"] if os.geteuid() == 0 else []
    out = subprocess.PIPE if piped else subprocess.DEVNULL
    return subprocess.run([*as_user, _program(name) or name, *arguments], check=True, stdout=out, cwd="/").stdout or b""
