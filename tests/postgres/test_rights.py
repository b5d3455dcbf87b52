"""What the database itself refuses, tried: each role does what is not its business, and is told no."""

from typing import Any

import asyncpg
import pytest

from events.ids import DistrictId
from server.store.postgres.connecting import Role, connect
from tests.contract.place import doses
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT

NEIGHBOUR = DistrictId("isd-901")
APP: Role = "doseledger_app"
RECORDS: Role = "doseledger_records"

FORBIDDEN_TO_APP = [
    "UPDATE ledger.log SET received_at = 0",
    "DELETE FROM ledger.log",
    "TRUNCATE ledger.log",
    "UPDATE ledger.vault SET sealed = ''",
    "DELETE FROM ledger.vault",
    "DELETE FROM ledger.refused",
    "UPDATE ledger.healed SET sealed = ''",
    "DELETE FROM ledger.healed",
    "UPDATE ledger.healed_log SET seq = 0",
    "DELETE FROM ledger.healed_log",
    "UPDATE ledger.tile SET root = ''",
    "DELETE FROM ledger.head",
    "UPDATE keyring.stream_key SET wrapped = ''",
    "DELETE FROM keyring.stream_key",
    "ALTER TABLE ledger.log DISABLE TRIGGER ALL",
    "ALTER TABLE ledger.log DISABLE ROW LEVEL SECURITY",
    "DROP TRIGGER log_keeps_every_row ON ledger.log",
    "CREATE TABLE ledger.mine (x int)",
    "INSERT INTO ledger.migration (number, name, sha256) VALUES (99, 'mine', '')",
]

FORBIDDEN_TO_RECORDS = [
    "INSERT INTO ledger.log VALUES ('isd-900', 99, gen_random_uuid(), gen_random_uuid(), 1, '', 0)",
    "UPDATE ledger.log SET received_at = 0",
    "DELETE FROM ledger.log",
    "UPDATE ledger.vault SET sealed = ''",
    "INSERT INTO ledger.vault VALUES ('isd-900', 99, '', '')",
    "UPDATE ledger.head SET size = 0",
    "DELETE FROM ledger.healed_log",
    "INSERT INTO ledger.healed VALUES ('isd-900', 9, 0, '', '')",
    "INSERT INTO keyring.stream_key VALUES ('isd-900', 'student/x', '', '')",
    "SELECT * FROM ledger.credentials",
]

FORBIDDEN_TO_OWNER = [
    "UPDATE ledger.log SET received_at = 0",
    "UPDATE ledger.log SET position = 9 WHERE position = 0",
    "DELETE FROM ledger.log",
    "TRUNCATE ledger.log",
]


async def refused(connection: Any, statement: str, *, by: type[Exception]) -> None:
    with pytest.raises(by):
        await connection.execute(statement)
    assert await connection.fetchval("SELECT count(*) FROM ledger.log") == 2


async def test_the_application_may_only_insert_and_read(place: PostgresPlace) -> None:
    """PG-R10"""
    await (await place.open()).append(doses(2))
    connection = await connect(place.url, DISTRICT, APP)
    for statement in FORBIDDEN_TO_APP:
        await refused(connection, statement, by=asyncpg.InsufficientPrivilegeError)
    await connection.close()


async def test_the_records_role_destroys_ciphertexts_and_nothing_else(place: PostgresPlace) -> None:
    """PG-R12"""
    await (await place.open()).append(doses(2))
    connection = await connect(place.url, DISTRICT, RECORDS)
    for statement in FORBIDDEN_TO_RECORDS:
        await refused(connection, statement, by=asyncpg.InsufficientPrivilegeError)
    assert await connection.execute("DELETE FROM ledger.vault WHERE position = 0") == "DELETE 1"
    assert await connection.execute("DELETE FROM keyring.stream_key") == "DELETE 1"
    await connection.close()


async def test_not_even_the_owner_changes_the_log(place: PostgresPlace) -> None:
    """PG-R11"""
    await (await place.open()).append(doses(2))
    owner = await asyncpg.connect(place.url)
    for statement in FORBIDDEN_TO_OWNER:
        await refused(owner, statement, by=asyncpg.IntegrityConstraintViolationError)
    await owner.close()


async def test_a_session_waits_for_the_disk_whatever_the_database_says(place: PostgresPlace) -> None:
    """PG-R07: a commit that is answered before it is on disk is one that a power cut takes back."""
    owner = await asyncpg.connect(place.url)
    name = await owner.fetchval("SELECT current_database()")
    await owner.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await owner.close()
    for role in (APP, RECORDS):
        connection = await connect(place.url, DISTRICT, role)
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        await connection.close()


async def test_a_session_sees_one_district(place: PostgresPlace) -> None:
    """PG-R13: nothing of another, whatever it asks for; and writes nothing there."""
    await (await place.open()).append(doses(2))
    neighbour = await connect(place.url, NEIGHBOUR, APP)
    for table in ("log", "vault", "head", "tile", "healed", "healed_log", "projection_row", "sessions"):
        assert await neighbour.fetchval(f"SELECT count(*) FROM ledger.{table}") == 0
    assert await neighbour.fetchval("SELECT count(*) FROM keyring.stream_key") == 0
    assert await neighbour.execute(f"UPDATE ledger.head SET size = 0 WHERE district = '{DISTRICT}'") == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await neighbour.execute(
            "INSERT INTO ledger.log VALUES ($1, 2, gen_random_uuid(), gen_random_uuid(), 1, 'x', 0)", DISTRICT
        )
    await neighbour.close()


async def test_a_session_of_no_district_sees_nothing(place: PostgresPlace) -> None:
    """PG-R13"""
    await (await place.open()).append(doses(2))
    nobody = await asyncpg.connect(place.url, server_settings={"role": APP})
    assert await nobody.fetchval("SELECT count(*) FROM ledger.log") == 0
    await nobody.close()


async def test_two_districts_share_a_database_and_no_key(place: PostgresPlace) -> None:
    """PG-R14: the same positions, ids and devices in another district are no collision."""
    await (await place.open()).append(doses(2))
    owner = await asyncpg.connect(place.url)
    for table in ("log", "vault", "head"):
        columns = [name for name in await _columns(owner, table) if name != "district"]
        named = ", ".join(columns)
        await owner.execute(
            f"INSERT INTO ledger.{table} (district, {named}) SELECT '{NEIGHBOUR}', {named} FROM ledger.{table}"
        )
    assert await owner.fetchval("SELECT count(DISTINCT district) FROM ledger.log") == 2
    await owner.close()


async def _columns(connection: Any, table: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = $1", table
    )
    return [row["column_name"] for row in rows]
