"""Making and checking the tables of a PostgreSQL installation, with the logins the settings name.

owner    DOSELEDGER_OWNER_URL (else DATABASE_URL)              owns the tables; migrates; never serves
app      DOSELEDGER_DATABASE_URL, as role doseledger_app       inserts and reads
records  DOSELEDGER_RECORDS_URL, as role doseledger_records    destroys keys
"""

from typing import Any

import asyncpg

from events.errors import Refused
from server.settings import Settings
from server.store.postgres.connecting import CONNECT_SECONDS, UNREACHED, refused
from server.store.postgres.migrating import SCHEMAS, Schema, migrate


def owner_urls(settings: Settings) -> dict[Schema, str]:
    """Where each schema lives, as the login that owns it."""
    ledger = settings.owner_url or settings.database_url
    return {"ledger": ledger, "keyring": settings.keyring_owner_url or settings.keyring_url or ledger}


async def set_up(settings: Settings) -> list[str]:
    """Apply the migrations that are missing; their names. Raises Refused in words."""
    applied: list[str] = []
    for schema in SCHEMAS:
        owner = await connect_owner(owner_urls(settings)[schema])
        try:
            applied += [f"{schema}/{name}" for name in await migrate(owner, schema)]
        except asyncpg.InsufficientPrivilegeError as error:
            message = (
                f"this login may not migrate ({error}): name the owner's in DOSELEDGER_OWNER_URL; to make the roles"
            )
            message += " doseledger_app and doseledger_records it needs CREATEROLE, or they are made before"
            raise Refused("database-rights", message) from error
        finally:
            await owner.close()
    return applied


async def connect_owner(url: str) -> "asyncpg.Connection[Any]":
    """A session of the login that owns the tables. Raises Refused in words."""
    try:
        return await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except UNREACHED as error:
        raise refused(error) from None
