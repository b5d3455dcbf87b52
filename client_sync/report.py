"""What a device tells people: each own event in words, and what one synchronisation came to.

No word here is kinder than the proof: "receipted" means a verified receipt is on this device, "sent" only
that bytes left it.
"""

from collections.abc import Collection

import msgspec

from client_sync.effects import Forget, KeepPage, KeepReceipt, KeepRefusal, Write
from client_sync.photos import KeptPhoto
from client_sync.state import Alarm, State
from client_sync.store import OwnEvent
from client_sync.writes import Fate
from events.envelope import parse_header
from events.ids import EventId, Hash, Position, Stream

OWNER_WORDS = {
    "health_office": "the health office",
    "records": "the records office",
    "district_admin": "the district administrator",
}


FLAG_WORDS = {
    "gap": "an earlier event of this device had not arrived; the health office sees the gap until it does",
    "role_lost_since": "the author's right had ended when it arrived; the health office looks at it",
}


class OutboxRow(msgspec.Struct, frozen=True):
    """One own event. ``state`` is on_device, sent, receipted, quarantined, or how a person settled the quarantine:
    released or closed; ``picture``, of an event that names one, is on_device, receipted, damaged, or unconfirmed
    since the log was restored. ``words`` says it to a nurse."""

    seq: int
    event: EventId
    event_hash: Hash
    stream: Stream
    type: str
    recorded_at: str
    state: str
    words: str
    position: Position | None = None
    complaint: str = ""
    picture: str = ""
    flags: tuple[str, ...] = ()
    """What the server asked a person to look at when it took the event in."""


class HeldReceipt(msgspec.Struct, frozen=True):
    """A verified receipt (C2SP tlog-proof) and what it is of: the event, or the record of its quarantine."""

    event: EventId
    event_hash: Hash
    position: Position
    received_at: str
    text: str
    is_quarantine: bool = False


class SyncReport(msgspec.Struct, frozen=True):
    """What one synchronisation came to. ``is_quiet``: nothing left to deliver and nothing known to be missing."""

    turns: int
    receipted: int
    quarantined: int
    downloaded: int
    unverified: int
    forgotten: int
    waiting: int
    is_quiet: bool
    problem: str = ""
    alarm: Alarm | None = None
    refused_scopes: tuple[tuple[str, str], ...] = ()
    """Scopes the server does not give to this device, each with its reason."""
    pictures: int = 0
    """Pictures of papers still on this device alone."""
    wrong_streams: tuple[str, ...] = ()
    """What the server gives otherwise than it signs: it lost or withholds something there."""
    flags: tuple[str, ...] = ()
    """What the server asked a person to look at, once each."""


def outbox_row(
    own: OwnEvent, sent: Collection[Hash], fate: Fate | None = None, before: OwnEvent | None = None
) -> OutboxRow:
    """An own event in words; ``sent`` are those that left the device since it was opened, ``before`` is the one before.

    ``fate`` is what became of it where it was quarantined, as the device's stream or the server's answer tells.
    """
    header = parse_header(own.event.header)
    state, words = _words(own, own.event_hash in sent or own.attempts > 0)
    at = own.position
    if state == "quarantined" and fate is not None and own.refusal is not None:
        if fate.state == "open":
            words = (
                f"quarantined: {own.refusal.detail}; {fate.who or OWNER_WORDS.get(fate.owner, fate.owner)} settles it"
            )
        else:
            state, words, at = fate.state, _settled_words(fate), fate.position or at
    position = None if at is None else Position(at)
    flags = own.flags if own.state == "receipted" else ()
    open_still = [flag for flag in flags if flag != "gap" or before is None or before.state != "receipted"]
    words = "; ".join((words, *(FLAG_WORDS.get(flag, flag) for flag in open_still)))
    return OutboxRow(
        seq=own.seq,
        event=header.id,
        event_hash=own.event_hash,
        stream=header.stream,
        type=header.type,
        recorded_at=header.recorded_at,
        state=state,
        words=words,
        position=position,
        complaint=own.complaint,
        flags=flags,
    )


PICTURE_WORDS = {
    "on_device": "picture still on this device",
    "again": "picture still on this device; receipted before the log was restored, carried again",
    "unconfirmed": "picture receipted before the log was restored and not confirmed since: it is no longer on this "
    "device",
    "receipted": "picture in the district, receipt verified",
    "damaged": "its picture was damaged on this device and cannot be delivered: photograph the paper again",
}


def with_picture(row: OutboxRow, photo: KeptPhoto, is_whole: bool) -> OutboxRow:
    """The row of an event that names a picture; ``is_whole`` tells whether what is kept of it is what was sealed."""
    picture = "receipted" if photo.is_receipted else _unreceipted(photo, is_whole)
    words = PICTURE_WORDS["again" if picture == "on_device" and photo.note else picture]
    return msgspec.structs.replace(row, picture=picture, words=f"{row.words}; {words}")


def _unreceipted(photo: KeptPhoto, is_whole: bool) -> str:
    if photo.note and not photo.is_here:
        return "unconfirmed"
    return "on_device" if is_whole else "damaged"


def with_pictures(report: SyncReport, waiting: int, problem: str) -> SyncReport:
    """The report, with the pictures that wait: nothing is quiet before they are in the district."""
    is_quiet = report.is_quiet and not waiting
    return msgspec.structs.replace(report, pictures=waiting, is_quiet=is_quiet, problem=report.problem or problem)


def _words(own: OwnEvent, is_sent: bool) -> tuple[str, str]:
    if own.state == "receipted":
        return "receipted", f"receipted at position {own.position}"
    if own.state == "quarantined" and own.refusal is not None:
        owner = OWNER_WORDS.get(own.refusal.owner, own.refusal.owner)
        return "quarantined", f"quarantined: {own.refusal.detail or own.refusal.reason}; {owner} settles it"
    again = "; receipted before the log was restored, delivered again" if own.receipt else ""
    if is_sent:
        return "sent", f"sent, no receipt yet{again}"
    return "on_device", f"on this device{again}"


def _settled_words(fate: Fate) -> str:
    by = fate.who or "the program"
    if fate.state == "closed":
        return f"closed by {by}, not let in: {fate.why}"
    kept = "" if fate.position is None else f"; kept at position {fate.position}"
    return f"let in by {by}: {fate.why}{kept}"


def held_receipt(own: OwnEvent) -> HeldReceipt | None:
    """The newest receipt of an own event, None before the first."""
    if own.position is None:
        return None
    header = parse_header(own.event.header)
    return HeldReceipt(
        header.id, own.event_hash, Position(own.position), own.received_at, own.receipt, own.refusal is not None
    )


def sum_up(writes: Collection[Write], turns: int, state: State, is_quiet: bool) -> SyncReport:
    """The report of everything written since a synchronisation began."""
    receipts = [write for write in writes if isinstance(write, KeepReceipt)]
    events = [event for write in writes if isinstance(write, KeepPage) for event in write.events]
    return SyncReport(
        turns=turns,
        receipted=len(receipts),
        quarantined=sum(isinstance(write, KeepRefusal) for write in writes),
        downloaded=len(events),
        unverified=len(events),
        forgotten=sum(len(write.students) for write in writes if isinstance(write, Forget)),
        waiting=len(state.outbox),
        is_quiet=is_quiet,
        problem=state.problem,
        alarm=state.alarm,
        refused_scopes=tuple((kept.scope, kept.refused) for kept in state.scopes.values() if kept.refused),
        wrong_streams=tuple(sorted({stream for kept in state.scopes.values() for stream in kept.wrong})),
        flags=tuple(sorted({flag for write in receipts for flag in write.flags})),
    )
