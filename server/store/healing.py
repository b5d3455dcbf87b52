"""A row that the disk damaged, given back by whoever holds the event: judged here, the same for every store.

    vault row does not open --wanted--> a device's copy --judge--> second copy beside it (``healed``) --> read as before

Nothing is believed of whoever brings it: the entry of the log, proven to be in the signed tree, names the event by
its hash, and the hash is over header and signature; salt and payload are those that the header commits to. What was
destroyed stays destroyed: its key is gone, and is never made anew for this.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import structlog
from msgspec.structs import replace

from events.commitment import holds
from events.dates import from_milliseconds
from events.envelope import Header, SignedEvent, check_shape, event_hash, read_header
from events.errors import BadProof, MalformedEvent, Refused
from events.ids import NO_HASH, DistrictId, Hash, Position
from events.merkle import leaf_hash, verify_inclusion
from events.receipt import make_entry
from server.store.port import StoredEvent, Verdict
from server.store.vault import Unopenable, open_event
from server.store.wrapping import StreamKey

_log = structlog.get_logger(__name__)

Copy = tuple[bytes, bytes]
"""A second copy of a vault row: the id of its key, and the ciphertext."""

NO_VAULT_ROW = "the vault holds nothing for this position"
NO_LOG_ROW = "the log holds nothing at this position"
NO_TIME = "the row's time of receipt is no time"
UNKNOWN_KEY = "the row names a key that nobody knows and nobody destroyed"


def header_of(event: SignedEvent, named: Hash) -> Header | None:
    """The header of the very event the entry names; None for anything else."""
    try:
        header = check_shape(event)
    except MalformedEvent:
        return None
    return header if event_hash(event) == named and holds(event, header) else None


def is_in_tree(
    named: Hash, received_at: datetime, position: Position, size: int, path: list[bytes], root: bytes
) -> bool:
    """Whether the signed tree of ``size`` holds this entry at the position: that its log row is itself sound."""
    try:
        verify_inclusion(leaf_hash(make_entry(named, received_at)), position, size, path, root)
    except BadProof:
        return False
    return True


def require_mended(verdicts: Sequence[Verdict]) -> None:
    """Of the newest tile, told at opening. Raises Refused for a row that cannot be made good there.

    KNOWN GAP: no head after it could be computed, so nothing is opened; a standby or a back-up has the row.
    """
    for one in verdicts:
        _log.error("log.row_damaged", position=one.position, why=one.damage, mended=one.row is not None)
    lost = [one.position for one in verdicts if one.row is None]
    if lost:
        raise Refused("log-damaged", f"position {lost[0]} cannot be read back: take it from a standby or a back-up")


def place_of_row(position: int, name: bytes, received_at: int) -> StoredEvent:
    """A row's place without its event. A time that a disk made nonsense of is told as damage."""
    try:
        at, damage = from_milliseconds(received_at), ""
    except (OverflowError, ValueError):
        at, damage = from_milliseconds(0), NO_TIME
    return StoredEvent(Position(position), Hash(name.hex()), at, None, None, damage)


def from_copies(
    place: StoredEvent, copies: Sequence[Copy], keys: Mapping[bytes, StreamKey], district: DistrictId
) -> StoredEvent | None:
    """The place with its event from the newest second copy that opens."""
    for key_id, sealed in copies:
        if key_id in keys:
            with suppress(Unopenable):
                event = open_event(sealed, keys[key_id], district, place.position, bytes.fromhex(place.event_hash))
                return replace(place, event=event, header=read_header(event.header), damage="")
    return None


def is_destroyed(key_ids: Iterable[bytes | None], destroyed: frozenset[bytes]) -> bool:
    return not destroyed.isdisjoint(key_ids)


def why_damaged(place: StoredEvent, why: str) -> str:
    return NO_LOG_ROW if place.event_hash == NO_HASH else why
