"""What a step asks of the driver: writes, then at most one request, then when to wake.

The driver MUST put all writes of a step on disk in one transaction before it adopts the new state or
sends anything. If the transaction fails the step did not happen. It MUST wait until they would survive a power
cut, but for those of which ``can_be_asked_again`` says otherwise.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from client_sync.state import Alarm
from events.envelope import SignedEvent
from events.ids import Hash, Position, StudentId
from events.packing import Pulled
from events.wire import Cursor, DeviceReport, SyncRequest


class KeepOwn(msgspec.Struct, frozen=True):
    """A new own event: into the outbox store, undelivered."""

    seq: int
    event_hash: Hash
    event: SignedEvent


class KeepReceipt(msgspec.Struct, frozen=True, gc=False):
    """The log holds the own event at ``position``; ``receipt`` proves it and stands alone (C2SP tlog-proof)."""

    event_hash: Hash
    origin: str
    position: Position
    received_at: datetime
    receipt: str
    flags: tuple[str, ...] = ()


class KeepRefusal(msgspec.Struct, frozen=True):
    """The log holds, at ``position``, the record that the own event is in quarantine; ``owner`` settles it."""

    event_hash: Hash
    origin: str
    position: Position
    received_at: datetime
    receipt: str
    reason: str
    detail: str
    owner: str
    record: SignedEvent


class KeepComplaint(msgspec.Struct, frozen=True):
    """An own event alone went wrong in a turn, so many times now, and why."""

    event_hash: Hash
    attempts: int
    complaint: str


class KeepCheckpoint(msgspec.Struct, frozen=True):
    """The newest verified checkpoint. Earlier epochs' last ones are kept beside it."""

    origin: str
    size: int
    note: str


class KeepPage(msgspec.Struct, frozen=True):
    """A page of a scope and the cursor behind it; a position already held is replaced by the same event."""

    scope: str
    events: tuple[Pulled, ...]
    cursor: Cursor
    complete: bool


class KeepReports(msgspec.Struct, frozen=True):
    """The other devices at work in the scope, and when the server last heard of each."""

    scope: str
    devices: tuple[DeviceReport, ...]


class CompareScope(msgspec.Struct, frozen=True):
    """Compute the digest of what is held of the scope; the outcome comes back as ``Compared``.

    ``whole`` is what the log signed. Streams of students in ``leaving`` are kept though they are no part of it any
    more. With ``digests`` the streams that differ are named.
    """

    scope: str
    size: int
    whole: bytes
    leaving: tuple[StudentId, ...] = ()
    digests: tuple[tuple[str, str], ...] | None = None


class StartOver(msgspec.Struct, frozen=True):
    """Forget how far the scope was pulled. What was downloaded stays until the first page of the new beginning.

    ``differing`` are the streams that were found held wrongly: to be remembered and shown.
    """

    scope: str
    differing: tuple[str, ...] = ()


class KeepWrong(msgspec.Struct, frozen=True):
    """How often in a row a scope was started over, and which of its streams the server gives wrongly all the same.

    Without heals it is as the log signed it. Lost at a restart, each start would pull the whole scope again in vain.
    """

    scope: str
    heals: int = 0
    wrong: tuple[str, ...] = ()


class Forget(msgspec.Struct, frozen=True):
    """Delete these students' downloaded streams from the scope; own undelivered events stay where they are."""

    scope: str
    students: tuple[StudentId, ...]


class KeepForgetting(msgspec.Struct, frozen=True):
    """Students of the scope to forget once the own events about them are delivered."""

    scope: str
    students: tuple[StudentId, ...]


class KeepScope(msgspec.Struct, frozen=True):
    """Follow a scope, from nothing: whatever was downloaded of it goes."""

    scope: str


class DropScope(msgspec.Struct, frozen=True):
    """Stop following a scope and delete what was downloaded of it."""

    scope: str


class KeepWanted(msgspec.Struct, frozen=True):
    """The events the server's disk has damaged, as the last answer named them: one named no more was healed."""

    wanted: tuple[Hash, ...]


class KeepAlarm(msgspec.Struct, frozen=True):
    """Remember the alarm over restarts; None ends it."""

    alarm: Alarm | None


class DeliverAgain(msgspec.Struct, frozen=True):
    """A new epoch: every own event that has a receipt of an older one waits again. Old receipts are kept."""


Write = (
    KeepOwn
    | KeepReceipt
    | KeepRefusal
    | KeepComplaint
    | KeepCheckpoint
    | KeepPage
    | KeepReports
    | CompareScope
    | StartOver
    | KeepWrong
    | Forget
    | KeepForgetting
    | KeepScope
    | DropScope
    | KeepWanted
    | KeepAlarm
    | DeliverAgain
)


def can_be_asked_again(writes: Sequence[Write]) -> bool:
    """Whether a power cut may take these writes: a page in the middle of a pull, under a checkpoint just verified.

    The file goes back to an earlier step then, whole, and the same pages are pulled again. The last page of a pull
    is waited for, and all before it with it; so is everything of the outbox.
    """
    midway = any(isinstance(write, KeepPage) and not write.complete for write in writes)
    return midway and all(isinstance(write, KeepPage | KeepScope | KeepCheckpoint) for write in writes)


class Send(msgspec.Struct, frozen=True):
    """Ask the server. The answer or failure comes back as an input with this turn's number."""

    turn: int
    request: SyncRequest


class Effects(msgspec.Struct, frozen=True):
    """What to do, in this order. ``wake_at`` is the moment of the next Tick, None where only an input can help."""

    writes: tuple[Write, ...] = ()
    send: Send | None = None
    wake_at: float | None = None
    reload: bool = False
    """After the writes, rebuild the state from the store (``engine.reload``) and say whether there is a network."""
