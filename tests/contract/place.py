"""Where a contract test keeps its log: one home, opened as often as the test likes, as other processes would.

A store's place offers what Place says; the contract asks for nothing else.
"""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from events.envelope import SignedEvent
from events.ids import Hash, Stream, stream_of
from server.home import Home
from server.keys import Keys, create_keys
from server.store.connection import connect
from server.store.outside import OutsideCheckpoint
from server.store.port import AppendResult, Log
from server.store.sqlite import SqliteLog, open_sqlite_log, start_sqlite_log
from server.store.sqlite_tables import SqliteTables
from server.store.tables import Tables
from tests.server.making import DISTRICT, START, Writer, a_dose, make_id

LOG_NAME = "log.example"
CHILD, OTHER_CHILD = stream_of("student", make_id("child one")), stream_of("student", make_id("child two"))


Harm = Literal[
    "log.id", "log.device", "log.seq", "log.event_hash", "log.received_at", "log.position", "log.row",
    "vault.sealed", "vault.stream_key", "vault.row",
]  # fmt: skip
"""A bit of a column, or the row."""
FLIPPED = 1 << 40
KEY_AT = "SELECT named.stream_key FROM vault AS named WHERE named.position = ?"


def flipped(raw: bytes) -> bytes:
    """One bit, in the midst."""
    at = len(raw) // 2
    return raw[:at] + bytes([raw[at] ^ 16]) + raw[at + 1 :]


class Hand:
    """A clock moved by hand, which may also go back, as clocks do."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


class Place(Protocol):
    """A founded, empty log."""

    clock: Hand
    keys: Keys

    async def open(self) -> Log:
        """One more process's view of the same log."""
        ...

    async def close(self) -> None: ...

    async def destroy(self, stream: Stream) -> None:
        """Shred a stream's key, as the records office's command will. Processes opened afterwards see it."""
        ...

    def checkpoint(self) -> str:
        """The note kept outside."""
        ...

    async def files(self) -> dict[str, bytes]:
        """Every file at rest, journals too, by name."""
        ...

    def tables(self, log: Log) -> Tables:
        """The projections' rows that belong to a log opened here."""
        ...

    async def forge(self, statement: str) -> None:
        """Change projections' rows behind the program's back."""
        ...

    async def harm(self, harm: Harm, position: int) -> None:
        """What a disk does behind the program's back to a row of the log or of the vault."""
        ...

    async def misname(self, position: int, other: int) -> None:
        """Let the vault's row name the key of another position's row."""
        ...

    async def rename(self, position: int, event_hash: Hash) -> None:
        """Let the log's row name another event."""
        ...

    async def lie(self, position: int) -> None:
        """Put a second copy of a sound row of the log beside it, with another time and another hash."""
        ...

    async def key_count(self, stream: Stream) -> int:
        """How many keys of a stream lie in the keyring."""
        ...


class SqlitePlace:
    """A founded, empty SQLite log."""

    def __init__(self, path: Path) -> None:
        self.home, self.clock = Home(path), Hand()
        self.home.make()
        self.keys: Keys = create_keys(self.home, LOG_NAME, DISTRICT, environment={})
        start_sqlite_log(self.home, DISTRICT, LOG_NAME, self.keys)
        self._opened: list[SqliteLog] = []

    async def open(self) -> SqliteLog:
        log = open_sqlite_log(self.home, DISTRICT, LOG_NAME, self.keys, self.clock)
        self._opened.append(log)
        return log

    async def close(self) -> None:
        while self._opened:
            await self._opened.pop().close()

    async def destroy(self, stream: Stream) -> None:
        with_keys = connect(self.home.keyring)
        with_keys.execute("DELETE FROM stream_key WHERE district = ? AND stream = ?", (DISTRICT, stream))
        with_keys.close()

    def checkpoint(self) -> str:
        return OutsideCheckpoint(self.home.checkpoints, DISTRICT, self.keys.log_verifier).note()

    async def files(self) -> dict[str, bytes]:
        return {str(file): file.read_bytes() for file in self.home.path.rglob("*") if file.is_file()}

    def tables(self, log: Log) -> SqliteTables:
        return SqliteTables(self.home, DISTRICT, self.keys)

    async def forge(self, statement: str) -> None:
        rows = connect(self.home.projections)
        rows.execute(statement)
        rows.close()

    async def harm(self, harm: Harm, position: int) -> None:
        harm_file(self.home, harm, position)

    async def misname(self, position: int, other: int) -> None:
        ledger = connect(self.home.ledger)
        ledger.execute(f"UPDATE vault SET stream_key = ({KEY_AT}) WHERE position = ?", (other, position))
        ledger.close()

    async def rename(self, position: int, event_hash: Hash) -> None:
        with behind_the_triggers(self.home) as ledger:
            ledger.execute("UPDATE log SET event_hash = ? WHERE position = ?", (bytes.fromhex(event_hash), position))

    async def lie(self, position: int) -> None:
        ledger = connect(self.home.ledger)
        ledger.execute(
            "INSERT INTO healed_log (district, position, number, id, device, seq, event_hash, received_at)"
            " SELECT district, position, 0, id, device, seq, zeroblob(32), received_at + 1 FROM log WHERE position = ?",
            (position,),
        )
        ledger.close()

    async def key_count(self, stream: Stream) -> int:
        ring = connect(self.home.keyring)
        count: int = ring.execute("SELECT count(*) FROM stream_key WHERE stream = ?", (stream,)).fetchone()[0]
        ring.close()
        return count


def harm_file(home: Home, harm: Harm, position: int) -> None:
    """As a disk does it, behind the triggers' back."""
    table, column = harm.split(".")
    with behind_the_triggers(home) as ledger:
        if column == "row":
            ledger.execute(f"DELETE FROM {table} WHERE position = ?", (position,))
        else:
            (value,) = ledger.execute(f"SELECT {column} FROM {table} WHERE position = ?", (position,)).fetchone()
            new = value ^ FLIPPED if isinstance(value, int) else flipped(value)
            ledger.execute(f"UPDATE {table} SET {column} = ? WHERE position = ?", (new, position))


@contextmanager
def behind_the_triggers(home: Home) -> Iterator[sqlite3.Connection]:
    """The ledger's file, which refuses nothing meanwhile."""
    ledger = connect(home.ledger)
    triggers = ledger.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        ledger.execute(f"DROP TRIGGER {name}")
    yield ledger
    for _, sql in triggers:
        ledger.execute(sql)
    ledger.close()


def doses(count: int, device: str = "phone", stream: Stream = CHILD) -> list[SignedEvent]:
    """A new device's first ``count`` events."""
    writer = Writer(make_id(device))
    return [writer.write(stream, a_dose()) for _ in range(count)]


async def append_each(log: Log, events: Sequence[SignedEvent]) -> list[AppendResult]:
    """Every event by a caller of its own, all at once."""
    return list(await asyncio.gather(*(log.append([event]) for event in events)))
