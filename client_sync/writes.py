"""One engine step's writes as SQL, inside the transaction the caller began.

Pairs of assertions: what the engine believes of the outbox is compared with the file as it is written, so
that a store and an engine that came apart stop here and not at a child's record.
"""

from collections.abc import Sequence
from typing import assert_never

import aiosqlite
import msgspec

from client_sync.downloads import Downloads
from client_sync.effects import (
    CompareScope,
    DeliverAgain,
    DropScope,
    Forget,
    KeepAlarm,
    KeepCheckpoint,
    KeepComplaint,
    KeepForgetting,
    KeepOwn,
    KeepPage,
    KeepReceipt,
    KeepRefusal,
    KeepReports,
    KeepScope,
    StartOver,
    Write,
)
from client_sync.errors import StoreDamaged
from client_sync.hand_off import District, seal_to_district
from client_sync.inputs import Compared
from client_sync.sealing import Sealer
from events.dates import write_instant
from events.envelope import SignedEvent, event_hash
from events.ids import Hash
from events.wire import HandOff, SealedEvent, b64


class Refusal(msgspec.Struct, frozen=True):
    """Why an own event is in quarantine, who settles it, and the record that says so."""

    reason: str
    detail: str
    owner: str
    record: SignedEvent


async def write_all(
    db: aiosqlite.Connection,
    sealer: Sealer,
    downloads: Downloads,
    writes: Sequence[Write],
    at: str,
    district: District | None,
) -> list[Compared]:
    """Carry out the writes in order (``at``: now, for people); what comparisons among them found.

    What waits for delivery is also kept sealed to the ``district``, once that is known.

    Raises StoreDamaged when the file is not what the engine thinks it is.
    """
    found: list[Compared] = []
    for write in writes:
        match write:
            case CompareScope():
                found.append(await downloads.compare(write))
            case KeepPage():
                await downloads.keep(write)
            case Forget(scope=scope, students=students):
                await downloads.forget(scope, students)
            case KeepReports(scope=scope, devices=devices):
                await downloads.report(scope, devices)
            case KeepScope(scope=scope):
                await downloads.begin(scope)
            case DropScope(scope=scope):
                await downloads.drop(scope)
            case StartOver(scope=scope, differing=differing):
                await downloads.start_over(scope, differing, at)
            case _:
                await _write(db, sealer, write)
        if district is not None and isinstance(write, KeepOwn):
            await _hand_off(db, district, write.seq, write.event)
        if district is not None and isinstance(write, DeliverAgain):
            await _hand_off_again(db, sealer, district)
    return found


async def _hand_off(db: aiosqlite.Connection, district: District, seq: int, event: SignedEvent) -> None:
    sealed = SealedEvent(district.device, seq, event_hash(event), b64(seal_to_district(event, district)))
    file = msgspec.json.encode(HandOff(district.id, (sealed,)))
    await db.execute("INSERT OR REPLACE INTO hand_off (seq, file) VALUES (?, ?)", (seq, file))


async def _hand_off_again(db: aiosqlite.Connection, sealer: Sealer, district: District) -> None:
    """In a new epoch what waits again is sealed again."""
    query = "SELECT seq, event_hash, sealed FROM own WHERE state = 'waiting' AND seq NOT IN (SELECT seq FROM hand_off)"
    for seq, known, box in await db.execute_fetchall(query):
        event = msgspec.msgpack.decode(sealer.open(box, known), type=SignedEvent)
        await _hand_off(db, district, seq, event)


async def _write(
    db: aiosqlite.Connection,
    sealer: Sealer,
    write: KeepOwn
    | KeepReceipt
    | KeepRefusal
    | KeepComplaint
    | KeepCheckpoint
    | KeepForgetting
    | KeepAlarm
    | DeliverAgain,
) -> None:
    match write:
        case KeepOwn():
            await _keep_own(db, sealer, write)
        case KeepReceipt():
            await _keep_receipt(db, write, None)
            await _settle(db, write.event_hash, "receipted")
        case KeepRefusal():
            refusal = Refusal(write.reason, write.detail, write.owner, write.record)
            await _keep_receipt(db, write, seal_struct(sealer, refusal, write.event_hash))
            await _settle(db, write.event_hash, "quarantined")
        case KeepComplaint(event_hash=known, attempts=attempts, complaint=complaint):
            sealed = sealer.seal(complaint.encode(), known)
            await db.execute(
                "UPDATE own SET attempts = ?, complaint = ? WHERE event_hash = ?", (attempts, sealed, known)
            )
        case KeepCheckpoint(origin=origin, size=size, note=note):
            await db.execute(
                "INSERT OR REPLACE INTO checkpoints (origin, size, note, kept)"
                " VALUES (?, ?, ?, (SELECT coalesce(max(kept), 0) + 1 FROM checkpoints))",
                (origin, size, note),
            )
        case KeepForgetting(scope=scope, students=students):
            await db.execute("DELETE FROM forgetting WHERE scope = ?", (scope,))
            pairs = [(scope, student) for student in students]
            await db.executemany("INSERT INTO forgetting (scope, student) VALUES (?, ?)", pairs)
        case KeepAlarm(alarm=alarm):
            await db.execute("DELETE FROM meta WHERE name = 'alarm'")
            if alarm is not None:
                await db.execute("INSERT INTO meta VALUES ('alarm', ?)", (msgspec.json.encode(alarm),))
        case DeliverAgain():
            await db.execute("UPDATE own SET state = 'waiting', attempts = 0 WHERE state <> 'waiting'")
        case _:
            assert_never(write)


async def _keep_own(db: aiosqlite.Connection, sealer: Sealer, write: KeepOwn) -> None:
    async with db.execute("SELECT coalesce(max(seq), 0) FROM own") as rows:
        head = await rows.fetchone()
    if head is None or head[0] + 1 != write.seq:
        raise StoreDamaged(f"event {write.seq} does not follow the last one kept")
    sealed = seal_struct(sealer, write.event, write.event_hash)
    await db.execute(
        "INSERT INTO own (seq, event_hash, sealed) VALUES (?, ?, ?)", (write.seq, write.event_hash, sealed)
    )


async def _keep_receipt(db: aiosqlite.Connection, write: KeepReceipt | KeepRefusal, refusal: bytes | None) -> None:
    flags = write.flags if isinstance(write, KeepReceipt) else ()
    await db.execute(
        "INSERT OR REPLACE INTO receipts (event_hash, origin, position, received_at, receipt, flags, refusal)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            write.event_hash,
            write.origin,
            write.position,
            write_instant(write.received_at),
            write.receipt,
            msgspec.json.encode(flags).decode(),
            refusal,
        ),
    )


async def _settle(db: aiosqlite.Connection, known: Hash, state: str) -> None:
    cursor = await db.execute("UPDATE own SET state = ? WHERE event_hash = ? AND state = 'waiting'", (state, known))
    if cursor.rowcount != 1:
        raise StoreDamaged(f"the event {known} was not waiting")
    await db.execute("DELETE FROM hand_off WHERE seq = (SELECT seq FROM own WHERE event_hash = ?)", (known,))


def seal_struct(sealer: Sealer, value: msgspec.Struct, label: str) -> bytes:
    return sealer.seal(msgspec.msgpack.encode(value), label)
