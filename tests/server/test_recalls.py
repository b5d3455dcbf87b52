"""A lot recalled at one clinic is held at every other that has it; a warm box is its own clinic's."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from events.catalog.clinics import ClinicClosed
from events.catalog.stock import StockCleared, StockCorrected, StockHeld, StockLoaded
from events.ids import ClinicId, Position, stream_of
from projections.clinic import clinic_of
from projections.fold import Fact, fact_of
from projections.recalls import Recalls
from server.recalling import NOTE
from tests.server.house import CLINIC, OTHER_CLINIC, House, open_house

LOT = StockLoaded(container="Box", cvx="03", mvx="MSD", lot="A1", expires_on="2027-06-30", doses=5, funding="vfc")
NAMESAKE = StockLoaded(container="Box", cvx="115", mvx="PMC", lot="A1", expires_on="2027-06-30", doses=5, funding="vfc")
RECALL, WARM = StockHeld(lots=("A1",), why="recall"), StockHeld(lots=("A1",), why="excursion")


async def facts_of(house: House, clinic: ClinicId) -> list[Fact]:
    stream, found = stream_of("clinic", clinic), []
    async for row in house.district.log.read(Position(0)):
        if row.event is not None and row.header is not None and row.header.stream == stream:
            found.append(fact_of(row.event, row.position, row.received_at))
    return found


async def holds(house: House, clinic: ClinicId) -> list[StockHeld]:
    return [told for _, told in clinic_of(await facts_of(house, clinic)).shelf.of(StockHeld)]


async def recalls(house: House) -> Recalls:
    """What the log says without what the running server wrote of it meanwhile."""
    found = Recalls()
    for fact in sorted([*await facts_of(house, CLINIC), *await facts_of(house, OTHER_CLINIC)], key=_order):
        if not (isinstance(fact.payload, StockHeld) and fact.payload.note == NOTE):
            found.apply(fact)
    return found


async def owed(house: House) -> dict[ClinicId, tuple[str, ...]]:
    return {
        clinic: tuple(lot if not mvx else f"{mvx} {lot}" for mvx, lot in lots)
        for clinic, lots in (await recalls(house)).owed().items()
    }


def _order(fact: Fact) -> tuple[int, str]:
    return fact.order


async def test_a_recall_reaches_every_clinic_that_has_the_lot(tmp_path: Path) -> None:
    """SERVER-R42: by the running server, once; a clearing there stays."""
    async with open_house(tmp_path) as house:
        for clinic in (CLINIC, OTHER_CLINIC):
            await house.tell(stream_of("clinic", clinic), LOT)
        await house.tell(stream_of("clinic", CLINIC), RECALL)
        for _ in range(200):
            if await holds(house, OTHER_CLINIC):
                break
            await asyncio.sleep(0.1)
        (told,) = await holds(house, OTHER_CLINIC)
        assert (told.lots, told.why) == (("A1",), "recall")
        await house.tell(stream_of("clinic", OTHER_CLINIC), StockCleared(lots=("A1",), authority="Merck"))
        assert await owed(house) == {}
        assert len(await holds(house, CLINIC)) == 1


async def test_a_warm_box_and_a_lots_namesake_are_nobody_elses(tmp_path: Path) -> None:
    """SERVER-R42"""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("clinic", CLINIC), LOT)
        await house.tell(stream_of("clinic", OTHER_CLINIC), NAMESAKE)
        await house.tell(stream_of("clinic", CLINIC), WARM, RECALL)
        assert await owed(house) == {}
        await house.tell(stream_of("clinic", OTHER_CLINIC), LOT)
        assert await owed(house) == {OTHER_CLINIC: ("A1",)}


async def test_a_lot_number_corrected_to_a_recalled_one_is_held(tmp_path: Path) -> None:
    """SERVER-R42, PROJ-R180: typed wrongly when it was loaded, the recall passed it by; not once it is corrected."""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("clinic", OTHER_CLINIC), NAMESAKE, replace(LOT, lot="A7"))
        await house.tell(stream_of("clinic", CLINIC), LOT, RECALL)
        assert await owed(house) == {}
        (loaded,) = [fact for fact in await facts_of(house, OTHER_CLINIC) if fact.payload == replace(LOT, lot="A7")]
        await house.tell(stream_of("clinic", OTHER_CLINIC), StockCorrected(event=loaded.id, reason="typo", lot="A1"))
        assert await owed(house) == {OTHER_CLINIC: ("A1",)}


async def test_a_recall_reaches_a_clinic_that_never_loaded_the_lot(tmp_path: Path) -> None:
    """SERVER-R42: a vial somebody brings along is typed there; a clinic that is over hears of no lot it never had."""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("clinic", CLINIC), LOT, RECALL)
        assert await owed(house) == {OTHER_CLINIC: ("A1",)}
    async with open_house(tmp_path / "over") as house:
        closed = ClinicClosed(at="2026-11-22T22:00:00.000Z", signed_by=("Anna Ekström", "Ben Carlson"))
        await house.tell(stream_of("clinic", OTHER_CLINIC), closed)
        await house.tell(stream_of("clinic", CLINIC), LOT, RECALL)
        assert await owed(house) == {}
        await house.tell(stream_of("clinic", OTHER_CLINIC), LOT)
        assert await owed(house) == {OTHER_CLINIC: ("A1",)}


async def test_a_lot_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    """SERVER-R42"""
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("clinic", OTHER_CLINIC), replace(LOT, lot="a-1"), NAMESAKE)
        await house.tell(stream_of("clinic", CLINIC), LOT, RECALL)
        assert await owed(house) == {OTHER_CLINIC: ("A1",)}


async def test_a_recall_that_names_its_maker_is_passed_on_with_the_name(tmp_path: Path) -> None:
    """PROJ-R261: to who has that maker's lot, or may come by it; one that names nobody comes after it all the same."""
    named = replace(RECALL, mvx="PMC")
    async with open_house(tmp_path) as house:
        await house.tell(stream_of("clinic", CLINIC), LOT, NAMESAKE, named)
        assert await owed(house) == {OTHER_CLINIC: ("PMC A1",)}
        await house.tell(stream_of("clinic", OTHER_CLINIC), LOT)
        assert await owed(house) == {}
        await house.tell(stream_of("clinic", OTHER_CLINIC), NAMESAKE)
        assert await owed(house) == {OTHER_CLINIC: ("PMC A1",)}
        await house.tell(stream_of("clinic", OTHER_CLINIC), named)
        await house.tell(stream_of("clinic", CLINIC), RECALL)
        assert await owed(house) == {OTHER_CLINIC: ("A1",)}


@pytest.mark.parametrize("mvx", ["OTH", "UNK"])
async def test_a_lot_of_a_maker_nobody_named_may_be_the_one_recalled(tmp_path: Path, mvx: str) -> None:
    """SERVER-R42, PROJ-R261: it is held rather than not, whichever of the two clinics did not know the maker."""
    for here, there, recall in ((LOT, replace(LOT, mvx=mvx), RECALL), (replace(LOT, mvx=mvx), LOT, RECALL)):
        async with open_house(tmp_path / here.mvx) as house:
            await house.tell(stream_of("clinic", OTHER_CLINIC), there)
            await house.tell(stream_of("clinic", CLINIC), here, recall)
            assert await owed(house) == {OTHER_CLINIC: ("A1",)}
    async with open_house(tmp_path / "named") as house:
        await house.tell(stream_of("clinic", OTHER_CLINIC), replace(LOT, mvx=mvx))
        await house.tell(stream_of("clinic", CLINIC), replace(RECALL, mvx="MSD"))
        assert await owed(house) == {OTHER_CLINIC: ("MSD A1",)}
        for named in ("MSD", mvx):
            assert set((await recalls(house)).clinics_for("A1", named)) == {CLINIC, OTHER_CLINIC}
