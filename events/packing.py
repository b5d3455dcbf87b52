"""The events of a page, packed in columns and made again byte for byte.

    rows --pack--> Packed (wire) --unpack--> the same header, signature, salt and payload bytes, and their hashes

A header is canonical (events/envelope.py), so its bytes follow from its fields: what repeats within a page
(district, streams, types, writers) is written once, ``commitment`` is left out, since it is
SHA-256(salt ‖ payload), and ``prev`` is left empty where it is the hash of the same device's event last in the
page. Made again, a header holds the commitment of what came with it, so the page's signed digest over the
event hashes checks every commitment.
"""

import binascii
import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from events.digest import page_digest
from events.envelope import SALT_BYTES, SIGNATURE_BYTES, Header, Seen, SignedEvent
from events.errors import MalformedEvent
from events.ids import Hash, Position, Stream, StudentId
from events.wire import Packed, b64, unb64


class Pulled(msgspec.Struct, frozen=True, gc=False):
    """An event of a page: where it stands in log and scope, when the server had it (ms since 1970, UTC), its bytes."""

    position: Position
    effective: int
    received_at: int
    event_hash: Hash
    header: Header
    event: SignedEvent

    @property
    def stream(self) -> Stream:
        return self.header.stream


class Row(msgspec.Struct, frozen=True, gc=False):
    """An event to pack: its place, time of receipt (ms), name, and both forms of its header."""

    position: Position
    effective: int
    received_at: int
    event_hash: Hash
    header: Header
    event: SignedEvent


def pack(rows: Iterable[Row]) -> Packed:
    """The rows in columns, in their order. All of one district."""
    rows = list(rows)
    headers = [row.header for row in rows]
    streams: dict[str, int] = {}
    types: dict[tuple[str, int], int] = {}
    writers: dict[tuple[str, str], int] = {}
    return Packed(
        district=headers[0].district if headers else "",
        stream=tuple([streams.setdefault(one.stream, len(streams)) for one in headers]),
        type=tuple([types.setdefault((one.type, one.schema), len(types)) for one in headers]),
        writer=tuple([writers.setdefault((one.device, one.author), len(writers)) for one in headers]),
        streams=tuple(streams),
        types=tuple(types),
        writers=tuple(writers),
        effective=tuple([row.effective for row in rows]),
        position=tuple([row.position for row in rows]),
        received_at=tuple([row.received_at for row in rows]),
        id=tuple([one.id for one in headers]),
        seq=tuple([one.seq for one in headers]),
        prev=_written_prevs(rows),
        recorded_at=tuple([one.recorded_at for one in headers]),
        seen_epoch=tuple([one.seen.epoch for one in headers]),
        seen_size=tuple([one.seen.size for one in headers]),
        payload=tuple([row.event.payload.decode() for row in rows]),
        salts=b64(b"".join([row.event.salt for row in rows])),
        signatures=b64(b"".join([row.event.signature for row in rows])),
    )


def _written_prevs(rows: list[Row]) -> tuple[str, ...]:
    """Each row's ``prev``, empty where the page says it already."""
    last: dict[str, Hash] = {}
    written: list[str] = []
    for row in rows:
        header = row.header
        written.append("" if last.get(header.device) == header.prev else header.prev)
        last[header.device] = row.event_hash
    return tuple(written)


def unpack(packed: Packed) -> list[Pulled]:
    """The events with the bytes that were signed. Raises MalformedEvent when the columns do not fit together.

    Whether the bytes are a well-formed event, and whose signature it is, stays to be checked.
    """
    try:
        return list(_unpack(packed))
    except (ValueError, LookupError, binascii.Error) as error:
        raise MalformedEvent(f"a page's columns do not fit together: {error}") from error


def _unpack(packed: Packed) -> Iterable[Pulled]:
    signatures, salts = unb64(packed.signatures), unb64(packed.salts)
    count = len(packed.position)
    if len(signatures) != SIGNATURE_BYTES * count or len(salts) != SALT_BYTES * count:
        raise MalformedEvent("signatures or salts are not those of the page's events")
    if count and min(min(packed.stream), min(packed.type), min(packed.writer)) < 0:
        raise MalformedEvent("a table has no row below 0")
    page: Any = packed  # so that the columns' fields count as what they are: to call Hash and the like on each costs
    sha256: Any = hashlib.sha256
    last: dict[str, Any] = {}
    columns = zip(
        page.effective, page.position, page.received_at, page.stream, page.type, page.writer, page.id, page.seq,
        page.prev, page.recorded_at, page.seen_epoch, page.seen_size, page.payload,
        strict=True,
    )  # fmt: skip
    for at, (effective, position, received_at, s, t, w, id, seq, prev, recorded_at, epoch, size, text) in enumerate(
        columns
    ):
        stream, (type, schema), (device, author) = page.streams[s], page.types[t], page.writers[w]
        salt, payload = salts[16 * at : 16 * at + 16], text.encode()
        signature, commitment = signatures[64 * at : 64 * at + 64], sha256(salt + payload).hexdigest()
        prev = prev or last[device]
        header = (
            f'{{"id":"{id}","district":"{page.district}","stream":"{stream}","type":"{type}","schema":{schema},'
            f'"author":"{author}","device":"{device}","seq":{seq},"prev":"{prev}",'
            f'"recorded_at":"{recorded_at}","seen":{{"epoch":{epoch},"size":{size}}},'
            f'"commitment":"{commitment}"}}'
        ).encode()
        named = sha256(header + signature).hexdigest()
        last[device] = named
        seen = Seen(epoch, size)
        fields = Header(
            id, page.district, stream, type, schema, author, device, seq, prev, recorded_at, seen, commitment
        )
        event = SignedEvent(header, signature, salt, payload)
        yield Pulled(position, effective, received_at, named, fields, event)


def digest_of(events: list[Pulled], forget: tuple[StudentId, ...]) -> bytes:
    """The page digest over what was unpacked."""
    return page_digest(
        [one.effective for one in events],
        [one.position for one in events],
        [one.received_at for one in events],
        [one.event_hash for one in events],
        forget,
    )
