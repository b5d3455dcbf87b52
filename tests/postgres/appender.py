"""A process that appends until it is killed: prints ``position hash size`` for each outcome after its append returned.

python -m tests.postgres.appender HOME DATABASE_URL DEVICE
"""

import asyncio
import sys
from pathlib import Path

from events.envelope import event_hash
from server.district import wall_clock
from server.home import Home
from server.keys import load_keys
from server.store.port import Appended
from server.store.postgres.opening import open_postgres_log
from tests.contract.place import CHILD, LOG_NAME
from tests.server.making import DISTRICT, Writer, a_dose, make_id

CALLERS = 4


async def main(home: Home, url: str, device: str) -> None:
    keys = load_keys(home, LOG_NAME, DISTRICT, {})
    log = await open_postgres_log(url, url, url, home, DISTRICT, LOG_NAME, keys, wall_clock)

    async def call(name: str) -> None:
        writer = Writer(make_id(name))
        while True:
            batch = [writer.write(CHILD, a_dose()) for _ in range(3)]
            result = await log.append(batch)
            for event, outcome in zip(batch, result.outcomes, strict=True):
                assert isinstance(outcome, Appended)
                sys.stdout.write(f"{outcome.position} {event_hash(event)} {result.head.checkpoint.size}\n")
            sys.stdout.flush()

    await asyncio.gather(*(call(f"{device} {number}") for number in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(Home(Path(sys.argv[1])), *sys.argv[2:4]))
