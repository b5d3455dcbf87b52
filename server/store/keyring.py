"""One AES-256 data key per stream, wrapped under the wrapping key, in a database of its own.

Destroying a row here makes every byte of its stream unreadable (design, sections 5 and 6). A key is durable
before the ledger commit that uses it: a crash in between leaves an unused key, which is harmless. What another
process changed in the file is noticed at the next reading, so that a destroyed key opens nothing from memory.
"""

import os
import sqlite3
import threading
from collections.abc import Collection, Iterable

from events.ids import DistrictId, Stream, stream_kind
from server.home import Home
from server.keys import Random
from server.store.connection import connect
from server.store.wrapping import StreamKey, Wrapping

CACHED_KEYS_MAX = 50_000


class Keyring:
    """The keys of one district's streams. Safe to use from several threads and processes."""

    def __init__(
        self, connection: sqlite3.Connection, district: DistrictId, wrapping: bytes, random: Random = os.urandom
    ) -> None:
        """``connection`` is to the keyring's database, for this keyring alone; ``open_keyring`` makes it."""
        self._connection = connection
        self._district = district
        self._wrapping = Wrapping(district, wrapping, random)
        self._lock = threading.Lock()
        self._by_stream: dict[Stream, StreamKey] = {}
        self._by_id: dict[bytes, StreamKey] = {}
        self._seen = 0

    def ensure(self, streams: Iterable[Stream]) -> dict[Stream, StreamKey]:
        """The keys of these streams, made durable first where they are new."""
        wanted = list(dict.fromkeys(streams))
        with self._lock:
            self._refresh()
            missing = [stream for stream in wanted if stream not in self._by_stream]
            if missing:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    for stream in missing:
                        if self._find(stream) is None:
                            self._make(stream)
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._forget()  # what was made and not committed must never seal anything
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            found = {stream: self._by_stream[stream] for stream in wanted}
            self._bound()
            return found

    def find(self, stream: Stream) -> StreamKey | None:
        """A stream's key, or None when it has none (never written, or destroyed)."""
        with self._lock:
            self._refresh()
            return self._by_stream.get(stream) or self._find(stream)

    def refresh(self) -> None:
        """Forget every key when another connection has changed the file. Readers of many rows call it once for all."""
        with self._lock:
            self._refresh()

    def by_id(self, key_id: bytes) -> StreamKey | None:
        """The key a ciphertext names; None once it is destroyed."""
        with self._lock:
            known = self._by_id.get(key_id)
            if known is not None:
                return known
            row = self._connection.execute(
                "SELECT stream, key_id, wrapped FROM stream_key WHERE district = ? AND key_id = ?",
                (self._district, key_id),
            ).fetchone()
            return None if row is None else self._keep(*row)

    def stream_of(self, key_id: bytes) -> Stream | None:
        """Whose key it is; None where there is no such key."""
        with self._lock:
            row = self._connection.execute(
                "SELECT stream FROM stream_key WHERE district = ? AND key_id = ?", (self._district, key_id)
            ).fetchone()
            return None if row is None else Stream(row[0])

    def streams(self, kinds: Collection[str]) -> list[Stream]:
        """Every stream of these kinds that has a key, in order."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT stream FROM stream_key WHERE district = ? ORDER BY stream", (self._district,)
            )
            return [Stream(name) for (name,) in rows if stream_kind(name) in kinds]

    def close(self) -> None:
        self._connection.close()

    def _refresh(self) -> None:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._seen:
            self._forget()
            self._seen = version

    def _find(self, stream: Stream) -> StreamKey | None:
        row = self._connection.execute(
            "SELECT stream, key_id, wrapped FROM stream_key WHERE district = ? AND stream = ?",
            (self._district, stream),
        ).fetchone()
        return None if row is None else self._keep(*row)

    def _make(self, stream: Stream) -> None:
        key_id, wrapped = self._wrapping.make(stream)
        self._connection.execute(
            "INSERT INTO stream_key (district, stream, key_id, wrapped) VALUES (?, ?, ?, ?)",
            (self._district, stream, key_id, wrapped),
        )
        self._keep(stream, key_id, wrapped)

    def _keep(self, stream: Stream, key_id: bytes, wrapped: bytes) -> StreamKey:
        kept = self._wrapping.open(stream, key_id, wrapped)
        self._by_stream[stream] = kept
        self._by_id[key_id] = kept
        return kept

    def _bound(self) -> None:
        if len(self._by_stream) > CACHED_KEYS_MAX:
            self._forget()

    def _forget(self) -> None:
        self._by_stream.clear()
        self._by_id.clear()


def open_keyring(home: Home, district: DistrictId, wrapping: bytes, random: Random = os.urandom) -> Keyring:
    """The keyring of an installation."""
    return Keyring(connect(home.keyring, "keyring"), district, wrapping, random)
