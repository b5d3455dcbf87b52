"""A pull of many pages: each asked for once, the next while this one is written, its facts handed on as it comes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from client_sync import planning
from client_sync.effects import Forget, KeepCheckpoint, KeepForgetting, KeepPage, KeepScope, Write, can_be_asked_again
from client_sync.replica import open_replica
from client_sync.transport import HttpTransport
from events.catalog.clinics import RosterAdded
from events.ids import StudentId, stream_of
from events.wire import Cursor, SyncRequest, SyncResponse
from projections.fold import Fact
from tests.server.house import CLINIC, open_house
from tests.server.making import a_dose, make_id

SCOPE = f"clinic/{CLINIC}"
CURSOR = Cursor("log.example/isd-900/0", SCOPE, 5, 5, 9, "00" * 32)


class Listening(HttpTransport):
    """Writes down which places it was asked for pages behind."""

    asked: list[int]

    async def sync(self, token: str, request: SyncRequest) -> SyncResponse:
        if request.pull is not None:
            self.asked.append(-1 if request.pull.cursor is None else request.pull.cursor.position)
        return await super().sync(token, request)


async def test_each_page_is_asked_for_once_and_its_facts_are_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CLIENT-R05, CLIENT-R14, CLIENT-R22: what is given on the way is what the device then holds."""
    monkeypatch.setattr(planning, "PULL_LIMIT", 2)
    given: list[Fact] = []

    def take(facts: Sequence[Fact]) -> None:
        given.extend(facts)

    async with open_house(tmp_path / "server") as house:
        wire = Listening(house.url)
        wire.asked = []
        async with wire, open_replica(tmp_path / "device.db", bytes(32), wire, house.clock) as device:
            await device.enroll(await house.code("anna"), "gym laptop")
            await device.choose(SCOPE)
            report = await device.pull(take=take)
            held = await device.facts()
    assert report.is_quiet
    assert len(wire.asked) > 4
    assert len(wire.asked) == len(set(wire.asked)) == report.turns
    assert sorted(given, key=lambda fact: fact.order) == held


@pytest.mark.parametrize("limit", [7, 100, 977])
async def test_a_child_that_joins_late_brings_its_whole_history_at_any_page_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """SYNC-R30, CLIENT-R22: two thousand old events stand at the one place at which it joined; a device that was
    complete before gets them, and a new one the same."""
    monkeypatch.setattr(planning, "PULL_LIMIT", limit)
    child = StudentId(make_id("late joiner"))
    history = stream_of("student", child)
    async with open_house(tmp_path / "server") as house, HttpTransport(house.url) as wire:
        await house.tell(history, *(a_dose() for _ in range(2_000)))
        async with open_replica(tmp_path / "early.db", bytes(32), wire, house.clock) as early:
            await early.enroll(await house.code("anna"), "early")
            await early.choose(SCOPE)
            await early.pull()
            assert await early.facts(history) == []
            await house.tell(stream_of("clinic", CLINIC), RosterAdded(students=(child,)))
            report = await early.pull()
            assert report.is_quiet
            held = await early.facts(history)
            assert await early.scrub() == ()
        async with open_replica(tmp_path / "late.db", bytes(32), wire, house.clock) as late:
            await late.enroll(await house.code("anna"), "late")
            await late.choose(SCOPE)
            await late.pull()
            assert await late.facts(history) == held
        signed, _ = await house.district.reading.some([history])
    assert [fact.event_hash for fact in held] == [fact.event_hash for fact in signed]
    assert len(held) == 2_000
    assert report.turns >= 2_000 // limit


PAGE = KeepPage(SCOPE, (), CURSOR, complete=False)
CHECKPOINT = KeepCheckpoint("log.example/isd-900/0", 9, "note")
ADA = StudentId(make_id("ada"))


@pytest.mark.parametrize(
    ("writes", "again"),
    [
        pytest.param((CHECKPOINT, PAGE), True, id="a page in the middle of a pull"),
        pytest.param((CHECKPOINT, KeepScope(SCOPE), PAGE), True, id="the first page of a pull"),
        pytest.param((KeepPage(SCOPE, (), CURSOR, complete=True),), False, id="the last page of a pull"),
        pytest.param((CHECKPOINT,), False, id="a checkpoint alone"),
        pytest.param((Forget(SCOPE, (ADA,)), PAGE), False, id="a student to forget"),
        pytest.param((KeepForgetting(SCOPE, (ADA,)), PAGE), False, id="a student to forget later"),
    ],
)
def test_only_what_is_simply_pulled_again_need_not_survive_a_power_cut(writes: tuple[Write, ...], again: bool) -> None:
    """CLIENT-R22"""
    assert can_be_asked_again(writes) is again
