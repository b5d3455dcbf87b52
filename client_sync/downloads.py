"""What was downloaded, as rows of the device's file: scopes, their streams, events, and the digest over each.

    page --keep--> inbox rows, their streams' digests unknown      compare --> digests anew, equal to the signed one?
    unchecked --> rows whose signature nobody checked yet          scrub --> every row's bytes hashed again

Everything here happens inside a transaction the caller began. Only random ids, hashes and states are in plain
columns; an event's bytes are sealed under its hash.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import aiosqlite
import msgspec

from client_sync.effects import CompareScope, KeepPage, KeepWrong
from client_sync.errors import StoreDamaged
from client_sync.inputs import Compared
from client_sync.sealing import Sealer
from client_sync.state import SeatEvent, Trust
from events.commitment import commit
from events.digest import scope_digest, stream_digest
from events.envelope import SignedEvent, event_hash, read_header
from events.ids import DeviceId, Hash, StudentId, stream_of
from events.packing import Pulled
from events.wire import DeviceReport

ROWS_AT_ONCE = 500
_event_encoder = msgspec.msgpack.Encoder()
_event_decoder = msgspec.msgpack.Decoder(SignedEvent)


class HeldEvent(msgspec.Struct, frozen=True):
    """A downloaded event as it is kept; ``received_at`` in ms since 1970 (UTC)."""

    scope: str
    position: int
    received_at: int
    event_hash: Hash
    trust: Trust
    event: SignedEvent


class Unchecked(msgspec.Struct, frozen=True):
    """A row whose signature is to be checked; ``event`` is None where its bytes do not open any more."""

    row: int
    position: int
    event_hash: Hash
    is_seat: bool
    event: SignedEvent | None


class Downloads:
    """The downloaded part of a device's file."""

    def __init__(self, db: aiosqlite.Connection, sealer: Sealer) -> None:
        self._db = db
        self._sealer = sealer
        self._checked_row = 0

    # Scopes

    async def begin(self, scope: str) -> None:
        """Follow a scope from nothing. The numbers of deleted rows may be given out again: all are looked at anew."""
        await self.drop(scope)
        await self._db.execute("INSERT INTO scopes (scope) VALUES (?)", (scope,))

    async def report(self, scope: str, devices: Sequence[DeviceReport]) -> None:
        """Who else works in the scope, and when the server last heard of each."""
        await self._db.execute("DELETE FROM reports WHERE scope = ?", (scope,))
        rows = [(scope, one.device, one.label, one.reported_at) for one in devices]
        await self._db.executemany("INSERT INTO reports VALUES (?, ?, ?, ?)", rows)

    async def reports(self, stream: str) -> list[DeviceReport]:
        """The other devices at work where this stream is held, longest silent first."""
        rows = await self._db.execute_fetchall(
            "SELECT r.device, r.label, max(r.reported_at) FROM reports r JOIN scopes c ON c.scope = r.scope"
            " JOIN streams s ON s.scope = c.id WHERE s.stream = ? GROUP BY r.device ORDER BY 3, 1",
            (stream,),
        )
        return [DeviceReport(DeviceId(row[0]), row[1], row[2]) for row in rows]

    async def drop(self, scope: str) -> None:
        self._checked_row = 0
        of_scope = "(SELECT s.id FROM streams s JOIN scopes c ON c.id = s.scope WHERE c.scope = ?)"
        await self._db.execute(f"DELETE FROM inbox WHERE stream IN {of_scope}", (scope,))  # noqa: S608
        await self._db.execute("DELETE FROM streams WHERE scope = (SELECT id FROM scopes WHERE scope = ?)", (scope,))
        for table in ("forgetting", "reports"):
            await self._db.execute(f"DELETE FROM {table} WHERE scope = ?", (scope,))  # noqa: S608 - a closed list
        await self._db.execute("DELETE FROM scopes WHERE scope = ?", (scope,))

    async def start_over(self, scope: str, differing: Sequence[str], at: str) -> None:
        """Forget how far the scope was pulled, and write down which streams were found wrong."""
        await self._db.execute("UPDATE scopes SET cursor = NULL, complete = 0, whole = NULL WHERE scope = ?", (scope,))
        rows = [(scope, stream, at) for stream in differing]
        await self._db.executemany("INSERT INTO healed (scope, stream, at) VALUES (?, ?, ?)", rows)

    async def keep_wrong(self, write: KeepWrong) -> None:
        """How often the scope was started over, and which streams are wrong all the same."""
        await self._db.execute("DELETE FROM wrong WHERE scope = ?", (write.scope,))
        if write.heals or write.wrong:
            streams = msgspec.json.encode(write.wrong).decode()
            await self._db.execute("INSERT INTO wrong VALUES (?, ?, ?)", (write.scope, write.heals, streams))

    async def healed(self) -> list[str]:
        """The streams that were ever found held wrongly, each time they were."""
        return [row[0] for row in await self._db.execute_fetchall("SELECT stream FROM healed ORDER BY rowid")]

    # Pages

    async def keep(self, write: KeepPage) -> None:
        """A page and the cursor behind it. Raises StoreDamaged when its scope is not followed."""
        cursor = await self._db.execute(
            "UPDATE scopes SET cursor = ?, complete = ?, whole = NULL WHERE scope = ?",
            (msgspec.json.encode(write.cursor).decode(), write.complete, write.scope),
        )
        if cursor.rowcount != 1:
            raise StoreDamaged(f"the scope {write.scope} is not followed")
        if write.events:
            ids = await self._streams(write.scope, {event.stream for event in write.events})
            await self._db.executemany(
                "INSERT OR REPLACE INTO inbox (stream, position, received_at, event_hash, type, sealed)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                self._rows(ids, write.events),
            )

    async def forget(self, scope: str, students: Iterable[StudentId]) -> None:
        self._checked_row = 0
        for student in students:
            ids = await self._db.execute_fetchall(
                "SELECT id FROM streams WHERE scope = (SELECT id FROM scopes WHERE scope = ?) AND stream = ?",
                (scope, stream_of("student", student)),
            )
            for (stream,) in ids:
                await self._db.execute("DELETE FROM inbox WHERE stream = ?", (stream,))
                await self._db.execute("DELETE FROM streams WHERE id = ?", (stream,))

    async def _streams(self, scope: str, streams: set[str]) -> dict[str, int]:
        """The rows of these streams, made where missing; what is about to change has no digest."""
        found = await self._db.execute_fetchall("SELECT id FROM scopes WHERE scope = ?", (scope,))
        (scope_id,) = next(iter(found))
        await self._db.executemany(
            "INSERT INTO streams (scope, stream) VALUES (?, ?) ON CONFLICT (scope, stream) DO UPDATE SET digest = NULL",
            [(scope_id, stream) for stream in sorted(streams)],
        )
        marks = ",".join("?" * len(streams))
        rows = await self._db.execute_fetchall(
            f"SELECT stream, id FROM streams WHERE scope = ? AND stream IN ({marks})",  # noqa: S608 - only marks
            (scope_id, *streams),
        )
        return {row[0]: row[1] for row in rows}

    def _rows(self, ids: dict[str, int], events: Sequence[Pulled]) -> list[tuple[Any, ...]]:
        encode = _event_encoder.encode
        boxes = self._sealer.seal_all([(encode(one.event), one.event_hash) for one in events])
        return [
            (ids[one.header.stream], one.position, one.received_at, one.event_hash, one.header.type, box)
            for one, box in zip(events, boxes, strict=True)
        ]

    # Digests

    async def compare(self, write: CompareScope) -> Compared:
        """What is held of a scope against what the log signed; the signed digest is kept for later scrubbing."""
        await self._db.execute("UPDATE scopes SET whole = ? WHERE scope = ?", (write.whole, write.scope))
        held = await self._digests(write.scope, write.leaving)
        equal = scope_digest(held.items()) == write.whole
        differing = None if equal or write.digests is None else differences(held, write.digests)
        return Compared(write.scope, write.size, equal, differing)

    async def _digests(self, scope: str, leaving: Iterable[StudentId]) -> dict[str, bytes]:
        """The digest of every stream held of a scope, computed anew where it changed."""
        in_scope = "scope = (SELECT id FROM scopes WHERE scope = ?)"
        rows = await self._db.execute_fetchall(
            "SELECT s.id, i.event_hash FROM streams s LEFT JOIN inbox i ON i.stream = s.id"  # noqa: S608
            f" WHERE s.{in_scope} AND s.digest IS NULL ORDER BY s.id, i.position",
            (scope,),
        )
        changed = [
            (stream_digest(name for _, name in held if name is not None), stream)
            for stream, held in groupby(rows, key=itemgetter(0))
        ]
        await self._db.executemany("UPDATE streams SET digest = ? WHERE id = ?", changed)
        now = await self._db.execute_fetchall(f"SELECT stream, digest FROM streams WHERE {in_scope}", (scope,))  # noqa: S608
        without = {stream_of("student", student) for student in leaving}
        return {stream: digest for stream, digest in now if digest and stream not in without}

    async def scrub(self, scope: str, leaving: Iterable[StudentId]) -> tuple[str, ...] | bool:
        """Recompute everything of a scope from its stored bytes.

        The streams with a damaged row, or whether the whole is what the log signed when it was last pulled to its end.
        """
        damaged: set[str] = set()
        async for stream, name, box in self._stored(scope):
            if not self._is_sound(box, name):
                damaged.add(stream)
        if damaged:
            return tuple(sorted(damaged))
        await self._db.execute(
            "UPDATE streams SET digest = NULL WHERE scope = (SELECT id FROM scopes WHERE scope = ?)", (scope,)
        )
        signed = await self._db.execute_fetchall("SELECT whole FROM scopes WHERE scope = ?", (scope,))
        whole = next(iter(signed))[0]
        held = await self._digests(scope, leaving)
        return whole is None or scope_digest(held.items()) == bytes(whole)

    async def _stored(self, scope: str) -> AsyncIterator[tuple[str, Hash, bytes]]:
        query = (
            "SELECT s.stream, i.event_hash, i.sealed FROM inbox i JOIN streams s ON s.id = i.stream"
            " WHERE s.scope = (SELECT id FROM scopes WHERE scope = ?) ORDER BY i.stream, i.position"
        )
        async with self._db.execute(query, (scope,)) as rows:
            async for row in rows:
                yield row[0], Hash(row[1]), row[2]

    def _is_sound(self, box: bytes, name: Hash) -> bool:
        event = self._open(box, name)
        if event is None or event_hash(event) != name:
            return False
        try:
            return read_header(event.header).commitment == commit(event.salt, event.payload)
        except msgspec.MsgspecError:
            return False

    # Signatures

    async def seats(self) -> list[SeatEvent]:
        """The ``seat.*`` events held, each once, by position."""
        rows = await self._db.execute_fetchall(
            "SELECT position, event_hash, sealed, max(trust = 'verified') FROM inbox"
            " WHERE type LIKE 'seat.%' AND trust IN ('given', 'verified') GROUP BY position ORDER BY position"
        )
        opened = [(row[0], self._open(row[2], Hash(row[1])), bool(row[3])) for row in rows]
        return [SeatEvent(position, event, done) for position, event, done in opened if event is not None]

    async def unchecked(self) -> list[Unchecked]:
        """The next rows nobody checked, in the order they came; empty when all are."""
        rows = await self._db.execute_fetchall(
            "SELECT rowid, position, event_hash, type LIKE 'seat.%', sealed FROM inbox"
            " WHERE rowid > ? AND trust = 'given' ORDER BY rowid LIMIT ?",
            (self._checked_row, ROWS_AT_ONCE),
        )
        return [Unchecked(row, at, name, bool(seat), self._open(box, name)) for row, at, name, seat, box in rows]

    async def mark(self, found: Sequence[tuple[Unchecked, Trust]]) -> None:
        """What checking these rows came to; a row that holds another event by now keeps what it has."""
        await self._db.executemany(
            "UPDATE inbox SET trust = ? WHERE rowid = ? AND event_hash = ?",
            [(trust.value, one.row, one.event_hash) for one, trust in found],
        )
        self._checked_row = max([self._checked_row, *(one.row for one, _ in found)])

    async def count(self, trust: Trust | None = None) -> int:
        """How many rows are verified, or given and so on; all but the verified without an argument."""
        where = "trust <> 'verified'" if trust is None else f"trust = '{trust.value}'"
        rows = await self._db.execute_fetchall(f"SELECT count(*) FROM inbox WHERE {where}")  # noqa: S608
        return int(next(iter(rows))[0])

    # Reading

    async def held(self, stream: str = "") -> list[HeldEvent]:
        """Downloaded events of a stream, or of all, by position. What does not open is left to ``scrub``."""
        query = (
            "SELECT c.scope, i.position, i.received_at, i.event_hash, i.trust, i.sealed FROM inbox i"
            " JOIN streams s ON s.id = i.stream JOIN scopes c ON c.id = s.scope"
        )
        arguments: tuple[str, ...] = ()
        if stream:
            query, arguments = query + " WHERE s.stream = ?", (stream,)
        found, trusts = [], {trust.value: trust for trust in Trust}
        for scope, position, received_at, name, trust, box in await self._db.execute_fetchall(
            query + " ORDER BY i.position, c.id", arguments
        ):
            event = self._open(box, name)
            if event is not None:
                found.append(HeldEvent(scope, position, received_at, name, trusts[trust], event))
        return found

    async def find(self, name: Hash) -> SignedEvent | None:
        """A downloaded event by its hash; None where it is not held, or not what it was any more."""
        for (box,) in await self._db.execute_fetchall("SELECT sealed FROM inbox WHERE event_hash = ?", (name,)):
            event = self._open(box, name)
            if event is not None and event_hash(event) == name:
                return event
        return None

    def _open(self, box: bytes, name: Hash) -> SignedEvent | None:
        try:
            return _event_decoder.decode(self._sealer.open(box, name))
        except (StoreDamaged, msgspec.MsgspecError):
            return None


def differences(held: dict[str, bytes], signed: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The streams held otherwise than the log has them: missing, surplus or changed."""
    theirs = dict(signed)
    ours = {stream: digest.hex() for stream, digest in held.items()}
    return tuple(sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)))
