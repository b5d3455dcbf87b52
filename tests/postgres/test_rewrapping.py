"""Changing the wrapping key of a district in PostgreSQL, as the keyring's owner."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.ids import Position, stream_of
from server.district import found_district, open_district, wall_clock
from server.home import Home
from server.settings import Settings
from server.store.checking import check_log
from server.store.rewrapping import change_wrapping_key
from tests.server.house import ADA, BEA, settings_for
from tests.server.making import a_dose

OWNS = """
DROP ROLE IF EXISTS rings_owner; CREATE ROLE rings_owner LOGIN;
GRANT USAGE ON SCHEMA keyring TO rings_owner; ALTER TABLE keyring.stream_key OWNER TO rings_owner
"""


def as_login(url: str, login: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc.rpartition('@')[2]}"))


async def run(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statements)
    await connection.close()


@pytest.fixture
async def settings(database: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """A district of two children; an ordinary login owns the keyring."""
    settings = settings_for(tmp_path / "home", database)
    await found_district(settings, wall_clock, "Aspen", "school_district", "America/Chicago")
    async with open_district(settings, wall_clock, "command", "test") as district:
        await district.record([(stream_of("student", one), a_dose()) for one in (ADA, BEA)])
    await run(database, OWNS)
    owner = as_login(database, "rings_owner")
    yield replace(settings, owner_url=owner, keyring_owner_url=owner)
    await run(database, "DROP OWNED BY rings_owner CASCADE; DROP ROLE rings_owner")


async def wrapped(settings: Settings) -> set[bytes]:
    owner = await asyncpg.connect(settings.database_url)
    rows = await owner.fetch("SELECT wrapped FROM keyring.stream_key")
    await owner.close()
    return {row["wrapped"] for row in rows}


async def readable(settings: Settings) -> int:
    """How many events open, after one more was written."""
    async with open_district(settings, wall_clock, "command", "test") as district:
        await district.record([(stream_of("student", BEA), a_dose("21"))])
        return len([row async for row in district.log.read(Position(0)) if row.event is not None])


async def test_pg_r17_the_next_key_opens_everything(settings: Settings) -> None:
    """PG-R17: no row lies as it lay, the log holds, and what comes is written."""
    before = await wrapped(settings)
    done = await change_wrapping_key(settings, {}, os.urandom)
    assert (done.stream_keys, done.files) == (len(before), 2)
    assert await wrapped(settings) & before == set()
    assert await readable(settings) > 4
    async with open_district(settings, wall_clock, "command", "test") as district:
        keys = district.keys
    found = await check_log(settings, keys, lambda done, size: None)
    assert (found.fault, found.destroyed) == (None, 0)


async def test_pg_r17_nobody_else_may_be_at_work_on_any_machine(settings: Settings, tmp_path: Path) -> None:
    """PG-R17: a server elsewhere is seen in the database; afterwards its older copy of keys/ opens nothing."""
    elsewhere = replace(settings, home=tmp_path / "elsewhere")
    elsewhere.home.mkdir()
    shutil.copytree(settings.home / "keys", elsewhere.home / "keys")
    (elsewhere.home / "checkpoint").symlink_to(settings.home / "checkpoint")
    async with open_district(elsewhere, wall_clock, "server", "test"):
        with pytest.raises(Refused, match="in the database just now"):
            await change_wrapping_key(settings, {}, os.urandom)
    await change_wrapping_key(settings, {}, os.urandom)
    before = await wrapped(settings)
    with pytest.raises(Refused, match="this wrapping key does not open"):
        await readable(elsewhere)
    assert await wrapped(settings) == before


@pytest.mark.parametrize("role", ["doseledger_app", "doseledger_records"])
async def test_pg_r17_only_the_owner_changes_a_wrapped_key(settings: Settings, role: str) -> None:
    """PG-R17: and what a login is not shown counts as refused, never as nothing to do."""
    await run(settings.database_url, f"DROP ROLE IF EXISTS other; CREATE ROLE other LOGIN IN ROLE {role}")
    before = await wrapped(settings)
    other = replace(settings, keyring_owner_url=as_login(settings.database_url, "other"))
    with pytest.raises(Refused, match="DOSELEDGER_KEYRING_OWNER_URL"):
        await change_wrapping_key(other, {}, os.urandom)
    assert await wrapped(settings) == before
    assert not (Home(settings.home).keys / "wrapping.next").exists()
    assert await readable(settings) > 4
