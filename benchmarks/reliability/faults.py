"""A disk that is full and a database that is locked: a clear error, reads go on, and all is well once they are over."""

import random
import resource
import sqlite3
import threading
import time
from contextlib import closing

from benchmarks.reliability.bodies import batch, request, volunteer
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import Answer, Server

SMALLEST, LARGEST = 1 << 20, 4 << 20
"""Sizes of a file at which the disk is full; the log of the server stays below."""
MOST_POSTS = 1_000


def full_disk(ground: Ground) -> Outcome:
    """Lets no file grow beyond a size, at many sizes, and writes until the service says so."""
    points, rng, good, kept = ground.size(20, 5), random.Random(0), 0, set[str]()
    with ground.server() as server:
        for point in range(points):
            body = _bulky(rng)
            _cap(server, SMALLEST + (LARGEST - SMALLEST) * point // points + rng.randrange(4096))
            ids, refusal = _fill(server, body)
            kept |= ids
            reads = server.call("GET", "/v1/plans?limit=1").status == 200
            _cap(server, resource.RLIM_INFINITY)
            after = server.call("POST", "/v1/plans", body)
            good += _is_clear(refusal) and reads and after.status == 202
            kept |= {after.json["id"]} if after.status == 202 else set()
            ground.told(point + 1, points)
        lost = len(kept - {each["id"] for each in server.pages("/v1/plans", "plans")})
    return Outcome(
        f"{points} points: clear error, reads work, recovers by itself",
        f"{good} of {points} points good, {lost} of {len(kept)} acknowledged lost",
        good == points and not lost,
        {"points": points, "good": good, "acknowledged": len(kept), "lost": lost},
    )


def locked_database(ground: Ground) -> Outcome:
    """Holds the lock of the database's one writer for longer than the service waits."""
    with ground.server() as server, closing(sqlite3.connect(server.file or "", isolation_level=None)) as other:
        body = _bulky(random.Random(0))
        assert server.call("POST", "/v1/plans", body).status == 202
        other.execute("BEGIN IMMEDIATE")
        refused: list[Answer] = []
        thread = threading.Thread(target=lambda: refused.append(server.call("POST", "/v1/plans", body)))
        thread.start()
        reads = []
        while thread.is_alive():
            reads.append(server.call("GET", "/v1/plans").status == 200)
            time.sleep(0.1)
        other.execute("ROLLBACK")
        after = server.call("POST", "/v1/plans", body).status
        jobs = len(list(server.pages("/v1/plans", "plans")))
    clear = _is_clear(refused[0] if refused else None)
    words = "clear error" if clear else "no clear error"
    return Outcome(
        "clear error, reads work, recovers by itself",
        f"{words}, {sum(reads)} of {len(reads)} reads, then {after}, {jobs} jobs",
        clear and all(reads) and after == 202 and jobs == 2,
        {"reads": len(reads), "read": sum(reads)},
    )


def _fill(server: Server, body: bytes) -> tuple[set[str], Answer | None]:
    """Posts until one is refused: the ids of the others, and the refusal."""
    ids = set[str]()
    for _ in range(MOST_POSTS):
        answer = server.call("POST", "/v1/plans", body)
        if answer.status != 202:
            return ids, answer
        ids.add(answer.json["id"])
    return ids, None


def _is_clear(answer: Answer | None) -> bool:
    """Whether an answer says in both languages that the database cannot be written, and to try again."""
    if answer is None or answer.status != 503 or "retry-after" not in answer.headers:
        return False
    return bool("数据库" in answer.json["zh"] and "database" in answer.json["en"])


def _cap(server: Server, size: int) -> None:
    """Lets no file of the server grow beyond so many bytes."""
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _bulky(rng: random.Random) -> bytes:
    """A batch of 20 to 80 KB that hardly gets smaller when it is packed."""
    text = rng.randbytes(rng.randrange(1_000, 4_000)).hex()
    return batch("bulky", [volunteer("v1")], [request(id=f"r{i}", note=text[i:] + str(i)) for i in range(10)])
