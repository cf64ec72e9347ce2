"""Everything the service writes about a county, its orders and a plan, to be searched for phones."""

import subprocess
import sys

from benchmarks.reliability.bodies import START, county, order, phone, small
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import JSON

ASKED = (
    "/v1/orders",
    "/v1/offers",
    "/v1/events",
    "/v1/records",
    "/v1/audit",
    "/v1/plans",
    "/v1/plans/{plan}",
    "/v1/plans/{plan}/batch",
    "/metrics",
    *(f"/v1/plans/{{plan}}/plan?format={format}" for format in ("json", "xlsx", "csv", "geojson", "ics", "map")),
)
"""What shows no phone in full."""


def phones(ground: Ground) -> Outcome:
    """What was found in all that the rows before have left behind."""
    found = ground.found()
    told = f"{found.phones} in {found.files:,} files, {found.bytes / 1e6:,.0f} MB"
    figures: dict[str, float] = {"found": found.phones, "files": found.files, "bytes": found.bytes}
    return Outcome("0 raw phones in databases, logs, answers, backup", told, not found.phones, figures)


def answers(ground: Ground) -> Outcome:
    """Fills a service, and keeps its answers, refusals and a backup, for the search."""
    with ground.server(solvers=1) as server:
        server.call("PUT", "/v1/county", county())
        wrong = order("o-1").replace(b'"minutes": 30', f'"minutes": "{phone()}"'.encode())
        given = [server.call("POST", "/v1/orders", body) for body in (order("o-1"), wrong)]
        given += [server.call("GET", f"/v1/{phone()}?phone={phone()}", headers={"X-Request-ID": phone()})]
        plan = server.call("POST", "/v1/plans", small("b"), {**JSON, "Idempotency-Key": "k"})
        server.solved(plan.json["id"])
        contact = server.call("GET", f"/v1/orders/{given[0].json['orders'][0]['id']}/contact")
        assert START in contact.body.decode(), "the phone was not kept"
        given += [server.call("GET", path.format(plan=plan.json["id"])) for path in ASKED]
        for number, answer in enumerate(given):
            (ground.folder / f"answer-{number}").write_bytes(answer.body + repr(answer.headers).encode())
        backup = [str(ground.folder / "backup.db"), "--database", server.url]
        with (ground.folder / "backup.log").open("wb") as log:
            subprocess.run([sys.executable, "-m", "matcher", "backup", *backup], check=True, stdout=log, stderr=log)
    statuses = [answer.status for answer in given]
    return Outcome(
        "no answer of 500, phones only where they are asked for",
        f"{len(given)} answers and a backup kept",
        max(statuses) < 500,
        {"answers": len(given)},
    )
