"""A device's file opened, or made: held by one process, durable, and unlocked by its secret.

hold it alone --> what a process before left in the log made durable (wal.py) --> tables --> key unwrapped --> Store
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from client_sync.errors import DeviceInUse, StoreDamaged, WrongKey
from client_sync.sealing import SALT_BYTES, Sealer, unwrap_key, wrap_new_key
from client_sync.store import WAL_PAGES, Store
from client_sync.wal import make_durable

SCHEMA = Path(__file__).with_name("schema.sql")
FORMAT = b"1"


@asynccontextmanager
async def open_store(path: Path, secret: str | bytes) -> AsyncIterator[Store]:
    """Open the device's file, or make it. ``secret`` is a passphrase or PIN, or a 32-byte key.

    Raises DeviceInUse when another process holds it, WrongKey when the secret does not open it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    async with aiosqlite.connect(path, isolation_level=None, timeout=0) as db:
        await _take_hold(db, path)
        await asyncio.to_thread(make_durable, path)
        await db.executescript(SCHEMA.read_text())
        yield Store(db, await _unlock(db, secret), path.parent)


async def _take_hold(db: aiosqlite.Connection, path: Path) -> None:
    """Hold the file exclusively until the connection closes; the system lets go of it when the process dies."""
    try:
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            f"wal_autocheckpoint = {WAL_PAGES}",
            "synchronous = FULL",
            "secure_delete = ON",
        ):
            await db.execute(f"PRAGMA {pragma}")
        await db.execute("BEGIN EXCLUSIVE")
        await db.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) and "busy" not in str(error):
            raise
        raise DeviceInUse(f"{path.name} is in use by another process") from error
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"{path.name} is not a device's file: {error}") from error


async def _unlock(db: aiosqlite.Connection, secret: str | bytes) -> Sealer:
    async with db.execute("SELECT name, value FROM meta WHERE name IN ('salt', 'wrapped_key', 'format')") as rows:
        kept = {name: bytes(value) async for name, value in rows}
    if not kept:
        return await _set_up(db, secret)
    if kept.get("format") != FORMAT:
        raise WrongKey("the device's file was made by a newer program")
    return unwrap_key(secret, kept["salt"], kept["wrapped_key"])


async def _set_up(db: aiosqlite.Connection, secret: str | bytes) -> Sealer:
    salt = os.urandom(SALT_BYTES)
    wrapped, sealer = wrap_new_key(secret, salt)
    await db.execute("BEGIN IMMEDIATE")
    pairs = [("salt", salt), ("wrapped_key", wrapped), ("format", FORMAT)]
    await db.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", pairs)
    await db.execute("COMMIT")
    return sealer
