"""A page that came from the log: taken in whole, under the log's signature over its digest, or not at all.

    columns --unpack--> the bytes that were signed, their commitments and hashes --digest--> the note's?
    places --> those asked for, in order                          whole --> the digest of the scope, at its end

What passes is what the log holds, byte for byte (``Trust.GIVEN``). Who signed each event is checked afterwards
(``client_sync.verifying``), before anybody is shown it as verified.
"""

import struct
from collections.abc import Sequence

import msgspec

from events.checkpoint import Checkpoint
from events.digest import Place, open_vouched, scope_digest
from events.errors import BadCheckpoint, MalformedEvent
from events.packing import Pulled, digest_of, unpack
from events.wire import Cursor, Page

_BEFORE_ALL = (0, -1)


class Broken(msgspec.Struct, frozen=True):
    """A page that breaks the contract: nothing of it is kept."""

    why: str


class Read(msgspec.Struct, frozen=True):
    """A page's events, and the signed digest of the whole scope where the page ends it."""

    events: tuple[Pulled, ...]
    whole: bytes | None


def read_page(
    page: Page, scope: str, after: Cursor | None, checkpoint: Checkpoint, log_key: str, asks_digests: bool = False
) -> Read | Broken:
    """Check a page against what was asked, the answer's (verified) checkpoint and the log's word for it."""
    try:
        events = unpack(page.events)
        digest = digest_of(events, page.forget)
        said = open_vouched(page.note, log_key)
    except (MalformedEvent, BadCheckpoint, struct.error) as error:
        return Broken(f"the page cannot be read: {error}")
    fault = _out_of_order(page, events, scope, after, checkpoint)
    if fault:
        return Broken(fault)
    begin, until = _place(after), (page.cursor.effective, page.cursor.position)
    if (said.origin, said.scope, said.size) != (checkpoint.origin, scope, checkpoint.size):
        return Broken("the page's note is of another scope or moment")
    if (said.after, said.until, said.page) != (begin, until, digest) or (said.whole is None) == page.done:
        return Broken("the page is not the one the log signed")
    if said.whole is not None and not _amount_to(said.whole, page.digests, asks_digests):
        return Broken("the digests of the scope's streams are not those of the one the log signed")
    return Read(tuple(events), said.whole)


def _out_of_order(page: Page, events: list[Pulled], scope: str, after: Cursor | None, checkpoint: Checkpoint) -> str:
    """Why the page is not the one asked for; empty if it is."""
    cursor = page.cursor
    if page.scope != scope or cursor.scope != scope:
        return f"the page is of {page.scope}, not {scope}"
    if (cursor.origin, cursor.size, cursor.root) != (checkpoint.origin, checkpoint.size, checkpoint.root.hex()):
        return "the page is not of the log its checkpoint signs"
    place = _place(after)
    for pulled in events:
        following = (pulled.effective, pulled.position)
        if following <= place or not pulled.position <= pulled.effective < checkpoint.size:
            return f"position {pulled.position} is out of order"
        place = following
    if (cursor.effective, cursor.position) < place:
        return "the cursor is before what was delivered"
    if not page.done and (cursor.effective, cursor.position) == _place(after):
        return "the page goes nowhere and is not the last"
    return ""


def _amount_to(whole: bytes, digests: Sequence[tuple[str, str]] | None, are_asked: bool) -> bool:
    """Whether what is told of every stream is what the log signed of them all: nothing else names what differs."""
    if digests is None:
        return not are_asked
    try:
        return scope_digest((stream, bytes.fromhex(digest)) for stream, digest in digests) == whole
    except ValueError:
        return False


def _place(cursor: Cursor | None) -> Place:
    return _BEFORE_ALL if cursor is None else (cursor.effective, cursor.position)
