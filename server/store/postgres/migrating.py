"""Schema migrations: numbered SQL files, forward only, applied by the owner's role and never by a server.

    migrations/ledger/0001_log.sql …      the database of the log and the vault
    migrations/keyring/0001_keyring.sql   the database of the wrapped keys (the same one, or another)

What was applied stands in ``<schema>.migration`` with the file's SHA-256. A released file never changes; a
change is a new file. A program checks at start that the database stands exactly where it does itself: it
refuses one that is behind (run ``doseledger database migrate``) and one that is ahead (start the newer program).
"""

import hashlib
from contextlib import suppress
from importlib.resources import files
from typing import Literal

import asyncpg
import msgspec

from events.errors import Refused
from server.store.postgres.connecting import Connection

Schema = Literal["ledger", "keyring"]
SCHEMAS: tuple[Schema, ...] = ("ledger", "keyring")
LOCK = 0x646F7365
"""Of the advisory lock that lets one process migrate at a time: ``dose``."""


class Migration(msgspec.Struct, frozen=True):
    """One file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.sql.encode()).digest()


def migrations(schema: Schema) -> list[Migration]:
    """The files of a schema, in order."""
    folder = files("server.store.postgres").joinpath("migrations", schema)
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [Migration(int(file.name[:4]), file.name, file.read_text("utf-8")) for file in found]


async def migrate(connection: Connection, schema: Schema) -> list[str]:
    """Apply what is missing, each file in a transaction; the names applied. Raises Refused for a changed file."""
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        with suppress(Refused):
            await check_schema(connection, schema)
            return []
        await connection.execute(
            f"CREATE SCHEMA IF NOT EXISTS {schema};"
            f"CREATE TABLE IF NOT EXISTS {schema}.migration (number int PRIMARY KEY, name text NOT NULL,"
            " sha256 bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        applied = await _applied(connection, schema)
        names: list[str] = []
        for one in migrations(schema):
            if one.number not in applied:
                async with connection.transaction():
                    await connection.execute(one.sql)
                    await connection.execute(
                        f"INSERT INTO {schema}.migration (number, name, sha256) VALUES ($1, $2, $3)",  # noqa: S608
                        one.number, one.name, one.sha256,
                    )  # fmt: skip
                names.append(one.name)
        _compare(schema, await _applied(connection, schema))
        return names
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def check_schema(connection: Connection, schema: Schema) -> None:
    """Raises Refused when the database does not stand where this program does."""
    try:
        applied = await _applied(connection, schema)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError) as error:
        raise Refused("schema-behind", f"schema {schema} is not set up: run 'doseledger database migrate'") from error
    _compare(schema, applied)


def _compare(schema: Schema, applied: dict[int, bytes]) -> None:
    known = {one.number: one for one in migrations(schema)}
    missing = [one.name for one in known.values() if one.number not in applied]
    if missing:
        raise Refused("schema-behind", f"schema {schema} lacks {missing[0]}: run 'doseledger database migrate'")
    ahead = sorted(applied.keys() - known.keys())
    if ahead:
        raise Refused("schema-ahead", f"schema {schema} was migrated to {ahead[-1]} by a newer program: start that one")
    changed = [one.name for one in known.values() if applied[one.number] != one.sha256]
    if changed:
        raise Refused("schema-changed", f"{changed[0]} is not the file that was applied: a released migration changed")


async def _applied(connection: Connection, schema: Schema) -> dict[int, bytes]:
    rows = await connection.fetch(f"SELECT number, sha256 FROM {schema}.migration")  # noqa: S608
    return {row["number"]: row["sha256"] for row in rows}
