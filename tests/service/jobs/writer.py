"""A program that is killed while it writes: for each line on stdin it forks, and the fork submits jobs without end.

Each id is printed once its job was acknowledged, each fork's process id before.
"""

import os
import sys
from datetime import UTC, datetime

from matcher.service.jobs.queue import Jobs
from matcher.service.store.engine import Store


def submit_without_end(url: str) -> None:
    jobs = Jobs(Store(url), lambda: datetime.now(UTC))
    while True:
        os.write(1, jobs.submit("plan", os.urandom(5000), site=None, key=None).encode() + b"\n")


for _ in sys.stdin:
    pid = os.fork()
    if not pid:
        submit_without_end(sys.argv[1])
    os.write(1, f"{pid}\n".encode())
    os.waitpid(pid, 0)
    os.write(1, b"killed\n")
