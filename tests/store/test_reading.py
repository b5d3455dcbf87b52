"""Reading records: what the log says, now and of any earlier size, or an alarm."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest

from events.catalog.doses import DoseAdministered
from events.errors import Refused
from events.ids import DISTRICT_STREAM, Position, stream_id, stream_kind, stream_of
from events.tiles import TILE_WIDTH
from projections.fold import Fact
from projections.kept import Kept, StreamProjection
from projections.projection import Plain
from projections.tables import AROUND, CLINIC, STUDENT
from server.bundle.gather import fact_of_row
from server.district import District, open_district
from server.errors import ProjectionPaused
from server.reading import Reading
from server.store.connection import connect
from server.store.projector import Projector
from server.store.sqlite_tables import SqliteTables
from tests.contract.place import harm_file
from tests.server.house import ADA, BEA, open_house, settings_for
from tests.server.house import CLINIC as GYM
from tests.server.making import a_dose

_KINDS = ("student", "clinic", "transfer", "case", "district", "facility", "staff")


async def off_the_log(district: District) -> list[Fact]:
    facts = [fact_of_row(row) async for row in district.log.read(Position(0))]
    return [fact for fact in facts if fact is not None and stream_kind(fact.stream) in _KINDS]


async def test_rows_say_what_the_log_says_at_every_size(tmp_path: Path) -> None:
    """STORE-R34"""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("student", ADA), a_dose("03"))
        told = await off_the_log(house.district)
        for size in (0, 1, 7, told[-1].position, told[-1].position + 1):
            facts, there = await house.district.reading.everything(size)
            assert there == size
            assert facts == [fact for fact in told if fact.position < size]
        some, _ = await house.district.reading.some(
            [stream_of("student", ADA), stream_of("clinic", GYM), DISTRICT_STREAM]
        )
        wanted = {stream_of("student", ADA), stream_of("clinic", GYM), DISTRICT_STREAM}
        everything = [fact_of_row(row) async for row in house.district.log.read(Position(0))]
        assert some == [fact for fact in everything if fact is not None and fact.stream in wanted]


async def test_known_before_an_instant_is_a_size_of_the_log(tmp_path: Path) -> None:
    """STORE-R34: an entry received in that very instant was not known before it."""
    async with open_house(tmp_path) as house:
        log, reading = house.district.log, house.district.reading
        house.clock.turn(hours=1)
        before = (await log.head()).checkpoint.size
        await house.tell(stream_of("student", BEA), a_dose("03"), a_dose("21"))
        rows = [row async for row in log.read(Position(before))]
        first = rows[0].received_at
        assert await reading.size_before(first) == before
        assert await reading.size_before(first + timedelta(milliseconds=1)) >= before + 2
        assert await reading.size_before(first - timedelta(days=400)) == 0


class Breaking(Kept, frozen=True):
    """A child's row, with a bug over one kind of fact."""

    def after(self, facts: Sequence[Fact]) -> Self:
        for fact in facts:
            if isinstance(fact.payload, DoseAdministered):
                raise KeyError(fact.payload.lot)
        return type(self)(self.reached(facts))

    @property
    def plain(self) -> Plain:
        return Plain()


async def test_nothing_is_shown_that_lacks_a_fact(tmp_path: Path) -> None:
    """STORE-R28, STORE-R34: a projection that stands still is an error, never a shorter record."""
    async with open_house(tmp_path) as house:
        district = house.district
        broken = StreamProjection("student", 1, frozenset({"student"}), Breaking)
        projector = Projector(
            SqliteTables(district.home, district.id, district.keys), district.log, (broken, CLINIC, AROUND)
        )
        reading = Reading(district.log, projector)
        await reading.everything()
        await house.tell(stream_of("student", ADA), a_dose("03"))
        for ask in (reading.everything(), reading.some([stream_of("student", BEA)])):
            with pytest.raises(ProjectionPaused, match="student projection stands still before position"):
                await ask
        assert reading.reached["student"].paused == "KeyError"
        assert reading.reached["around"].paused == ""
        await reading.close()


@pytest.mark.parametrize("since", [0, 1])
async def test_a_row_that_was_deleted_hides_nobody_and_comes_back(tmp_path: Path, since: int) -> None:
    """STORE-R48: neither a child nor a clinic, also where the row began anew with what was written since."""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("student", ADA), a_dose("03"))
        reading, ada = house.district.reading, stream_of("student", ADA)
        await reading.everything()
        rows = {name: await reading.projector.rows(name) for name in (STUDENT.name, CLINIC.name)}
        with connect(house.district.home.projections) as projections:
            gone = (ada, stream_of("clinic", GYM))
            assert projections.execute("DELETE FROM projection_row WHERE stream IN (?, ?)", gone).rowcount == 2
        for _ in range(since):
            await house.tell(ada, a_dose("21"))
        facts, _ = await reading.everything()
        assert facts == await off_the_log(house.district)
        assert GYM in {stream_id(its[0].stream) for its in await reading.clinics()}
        made = {name: await reading.projector.rows(name) for name in rows}
        assert {name: [row.stream for row in made[name]] for name in rows} == {
            name: [row.stream for row in rows[name]] for name in rows
        }
        child = next(row.state for row in made[STUDENT.name] if row.stream == ada)
        assert (child.is_registered, len(child.doses)) == (True, 1 + since)
        assert since or made == rows


@pytest.mark.parametrize("tile", ["full", "newest"])
async def test_a_time_that_a_disk_changed_is_not_believed(tmp_path: Path, tile: str) -> None:
    """STORE-R34: before anything was mended; the row is named, and where nothing else tells nothing is answered."""
    async with open_house(tmp_path) as house:
        for _ in range(6):
            house.clock.turn(minutes=1)
            await house.tell(stream_of("student", ADA), *[a_dose("03") for _ in range(50)])
        house.clock.turn(minutes=1)
        await house.tell(stream_of("student", ADA), a_dose("21"))
    async with open_district(settings_for(tmp_path), house.clock, "command", "test") as district:
        reading, named = district.reading, set[int]()
        times = [row.received_at async for row in district.log.read(Position(0))]
        harmed = len(times) // 2 if tile == "full" else len(times) - 2
        assert (harmed < TILE_WIDTH) == (tile == "full")
        harm_file(district.home, "log.received_at", harmed)
        reading.on_damage = lambda row, is_certain: named.add(row.position)
        for instant in sorted({at + timedelta(milliseconds=by) for at in times for by in (-1, 0, 1)}):
            with suppress(Refused):
                assert await reading.size_before(instant) == sum(at < instant for at in times)
        assert harmed in named
        assert await reading.size_before(times[0]) == sum(at < times[0] for at in times)
        if tile == "full":
            assert await reading.size_before(times[harmed]) == sum(at < times[harmed] for at in times)
