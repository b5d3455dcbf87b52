"""Making a bundle: the same events, key, day and program give the same bytes.

Members are stored, not compressed, in a fixed order with a fixed date, so that the file's SHA-256 (which
``transfer.prepared`` records) depends on nothing but what is in it.
"""

import io
import zipfile
from collections.abc import Callable, Mapping

import msgspec

from events.envelope import SignedEvent
from events.ids import Position
from events.wire import b64
from server.bundle.format import (
    CHECKPOINT,
    FORMAT,
    KEYS,
    MANIFEST,
    NOTE,
    PAGE,
    SUMMARY,
    BundledEvent,
    FileSum,
    Keys,
    Manifest,
    Purpose,
    event_file,
    note_text,
    receipt_file,
)
from server.bundle.sums import sha256

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o644 << 16


class Proven(msgspec.Struct, frozen=True):
    """One event of the log with its receipt. ``is_open`` False leaves salt and payload out."""

    position: Position
    event: SignedEvent
    receipt: str
    is_open: bool = True


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a bundle says. ``events`` are in log order; ``rules`` are rule-set files by name."""

    purpose: Purpose
    district: str
    district_name: str
    origin: str
    log_size: int
    checkpoint: str
    log_key: str
    made_at: str
    program: str
    students: tuple[str, ...]
    selection: tuple[str, ...]
    conscientious_included: bool
    events: tuple[Proven, ...]
    rules: dict[str, bytes]
    summary: bytes
    page: bytes


def make_bundle(contents: Contents, sign_note: Callable[[str], str]) -> bytes:
    """The zip. ``sign_note`` puts the log key's C2SP note signature line over a text."""
    files = _files(contents)
    manifest = Manifest(
        format=FORMAT,
        purpose=contents.purpose,
        district=contents.district,
        district_name=contents.district_name,
        origin=contents.origin,
        log_size=contents.log_size,
        made_at=contents.made_at,
        program=contents.program,
        students=contents.students,
        selection=contents.selection,
        conscientious_included=contents.conscientious_included,
        events=len(contents.events),
        withheld=sum(not one.is_open for one in contents.events),
        files={name: FileSum(sha256(content), len(content)) for name, content in sorted(files.items())},
    )
    table = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    text = note_text(sha256(table))
    note = f"{text}\n{sign_note(text)}".encode()
    return _zip({MANIFEST: table, NOTE: note, **dict(sorted(files.items()))})


def _files(contents: Contents) -> dict[str, bytes]:
    files = {
        PAGE: contents.page,
        SUMMARY: contents.summary,
        CHECKPOINT: contents.checkpoint.encode(),
        KEYS: msgspec.json.encode(Keys(contents.log_key)),
    }
    for name, rule_set in contents.rules.items():
        files[f"rules/{name}"] = rule_set
    for one in contents.events:
        files[event_file(one.position)] = msgspec.json.encode(bundled(one))
        files[receipt_file(one.position)] = one.receipt.encode()
    return files


def bundled(one: Proven) -> BundledEvent:
    """An event as its file holds it."""
    header, signature = one.event.header.decode(), b64(one.event.signature)
    if not one.is_open:
        return BundledEvent(header, signature)
    return BundledEvent(header, signature, b64(one.event.salt), one.event.payload.decode())


def _zip(files: Mapping[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _FIXED_DATE)
            member.create_system = 3
            member.external_attr = _FILE_MODE
            archive.writestr(member, content)
    return raw.getvalue()
