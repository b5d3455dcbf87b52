"""Migrations: forward only, checked at start, safe to run twice at once."""

import asyncio
import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from events.errors import Refused
from server.store.postgres import migrating
from server.store.postgres.migrating import Migration, check_schema, migrate, migrations
from tests.postgres.fixtures import Databases
from tests.postgres.place import PostgresPlace

EXTRA = Migration(9001, "9001_later.sql", "ALTER TABLE ledger.head ADD COLUMN later int")


async def _with_owner(database: str) -> Any:
    return await asyncpg.connect(database)


async def test_a_database_that_was_never_set_up_is_refused(databases: Databases, tmp_path: Path) -> None:
    """PG-R20: in words that name the command."""
    url = await databases.new("template1")
    place = PostgresPlace(url, tmp_path / "home")
    with pytest.raises(Refused, match="doseledger database migrate"):
        await place.open()
    await databases.drop(url)


async def test_two_who_migrate_at_once_do_it_once(databases: Databases) -> None:
    """PG-R20"""
    url = await databases.new("template1")
    one, two = await _with_owner(url), await _with_owner(url)
    done = await asyncio.gather(migrate(one, "ledger"), migrate(two, "ledger"))
    assert sorted(map(len, done)) == [0, len(migrations("ledger"))]
    assert await migrate(one, "ledger") == []
    await one.close()
    await two.close()
    await databases.drop(url)


async def test_a_newer_program_migrates_forward_and_an_older_one_then_refuses(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R20"""
    owner, ours = await _with_owner(database), migrations("ledger")
    with monkeypatch.context() as newer:
        newer.setattr(migrating, "migrations", lambda _: [*ours, EXTRA])
        with pytest.raises(Refused) as behind:
            await check_schema(owner, "ledger")
        assert behind.value.code == "schema-behind"
        assert await migrate(owner, "ledger") == ["9001_later.sql"]
        await check_schema(owner, "ledger")
    with pytest.raises(Refused) as ahead:
        await check_schema(owner, "ledger")
    assert ahead.value.code == "schema-ahead"
    with pytest.raises(Refused):
        await migrate(owner, "ledger")
    await owner.close()


async def test_a_released_file_that_was_changed_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PG-R20"""
    owner, (first, *rest) = await _with_owner(database), migrations("ledger")
    changed = [Migration(first.number, first.name, first.sql + "\n-- later"), *rest]
    monkeypatch.setattr(migrating, "migrations", lambda _: changed)
    with pytest.raises(Refused) as refused:
        await check_schema(owner, "ledger")
    assert refused.value.code == "schema-changed"
    await owner.close()


async def test_a_migration_that_fails_leaves_nothing_behind(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PG-R20: each file is one transaction."""
    owner, ours = await _with_owner(database), migrations("ledger")
    broken = Migration(9002, "9002_broken.sql", "CREATE TABLE ledger.half (x int); SELECT no_such_function()")
    monkeypatch.setattr(migrating, "migrations", lambda _: [*ours, broken])
    with pytest.raises(asyncpg.UndefinedFunctionError):
        await migrate(owner, "ledger")
    assert await owner.fetchval("SELECT to_regclass('ledger.half')") is None
    await owner.close()


def test_no_migration_looks_back() -> None:
    """PG-R20: numbers count up from 1, and nothing of the log is dropped or rewritten."""
    for schema in migrating.SCHEMAS:
        found = migrations(schema)
        assert [one.number for one in found] == list(range(1, len(found) + 1))
        for one in found:
            assert not re.search(r"\b(DROP\s+TABLE|DROP\s+COLUMN|TRUNCATE\s+ledger)", one.sql, re.IGNORECASE), one.name
