"""Checking a bundle with nothing but the bundle (and, if you have it, the district's published log key).

In this order, and the first failure is the answer:

    zip -> manifest -> every file's hash -> the manifest's signature -> checkpoint
        -> each event: form, place in the log, commitment -> seats, from the log key down -> each signature

A seat is believed because the log key certified it (system seats) or because an event of a believed seat
opened it (staff seats); its ``seat.opened`` must stand in the log at or before what it signed. An event
that came in after its seat was closed is not in the log as an event at all: the server quarantines it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from events.checkpoint import Checkpoint, epoch_of, open_checkpoint, open_note, origin_of, parse_verifier_key
from events.commitment import holds
from events.envelope import SignedEvent, check_shape, event_hash, parse_header
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.ids import Position, stream_kind
from events.receipt import parse_receipt, verify_receipt
from events.wire import unb64
from projections.fold import Fact
from server.bundle.archive import bad, read_archive
from server.bundle.format import (
    CHECKPOINT,
    FORMAT,
    FORMAT_NAME,
    KEYS,
    MANIFEST,
    NOTE,
    AnyManifest,
    BundledEvent,
    Keys,
    Manifest,
    event_file,
    note_text,
    receipt_file,
)
from server.bundle.seats import Placed, check_seats
from server.bundle.sums import sha256

Shape = TypeVar("Shape")
_POSITION = re.compile("[0-9]{1,20}")


class BundleReport(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that holds. ``facts`` are the opened events in log order; ``is_pinned``: against a key you gave."""

    manifest: Manifest
    checkpoint: Checkpoint
    note: str
    log_key: str
    is_pinned: bool
    facts: tuple[Fact, ...]
    opened: int
    withheld: int
    seats: int
    sha256: str
    bytes: int

    @property
    def child_facts(self) -> tuple[Fact, ...]:
        """The facts about the child, without the seats they lean on."""
        return tuple(fact for fact in self.facts if stream_kind(fact.stream) == "student")


def verify_bundle(path: Path, pinned: str | None = None) -> BundleReport:
    """Check everything a bundle claims. Raises Refused (``bundle-invalid``) with the first thing wrong.

    ``pinned`` is the log's verifier key from elsewhere; without it the bundle is only proven to agree with
    the key it carries, and whoever reads the report must compare that key.
    """
    files = read_archive(path)
    manifest = _manifest(files)
    key = _log_key(files, pinned)
    _check_sums(files, manifest, key)
    note = _text(files, CHECKPOINT)
    checkpoint = _checkpoint(note, manifest, key)
    placed = [_place(files, position, note, checkpoint, key, manifest) for position in _positions(files)]
    if len(placed) != manifest.events or sum(not one.is_open for one in placed) != manifest.withheld:
        raise bad("it holds another number of events than its manifest says")
    seats = check_seats(placed, key, manifest.district)
    facts = tuple(_fact(one) for one in placed if one.is_open)
    raw = path.read_bytes()
    return BundleReport(
        manifest=manifest,
        checkpoint=checkpoint,
        note=note,
        log_key=key,
        is_pinned=pinned is not None,
        facts=facts,
        opened=len(facts),
        withheld=manifest.withheld,
        seats=seats,
        sha256=sha256(raw),
        bytes=len(raw),
    )


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    told = _decode(files, MANIFEST, AnyManifest).format
    if told != FORMAT:
        newer = ": a newer program made it" if told.startswith(FORMAT_NAME) else ""
        raise bad(f"its format is {told[:40]!r}; this program reads {FORMAT!r}{newer}")
    return _decode(files, MANIFEST, Manifest)


def _log_key(files: Mapping[str, bytes], pinned: str | None) -> str:
    key = _decode(files, KEYS, Keys).log
    if pinned is not None and key != pinned.strip():
        raise bad(f"it was made under the log key {key.split('+')[0]!r}, which is not the key you expect")
    try:
        parse_verifier_key(key)
    except BadCheckpoint as error:
        raise bad(f"keys.json: {error}") from error
    return key


def _check_sums(files: Mapping[str, bytes], manifest: Manifest, key: str) -> None:
    listed = set(manifest.files) | {MANIFEST, NOTE}
    for name in sorted(listed ^ set(files)):
        raise bad(f"{name} is {'missing' if name in listed else 'not in its manifest'}")
    for name, promised in sorted(manifest.files.items()):
        if sha256(files[name]) != promised.sha256 or len(files[name]) != promised.bytes:
            raise bad(f"{name} is not what the manifest says: it was changed")
    try:
        text = open_note(_text(files, NOTE), key)
    except BadCheckpoint as error:
        raise bad(f"the manifest's signature: {error}") from error
    if text != note_text(sha256(files[MANIFEST])):
        raise bad("the manifest was changed after it was signed")


def _checkpoint(note: str, manifest: Manifest, key: str) -> Checkpoint:
    try:
        checkpoint = open_checkpoint(note, key)
        log_name, _, _ = checkpoint.origin.removesuffix(f"/{epoch_of(checkpoint.origin)}").rpartition("/")
    except BadCheckpoint as error:
        raise bad(f"the checkpoint: {error}") from error
    expected = origin_of(log_name, manifest.district, epoch_of(checkpoint.origin))
    if checkpoint.origin != manifest.origin or checkpoint.origin != expected:
        raise bad(f"the checkpoint is of the log {checkpoint.origin!r}, not of {manifest.origin!r}")
    if checkpoint.size != manifest.log_size:
        raise bad("the checkpoint is of another size of the log than the manifest says")
    return checkpoint


def _positions(files: Mapping[str, bytes]) -> list[int]:
    numbers = [name.removeprefix("events/").removesuffix(".json") for name in files if name.startswith("events/")]
    for number in numbers:
        if _POSITION.fullmatch(number) is None or event_file(int(number)) != f"events/{number}.json":
            raise bad(f"events/{number}.json is not named by a position")
    return sorted(map(int, numbers))


def _place(
    files: Mapping[str, bytes], position: int, note: str, checkpoint: Checkpoint, key: str, manifest: Manifest
) -> Placed:
    """One event with its receipt, checked in itself."""
    name = event_file(position)
    written = _decode(files, name, BundledEvent)
    try:
        is_open = written.salt is not None and written.payload is not None
        salt, payload = (unb64(written.salt or ""), (written.payload or "").encode()) if is_open else (b"", b"")
        signed = SignedEvent(written.header.encode(), unb64(written.signature), salt, payload)
        header = check_shape(signed) if is_open else parse_header(signed.header)
        receipt = _text(files, receipt_file(position))
        proven = verify_receipt(receipt, event_hash(signed), key)
    except (MalformedEvent, BadProof, BadCheckpoint, UnicodeEncodeError) as error:
        raise bad(f"{name}: {error}") from error
    if proven.position != position:
        raise bad(f"{name}: its receipt is for position {proven.position}")
    if parse_receipt(receipt).checkpoint != note or proven.checkpoint != checkpoint:
        raise bad(f"{name}: its receipt is under another checkpoint")
    if header.district != manifest.district:
        raise bad(f"{name}: it belongs to the district {header.district!r}")
    if is_open and not holds(signed, header):
        raise bad(f"{name}: the payload is not what was signed")
    return Placed(header, signed, proven, is_open)


def _fact(one: Placed) -> Fact:
    proven = one.proven
    return Fact(Position(proven.position), proven.received_at, proven.event_hash, one.header, one.signed.payload)


def _text(files: Mapping[str, bytes], name: str) -> str:
    if name not in files:
        raise bad(f"{name} is missing")
    try:
        return files[name].decode()
    except UnicodeDecodeError as error:
        raise bad(f"{name} is not UTF-8 text") from error


def _decode(files: Mapping[str, bytes], name: str, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(_text(files, name), type=shape)
    except msgspec.MsgspecError as error:
        raise bad(f"{name}: {error}") from error
