"""Posts workbooks to the service in a process of its own and prints what that took: `python -m tests.service.hostile`.

Arguments: a folder for the database, a sound workbook, then the hostile ones. Prints one JSON object: the answers in
order (status, type, body), and by how many megabytes the process grew at its peak after the sound one was read.
"""

import json
import re
import sys
from pathlib import Path

import httpx

from matcher.service.settings import Settings
from tests.service.access.serving import served

STATUS = Path("/proc/self/status")


def megabytes(name: str) -> float:
    """A line of Linux's account of this process: VmRSS, in use now, or VmHWM, the most ever."""
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    assert found
    return int(found.group(1)) / 1024


def post(client: httpx.Client, path: Path) -> dict[str, str | int]:
    answer = client.post(
        "/v1/batches/import",
        params={"date": "2026-07-21", "name": "../../需求"},
        content=path.read_bytes(),
        headers={"Content-Type": "application/octet-stream"},
    )
    return {"status": answer.status_code, "type": answer.headers["content-type"], "body": answer.text}


def main(folder: str, sound: str, *hostile: str) -> None:
    with served(Settings(database=f"sqlite:///{folder}/matcher.db", solvers=0)) as client:
        first = post(client, Path(sound))
        assert first["status"] == 200, first
        before = megabytes("VmRSS")
        answers = [post(client, Path(path)) for path in hostile]
        print(json.dumps({"answers": answers, "megabytes": megabytes("VmHWM") - before}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
