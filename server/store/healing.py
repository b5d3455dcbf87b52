"""A row that the disk damaged, given back by whoever holds the event: judged here, the same for every store.

    vault row does not open --wanted--> a device's copy --judge--> second copy beside it (``healed``) --> read as before

Nothing is believed of whoever brings it: the entry of the log, proven to be in the signed tree, names the event by
its hash, and the hash is over header and signature; salt and payload are those that the header commits to. What was
destroyed stays destroyed: its key is gone, and is never made anew for this.
"""

from datetime import datetime

from events.commitment import holds
from events.envelope import Header, SignedEvent, check_shape, event_hash
from events.errors import BadProof, MalformedEvent
from events.ids import Hash, Position
from events.merkle import leaf_hash, verify_inclusion
from events.receipt import make_entry

NO_VAULT_ROW = "the vault holds nothing for this position"
NO_LOG_ROW = "the log holds nothing at this position"
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
