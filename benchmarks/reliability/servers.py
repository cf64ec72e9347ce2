"""`matcher serve` as processes that are started, called and killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any, Self

CALL_SECONDS = 30
"""Most seconds until a call is answered."""
WAIT_SECONDS = 600
"""Most seconds until anything else; the first plan may have to compile the solver's kernels."""
PAUSE = 0.1
"""Seconds between two looks at a job."""
JSON = {"Content-Type": "application/json"}
BROKEN = (OSError, HTTPException)
"""What a caller sees of a server that is killed."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Forks:
    """The program that forks servers (benchmarks/reliability/forking.py)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.reliability.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.end()

    def end(self) -> None:
        """Ends the program and all its forks."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()
        self._process.wait()

    def fork(self, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """Starts `matcher` with these arguments; its process number."""
        assert self._process.stdin
        assert self._process.stdout
        told = {"arguments": arguments, "environment": environment, "log": str(log)}
        with self._lock:
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())


class Server:
    """A server on a database, which can be killed and started again at the same address."""

    _numbers = count(1)

    def __init__(self, forks: Forks, folder: Path, url: str, phone_key: str, **settings: float) -> None:
        self._forks, self.url, self.pid = forks, url, 0
        self.log = folder / f"server-{next(self._numbers)}.log"
        self.port = free_port()
        self._environment = {f"MATCHER_{name.upper()}": str(value) for name, value in settings.items()}
        temporary = folder / "tmp"
        temporary.mkdir(exist_ok=True)
        self._environment |= {"MATCHER_DATABASE": url, "MATCHER_PHONE_KEY": phone_key, "TMPDIR": str(temporary)}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.kill()

    @property
    def file(self) -> Path | None:
        """The file of the database; null: it is none of SQLite's."""
        scheme, _, rest = self.url.partition(":///")
        return Path(rest) if scheme == "sqlite" else None

    def start(self) -> None:
        """Starts the process and waits until it answers."""
        self.pid = self._forks.fork(["serve", "--port", str(self.port)], self._environment, self.log)
        until(self._is_ready)

    def _is_ready(self) -> bool:
        with suppress(*BROKEN):
            return self.call("GET", "/health/ready").status == 200
        return False

    def kill(self) -> None:
        """kill -9, and waits until the process is gone."""
        pid, self.pid = self.pid, 0
        with suppress(ProcessLookupError):
            while pid:
                os.kill(pid, signal.SIGKILL)
                time.sleep(0.002)

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] = JSON) -> Answer:
        """One request on a connection of its own; raises one of BROKEN where no answer comes."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=CALL_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def solved(self, plan: str) -> None:
        """Waits for a plan."""
        until(lambda: self.call("GET", f"/v1/plans/{plan}").json["state"] == "done", PAUSE)

    def pages(self, path: str, name: str) -> Iterator[Any]:
        """Everything in a list that comes in pages."""
        after = ""
        while True:
            page = self.call("GET", f"{path}?limit=100{after and '&after=' + after}").json
            yield from page[name]
            if page["after"] is None:
                return
            after = page["after"]


def until(condition: Callable[[], bool], pause: float = 0.02) -> None:
    """Waits for a condition, looking again after each pause; TimeoutError after WAIT_SECONDS."""
    over = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > over:
            raise TimeoutError(f"waited in vain for {WAIT_SECONDS} s")
        time.sleep(pause)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
