"""What came from the log: checked byte by byte, kept whatever the check came to.

    commitment  the payload is what the header commits to, else DAMAGED
    seat        the key of (device, author), opened before this position and not closed, else UNKNOWN/CLOSED_SEAT
    signature   by that key over the header, else BAD_SIGNATURE

Keys are learned from verified ``seat.opened`` events, which are in every scope and, by the order of pages,
before anything they sign. The chain of trust begins at the pinned log key: it certifies system seats, and a
system seat opens those of staff.
"""

from collections.abc import Sequence

import msgspec

from client_sync.effects import Downloaded
from client_sync.state import SeatEvent, SeatKey, Seats, Trust
from events.catalog.devices import SeatClosed, SeatOpened, seat_binding
from events.checkpoint import parse_verifier_key
from events.codec import Unknown, decode_payload
from events.commitment import holds
from events.envelope import SYSTEM_AUTHOR, Header, SignedEvent, check_shape, event_hash
from events.errors import MalformedEvent
from events.ids import DeviceId, stream_id
from events.signing import verify, verify_event
from events.wire import Cursor, Page, PulledEvent, from_wire, unb64


class Broken(msgspec.Struct, frozen=True):
    """A page that breaks the contract: nothing of it is kept."""

    why: str


class Read(msgspec.Struct, frozen=True):
    """A page's events, checked, and the seats as they are known after it."""

    events: tuple[Downloaded, ...]
    seats: Seats


def read_page(page: Page, scope: str, after: Cursor | None, log_key: str, seats: Seats) -> Read | Broken:
    """Check a page against what was asked, then each of its events."""
    fault = _out_of_order(page, scope, after)
    if fault:
        return Broken(fault)
    events: list[Downloaded] = []
    for pulled in page.events:
        try:
            event = from_wire(pulled.event)
        except MalformedEvent as error:
            return Broken(f"position {pulled.position}: {error}")
        downloaded, seats = _judge(pulled, event, log_key, seats)
        events.append(downloaded)
    return Read(tuple(events), seats)


def _out_of_order(page: Page, scope: str, after: Cursor | None) -> str:
    """Why the page is not the one asked for; empty if it is."""
    if page.scope != scope or page.cursor.scope != scope:
        return f"the page is of {page.scope}, not {scope}"
    place = _place(after)
    for pulled in page.events:
        following = (pulled.effective, pulled.position)
        if following <= place or pulled.effective < pulled.position:
            return f"position {pulled.position} is out of order"
        place = following
    if _place(page.cursor) < place:
        return "the cursor is before what was delivered"
    if not page.done and _place(page.cursor) == _place(after):
        return "the page goes nowhere and is not the last"
    return ""


def _place(cursor: Cursor | None) -> tuple[int, int]:
    return (-1, -1) if cursor is None else (cursor.effective, cursor.position)


def _judge(pulled: PulledEvent, event: SignedEvent, log_key: str, seats: Seats) -> tuple[Downloaded, Seats]:
    try:
        header = check_shape(event)
    except MalformedEvent:
        return _downloaded(pulled, event, None, Trust.DAMAGED), seats
    if not holds(event, header):
        return _downloaded(pulled, event, header, Trust.DAMAGED), seats
    trust = check_signature(event, header, pulled.position, log_key, seats)
    if trust is Trust.VERIFIED:
        seats = learn(seats, header, event, pulled.position)
    return _downloaded(pulled, event, header, trust), seats


def _downloaded(pulled: PulledEvent, event: SignedEvent, header: Header | None, trust: Trust) -> Downloaded:
    return Downloaded(
        pulled.position,
        pulled.effective,
        pulled.received_at,
        event_hash(event),
        "" if header is None else header.id,
        "" if header is None else header.stream,
        "" if header is None else header.type,
        trust,
        event,
    )


def check_signature(event: SignedEvent, header: Header, position: int, log_key: str, seats: Seats) -> Trust:
    """Whether a key that was good at this position made the signature."""
    if header.type == "seat.opened" and header.author == SYSTEM_AUTHOR and _introduces_itself(event, header, log_key):
        return Trust.VERIFIED
    known = seats.get((header.device, header.author), ())
    opened = [seat for seat in known if seat.opened_at < position]
    if not opened:
        return Trust.UNKNOWN_SEAT
    good = [seat for seat in opened if seat.closed_at is None or position <= seat.closed_at]
    if not good:
        return Trust.CLOSED_SEAT
    signed = any(verify_event(event, seat.public) for seat in reversed(good))
    return Trust.VERIFIED if signed else Trust.BAD_SIGNATURE


def _introduces_itself(event: SignedEvent, header: Header, log_key: str) -> bool:
    """A system seat's first word: certified by the log key, signed by the very key it opens, about its own device."""
    opened = _payload(header, event)
    if not isinstance(opened, SeatOpened) or not opened.certificate:
        return False
    if opened.author != SYSTEM_AUTHOR or stream_id(header.stream) != header.device:
        return False
    binding = seat_binding(header.district, header.device, opened.author, opened.public_key)
    try:
        certificate = unb64(opened.certificate)
    except MalformedEvent:
        return False
    public = bytes.fromhex(opened.public_key)
    return verify(parse_verifier_key(log_key)[1], certificate, binding) and verify_event(event, public)


def learn(seats: Seats, header: Header, event: SignedEvent, position: int) -> Seats:
    """The seats after a verified event: ``seat.opened`` adds a key, ``seat.closed`` ends one."""
    if header.type not in ("seat.opened", "seat.closed"):
        return seats
    payload = _payload(header, event)
    device = DeviceId(stream_id(header.stream))
    match payload:
        case SeatOpened(seat=seat, author=author, public_key=public_key):
            known = seats.get((device, author), ())
            if any(key.seat == seat and key.opened_at == position for key in known):
                return seats
            added = SeatKey(seat, bytes.fromhex(public_key), position)
            return {**seats, (device, author): (*known, added)}
        case SeatClosed(author=author, public_key=public_key):
            known = seats.get((device, author), ())
            return {**seats, (device, author): tuple(_closed(key, public_key, position) for key in known)}
        case _:
            return seats


def relearn(events: Sequence[SeatEvent]) -> Seats:
    """The seats that verified ``seat.*`` events, in log order, amount to."""
    seats: Seats = {}
    for kept in events:
        seats = learn(seats, check_shape(kept.event), kept.event, kept.position)
    return seats


def _closed(key: SeatKey, public_key: str, position: int) -> SeatKey:
    if key.public.hex() != public_key or key.closed_at is not None:
        return key
    return msgspec.structs.replace(key, closed_at=position)


def _payload(header: Header, event: SignedEvent) -> object:
    try:
        return decode_payload(header.type, header.schema, event.payload)
    except MalformedEvent:
        return Unknown(header.type, header.schema, "unreadable")
