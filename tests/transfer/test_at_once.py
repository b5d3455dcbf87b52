"""Two clerks at the same moment: a file comes in once, and goes out once as it is on record."""

import os
from pathlib import Path

from events.catalog import Payload
from events.catalog.doses import DoseRecorded
from events.catalog.retention import DestructionCompleted
from events.catalog.students import StudentRegistered
from events.catalog.transfers import TransferPrepared, TransferReceived, TransferRequested, TransferSent
from events.ids import DISTRICT_STREAM, StudentId
from server.bundle import verify_bundle
from server.commands.transfer import run_export, run_import
from server.desk import open_desk
from server.transfers import export_file, request_file
from server.transfers_in import Wanted, import_file
from tests.server.test_settled_once import EARLIER, outcomes
from tests.transfer.offices import Office, ada
from tests.transfer.test_taking_in import child_here, sent


async def count(office: Office, kind: type[Payload]) -> int:
    return len(await office.of(kind))


async def test_a_file_is_taken_in_once_however_many_try_at_once(old: Office, new: Office, tmp_path: Path) -> None:
    """OFFICE-R27, TRANSFER-R04: one child, each dose once; and what a later file adds is added once too."""
    await ada(old)
    first, doses = await sent(old, tmp_path / "a.zip"), await count(old, DoseRecorded)
    async with open_desk(new.settings, "import", "", new.clock) as one, open_desk(new.settings, "import") as other:
        told = await outcomes(*(import_file(desk, first, Wanted()) for desk in (one, other)))
        assert told == {"done": 1, EARLIER: 1}
    assert (await count(new, StudentRegistered), await count(new, DoseRecorded)) == (1, doses)
    more = [one for one in await old.of(DoseRecorded) if isinstance(one, DoseRecorded)][:1]
    await old.write((await child_here(old), DoseRecorded(told=more[0].told, cvx="88", given_on="2025-10-01")))
    later = await sent(old, tmp_path / "b.zip")
    async with open_desk(new.settings, "import", "", new.clock) as one, open_desk(new.settings, "import") as other:
        told = await outcomes(*(import_file(desk, later, Wanted()) for desk in (one, other)))
        assert told == {"done": 1, EARLIER: 1}
    assert (await count(new, DoseRecorded), await count(new, TransferReceived)) == (doses + 1, 2)


async def test_a_file_may_come_back_for_another_child_or_after_the_record_ended(
    old: Office, new: Office, tmp_path: Path
) -> None:
    """TRANSFER-R09: that it came in once keeps nobody out for ever."""
    await ada(old)
    file = await sent(old, tmp_path / "a.zip")
    taken = await run_import(new.settings, file, Wanted(), clock=new.clock)
    async with open_desk(new.settings, "destroy", "", new.clock) as desk:
        await desk.district.destroy([(await child_here(new))])
        ended = DestructionCompleted(
            student=StudentId(taken.student), events_destroyed=17, backups_expire_on="2026-10-06", streams=()
        )
        await desk.district.record([(DISTRICT_STREAM, ended)])
    again = await run_import(new.settings, file, Wanted(), clock=new.clock)
    assert (again.outcome, again.added["doses"]) == ("registered", taken.added["doses"])


async def test_a_file_goes_out_once_however_many_send_it_at_once(old: Office, tmp_path: Path) -> None:
    """OFFICE-R27, TRANSFER-R02: what lies in its place is what the log says has left."""
    await ada(old)
    out = tmp_path / "ada.zip"
    async with open_desk(old.settings, "export", "", old.clock) as one, open_desk(old.settings, "export") as other:
        sending = (export_file(desk, "okafor", "Hamline", out, "mail", True) for desk in (one, other))
        assert await outcomes(*sending) == {"done": 1, EARLIER: 1}
    (left,) = await old.of(TransferSent)
    assert isinstance(left, TransferSent)
    assert await count(old, TransferPrepared) == 1
    assert verify_bundle(out).sha256 == left.bundle_sha256
    assert [name for name in os.listdir(tmp_path) if name.startswith("ada")] == ["ada.zip"]
    assert (await run_export(old.settings, "okafor", "Hamline", out, clock=old.clock)).path == out


async def test_a_file_is_asked_for_once_however_many_write_it_down_at_once(old: Office) -> None:
    """OFFICE-R27, TRANSFER-R01: two requests would leave one that nobody answers; another may follow."""
    await ada(old)
    async with open_desk(old.settings, "request", "", old.clock) as one, open_desk(old.settings, "request") as other:
        asking = (request_file(desk, "okafor", "Hamline", {}) for desk in (one, other))
        assert await outcomes(*asking) == {"done": 1, EARLIER: 1}
    assert await count(old, TransferRequested) == 1
    async with open_desk(old.settings, "request", "", old.clock) as desk:
        await request_file(desk, "okafor", "Aspen", {})
    assert await count(old, TransferRequested) == 2
