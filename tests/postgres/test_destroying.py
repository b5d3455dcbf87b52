"""Keys destroyed in PostgreSQL: at once in every process, again after a restore, and under the records role alone."""

from typing import Any

import asyncpg
import pytest

from events.errors import Refused
from server.store.destruction import DestructionList
from server.store.port import Appended
from tests.contract.log_contract import rows
from tests.contract.place import CHILD, OTHER_CHILD, doses
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT


async def test_what_is_destroyed_opens_in_no_process_any_more(place: PostgresPlace) -> None:
    """PG-R15: keys that other processes hold in memory are forgotten as soon as they look at the head."""
    one, two = await place.open(), await place.open()
    await one.append([*doses(2), *doses(2, "tablet", OTHER_CHILD)])
    assert all(row.event is not None for row in await rows(two))
    assert await one.destroy([CHILD]) == 2
    for log in (one, two):
        assert [row.event is None for row in await rows(log)] == [True, True, False, False]
    assert await place.key_count(CHILD) == 0


async def test_nothing_is_sealed_under_a_destroyed_key(place: PostgresPlace) -> None:
    """PG-R15: a process that still has the old key in memory makes a new one for a late event."""
    one, late = await place.open(), await place.open()
    await late.append(doses(1))
    await one.destroy([CHILD])
    (outcome,) = (await late.append(doses(1, "tablet"))).outcomes
    assert isinstance(outcome, Appended)
    stored = await rows(await place.open())
    assert [row.event is None for row in stored] == [True, False]


async def test_a_restored_key_is_destroyed_again_before_the_log_opens(place: PostgresPlace) -> None:
    """PG-R15: the list stands outside the database and its back-ups."""
    log = await place.open()
    await log.append(doses(2))
    owner: Any = await asyncpg.connect(place.url)
    (kept,) = await owner.fetch("SELECT * FROM keyring.stream_key")
    await log.destroy([CHILD])
    assert DestructionList(place.home.checkpoints, DISTRICT).read() == {kept["key_id"]}
    await owner.execute("INSERT INTO keyring.stream_key VALUES ($1, $2, $3, $4)", *kept)
    await owner.close()
    await place.close()
    reopened = await place.open()
    assert await place.key_count(CHILD) == 0
    assert [row.event for row in await rows(reopened)] == [None, None]


async def test_a_login_without_the_records_role_destroys_nothing(place: PostgresPlace) -> None:
    """PG-R12: said in words, and nothing is gone."""
    log = await place.open()
    await log.append(doses(2))
    owner = await asyncpg.connect(place.url)
    await owner.execute("DROP ROLE IF EXISTS only_app")
    await owner.execute("CREATE ROLE only_app LOGIN IN ROLE doseledger_app")
    log._destroyer._records_url = place.url.replace("cluster_owner@", "only_app@")
    if "only_app@" in log._destroyer._records_url:
        with pytest.raises(Refused, match="doseledger_records"):
            await log.destroy([CHILD])
        assert await place.key_count(CHILD) == 1
    await owner.execute("DROP ROLE only_app")
    await owner.close()
