"""Who signed what: from the log key down to every signature in a bundle.

    log key --certifies--> system seat --opens--> staff seat --signs--> events      (a staff seat opens none)

A seat signs from the position of its ``seat.opened`` on, and that event must itself be signed by a seat
already believed; so openings are taken in log order. KNOWN GAP: a seat certified under an earlier log key
(``log_key.succeeded``) is not believed under the present one; a bundle across a succession is refused.
"""

import msgspec

from events.catalog import Payload
from events.catalog.devices import SeatOpened, seat_binding
from events.checkpoint import parse_verifier_key
from events.codec import Unknown, decode_payload
from events.envelope import SYSTEM_AUTHOR, Header, SignedEvent
from events.errors import MalformedEvent
from events.ids import stream_id
from events.receipt import Proven
from events.signing import verify, verify_event
from events.wire import unb64
from server.bundle.archive import bad
from server.bundle.format import event_file


class Placed(msgspec.Struct, frozen=True):
    """An event of the bundle, proven to be in the log; ``event`` is None where its payload is withheld."""

    header: Header
    signed: SignedEvent
    proven: Proven
    is_open: bool


def check_seats(placed: list[Placed], key: str, district: str) -> int:
    """Check every signature, from the log key down; returns how many seats vouch for them.

    A seat's opening must itself be signed by a believed seat, so openings are taken in log order.
    """
    _, log_public = parse_verifier_key(key)
    seats: dict[tuple[str, str], list[bytes]] = {}
    for one in sorted(placed, key=lambda each: each.proven.position):
        opened = _opening(one)
        if opened is not None and opened.author == SYSTEM_AUTHOR:
            _check_certificate(one, opened, log_public, district)
            seats.setdefault((one.header.device, SYSTEM_AUTHOR), []).append(bytes.fromhex(opened.public_key))
        keys = seats.get((one.header.device, one.header.author), [])
        where = event_file(one.proven.position)
        if not keys:
            raise bad(f"{where}: nothing in the bundle vouches for the seat that signed it")
        if not any(verify_event(one.signed, public) for public in keys):
            raise bad(f"{where}: the signature is not by the seat of its author on its device")
        if opened is not None and one.header.author != SYSTEM_AUTHOR:
            raise bad(f"{where}: only the system opens seats")
        if opened is not None and opened.author != SYSTEM_AUTHOR:
            device = stream_id(one.header.stream)
            seats.setdefault((device, opened.author), []).append(bytes.fromhex(opened.public_key))
    return sum(len(keys) for keys in seats.values())


def _opening(one: Placed) -> SeatOpened | None:
    if one.header.type != "seat.opened" or not one.is_open:
        return None
    payload = payload_of(one)
    return payload if isinstance(payload, SeatOpened) else None


def _check_certificate(one: Placed, opened: SeatOpened, log_public: bytes, district: str) -> None:
    header = one.header
    binding = seat_binding(header.district, header.device, SYSTEM_AUTHOR, opened.public_key)
    try:
        certificate = unb64(opened.certificate)
    except MalformedEvent:
        certificate = b""
    own = header.author == SYSTEM_AUTHOR and stream_id(header.stream) == header.device
    if header.district != district or not own or not verify(log_public, certificate, binding):
        raise bad(f"{event_file(one.proven.position)}: the log key did not certify this seat")


def payload_of(one: Placed) -> Payload | Unknown:
    try:
        return decode_payload(one.header.type, one.header.schema, one.signed.payload)
    except MalformedEvent as error:
        return Unknown(one.header.type, one.header.schema, str(error))
