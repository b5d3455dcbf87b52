"""Who works at the desk: the role decides, and a refusal is on record."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from events.catalog.disclosures import RecordViewed
from events.catalog.event_type import Address
from events.catalog.people import AccessRefused, RoleGranted, RoleRevoked, StaffRegistered
from events.catalog.transfers import TransferRequested, TransferSent
from events.errors import Refused
from events.ids import StaffId, stream_of
from events.roles import Role
from server.commands.replay import run_replay
from server.commands.retention import list_retention
from server.commands.student import list_students, show_student
from server.commands.transfer import list_transfers, run_export, run_import
from server.desk import FILE_MOVERS, LOOKERS, open_desk
from server.transfers import request_file
from server.transfers_in import Wanted
from tests.transfer.offices import Office, ada

WORK = Address(lines=("410 Aspen Ave",), city="Grand Rapids", state="MN", postal_code="55744")


async def hire(office: Office, login: str, *roles: Role) -> StaffId:
    staff = StaffId(office.make_id())
    stream = stream_of("staff", staff)
    registered = StaffRegistered(name=login.title(), login=login, title="RN", address=WORK)
    await office.write((stream, registered), *((stream, RoleGranted(role=role.value)) for role in roles))  # type: ignore[arg-type]
    return staff


async def request(office: Office, login: str, _: Path) -> None:
    async with open_desk(office.settings, "transfer request", login, office.clock, FILE_MOVERS) as desk:
        await request_file(desk, "okafor", "Hamline", {})


async def export(office: Office, login: str, path: Path) -> None:
    await run_export(office.settings, "okafor", "Hamline", path / "a.zip", login=login, clock=office.clock)


async def take_in(office: Office, login: str, path: Path) -> None:
    await run_import(office.settings, path / "a.zip", Wanted(), login, office.clock)


async def open_transfers(office: Office, login: str, _: Path) -> None:
    await list_transfers(office.settings, login=login, clock=office.clock)


async def replay(office: Office, login: str, _: Path) -> None:
    await run_replay(office.settings, "okafor", login=login, clock=office.clock)


async def retention(office: Office, login: str, _: Path) -> None:
    await list_retention(office.settings, login=login, clock=office.clock)


async def students(office: Office, login: str, _: Path) -> None:
    await list_students(office.settings, "", login, office.clock)


async def student(office: Office, login: str, _: Path) -> None:
    await show_student(office.settings, "okafor", login, office.clock)


Deed = Callable[[Office, str, Path], Awaitable[None]]
MOVING: tuple[Deed, ...] = (request, export, take_in)
LOOKING: tuple[Deed, ...] = (open_transfers, replay, retention, students, student)


@pytest.mark.parametrize("deed", [*MOVING, *LOOKING])
async def test_a_role_without_the_right_is_refused_and_recorded(old: Office, tmp_path: Path, deed: Deed) -> None:
    """TRANSFER-R13: a nurse's clinic is on her phone; nothing of what was asked for is on record, the asking is."""
    await ada(old)
    await hire(old, "nurse", Role.NURSE, Role.AGENCY)
    with pytest.raises(Refused, match="takes the role"):
        await deed(old, "nurse", tmp_path)
    [refused] = await old.of(AccessRefused)
    assert isinstance(refused, AccessRefused)
    assert refused.code == "not-allowed"
    assert "okafor" not in refused.message.lower()
    assert [await old.of(kind) for kind in (RecordViewed, TransferRequested, TransferSent)] == [[], [], []]
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("deed", LOOKING)
@pytest.mark.parametrize("role", sorted(LOOKERS))
async def test_who_may_look_looks_and_it_is_recorded_under_the_name(
    old: Office, tmp_path: Path, deed: Deed, role: Role
) -> None:
    """TRANSFER-R13"""
    await ada(old)
    staff = await hire(old, "olga", role)
    await deed(old, "olga", tmp_path)
    assert {one.staff for one in await old.of(RecordViewed) if isinstance(one, RecordViewed)} <= {staff}
    assert await old.of(AccessRefused) == []


async def test_a_role_that_was_taken_away_is_none(old: Office, tmp_path: Path) -> None:
    """TRANSFER-R13"""
    await ada(old)
    staff = await hire(old, "rita", Role.RECORDS)
    await export(old, "rita", tmp_path)
    await old.write((stream_of("staff", staff), RoleRevoked(role="records")))
    with pytest.raises(Refused, match="takes the role health_office or records"):
        await request(old, "rita", tmp_path)
