"""What devices and server say to each other: the messages of docs/sync.md, version 1.

    POST /enroll   EnrollRequest  -> Enrolled
    POST /sync     SyncRequest    -> SyncResponse          push and pull, each optional, in one turn
    WS   /news     Hello          -> News, News, …         "the log has grown to N": then pull
    POST /fates    FatesRequest   -> Fates                 what became of the device's own submissions

JSON throughout. Bytes that were signed travel as the strings they are (header and payload are UTF-8 JSON
text), salt and signature as unpadded base64url. Tagged unions carry their tag in the field ``is``.
"""

import binascii
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from events.envelope import SignedEvent
from events.errors import MalformedEvent
from events.ids import ClinicId, DeviceId, DistrictId, EventId, Hash, Position, SeatId, StaffId, StudentId

WIRE_VERSION = 1
OurVersion = Annotated[int, msgspec.Meta(ge=WIRE_VERSION, le=WIRE_VERSION)]
"""Of an answer: a device cannot know what another version's words mean. A server refuses in words (version-unknown)."""
PUSH_EVENTS_MAX = 200
WANTED_MAX = 20
"""Damaged events asked for in one answer, and returned in one request."""
PULL_EVENTS_MAX = 1000
MESSAGE_BYTES_MAX = 8 * 1024 * 1024
"""Of one request or answer, before compression."""
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


class WireEvent(msgspec.Struct, frozen=True, gc=False):
    """A signed event as text."""

    header: str
    signature: str
    salt: str
    payload: str


def to_wire(event: SignedEvent) -> WireEvent:
    return WireEvent(event.header.decode(), b64(event.signature), b64(event.salt), event.payload.decode())


def from_wire(event: WireEvent) -> SignedEvent:
    """The event's bytes. Raises MalformedEvent when signature or salt is not base64url, or text is not UTF-8."""
    try:
        header, payload = event.header.encode(), event.payload.encode()
    except UnicodeEncodeError as error:
        raise MalformedEvent("header or payload holds half a surrogate pair") from error
    return SignedEvent(header, unb64(event.signature), unb64(event.salt), payload)


def b64(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).rstrip(b"=").translate(_TO_URL).decode()


def unb64(text: str) -> bytes:
    """Raises MalformedEvent for anything but the one unpadded base64url form of some bytes."""
    try:
        padded = text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4)
        raw = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:
        raise MalformedEvent("not unpadded base64url") from error
    if b64(raw) != text:
        raise MalformedEvent("not the canonical form of unpadded base64url")
    return raw


class Proof(msgspec.Struct, frozen=True, gc=False):
    """An event's place under the answer's checkpoint: with that note it makes a receipt that stands alone."""

    entry: str
    position: Position
    path: tuple[str, ...]


class Accepted(msgspec.Struct, frozen=True, tag_field="is", tag="accepted", gc=False):
    """In the log. ``flags`` say what a person should look at: a role lost by then, a gap before it."""

    event_hash: Hash
    proof: Proof
    flags: tuple[str, ...] = ()


class Duplicate(msgspec.Struct, frozen=True, tag_field="is", tag="duplicate", gc=False):
    """Was already in the log, at this position: same bytes, same place, same ``flags``, always."""

    event_hash: Hash
    proof: Proof
    flags: tuple[str, ...] = ()


class Quarantined(msgspec.Struct, frozen=True, tag_field="is", tag="quarantined"):
    """Not taken as an event; its bytes are kept and ``owner`` settles it.

    ``record`` is the ``submission.quarantined`` event that names ``submission``; ``proof`` places it in the
    log, and frees the outbox as a receipt does.
    """

    submission: Hash
    reason: str
    detail: str
    owner: str
    record: WireEvent
    proof: Proof


Answer = Accepted | Duplicate | Quarantined


class Cursor(msgspec.Struct, frozen=True):
    """How far a scope was pulled: the last (effective, position) delivered, under the tree of that moment."""

    origin: str
    scope: str
    effective: int
    position: int
    size: int
    root: str


class Pull(msgspec.Struct, frozen=True):
    """Ask for a page of ``clinic/<id>``, ``facility/<id>`` or ``district``; no cursor asks from the beginning.

    ``digests`` asks for the digest of every stream, by which a device finds what it holds wrongly.
    """

    scope: str
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PULL_EVENTS_MAX)] = 500
    digests: bool = False


class Packed(msgspec.Struct, frozen=True):
    """The events of a page in columns, what repeats written once; events/packing.py makes the signed bytes again.

    ``streams``, ``types`` and ``writers`` are tables; ``stream``, ``type`` and ``writer`` number their rows.
    ``received_at`` is ms since 1970 (UTC). ``signatures`` and ``salts`` are 64 and 16 bytes an event, end to end.
    """

    district: str = ""
    streams: tuple[str, ...] = ()
    types: tuple[tuple[str, int], ...] = ()
    writers: tuple[tuple[str, str], ...] = ()
    effective: tuple[int, ...] = ()
    position: tuple[int, ...] = ()
    received_at: tuple[int, ...] = ()
    stream: tuple[int, ...] = ()
    type: tuple[int, ...] = ()
    writer: tuple[int, ...] = ()
    id: tuple[str, ...] = ()
    seq: tuple[int, ...] = ()
    prev: tuple[str, ...] = ()
    recorded_at: tuple[str, ...] = ()
    seen_epoch: tuple[int, ...] = ()
    seen_size: tuple[int, ...] = ()
    payload: tuple[str, ...] = ()
    salts: str = ""
    signatures: str = ""


class Page(msgspec.Struct, frozen=True, tag_field="is", tag="page"):
    """Events in order of (effective, position). ``forget`` names students who left the scope.

    ``note`` is the log's signature over the page's digest and, when it is the last, the scope's
    (events/digest.py). ``digests`` are those of the scope's streams (hex), on a last page that was asked for them.
    """

    scope: str
    events: Packed
    cursor: Cursor
    done: bool
    note: str
    forget: tuple[StudentId, ...] = ()
    digests: tuple[tuple[str, str], ...] | None = None


class Reset(msgspec.Struct, frozen=True, tag_field="is", tag="reset"):
    """The cursor no longer fits: pull from the beginning after ``after_seconds``. Outboxes are not touched."""

    scope: str
    reason: Literal["origin_changed", "cursor_ahead", "root_differs", "scope_unknown", "scope_not_allowed"]
    after_seconds: int = 0


class Presented(msgspec.Struct, frozen=True):
    """A receipt (C2SP tlog-proof) of an earlier epoch for an event that is pushed again: it was known since then."""

    event_hash: Hash
    receipt: str


HAND_OFF = "doseledger/hand-off/v1"


class SealedEvent(msgspec.Struct, frozen=True):
    """An event sealed to the district (docs/hand-off.md): whoever carries it can neither read, change nor make one."""

    device: DeviceId
    seq: int
    event_hash: Hash
    sealed: str


class HandOff(msgspec.Struct, frozen=True, tag_field="is", tag=HAND_OFF):
    """Undelivered events as one file, to be carried by anybody."""

    district: DistrictId
    events: tuple[SealedEvent, ...]


def hand_off_info(district: DistrictId, event_hash: Hash) -> bytes:
    """What a sealed event is bound to (the ``info`` of HPKE)."""
    return f"{HAND_OFF}\n{district}\n{event_hash}".encode()


class SyncRequest(msgspec.Struct, frozen=True):
    """One turn: events to deliver, a page to fetch, or both. The device's token travels as a bearer token."""

    push: Annotated[tuple[WireEvent, ...], msgspec.Meta(max_length=PUSH_EVENTS_MAX)] = ()
    presented: Annotated[tuple[Presented, ...], msgspec.Meta(max_length=PUSH_EVENTS_MAX)] = ()
    sealed: Annotated[tuple[SealedEvent, ...], msgspec.Meta(max_length=PUSH_EVENTS_MAX)] = ()
    """Other devices' events, carried unopened; each is answered in ``carried``."""
    returned: Annotated[tuple[WireEvent, ...], msgspec.Meta(max_length=WANTED_MAX)] = ()
    """Events of the log that the server said it wants; not answered one by one."""
    pull: Pull | None = None
    since: int | None = None
    """Size of the last checkpoint verified in this epoch: asks for a consistency proof from it."""
    version: int = WIRE_VERSION


FATES = "doseledger/fates/v1"


def fates_asked(seat: SeatId, submissions: Sequence[Hash]) -> bytes:
    """What a seat signs to ask what became of its submissions."""
    return "\n".join([FATES, seat, *submissions]).encode()


class FatesRequest(msgspec.Struct, frozen=True):
    """What became of these submissions? Asked by the seat that the bearer token is of, with its own key's signature.

    It is answered also after the seat was closed: such a device gets no scope any more, and would never know.
    """

    submissions: Annotated[tuple[Hash, ...], msgspec.Meta(min_length=1, max_length=PUSH_EVENTS_MAX)]
    signature: str
    version: int = WIRE_VERSION


class Fate(msgspec.Struct, frozen=True):
    """The last word on a submission: the ``submission.*`` event that says it, and its place in the log.

    Without ``record`` nobody has settled it yet, or it is no submission of this seat's. ``who`` names the person who
    took or settled it, empty for the program. ``kept`` places the submitted event itself, where it was let in as it
    was signed.
    """

    submission: Hash
    record: WireEvent | None = None
    proof: Proof | None = None
    who: str = ""
    kept: Proof | None = None


class Fates(msgspec.Struct, frozen=True):
    """One fate for each submission asked about, in order; every proof is under ``checkpoint``."""

    checkpoint: str
    fates: tuple[Fate, ...]
    version: OurVersion = WIRE_VERSION


class DeviceReport(msgspec.Struct, frozen=True):
    """Another device at work in a scope, and when the server last heard of it (UTC): what it made since is not here."""

    device: DeviceId
    label: str
    reported_at: str


class SyncResponse(msgspec.Struct, frozen=True):
    """One answer per pushed event and one per carried, in order; a page or a reset when one was asked; their head.

    ``consistency`` proves the tree of the request's ``since`` is a prefix of ``checkpoint`` (base64url hashes).
    """

    checkpoint: str
    answers: tuple[Answer, ...] = ()
    carried: tuple[Answer, ...] = ()
    page: Page | Reset | None = None
    devices: tuple[DeviceReport, ...] = ()
    """Beside the last page of a scope: the other devices at work in it, longest silent first."""
    consistency: tuple[str, ...] = ()
    wanted: tuple[Hash, ...] = ()
    """Events of the log whose bytes the server's disk has damaged: whoever holds one is asked to return it."""
    server_time: str = ""
    version: OurVersion = WIRE_VERSION


class EnrollRequest(msgspec.Struct, frozen=True):
    """Redeem a one-time code: a new device (or a further seat on ``device``), and its public seat key (hex)."""

    code: str
    public_key: str
    label: str
    kind: Literal["phone", "tablet", "laptop"] = "phone"
    device: DeviceId | None = None
    version: int = WIRE_VERSION


class ClinicChoice(msgspec.Struct, frozen=True):
    """A clinic this seat may work at."""

    clinic: ClinicId
    name: str
    on: str
    students: int


class Enrolled(msgspec.Struct, frozen=True):
    """What a device must keep: who it is, what it trusts, and the token it shows. The token is shown once."""

    district: DistrictId
    district_name: str
    device: DeviceId
    seat: SeatId
    staff: StaffId
    staff_name: str
    staff_title: str
    token: str
    log_key: str
    origin: str
    sealing_key: str
    time_zone: str
    opened: EventId
    clinics: tuple[ClinicChoice, ...] = ()


class Hello(msgspec.Struct, frozen=True, tag_field="is", tag="hello"):
    """First words on the WebSocket, from the device."""

    token: str
    version: int = WIRE_VERSION


class News(msgspec.Struct, frozen=True, tag_field="is", tag="news"):
    """The log has grown to ``size``. Says nothing more: the device pulls what it may see."""

    origin: str
    size: int
    version: OurVersion = WIRE_VERSION


class PhotoState(msgspec.Struct, frozen=True):
    """How much of a sealed picture the server has: its first ``pieces`` and of all its bytes the first ``bytes_here``;
    with all of them, ``note`` is the receipt."""

    pieces: int
    note: str = ""
    bytes_here: int = 0
    version: OurVersion = WIRE_VERSION


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal as RFC 9457 ``application/problem+json``; ``code`` is stable, ``detail`` says what to do."""

    title: str
    status: int
    code: str
    detail: str
    field: str = ""
    type: str = "about:blank"
