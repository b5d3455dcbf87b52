"""Who signed what came from the log: checked in the background, before an event is shown as verified.

    bytes       form and commitment, recomputed from what the disk holds, else DAMAGED
    seat        the key of (device, author), opened before this position and not closed, else UNKNOWN/CLOSED_SEAT
    signature   by that key over the header, else BAD_SIGNATURE

Keys are learned from verified ``seat.*`` events, which are in every scope. The chain of trust begins at the
pinned log key: it certifies system seats, and a system seat opens those of staff. Keys are judged by position
over all of what is held, so the keys come first, in the log's order, and then the rest in any.
"""

from collections.abc import Iterable, Sequence

import msgspec

from client_sync.downloads import Unchecked
from client_sync.state import SeatEvent, SeatKey, Seats, Trust
from events.catalog.devices import SeatClosed, SeatOpened, seat_binding
from events.checkpoint import parse_verifier_key
from events.codec import Unknown, decode_payload
from events.commitment import holds
from events.envelope import SYSTEM_AUTHOR, Header, SignedEvent, check_shape
from events.errors import MalformedEvent
from events.ids import DeviceId, stream_id
from events.signing import verify, verify_event
from events.wire import unb64


def learn_seats(events: Iterable[SeatEvent], log_key: str, seats: Seats) -> Seats:
    """The keys after these ``seat.*`` events, in log order; what no trusted seat signed teaches nothing."""
    for kept in events:
        if kept.is_verified or judge(kept.event, kept.position, log_key, seats) is Trust.VERIFIED:
            seats = learn(seats, check_shape(kept.event), kept.event, kept.position)
    return seats


def judge_rows(rows: Sequence[Unchecked], log_key: str, seats: Seats) -> list[tuple[Unchecked, Trust]]:
    """Each row and what it came to; costly, so call it in a thread."""
    return [
        (row, Trust.DAMAGED if row.event is None else judge(row.event, row.position, log_key, seats)) for row in rows
    ]


def judge(event: SignedEvent, position: int, log_key: str, seats: Seats) -> Trust:
    """What an event's own bytes and the keys good at its position say of it."""
    try:
        header = check_shape(event)
    except MalformedEvent:
        return Trust.DAMAGED
    if not holds(event, header):
        return Trust.DAMAGED
    return check_signature(event, header, position, log_key, seats)


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


def _closed(key: SeatKey, public_key: str, position: int) -> SeatKey:
    if key.public.hex() != public_key or key.closed_at is not None:
        return key
    return msgspec.structs.replace(key, closed_at=position)


def _payload(header: Header, event: SignedEvent) -> object:
    try:
        return decode_payload(header.type, header.schema, event.payload)
    except MalformedEvent:
        return Unknown(header.type, header.schema, "unreadable")
