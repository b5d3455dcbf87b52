"""Founding a district: all of it or, after a cut, the rest of it; and never twice."""

from pathlib import Path

import pytest

from events.catalog.policy import DistrictFounded
from events.errors import Refused
from events.ids import DISTRICT_STREAM, DistrictId
from projections.fold import fact_of
from server import district as founding
from server.district import found_district, open_district, wall_clock
from server.home import Home
from server.settings import Settings


class PowerCut(Exception):
    """The machine stops in the middle of a founding."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home", DistrictId("isd-900"), "log.example", "127.0.0.1", 0)


async def found(settings: Settings, name: str = "Aspen") -> None:
    await found_district(settings, wall_clock, name, "school_district", "America/Chicago")


async def names(settings: Settings) -> list[str]:
    async with open_district(settings, wall_clock, "command", "test") as district:
        rows = await district.log.read_streams([DISTRICT_STREAM], (await district.log.head()).checkpoint.size)
    facts = [fact_of(row.event, row.position, row.received_at, row.header) for row in rows if row.event is not None]
    return [fact.payload.name for fact in facts if isinstance(fact.payload, DistrictFounded)]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
async def test_setup_r09_a_name_that_cannot_be_leaves_nothing_behind(settings: Settings, name: str) -> None:
    """SETUP-R09"""
    with pytest.raises(Refused, match="name of 1 to 200"):
        await found(settings, name)
    assert not settings.home.exists()
    await found(settings)
    assert await names(settings) == ["Aspen"]


@pytest.mark.parametrize("cut", ["create_keys", "load_keys", "start_log", "open_district"])
async def test_setup_r09_a_founding_cut_off_is_brought_to_its_end(
    settings: Settings, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SETUP-R09: by the same command; afterwards it is as if nothing had happened."""

    def stop(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(founding, cut, stop)
        with pytest.raises(PowerCut):
            await found(settings)
    await found(settings)
    assert await names(settings) == ["Aspen"]
    with pytest.raises(Refused, match="already holds"):
        await found(settings, "Birch")
    assert await names(settings) == ["Aspen"]


async def test_setup_r09_keys_alone_are_not_founded_on_again(settings: Settings) -> None:
    """SETUP-R09: a lost database under restored keys: a new log would have two heads of one size."""
    await found(settings)
    home = Home(settings.home)
    for database in (home.ledger, home.keyring):
        database.unlink()
    (home.checkpoints / settings.district).unlink()
    with pytest.raises(Refused, match="already holds"):
        await found(settings)
