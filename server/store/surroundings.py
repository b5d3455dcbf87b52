"""What lies around the log's rows, checked for ``doseledger verify``: nothing may be damaged unnoticed.

    keyring    every key opens, none that was destroyed          refused   every kept submission opens
    head       epoch, size, time are those of the entries        tile      none that the entries do not fill
    triggers   the log's two refusals are in place               both files: SQLite's own integrity check

Each function gives the sentence of the first fault, or None. They read and never write.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from events.errors import DoseledgerError
from events.ids import DistrictId, Stream
from events.tiles import TILE_WIDTH
from server.store.destruction import DestructionList, returned_keys
from server.store.keyring import Keyring
from server.store.vault import place_of, unseal

_TRIGGERS = ("log_keeps_every_row", "log_keeps_every_byte")


def damaged_file(database: sqlite3.Connection, name: str) -> str | None:
    """Indexes that disagree with their tables, pages out of order: what queries may silently skip over."""
    found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return None if found == "ok" else f"{name} is damaged: {found}"


def missing_refusal(database: sqlite3.Connection) -> str | None:
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    missing = [name for name in _TRIGGERS if name not in there]
    return f"the trigger {missing[0]} that makes the log insert-only is gone" if missing else None


def wrong_head(database: sqlite3.Connection, district: DistrictId, epoch: int, received_at: int) -> str | None:
    """The head row against the epoch that was signed and the newest entry's time (ms)."""
    row = database.execute("SELECT epoch, received_at FROM head WHERE district = ?", (district,)).fetchone()
    if row is None:
        return None
    if row[0] != epoch:
        return f"the head says epoch {row[0]}; the head that was signed and kept outside says {epoch}"
    return None if row[1] == received_at else "the head's time is not that of the newest entry"


def surplus_tile(database: sqlite3.Connection, district: DistrictId, size: int) -> str | None:
    """A stored tile that ``size`` entries do not fill."""
    for level, number in database.execute("SELECT level, number FROM tile WHERE district = ?", (district,)):
        if not 0 <= level <= size.bit_length() or number < 0 or (number + 1) * TILE_WIDTH ** (level + 1) > size:
            return f"stored tile {level}/{number} is of more entries than the log holds"
    return None


def unopenable_key(ring: sqlite3.Connection, keyring: Keyring, district: DistrictId) -> str | None:
    for stream, key_id in ring.execute("SELECT stream, key_id FROM stream_key WHERE district = ?", (district,)):
        try:
            key = keyring.find(Stream(stream))
        except DoseledgerError as error:
            return f"{stream}: {error}"
        if key is None or key.id != key_id:
            return f"{stream}: its key is not the one the keyring names"
    return None


def returned_key(ring: sqlite3.Connection, checkpoints: Path, district: DistrictId) -> str | None:
    """A key that was destroyed and is in the keyring again: an older back-up of it was restored."""
    returned = returned_keys(ring, district, DestructionList(checkpoints, district).read())
    if not returned:
        return None
    return f"{len(returned)} destroyed keys are back in the keyring: any command but this one destroys them again"


def unopenable_refusal(
    database: sqlite3.Connection, keyring: Keyring, district: DistrictId, is_excused: bool
) -> str | None:
    """A kept submission that does not open. A missing key ``is_excused`` where the log certifies destructions."""
    rows: Iterable[tuple[bytes, bytes, bytes]] = database.execute(
        "SELECT submission, stream_key, sealed FROM refused WHERE district = ?", (district,)
    )
    for submission, key_id, sealed in rows:
        try:
            key = keyring.by_id(key_id)
            if key is None and not is_excused:
                return f"refused submission {submission.hex()}: its key is missing"
            if key is not None:
                unseal(sealed, key, place_of(district, -1, submission))
        except DoseledgerError as error:
            return f"refused submission {submission.hex()}: {error}"
    return None


def foreign_rows(database: sqlite3.Connection, table: str, districts: frozenset[str]) -> str | None:
    """Rows of a district that has no checkpoint here: nobody would ever look at them."""
    for (district,) in database.execute(f"SELECT DISTINCT district FROM {table}"):  # noqa: S608
        if district not in districts:
            return f"{table} holds rows of {district!r}, a district with no checkpoint here"
    return None
