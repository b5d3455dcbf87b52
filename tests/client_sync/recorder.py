"""A device's program for tests that kill it: record a dose, say so, deliver now and then, say what was receipted.

    python -m tests.client_sync.recorder <url> <device.db> <student>

It writes lines, "recorded <event>" and "receipted <event> <position>", each once that is on the device's disk.
"""

import asyncio
import sys
from pathlib import Path

from client_sync.replica import Replica, open_replica
from client_sync.transport import HttpTransport
from events.ids import StudentId, stream_of
from tests.server.making import a_dose

KEY = b"k" * 32
RECORDS_PER_SYNC = 3


async def main(url: str, path: Path, student: StudentId) -> None:
    async with HttpTransport(url) as wire, open_replica(path, KEY, wire) as device:
        while True:
            for _ in range(RECORDS_PER_SYNC):
                made = await device.record(stream_of("student", student), a_dose())
                print("recorded", made, flush=True)
            await device.sync()
            await tell_receipts(device)


async def tell_receipts(device: Replica) -> None:
    for row in await device.outbox():
        if row.state == "receipted":
            print("receipted", row.event, row.position, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), StudentId(sys.argv[3])))
