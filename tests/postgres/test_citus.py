"""Fit to be distributed by district, as far as plain PostgreSQL can tell: the catalogue, and the statements as sent.

Citus itself is on no machine of ours (docs/scale.md says what that leaves open).
"""

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from events.ids import stream_of
from projections.tables import PROJECTIONS
from tests.contract.place import CHILD, doses
from tests.postgres.place import PostgresPlace
from tests.postgres.test_operations import push
from tests.server.house import ADA, open_house

OURS = "relnamespace::regnamespace::text IN ('ledger', 'keyring')"
REFERENCE = {"ledger.migration", "keyring.migration"}
"""The same on every node, as Citus's reference tables are; written by migrations alone."""


async def test_every_table_is_distributed_by_a_district_that_is_never_null(database: str) -> None:
    """PG-R14: one text column of one name in every table, so that all of a district lie together."""
    owner = await asyncpg.connect(database)
    tables = await owner.fetch(
        "SELECT pg_class.oid::regclass::text AS name, format_type(atttypid, NULL) AS kind, attnotnull AS must"
        f" FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'district'"
        f" WHERE relkind IN ('r', 'p') AND {OURS}"
    )
    found = {row["name"]: (row["kind"], row["must"]) for row in tables if row["name"] not in REFERENCE}
    assert len(found) >= 12
    assert set(found.values()) == {("text", True)}, found
    await owner.close()


async def test_every_constraint_and_index_begins_with_the_district(database: str) -> None:
    """PG-R14: primary keys, unique and other indexes; no foreign key, exclusion or constraint trigger."""
    owner = await asyncpg.connect(database)
    indexes = await owner.fetch(
        "SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS place, indisunique AS is_unique,"
        " pg_get_indexdef(indexrelid, 1, false) AS first, indexprs IS NOT NULL AS has_expression"
        f" FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE {OURS}"
    )
    ours = [row for row in indexes if row["place"] not in REFERENCE]
    assert {row["name"]: row["first"] for row in ours if row["first"] != "district"} == {}
    assert [row["name"] for row in ours if row["is_unique"] and row["has_expression"]] == []
    tables = {row["place"] for row in ours}
    assert tables == {row["place"] for row in ours if row["is_unique"]}, "a table without a key"
    constraints = await owner.fetch(
        "SELECT conname, contype::text AS kind FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
        f" WHERE {OURS}"
    )
    assert {row["kind"] for row in constraints} <= {"p", "u", "c", "n"}
    await owner.close()


async def test_no_construct_that_citus_does_not_distribute(database: str) -> None:
    """PG-R14: no sequence or identity, view, rule, inheritance, unlogged or temporary table, extension or foreign
    table; the only triggers are the two that keep the log, the only function is theirs."""
    owner = await asyncpg.connect(database)
    kinds = await owner.fetch(f"SELECT relname, relkind::text AS kind FROM pg_class WHERE {OURS}")
    assert {row["kind"] for row in kinds} <= {"r", "i", "t"}
    assert await owner.fetch(f"SELECT relname FROM pg_class WHERE relpersistence <> 'p' AND {OURS}") == []
    defaults = await owner.fetch(
        "SELECT DISTINCT pg_get_expr(adbin, adrelid) AS made FROM pg_attrdef JOIN pg_class ON pg_class.oid = adrelid"
        f" WHERE {OURS}"
    )
    assert not [row["made"] for row in defaults if "nextval" in row["made"]]
    assert await owner.fetch("SELECT 1 FROM pg_attribute WHERE attidentity <> '' OR attgenerated <> ''") == []
    assert await owner.fetch("SELECT 1 FROM pg_inherits") == []
    triggers = await owner.fetch("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname")
    assert [row["tgname"] for row in triggers] == ["log_is_never_emptied", "log_keeps_every_row"]
    functions = await owner.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace::regnamespace::text IN ('ledger', 'keyring')"
    )
    assert [row["proname"] for row in functions] == ["refuse_change"]
    extensions = await owner.fetch("SELECT extname FROM pg_extension")
    assert [row["extname"] for row in extensions] == ["plpgsql"]
    await owner.close()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement that is sent while a test runs."""
    sent: set[str] = set()
    execute, do_execute, many = (
        getattr(asyncpg.Connection, name) for name in ("execute", "_do_execute", "executemany")
    )

    async def note_execute(connection: Any, query: str, *given: Any, **more: Any) -> Any:
        sent.add(query)
        return await execute(connection, query, *given, **more)

    async def note_do_execute(connection: Any, query: str, *given: Any, **more: Any) -> Any:
        sent.add(query)
        return await do_execute(connection, query, *given, **more)

    async def note_many(connection: Any, query: str, *given: Any, **more: Any) -> Any:
        sent.add(query)
        return await many(connection, query, *given, **more)

    for name, note in (("execute", note_execute), ("_do_execute", note_do_execute), ("executemany", note_many)):
        monkeypatch.setattr(asyncpg.Connection, name, note)
    return sent


async def test_every_statement_of_a_server_names_the_district(
    statements: set[str], database: str, tmp_path: Path
) -> None:
    """PG-R14: so each goes to one shard; asked of what a server and its commands really send."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        await push(house, 5)
        await house.sign_in("olga")
        await house.http.get(f"/students/{ADA}")
        for projection in PROJECTIONS:
            await house.district.reading.projector.rebuild(projection.name)
            await house.district.reading.projector.compare(projection.name)
        await house.district.log.destroy([stream_of("student", ADA)])
    ours = {one for one in statements if re.search(r"\b(ledger|keyring)\.(?!migration)", one)}
    assert len(ours) > 25
    assert {one for one in ours if "district" not in one} == set()


async def test_an_appending_transaction_touches_one_district(statements: set[str], place: PostgresPlace) -> None:
    """PG-R14: alone and under the lock; nothing but its own head, log, vault and tiles."""
    log, other = await place.open(), await place.open()
    for number in range(3):
        await log.append(doses(300, f"phone {number}"))
    await other.append(doses(2, "other"))
    await log.append(doses(2, "again", CHILD))
    writing = [one for one in statements if re.search(r"\b(INSERT|UPDATE|DELETE)\b", one)]
    touched = {table for one in writing for table in re.findall(r"(?:INTO|UPDATE|FROM) ((?:ledger|keyring)\.\w+)", one)}
    assert touched == {"ledger.head", "ledger.log", "ledger.vault", "ledger.tile", "keyring.stream_key"}
