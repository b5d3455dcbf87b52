"""Destroying stream keys in PostgreSQL: under the records role, with the head held, and on the list outside first.

    head locked (nobody appends) -> list beside the outside checkpoint -> keys deleted -> head counts it -> COMMIT

The count in the head makes every process forget its keys before it seals or opens anything more.

KNOWN GAP: a deleted row's bytes stay in the table's page until it is vacuumed and in the WAL until that is
recycled. They are the *wrapped* key; without the wrapping key they open nothing. Back-ups expire in 35 days.
"""

import asyncio
from collections.abc import Sequence

from events.ids import DistrictId, Stream
from server.home import Home
from server.store.destruction import DestructionList
from server.store.postgres.connecting import Connection, Pool, connect

_DELETE = "DELETE FROM keyring.stream_key WHERE district = $1 AND key_id = ANY($2::bytea[])"

_EVENTS_UNDER = """
SELECT count(*) FROM (
    SELECT position FROM ledger.vault WHERE district = $1 AND stream_key = ANY($2::bytea[])
    UNION SELECT position FROM ledger.healed WHERE district = $1 AND stream_key = ANY($2::bytea[])) AS under
"""


class Destroyer:
    """One district's. ``records_url`` is a login of the keyring's database that may take the records role."""

    def __init__(self, url: str, records_url: str, home: Home, district: DistrictId) -> None:
        self._url, self._records_url, self._district = url, records_url, district
        self._list = DestructionList(home.checkpoints, district)

    async def destroy(self, names: Sequence[Stream]) -> int:
        """As ``port.Log.destroy`` says. Raises Refused when the login may not."""
        ring = await connect(self._records_url, self._district, "doseledger_records")
        try:
            ledger = await connect(self._url, self._district)
            try:
                async with ledger.transaction():
                    return await self._with_head(ledger, ring, names)
            finally:
                await ledger.close()
        finally:
            await ring.close()

    async def destroy_again(self, ring: Pool) -> None:
        """Keys on the list that a restored keyring brought back are destroyed before the log opens."""
        listed = list(await asyncio.to_thread(self._list.read))
        back = await ring.fetchval(
            "SELECT count(*) FROM keyring.stream_key WHERE district = $1 AND key_id = ANY($2::bytea[])",
            self._district, listed,
        )  # fmt: skip
        if back:
            records = await connect(self._records_url, self._district, "doseledger_records")
            await records.execute(_DELETE, self._district, listed)
            await records.close()

    async def _with_head(self, ledger: Connection, ring: Connection, names: Sequence[Stream]) -> int:
        await ledger.execute(
            "UPDATE ledger.head SET destructions = destructions + 1 WHERE district = $1", self._district
        )
        rows = await ring.fetch(
            "SELECT key_id FROM keyring.stream_key WHERE district = $1 AND stream = ANY($2::text[])",
            self._district, list(names),
        )  # fmt: skip
        keys = [row["key_id"] for row in rows]
        await asyncio.to_thread(self._list.add, keys)
        await ring.execute(_DELETE, self._district, keys)
        count: int = await ledger.fetchval(
            _EVENTS_UNDER,
            self._district, list(await asyncio.to_thread(self._list.read)),
        )  # fmt: skip
        return count
