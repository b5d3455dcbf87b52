"""Downloaded events: form, commitment, seat and position, checked in the background; kept whatever comes of it."""

from msgspec.structs import replace

from client_sync.state import SeatEvent, Trust
from client_sync.verifying import judge, learn_seats
from events.catalog.devices import DeviceClosed, SeatClosed, SeatOpened, seat_binding
from events.envelope import SYSTEM_AUTHOR, SignedEvent
from events.ids import StaffId, stream_of
from events.wire import b64
from tests.client_sync.rig import CHILD, IDENTITY, LOG_KEY
from tests.server.making import Writer, a_dose, make_id, nurse

CHILD_STREAM = stream_of("student", CHILD)


def introduction(server: Writer, certified: bool = True) -> SeatOpened:
    """A system seat's first word."""
    public = server.key.public.hex()
    binding = seat_binding(IDENTITY.district, server.device, SYSTEM_AUTHOR, public)
    certificate = b64(LOG_KEY.sign(binding)) if certified else b64(bytes(64))
    return SeatOpened(seat=server.seat, author=SYSTEM_AUTHOR, public_key=public, certificate=certificate)


def opened(server: Writer, phone: Writer) -> SignedEvent:
    seat = SeatOpened(seat=phone.seat, author=phone.author, public_key=phone.key.public.hex())
    return server.write(phone.stream, seat)


def trust_of(*events: SignedEvent) -> list[Trust]:
    """What a device makes of a log of these events."""
    told = [SeatEvent(at, event) for at, event in enumerate(events) if b'"seat.' in event.header]
    seats = learn_seats(told, IDENTITY.log_key, {})
    return [judge(event, at, IDENTITY.log_key, seats) for at, event in enumerate(events)]


def test_trust_begins_at_the_log_key_and_goes_over_the_server_to_the_nurse() -> None:
    """CLIENT-R14"""
    server, phone = Writer(make_id("server")), nurse()
    assert (
        trust_of(
            server.write(server.stream, introduction(server)),
            opened(server, phone),
            phone.write(CHILD_STREAM, a_dose()),
        )
        == [Trust.VERIFIED] * 3
    )


def test_a_seat_nobody_certified_is_kept_and_not_believed() -> None:
    """CLIENT-R14: and neither is whoever it vouches for."""
    server, phone = Writer(make_id("server")), nurse()
    assert (
        trust_of(
            server.write(server.stream, introduction(server, certified=False)),
            opened(server, phone),
            phone.write(CHILD_STREAM, a_dose()),
        )
        == [Trust.UNKNOWN_SEAT] * 3
    )


def test_a_key_is_good_from_its_opening_to_its_closing_by_position() -> None:
    """CLIENT-R14: whatever the clocks say."""
    server, phone = Writer(make_id("server")), nurse()
    before = phone.write(CHILD_STREAM, a_dose())
    closing = SeatClosed(seat=phone.seat, author=phone.author, public_key=phone.key.public.hex(), reason="lost")
    assert trust_of(
        server.write(server.stream, introduction(server)),
        before,
        opened(server, phone),
        phone.write(CHILD_STREAM, a_dose()),
        server.write(phone.stream, closing),
        phone.write(CHILD_STREAM, a_dose()),
    ) == [
        Trust.VERIFIED,
        Trust.UNKNOWN_SEAT,
        Trust.VERIFIED,
        Trust.VERIFIED,
        Trust.VERIFIED,
        Trust.CLOSED_SEAT,
    ]


def test_a_seat_may_close_itself() -> None:
    server = Writer(make_id("server"))
    closing = SeatClosed(seat=server.seat, author=SYSTEM_AUTHOR, public_key=server.key.public.hex(), reason="other")
    assert (
        trust_of(
            server.write(server.stream, introduction(server)),
            server.write(server.stream, DeviceClosed(last_seq=3, reason="finished")),
            server.write(server.stream, closing),
        )
        == [Trust.VERIFIED] * 3
    )


def test_a_forged_signature_is_kept_and_marked() -> None:
    """CLIENT-R14: another person's key, or the right person's on another device, does not sign for this one."""
    server, phone = Writer(make_id("server")), nurse()
    other = Writer(phone.device, StaffId(make_id("staff other")))
    other.author = phone.author
    assert (
        trust_of(
            server.write(server.stream, introduction(server)),
            opened(server, phone),
            other.write(CHILD_STREAM, a_dose()),
        )[-1]
        is Trust.BAD_SIGNATURE
    )


def test_a_damaged_payload_or_header_is_marked() -> None:
    """CLIENT-R14: one flipped byte is found; the events beside it are judged by themselves."""
    server = Writer(make_id("server"))
    first = server.write(server.stream, introduction(server))
    dose, other = server.write(CHILD_STREAM, a_dose()), server.write(CHILD_STREAM, a_dose("21"))
    payload, header = replace(dose, payload=other.payload), replace(other, header=b"{}")
    assert trust_of(first, payload, header, dose) == [Trust.VERIFIED, Trust.DAMAGED, Trust.DAMAGED, Trust.VERIFIED]
