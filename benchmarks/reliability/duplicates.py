"""The same batch posted again and again with one Idempotency-Key: one job."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from benchmarks.reliability.bodies import small
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import JSON, Server

AGAIN, CALLERS = 10, 8


def duplicates(ground: Ground) -> Outcome:
    """Posts each of some batches ten times, mixed, from several threads."""
    keys = ground.size(100, 30)
    bodies = {f"key-{i}": small(f"b{i}") for i in range(keys)}
    posts = [key for key in bodies for _ in range(AGAIN)]
    random.Random(0).shuffle(posts)
    given = defaultdict[str, set[str]](set)
    with ground.server() as server, ThreadPoolExecutor(CALLERS) as callers:
        ids = callers.map(lambda key: _posted(server, key, bodies[key]), posts)
        for done, (key, id) in enumerate(zip(posts, ids, strict=True)):
            given[key].add(id)
            ground.told(done + 1, len(posts))
        jobs = [each["id"] for each in server.pages("/v1/plans", "plans")]
    answers = {id for ids in given.values() for id in ids}
    return Outcome(
        f"{len(posts):,} posts, {keys} keys: {keys} jobs",
        f"{len(posts):,} posts, {len(given)} keys: {len(jobs)} jobs",
        len(jobs) == keys and set(jobs) == answers and all(len(ids) == 1 for ids in given.values()),
        {"posts": len(posts), "keys": keys, "jobs": len(jobs)},
    )


def _posted(server: Server, key: str, body: bytes) -> str:
    """The id of the job; where it is under way, or there is no time, it is sent again a moment later."""
    while True:
        answer = server.call("POST", "/v1/plans", body, {**JSON, "Idempotency-Key": key})
        if answer.status == 202:
            return str(answer.json["id"])
        if answer.status not in (409, 503):
            raise RuntimeError(answer.body.decode())
        sleep(0.02)
