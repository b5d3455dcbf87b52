"""Downloaded events: checked against commitment, seat and position; kept whatever comes of it."""

from msgspec.structs import replace

from client_sync.inbox import Read, read_page
from client_sync.state import Trust
from events.catalog.devices import DeviceClosed, SeatClosed, SeatOpened, seat_binding
from events.envelope import SYSTEM_AUTHOR, SignedEvent
from events.ids import StaffId, stream_of
from events.wire import Page, b64
from tests.client_sync.rig import CHILD, IDENTITY, LOG_KEY, Rig
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
    rig = Rig()
    for event in events:
        rig.append(event)
    return trust_of_page(rig.page("district", None))


def trust_of_page(page: Page) -> list[Trust]:
    read = read_page(page, "district", None, IDENTITY.log_key, {})
    assert isinstance(read, Read)
    assert [event.event for event in read.events]
    return [event.trust for event in read.events]


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


def test_a_damaged_payload_or_header_is_kept_and_marked() -> None:
    """CLIENT-R14: one flipped byte is found; the page beside it is taken in."""
    rig = Rig()
    server = Writer(make_id("server"))
    rig.append(server.write(server.stream, introduction(server)))
    rig.append(server.write(CHILD_STREAM, a_dose()))
    rig.append(server.write(CHILD_STREAM, a_dose("21")))
    page = rig.page("district", None)
    payload = replace(page.events[1], event=replace(page.events[1].event, payload=page.events[2].event.payload))
    header = replace(page.events[2], event=replace(page.events[2].event, header="{}"))
    damaged = replace(page, events=(page.events[0], payload, header))
    assert trust_of_page(damaged) == [Trust.VERIFIED, Trust.DAMAGED, Trust.DAMAGED]
