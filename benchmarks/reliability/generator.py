"""A light program that calls the service by the clock: each request at its time, whether the ones before are answered.

Arguments: port, requests a second, seconds, seconds after which a request counts as unanswered, then files of whole
HTTP requests, sent in turn. Prints JSON: the status of every request (0: no answer) and the milliseconds from the time
it was due to its last byte.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter


class Pool:
    """Connections to a port of loopback that are used again."""

    def __init__(self, port: int, patience: float) -> None:
        self._port, self._patience = port, patience
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def status(self, request: bytes) -> int:
        """Sends a request and reads its answer; 0: there was none."""
        writer = None
        try:
            async with asyncio.timeout(self._patience):
                reader, writer = await self._streams()
                writer.write(request)
                await writer.drain()
                status = await _read(reader)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            if writer:
                writer.close()
            return 0
        self._idle.append((reader, writer))
        return status

    async def close(self) -> None:
        """Closes all connections."""
        for _, writer in self._idle:
            writer.close()
            await writer.wait_closed()

    async def _streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection used last that the service has not closed, else a new one."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)


async def run(pool: Pool, rate: float, seconds: float, requests: list[bytes]) -> list[tuple[int, float]]:
    """Status and milliseconds of every request."""
    started = perf_counter()

    async def one(number: int) -> tuple[int, float]:
        due = started + number / rate
        await asyncio.sleep(due - perf_counter())
        status = await pool.status(requests[number % len(requests)])
        return status, 1000 * (perf_counter() - due)

    return await asyncio.gather(*(one(number) for number in range(round(rate * seconds))))


async def _read(reader: asyncio.StreamReader) -> int:
    """The status of the next answer, after its whole body."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    return int(head.split(b" ")[1])


def main(port: str, rate: str, seconds: str, patience: str, *files: str) -> None:
    """Runs and prints."""
    pool, requests = Pool(int(port), float(patience)), [Path(file).read_bytes() for file in files]
    sys.stdout.write(json.dumps(asyncio.run(run(pool, float(rate), float(seconds), requests))))


if __name__ == "__main__":
    main(*sys.argv[1:])
