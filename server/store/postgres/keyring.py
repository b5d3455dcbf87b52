"""The stream keys of one district in PostgreSQL, with what was read of them lately kept in memory.

The application's role makes and reads keys and cannot destroy one. A key is durable before the commit that
uses it: a crash in between leaves an unused key, which is harmless. A key that another process destroyed is
forgotten here as soon as the head is read, which counts destructions, and after KEPT_SECONDS at the latest.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence

from events.ids import DistrictId, Stream
from server.keys import Random
from server.store.postgres.connecting import Connection, Pool
from server.store.wrapping import StreamKey, Wrapping

_OF_KINDS = """
SELECT stream FROM keyring.stream_key WHERE district = $1 AND split_part(stream, '/', 1) = ANY($2::text[])
ORDER BY stream
"""
KEPT_SECONDS = 60.0
KEPT_MAX = 50_000


class PostgresKeyring:
    """Safe to use from many tasks of one loop, and from many processes."""

    def __init__(
        self,
        pool: Pool,
        district: DistrictId,
        wrapping: bytes,
        random: Random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._district = district
        self._wrapping = Wrapping(district, wrapping, random)
        self._monotonic = monotonic
        self._destructions = 0
        self._forget()

    @property
    def destructions(self) -> int:
        """The count that the keys in memory were read under, or a later one."""
        return self._destructions

    def know(self, destructions: int) -> bool:
        """Told what the head counts: forgets every key when it is news. True if so."""
        if destructions == self._destructions:
            return False
        self._destructions = destructions
        self._forget()
        return True

    async def ensure(self, streams: Iterable[Stream]) -> dict[Stream, StreamKey]:
        """The keys of these streams, made durable first where they are new."""
        wanted = list(dict.fromkeys(streams))
        found = await self.find(wanted)
        new = [stream for stream in wanted if stream not in found]
        if new:
            made = [self._wrapping.make(stream) for stream in new]
            await self._pool.execute(
                "INSERT INTO keyring.stream_key (district, stream, key_id, wrapped)"
                " SELECT $1, stream, key_id, wrapped FROM unnest($2::text[], $3::bytea[], $4::bytea[])"
                " AS new (stream, key_id, wrapped) ON CONFLICT (district, stream) DO NOTHING",
                self._district, new, [key_id for key_id, _ in made], [wrapped for _, wrapped in made],
            )  # fmt: skip
            found |= await self.find(new)  # another process may have been first: its key is the one
        return found

    async def find(self, streams: Sequence[Stream]) -> dict[Stream, StreamKey]:
        """The keys there are; a stream never written or destroyed has none."""
        self._refresh()
        missing = [stream for stream in streams if stream not in self._by_stream]
        if missing:
            await self._fetch("stream = ANY($2)", missing)
        return {stream: self._by_stream[stream] for stream in streams if stream in self._by_stream}

    async def by_ids(self, key_ids: Iterable[bytes]) -> dict[bytes, StreamKey]:
        """The keys that ciphertexts name; those destroyed are missing."""
        self._refresh()
        wanted = set(key_ids)
        missing = [key_id for key_id in wanted if key_id not in self._by_id]
        if missing:
            await self._fetch("key_id = ANY($2)", missing)
        return {key_id: self._by_id[key_id] for key_id in wanted if key_id in self._by_id}

    def streams_of(self, key_ids: Iterable[bytes]) -> dict[bytes, Stream]:
        """Whose keys these are, of those that ``by_ids`` has just found."""
        wanted = set(key_ids)
        return {key.id: stream for stream, key in self._by_stream.items() if key.id in wanted}

    async def _fetch(self, which: str, wanted: Sequence[object]) -> None:
        """Read keys, again where a destruction became known meanwhile: what was read may be destroyed."""
        known = -1
        while known != self._destructions:
            known = self._destructions
            rows = await self._pool.fetch(
                f"SELECT stream, key_id, wrapped FROM keyring.stream_key WHERE district = $1 AND {which}",  # noqa: S608
                self._district, wanted,
            )  # fmt: skip
        for row in rows:
            self._keep(*row)

    def _keep(self, stream: Stream, key_id: bytes, wrapped: bytes) -> None:
        key = self._wrapping.open(stream, key_id, wrapped)
        self._by_stream[stream] = key
        self._by_id[key_id] = key

    def _refresh(self) -> None:
        if self._monotonic() - self._since > KEPT_SECONDS or len(self._by_id) > KEPT_MAX:
            self._forget()

    def _forget(self) -> None:
        self._by_stream: dict[Stream, StreamKey] = {}
        self._by_id: dict[bytes, StreamKey] = {}
        self._since = self._monotonic()


async def streams_of_kinds(db: "Connection | Pool", district: DistrictId, kinds: Collection[str]) -> list[Stream]:
    """Every stream of these kinds that has a key, in order; ``db`` is the keyring's."""
    return [Stream(row["stream"]) for row in await db.fetch(_OF_KINDS, district, list(kinds))]
