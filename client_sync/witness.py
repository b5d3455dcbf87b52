"""A device is a witness of the log: it keeps the last checkpoint it verified and believes only extensions of it.

signed by another key, or unreadable            Unsigned    nothing of the answer is used; try again
another log's name, an older epoch, a shorter
or different tree, or no proof of extension     Broken      alarm: nothing is used until a person looks
an extension of what was held                   Extends
a later epoch of the same log                   NewEpoch    own events are delivered once more
"""

import msgspec

from client_sync.state import Identity
from events.checkpoint import Checkpoint, epoch_of, open_checkpoint
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.merkle import verify_consistency
from events.wire import unb64


class Unsigned(msgspec.Struct, frozen=True):
    why: str


class Broken(msgspec.Struct, frozen=True):
    why: str


class Extends(msgspec.Struct, frozen=True):
    checkpoint: Checkpoint


class NewEpoch(msgspec.Struct, frozen=True):
    checkpoint: Checkpoint


Finding = Unsigned | Broken | Extends | NewEpoch


def examine_checkpoint(identity: Identity, held: Checkpoint | None, note: str, consistency: tuple[str, ...]) -> Finding:
    """Judge an answer's checkpoint against the last one verified. ``consistency`` leads from that one's size."""
    try:
        shown = open_checkpoint(note, identity.log_key)
        epoch = epoch_of(shown.origin)
    except BadCheckpoint as error:
        return Unsigned(str(error))
    if shown.origin.rpartition("/")[0] != identity.log_base:
        return Broken(f"the checkpoint is of another log, {shown.origin}")
    if held is None:
        return Extends(shown)
    if epoch > epoch_of(held.origin):
        return NewEpoch(shown)
    if epoch < epoch_of(held.origin):
        return Broken(f"the log fell back from epoch {epoch_of(held.origin)} to {epoch}")
    return _extension(held, shown, consistency)


def _extension(held: Checkpoint, shown: Checkpoint, consistency: tuple[str, ...]) -> Finding:
    if shown.size < held.size:
        return Broken(f"the log shrank from {held.size} to {shown.size} entries")
    try:
        path = [unb64(node) for node in consistency]
        verify_consistency(held.size, shown.size, path, held.root, shown.root)
    except (BadProof, MalformedEvent) as error:
        return Broken(f"no proof that {shown.size} entries extend the {held.size} held: {error}")
    return Extends(shown)
