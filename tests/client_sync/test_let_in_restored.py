"""What a person let in before a back-up was put back: in the new epoch the device shows the proof of the event."""

from pathlib import Path

from events.catalog.devices import ReceiptPresented, SeatClosed
from events.catalog.people import RoleGranted, RoleRevoked
from events.ids import Position, stream_of
from events.receipt import parse_entry, parse_receipt
from projections.fold import fact_of
from tests.client_sync.test_photos_restored import restored
from tests.client_sync.test_real_server import device_of
from tests.server.house import ADA, CLINIC, House
from tests.server.making import a_dose


async def presented(house: House) -> list[ReceiptPresented]:
    rows = [row async for row in house.district.log.read(Position(0))]
    facts = [fact_of(row.event, row.position, row.received_at) for row in rows if row.event is not None]
    return [fact.payload for fact in facts if isinstance(fact.payload, ReceiptPresented)]


async def test_the_proof_of_what_was_let_in_is_shown_in_a_new_epoch(tmp_path: Path) -> None:
    """CLIENT-R48, SYNC-R24: what was set aside, and let in as it was signed, counts as known since then; what
    is shown is the receipt of the event itself, not that of the record of its quarantine."""
    path, home = tmp_path / "device.db", tmp_path / "home"

    async def set_aside_and_let_in(house: House) -> None:
        async with device_of(house, path) as device:
            nurse, mine = stream_of("staff", house.staff["anna"]), device.state.identity
            await house.tell(nurse, RoleRevoked(role="nurse", clinic=CLINIC))
            await device.pull()
            await device.record(stream_of("student", ADA), a_dose())
            await device.sync()
            (row,) = await device.outbox()
            assert row.state == "quarantined"
            await house.tell(nurse, RoleGranted(role="nurse", clinic=CLINIC))
            await house.sign_in("olga")
            asked = f"/api/quarantine/{row.event_hash}/release"
            answer = await house.http.post(asked, json={"reason": "asked her"}, headers={"X-Doseledger": "1"})
            assert answer.status_code == 200, answer.text
            key = (await device._seat_key()).public.hex()
            closed = SeatClosed(seat=mine.seat, author=mine.staff, public_key=key, reason="lost")
            await house.tell(stream_of("device", mine.device), closed)
        async with device_of(house, path) as device:
            await device.sync()
            (row,) = await device.outbox()
            assert (row.state, row.words.partition(";")[2]) == ("released", f" kept at position {row.position}")

    async with restored(home, set_aside_and_let_in) as house:
        async with device_of(house, path) as device:
            (row,) = await device.outbox()
            assert row.state == "released"
            house.clock.turn(hours=1)
            report = await device.sync()
            assert (report.receipted, report.waiting) == (1, 0)
        (shown,) = await presented(house)
        assert shown.event_hash == row.event_hash
        assert parse_entry(parse_receipt(shown.receipt).entry)[0] == row.event_hash
