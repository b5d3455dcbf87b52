"""What a device knows while it runs. Frozen: a step makes a new one; the driver adopts it once its writes are on disk.

Everything but the last block of ``State`` is rebuilt from the store after a restart, so a crash at any
point costs at most a repeated request. Times are seconds of a clock that only goes forward (monotonic):
no wall clock orders or delays anything.
"""

import enum
from collections.abc import Mapping

import msgspec

from events.chain import Head
from events.checkpoint import Checkpoint
from events.envelope import SignedEvent
from events.ids import DeviceId, DistrictId, Hash, SeatId, StaffId, StudentId
from events.wire import Cursor


class Trust(enum.StrEnum):
    """What checking a downloaded event came to. Only VERIFIED is shown as such; the rest is kept all the same.

    GIVEN: it is what the log holds, by the signed digest of its page; its own signature is still to be checked.
    """

    GIVEN = "given"
    VERIFIED = "verified"
    UNKNOWN_SEAT = "unknown_seat"
    CLOSED_SEAT = "closed_seat"
    BAD_SIGNATURE = "bad_signature"
    DAMAGED = "damaged"


class SeatKey(msgspec.Struct, frozen=True):
    """A public key, good for events at positions from ``opened_at`` to before ``closed_at``."""

    seat: SeatId
    public: bytes
    opened_at: int
    closed_at: int | None = None


Seats = Mapping[tuple[DeviceId, str], tuple[SeatKey, ...]]
"""(device, author) to the keys that ever signed for the two, oldest first."""


class Identity(msgspec.Struct, frozen=True):
    """Who this device is and what it trusts; fixed at enrolment. ``log_key`` is the pinned verifier key."""

    district: DistrictId
    device: DeviceId
    seat: SeatId
    staff: StaffId
    log_key: str
    log_base: str
    """The log's origin without its epoch: ``<log name>/<district>``."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """An own event without a verified receipt. ``attempts`` counts turns in which it alone went wrong."""

    seq: int
    event_hash: Hash
    event: SignedEvent
    wire_bytes: int
    attempts: int = 0
    complaint: str = ""
    receipt: str = ""
    """One of an earlier epoch, to be shown beside the event: it was known since then."""
    not_before: float = 0.0


class ScopeState(msgspec.Struct, frozen=True):
    """How far one scope was pulled. ``behind`` means there may be more; ``forgetting`` waits for own deliveries."""

    scope: str
    cursor: Cursor | None = None
    forgetting: frozenset[StudentId] = frozenset()
    complete: bool = False
    """The server said ``done`` at least once since the scope was last empty."""
    behind: bool = True
    not_before: float = 0.0
    refused: str = ""
    """Why the server gives nothing for this scope; empty while it does."""
    doubted: bool = False
    """What is held is not what the log signed: the next pull asks for the digest of every stream."""
    wrong: tuple[str, ...] = ()
    """The streams that are still not what the log signed after the scope was pulled anew: the server's fault."""
    heals: int = 0
    """How often in a row the scope was started over because of that."""


class Alarm(msgspec.Struct, frozen=True):
    """The log contradicted itself. Both signed notes are the evidence; only a person ends it."""

    reason: str
    held: str
    shown: str


class Turn(msgspec.Struct, frozen=True):
    """The one request under way."""

    number: int
    pushed: tuple[Hash, ...]
    scope: str | None
    deadline: float
    asks_digests: bool = False


class State(msgspec.Struct, frozen=True):
    """One device. See ``client_sync.engine`` for what holds of it."""

    identity: Identity
    head: Head = Head()
    note: str = ""
    """The last verified checkpoint as signed; empty before the first."""
    checkpoint: Checkpoint | None = None
    outbox: Mapping[Hash, Row] = {}
    scopes: Mapping[str, ScopeState] = {}
    alarm: Alarm | None = None
    wanted: frozenset[Hash] = frozenset()
    """Events whose rows the server's disk has damaged, as the last answer named them."""

    online: bool = False
    turn: Turn | None = None
    turns: int = 0
    failures: int = 0
    not_before: float = 0.0
    poll_at: float = 0.0
    asks: bool = False
    """Somebody wants to know how the log stands, even where there is nothing to deliver or fetch."""
    heard: tuple[str, int] | None = None
    """Origin and size of the log by the newest news, where they came while a turn was under way."""
    batch_max: int = 0
    """Events a push may carry for now; 0 until the first turn, then 1 to PUSH_EVENTS_MAX."""
    pull_max: int = 0
    """Events of a page asked for now; 0 while pages come through."""
    problem: str = ""
    """Why the last turn failed, in words; empty after one that did not."""


class OwnRow(msgspec.Struct, frozen=True, gc=False):
    """An undelivered event as the store gives it back."""

    event: SignedEvent
    attempts: int = 0
    complaint: str = ""
    receipt: str = ""
    """The one that shows the earliest time, where logs that were restored since gave any."""


class SavedScope(msgspec.Struct, frozen=True):
    """A followed scope as the store gives it back."""

    scope: str
    cursor: Cursor | None = None
    forgetting: frozenset[StudentId] = frozenset()
    complete: bool = False
    heals: int = 0
    wrong: tuple[str, ...] = ()


class SeatEvent(msgspec.Struct, frozen=True):
    """A downloaded ``seat.*`` event, where it stands, and whether its signature was checked already."""

    position: int
    event: SignedEvent
    is_verified: bool = False


class Saved(msgspec.Struct, frozen=True):
    """Everything a device must find again after a restart."""

    identity: Identity
    head: Head = Head()
    note: str = ""
    outbox: tuple[OwnRow, ...] = ()
    scopes: tuple[SavedScope, ...] = ()
    alarm: Alarm | None = None
    wanted: frozenset[Hash] = frozenset()
