"""Destroying keys for good: first a list outside the database, then the keyring, then every trace of the key on disk.

    names --list beside the outside checkpoint (durable)--> keys deleted, journal emptied --> nothing opens any more

The list names keys, not streams, and nothing about a person. It is kept outside the database and its back-ups,
as the outside checkpoint is: whoever restores an older keyring gets the same keys destroyed again before the log
opens (``destroy_again``). A stream that is written to after its destruction has another key, which stays.

KNOWN GAP: SQLite overwrites what it deletes (secure_delete) and the journal is cut, but a disk that moves blocks
about (flash) may keep an old copy of the *wrapped* key; without the wrapping key it opens nothing.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from events.ids import DistrictId, Stream
from server.home import PRIVATE_FILE, Home, write_durably
from server.store.connection import connect


class DestructionList:
    """Ids of one district's destroyed keys, one a line, in ``checkpoint/``."""

    def __init__(self, folder: Path, district: DistrictId) -> None:
        self._path = folder / f"{district}.destroyed"
        self._lock_path = folder / f".{district}.destroyed.lock"

    def read(self) -> frozenset[bytes]:
        """Every key that was ever destroyed here; none when there is no list."""
        try:
            return frozenset(bytes.fromhex(line) for line in self._path.read_text().split())
        except FileNotFoundError:
            return frozenset()

    def add(self, keys: Iterable[bytes]) -> None:
        """Durable when it returns."""
        with self._locked():
            lines = sorted(key.hex() for key in self.read() | frozenset(keys))
            write_durably(self._path, "".join(f"{line}\n" for line in lines).encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def destroy_keys(home: Home, district: DistrictId, names: Sequence[Stream]) -> int:
    """Destroy the keys of these streams; how many events of the log lie under destroyed keys, all in all.

    Blocks; call it in a thread. Names that have no key (any more) are passed over, so it may be run again.
    """
    with closing(connect(home.keyring)) as ring, closing(connect(home.ledger)) as ledger:
        ledger.execute("BEGIN IMMEDIATE")  # nobody appends under a key that is going
        keys = [key for name in names for key in _keys_of(ring, district, name)]
        listed = DestructionList(home.checkpoints, district)
        listed.add(keys)
        _delete(ring, district, keys)
        count = sum(_events_under(ledger, district, key) for key in listed.read())
        ledger.execute("ROLLBACK")
        return count


def destroy_again(home: Home, district: DistrictId) -> int:
    """Destroy every key on the list that the keyring holds (again); how many there were. Run before a log opens."""
    listed = DestructionList(home.checkpoints, district).read()
    if not listed:
        return 0
    with closing(connect(home.keyring, "keyring")) as ring:
        returned = returned_keys(ring, district, listed)
        if returned:
            _delete(ring, district, returned)
        return len(returned)


def returned_keys(ring: sqlite3.Connection, district: DistrictId, listed: Iterable[bytes]) -> list[bytes]:
    """Those keys that the keyring holds although they were destroyed."""
    there = {key for (key,) in ring.execute("SELECT key_id FROM stream_key WHERE district = ?", (district,))}
    return sorted(there.intersection(listed))


def _keys_of(ring: sqlite3.Connection, district: DistrictId, name: Stream) -> list[bytes]:
    rows = ring.execute("SELECT key_id FROM stream_key WHERE district = ? AND stream = ?", (district, name))
    return [key for (key,) in rows]


def _delete(ring: sqlite3.Connection, district: DistrictId, keys: Sequence[bytes]) -> None:
    """Delete the keys and leave no copy in the journal."""
    ring.execute("BEGIN IMMEDIATE")
    ring.executemany("DELETE FROM stream_key WHERE district = ? AND key_id = ?", [(district, key) for key in keys])
    ring.execute("COMMIT")
    busy, _, _ = ring.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise TimeoutError("another process reads the keyring without end: its journal could not be emptied")


def _events_under(ledger: sqlite3.Connection, district: DistrictId, key: bytes) -> int:
    found: tuple[int] = ledger.execute(
        "SELECT count(*) FROM (SELECT position FROM vault WHERE district = ?1 AND stream_key = ?2"
        " UNION SELECT position FROM healed WHERE district = ?1 AND stream_key = ?2)",
        (district, key),
    ).fetchone()
    return found[0]
