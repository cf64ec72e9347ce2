"""What was acknowledged outlives kill -9 of whoever wrote it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select, text

from matcher.service.jobs.queue import Jobs
from matcher.service.jobs.tables import jobs
from matcher.service.store.engine import Store
from tests.service.store.databases import Clock

WRITER = Path(__file__).with_name("writer.py")
KILLS = 12


def test_no_acknowledged_write_is_lost_by_kill_9(sqlite_store: Store, clock: Clock) -> None:
    rng, acknowledged = random.Random(0), set[str]()
    command = [sys.executable, str(WRITER), str(sqlite_store.engine.url)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as writer:
        assert writer.stdin
        assert writer.stdout
        for _ in range(KILLS):
            writer.stdin.write("go\n")
            writer.stdin.flush()
            lines, pid = [], None
            for line in writer.stdout:
                if line.strip().isdigit():
                    pid = int(line)
                elif line == "killed\n":
                    break
                else:
                    lines.append(line.strip())
                if pid and lines:
                    time.sleep(rng.random() * 0.05)
                    os.kill(pid, signal.SIGKILL)
                    pid = 0
            acknowledged.update(line for line in lines if len(line) == 30)
        writer.stdin.close()
    assert len(acknowledged) > KILLS
    queue = Jobs(sqlite_store, clock)
    with sqlite_store.read() as connection:
        kept = set(connection.execute(select(jobs.c.id)).scalars())
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    assert acknowledged <= kept
    assert all(len(queue.payload(id)) == 5000 for id in kept)
