"""``doseledger verify`` over either store: SQLite's files where they lie, PostgreSQL's by a copy of one moment."""

import asyncio

import msgspec

from server.home import Home
from server.keys import Keys
from server.settings import Settings
from server.store.fsck import Fault, Progress, Verified, verify_log
from server.store.postgres.copying import copied_home, guard_fault


async def check_log(settings: Settings, keys: Keys, progress: Progress) -> Verified:
    """Derive a district's log anew from its bytes. Reads only; safe beside running servers."""
    home, mine = Home(settings.home), settings.district
    if not settings.is_postgres:
        return await asyncio.to_thread(verify_log, home, mine, settings.log_name, keys, progress)
    url, ring = settings.database_url, settings.keyring_url or settings.database_url
    async with copied_home(url, ring, home, mine) as copy:
        found = await asyncio.to_thread(verify_log, copy, mine, settings.log_name, keys, progress)
    gone = await guard_fault(url, ring, mine)
    if found.fault is None and gone is not None:
        return msgspec.structs.replace(found, fault=Fault(None, gone))
    return found
