"""kill -9 while orders and plans are written: what was acknowledged is there afterwards, each order once."""

import random
import sqlite3
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

from benchmarks.reliability.bodies import county, order, small
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import BROKEN, CALL_SECONDS, Answer, Server

WRITERS = 4
LONGEST = 0.06
"""Most seconds between a life's first acknowledged write and its end."""


class Writer:
    """Posts orders or plans one after the other until the server dies; an order without an answer is sent again."""

    def __init__(self, server: Server, name: str, orders: bool) -> None:
        self._server, self._name, self._orders = server, name, orders
        self.acknowledged: list[str] = []

    def write(self, first: threading.Event) -> None:
        """Writes until there is no answer; sets `first` after the first acknowledged write."""
        with suppress(*BROKEN):
            while True:
                taken = self._order() if self._orders else self._plan()
                self.acknowledged += taken
                if taken:
                    first.set()

    def _order(self) -> list[str]:
        name = f"{self._name}-{len(self.acknowledged)}"
        answer = self._server.call("POST", "/v1/orders", order(name))
        return [name] if answer.status == 422 and b"duplicate_id" in answer.body else _if_taken(answer, 201, name)

    def _plan(self) -> list[str]:
        answer = self._server.call("POST", "/v1/plans", small(self._name))
        return _if_taken(answer, 202, str(answer.json.get("id")))


def _if_taken(answer: Answer, status: int, name: str) -> list[str]:
    """What was acknowledged: the name, or nothing where the service has no time. Raises RuntimeError for the rest."""
    if answer.status not in (status, 503):
        raise RuntimeError(answer.body.decode())
    return [name] if answer.status == status else []


def kills_in_writes(ground: Ground, short: int = 60) -> Outcome:
    """Kills a server that several callers write to, again and again; in the short form so many times."""
    kills, rng = ground.size(500, short), random.Random(0)
    with ground.server() as server:
        server.call("PUT", "/v1/county", county())
        writers = [Writer(server, f"w{i}", orders=i % 2 == 0) for i in range(WRITERS)]
        for done in range(kills):
            _live(server, writers, rng.random() * LONGEST)
            server.start()
            ground.told(done + 1, kills)
        kept = Counter(each["external_id"] for each in server.pages("/v1/orders", "orders"))
        plans = {each["id"] for each in server.pages("/v1/plans", "plans")}
        wrong = [id for id in sorted(plans)[-50:] if server.call("GET", f"/v1/plans/{id}/batch").status != 200]
        wrong += _damage(server.file) if server.file else []
    acknowledged = Counter(name for writer in writers for name in writer.acknowledged)
    lost = len(acknowledged.keys() - kept.keys() - plans)
    doubled = sum(many > 1 for many in (*acknowledged.values(), *kept.values()))
    return Outcome(
        f"{kills} kills, 0 acknowledged lost",
        f"{kills} kills, {len(acknowledged)} acknowledged, {lost} lost, {doubled} doubled",
        not lost and not doubled and not wrong,
        {"kills": kills, "acknowledged": len(acknowledged), "lost": lost, "doubled": doubled},
        tuple(wrong),
    )


def _live(server: Server, writers: list[Writer], seconds: float) -> None:
    """One life of the server: all write, and so many seconds after the first success it is killed."""
    first = threading.Event()
    with ThreadPoolExecutor(WRITERS) as threads:
        ends = [threads.submit(writer.write, first) for writer in writers]
        first.wait(CALL_SECONDS)
        time.sleep(seconds)
        server.kill()
    for end in ends:
        end.result()


def _damage(file: Path) -> list[str]:
    """What SQLite finds wrong with a database."""
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
