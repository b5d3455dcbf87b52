"""The device's file: SQLite, durable (synchronous=FULL), sealed, and open to one process at a time.

Pages in the middle of a pull are committed without waiting for the disk (synchronous=NORMAL): a power cut may take the
last of them, never a part of one, and the next commit of anything else makes them durable with it.

    a call of the disk fails --> StoreFailed, then and ever after, until the file is opened anew

Linux forgets what a failed sync was to write, shows it all the same, and says yes to the next sync: whatever was
written behind it would be gone with the power. For the same reason pages not waited for are copied into the file
only behind a commit that was.

    async with open_store(path, secret) as store:      DeviceInUse, WrongKey
        async with store.transaction() as tx:          all of a step's writes, or none
            await tx.write(effects.writes)

``load`` gives back everything ``engine.restart`` needs; nothing the engine knows is only in memory. Rows of
``own`` outlive every wipe of downloaded data; the schema's triggers refuse to lose one without a receipt.
"""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from shutil import disk_usage
from typing import TypeVar

import aiosqlite
import msgspec

from client_sync.downloads import Downloads, HeldEvent
from client_sync.effects import Write
from client_sync.errors import StoreFailed
from client_sync.hand_off import District
from client_sync.inputs import Compared
from client_sync.photos import Photos
from client_sync.sealing import Sealer
from client_sync.state import Alarm, Identity, OwnRow, Saved, SavedScope
from client_sync.writes import Fate, Refusal, keep_fates, write_all
from events.chain import Head
from events.dates import read_instant
from events.envelope import SignedEvent
from events.ids import Hash, StudentId
from events.wire import Cursor, Enrolled

WAL_PAGES = 16_384
"""64 MiB: a clinic is pulled before its pages are copied from the write-ahead log into the file."""
ROOM_BYTES_MIN = 50 * 1024 * 1024
"""With less on its disk a device keeps nothing it could do without."""

_T = TypeVar("_T")


class OwnEvent(msgspec.Struct, frozen=True):
    """An event this device made, and what is proven of it. ``refusal`` is set for one in quarantine."""

    seq: int
    event_hash: Hash
    event: SignedEvent
    state: str
    attempts: int
    complaint: str
    position: int | None = None
    received_at: str = ""
    receipt: str = ""
    flags: tuple[str, ...] = ()
    refusal: Refusal | None = None
    fate: Fate | None = None
    """How the quarantine ended, where this device had to ask."""


class Transaction:
    """The open transaction of a store: what is written here is durable together or not at all."""

    def __init__(
        self, db: aiosqlite.Connection, sealer: Sealer, downloads: Downloads, district: District | None
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._district = district
        self.downloads = downloads
        self.photos = Photos(db)

    async def head(self) -> Head:
        """The last event this device signed."""
        async with self._db.execute("SELECT seq, event_hash FROM own ORDER BY seq DESC LIMIT 1") as rows:
            row = await rows.fetchone()
        return Head() if row is None else Head(row[0], Hash(row[1]))

    async def write(self, writes: Sequence[Write], at: str = "") -> list[Compared]:
        """The writes of a step; what comparisons among them found."""
        return await write_all(self._db, self._sealer, self.downloads, writes, at, self._district)

    async def keep_fates(self, fates: Mapping[Hash, Fate]) -> None:
        """What is proven of own events in quarantine."""
        await keep_fates(self._db, self._sealer, fates)

    async def put(self, name: str, value: bytes) -> None:
        """Keep a secret under a name, sealed."""
        box = self._sealer.seal(value, name)
        await self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, box))


class Store:
    """An open device file. Reads may run beside each other; transactions are the replica's to serialise."""

    def __init__(self, db: aiosqlite.Connection, sealer: Sealer, folder: Path = Path()) -> None:
        self._db = db
        self._sealer = sealer
        self._folder = folder
        self.downloads = Downloads(db, sealer)
        self.photos = Photos(db)
        self._district: District | None = None
        self._waits = True
        self._failure = ""

    def seal_to(self, enrolled: Enrolled) -> None:
        """From now on what waits for delivery is also kept sealed to this district."""
        key = bytes.fromhex(enrolled.sealing_key)
        self._district = District(enrolled.district, enrolled.device, key)

    def is_nearly_full(self) -> bool:
        """Whether the disk has little room left."""
        return disk_usage(self._folder).free < ROOM_BYTES_MIN

    @asynccontextmanager
    async def transaction(self, waits: bool = True) -> AsyncIterator[Transaction]:
        """Durable when it is left; one that does not wait is so with the next that does. Raises StoreFailed."""
        if self._failure:
            raise StoreFailed(f"the disk failed before ({self._failure}): open the file anew")
        try:
            await self._wait(waits)
            await self._db.execute("BEGIN IMMEDIATE")
            yield Transaction(self._db, self._sealer, self.downloads, self._district)
            await self._db.execute("COMMIT")
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            self._failure = str(error)
            raise StoreFailed(f"the disk failed: {error}") from error
        finally:
            await self._roll_back()

    async def _wait(self, waits: bool) -> None:
        """Whether the commits from now on wait for the disk, and may be followed by copying the log into the file."""
        if waits != self._waits:
            await self._db.execute(f"PRAGMA synchronous = {'FULL' if waits else 'NORMAL'}")
            await self._db.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES if waits else 0}")
            self._waits = waits

    async def _roll_back(self) -> None:
        """Leave a transaction that was not committed; after a failure the file is not written to any more."""
        try:
            if self._db.in_transaction:
                await self._db.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            self._failure = self._failure or str(error)

    async def get(self, name: str) -> bytes | None:
        """A secret kept by ``put``."""
        row = await self._meta(name)
        return None if row is None else self._sealer.open(row, name)

    async def pulled_at(self) -> datetime | None:
        """When a scope was last pulled to its end, by the device's clock."""
        row = await self._meta("pulled")
        return None if row is None else read_instant(row.decode())

    async def load(self, enrolled: Enrolled) -> Saved:
        """What a restart needs to know."""
        async with self._db.execute("SELECT note FROM checkpoints ORDER BY kept DESC LIMIT 1") as rows:
            note = await rows.fetchone()
        alarm, wanted = await self._meta("alarm"), await self._meta("wanted")
        own = await self.own("waiting")
        former = await self._former_receipts()
        return Saved(
            identity=_identity(enrolled),
            head=await Transaction(self._db, self._sealer, self.downloads, None).head(),
            note="" if note is None else note[0],
            outbox=tuple(OwnRow(row.event, row.attempts, row.complaint, former.get(row.event_hash, "")) for row in own),
            scopes=await self._scopes(),
            alarm=None if alarm is None else msgspec.json.decode(alarm, type=Alarm),
            wanted=frozenset() if wanted is None else msgspec.json.decode(wanted, type=frozenset[Hash]),
        )

    async def own(self, state: str = "%") -> list[OwnEvent]:
        """This device's events in the order they were made, each with its newest proof."""
        found: dict[int, OwnEvent] = {}
        query = (
            "SELECT seq, o.event_hash, o.sealed, state, attempts, complaint, position, received_at, receipt, flags,"
            " refusal, f.sealed FROM own o LEFT JOIN receipts r ON r.event_hash = o.event_hash"
            " LEFT JOIN fates f ON f.event_hash = o.event_hash"
            " WHERE state LIKE ? ORDER BY seq, r.rowid"
        )
        async with self._db.execute(query, (state,)) as rows:
            async for row in rows:
                found[row[0]] = self._own_event(row)
        return list(found.values())

    async def _former_receipts(self) -> dict[Hash, str]:
        """Of each waiting event that had receipts before the log was restored: the one that shows the earliest time.

        By the server's clock, which may have been wrong in an earlier epoch: the first receipt need not be it.
        """
        query = (
            "SELECT event_hash, receipt FROM (SELECT event_hash, receipt, received_at FROM receipts"
            " WHERE refusal IS NULL UNION ALL SELECT event_hash, receipt, received_at FROM let_in)"
            " JOIN own USING (event_hash) WHERE state = 'waiting' ORDER BY received_at DESC"
        )
        return {Hash(row[0]): row[1] for row in await self._db.execute_fetchall(query)}

    async def events(self, names: Sequence[Hash]) -> list[SignedEvent]:
        """Those of these events that this device made or holds, as they were signed."""
        own = {one.event_hash: one.event for one in await self.own()} if names else {}
        found = {name: own.get(name) or await self.downloads.find(name) for name in names}
        return [event for event in found.values() if event is not None]

    async def held(self, stream: str = "") -> list[HeldEvent]:
        """Downloaded events of a stream, or of all, whatever checking them came to."""
        return await self.downloads.held(stream)

    def _own_event(self, row: sqlite3.Row) -> OwnEvent:
        known = Hash(row[1])
        return OwnEvent(
            seq=row[0],
            event_hash=known,
            event=self._open(row[2], known, SignedEvent),
            state=row[3],
            attempts=row[4],
            complaint="" if row[5] is None else self._sealer.open(row[5], known).decode(),
            position=row[6],
            received_at=row[7] or "",
            receipt=row[8] or "",
            flags=() if row[9] is None else msgspec.json.decode(row[9], type=tuple[str, ...]),
            refusal=None if row[10] is None else self._open(row[10], known, Refusal),
            fate=None if row[11] is None else self._open(row[11], known, Fate),
        )

    def _open(self, box: bytes, label: str, kind: type[_T]) -> _T:
        return msgspec.msgpack.decode(self._sealer.open(box, label), type=kind)

    async def _scopes(self) -> tuple[SavedScope, ...]:
        forgetting: dict[str, set[StudentId]] = {}
        async with self._db.execute("SELECT scope, student FROM forgetting") as rows:
            async for scope, student in rows:
                forgetting.setdefault(scope, set()).add(StudentId(student))
        query = (
            "SELECT c.scope, cursor, complete, heals, streams FROM scopes c LEFT JOIN wrong w ON w.scope = c.scope"
            " ORDER BY c.rowid"
        )
        async with self._db.execute(query) as rows:
            return tuple(
                [
                    SavedScope(
                        scope,
                        None if cursor is None else msgspec.json.decode(cursor, type=Cursor),
                        frozenset(forgetting.get(scope, ())),
                        bool(complete),
                        heals or 0,
                        () if wrong is None else msgspec.json.decode(wrong, type=tuple[str, ...]),
                    )
                    async for scope, cursor, complete, heals, wrong in rows
                ]
            )

    async def _meta(self, name: str) -> bytes | None:
        rows = list(await self._db.execute_fetchall("SELECT value FROM meta WHERE name = ?", (name,)))
        return bytes(rows[0][0]) if rows else None


def _identity(enrolled: Enrolled) -> Identity:
    return Identity(
        district=enrolled.district,
        device=enrolled.device,
        seat=enrolled.seat,
        staff=enrolled.staff,
        log_key=enrolled.log_key,
        log_base=enrolled.origin.rpartition("/")[0],
    )
