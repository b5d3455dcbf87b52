"""Reading records: what the log says, now and of any earlier size, or an alarm."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest

from events.catalog.doses import DoseAdministered
from events.ids import DISTRICT_STREAM, Position, stream_kind, stream_of
from projections.fold import Fact
from projections.kept import Kept, StreamProjection
from projections.projection import Plain
from projections.tables import AROUND, CLINIC
from server.bundle.gather import fact_of_row
from server.district import District
from server.errors import ProjectionPaused
from server.reading import Reading
from server.store.projector import Projector
from server.store.sqlite_tables import SqliteTables
from tests.server.house import ADA, BEA, open_house
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
