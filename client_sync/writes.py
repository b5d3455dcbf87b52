"""One engine step's writes as SQL, inside the transaction the caller began.

Pairs of assertions: what the engine believes of the outbox is compared with the file as it is written, so
that a store and an engine that came apart stop here and not at a child's record.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
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
    KeepWanted,
    KeepWrong,
    StartOver,
    Write,
)
from client_sync.errors import StoreDamaged
from client_sync.hand_off import District, hand_off_of
from client_sync.inputs import Compared
from client_sync.sealing import Sealer
from events.dates import write_instant
from events.envelope import SignedEvent
from events.ids import Hash
from events.receipt import parse_entry, parse_receipt


class Refusal(msgspec.Struct, frozen=True):
    """Why an own event is in quarantine, who settles it, and the record that says so."""

    reason: str
    detail: str
    owner: str
    record: SignedEvent


class Fate(msgspec.Struct, frozen=True):
    """What became of an own event in quarantine: ``state`` is open (another owner has it), released or closed.

    ``who`` took or settled it (empty: the program). ``receipt`` is the proof of the word that says so; of an event
    let in as it was signed its own, and ``position`` where it stands.
    """

    state: str
    who: str
    why: str
    owner: str = ""
    position: int | None = None
    receipt: str = ""


def let_in_at(fate: Fate) -> datetime | None:
    """When the log received the event itself, where it was let in as it was signed."""
    return None if fate.position is None else parse_entry(parse_receipt(fate.receipt).entry)[1]


async def keep_fates(db: aiosqlite.Connection, sealer: Sealer, fates: Mapping[Hash, Fate]) -> None:
    """What is proven of own events in quarantine, sealed."""
    boxes = [(known, seal_struct(sealer, fate, known)) for known, fate in fates.items()]
    await db.executemany("INSERT OR REPLACE INTO fates (event_hash, sealed) VALUES (?, ?)", boxes)


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
    for kind, alike in groupby(writes, key=type):
        if kind is KeepReceipt:
            await _receipt_all(db, [write for write in alike if isinstance(write, KeepReceipt)])
            continue
        for write in alike:
            match write:
                case CompareScope():
                    found.append(await downloads.compare(write))
                case KeepPage() | Forget() | KeepReports() | KeepScope() | DropScope() | StartOver() | KeepWrong():
                    await _download(db, downloads, write, at)
                case _:
                    await _write(db, sealer, write, district)
    return found


async def _download(
    db: aiosqlite.Connection,
    downloads: Downloads,
    write: KeepPage | Forget | KeepReports | KeepScope | DropScope | StartOver | KeepWrong,
    at: str,
) -> None:
    match write:
        case KeepPage():
            await downloads.keep(write)
            if write.complete:
                await db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('pulled', ?)", (at.encode(),))
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
        case KeepWrong():
            await downloads.keep_wrong(write)
        case _:
            assert_never(write)


async def _hand_off(db: aiosqlite.Connection, district: District, seq: int, event: SignedEvent) -> None:
    file = msgspec.json.encode(hand_off_of([(seq, event)], district))
    await db.execute("INSERT OR REPLACE INTO hand_off (seq, file) VALUES (?, ?)", (seq, file))


async def _keep_let_in(db: aiosqlite.Connection, sealer: Sealer) -> None:
    """Of what was let in as it was signed its own receipt stays, to be shown in a new epoch."""
    rows = await db.execute_fetchall("SELECT event_hash, sealed FROM fates")
    fates = [(known, msgspec.msgpack.decode(sealer.open(box, known), type=Fate)) for known, box in rows]
    kept = [(known, write_instant(since), fate.receipt) for known, fate in fates if (since := let_in_at(fate))]
    await db.executemany("INSERT OR IGNORE INTO let_in (event_hash, received_at, receipt) VALUES (?, ?, ?)", kept)


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
    | KeepWanted
    | KeepAlarm
    | DeliverAgain,
    district: District | None,
) -> None:
    match write:
        case KeepOwn():
            await _keep_own(db, sealer, write)
            if district is not None:
                await _hand_off(db, district, write.seq, write.event)
        case KeepReceipt():
            await _receipt_all(db, [write])
        case KeepRefusal():
            refusal = Refusal(write.reason, write.detail, write.owner, write.record)
            proof = _proof_row(write, refusal=seal_struct(sealer, refusal, write.event_hash))
            await _settle_all(db, [proof], [write.event_hash], "quarantined")
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
        case KeepWanted(wanted=wanted):
            told = msgspec.json.encode(wanted)
            await db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('wanted', ?)", (told,))
        case KeepAlarm(alarm=alarm):
            await db.execute("DELETE FROM meta WHERE name = 'alarm'")
            if alarm is not None:
                await db.execute("INSERT INTO meta VALUES ('alarm', ?)", (msgspec.json.encode(alarm),))
        case DeliverAgain():
            await db.execute("UPDATE own SET state = 'waiting', attempts = 0 WHERE state <> 'waiting'")
            await _keep_let_in(db, sealer)
            await db.execute("DELETE FROM fates")
            if district is not None:
                await _hand_off_again(db, sealer, district)
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


async def _receipt_all(db: aiosqlite.Connection, writes: Sequence[KeepReceipt]) -> None:
    proofs = [_proof_row(write, flags=write.flags) for write in writes]
    await _settle_all(db, proofs, [write.event_hash for write in writes], "receipted")


_ProofRow = tuple[Hash, str, int, str, str, str, bytes | None]


def _proof_row(
    write: KeepReceipt | KeepRefusal, flags: tuple[str, ...] = (), refusal: bytes | None = None
) -> _ProofRow:
    at = write_instant(write.received_at)
    told = msgspec.json.encode(flags).decode()
    return write.event_hash, write.origin, write.position, at, write.receipt, told, refusal


async def _settle_all(
    db: aiosqlite.Connection, proofs: Sequence[_ProofRow], settled: Sequence[Hash], state: str
) -> None:
    """Keep the proofs and let go of what they prove, all of it in a few statements: each is a change of threads."""
    if not settled:
        return
    await db.executemany(
        "INSERT OR REPLACE INTO receipts (event_hash, origin, position, received_at, receipt, flags, refusal)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        proofs,
    )
    named = msgspec.json.encode(settled).decode()
    cursor = await db.execute(
        "UPDATE own SET state = ? WHERE state = 'waiting' AND event_hash IN (SELECT value FROM json_each(?))",
        (state, named),
    )
    if cursor.rowcount != len(settled):
        raise StoreDamaged(f"of {len(settled)} events to settle {cursor.rowcount} were waiting")
    await db.execute(
        "DELETE FROM hand_off WHERE seq IN (SELECT seq FROM own WHERE event_hash IN (SELECT value FROM json_each(?)))",
        (named,),
    )


def seal_struct(sealer: Sealer, value: msgspec.Struct, label: str) -> bytes:
    return sealer.seal(msgspec.msgpack.encode(value), label)
