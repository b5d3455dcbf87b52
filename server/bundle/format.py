"""What a bundle holds: names, limits, and the shape of its JSON files.

manifest.json     what this is, and SHA-256 and size of every other file but manifest.note
manifest.note     the log key's signed note over the manifest's SHA-256
checkpoint        the log's signed tree head, verbatim (C2SP tlog-checkpoint)
keys.json         the log's verifier key
events/<position>.json          header, signature, and opened salt and payload; or withheld
receipts/<position>.tlog-proof  its place in the log, standing alone (C2SP tlog-proof)
rules/<rule set>.json           the law the summary was judged by
summary.json      what the opened events amount to on the day it was made
index.html        the same for a person; verifies the events in a browser, offline
"""

from typing import Literal

import msgspec

FORMAT_NAME = "doseledger-bundle/"
FORMAT = f"{FORMAT_NAME}1"
NOTE_CONTEXT = "doseledger.bundle/1"

MANIFEST = "manifest.json"
NOTE = "manifest.note"
CHECKPOINT = "checkpoint"
KEYS = "keys.json"
SUMMARY = "summary.json"
PAGE = "index.html"

FILES_MAX = 20_000
FILE_BYTES_MAX = 4 * 1024 * 1024
TOTAL_BYTES_MAX = 128 * 1024 * 1024
ZIP_BYTES_MAX = 64 * 1024 * 1024
POSITION_DIGITS = 12

Purpose = Literal["transfer", "due_process", "log"]


class FileSum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the bundle as the manifest promises it."""

    sha256: str
    bytes: int


class AnyManifest(msgspec.Struct, frozen=True):
    """What every version of the manifest says."""

    format: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table of contents. Nothing personal is in it: children are random ids."""

    format: str
    purpose: Purpose
    district: str
    district_name: str
    origin: str
    log_size: int
    made_at: str
    program: str
    students: tuple[str, ...]
    selection: tuple[str, ...]
    """The event types that may be in it."""
    conscientious_included: bool
    events: int
    withheld: int
    """Events whose header and proof are here without their payload."""
    files: dict[str, FileSum]


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``log`` is the verifier key to compare with the one the district publishes."""

    log: str


class BundledEvent(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A signed event as text. Without salt and payload it is withheld: still signed, still in the log."""

    header: str
    signature: str
    salt: str | None = None
    payload: str | None = None


def event_file(position: int) -> str:
    return f"events/{position:0{POSITION_DIGITS}}.json"


def receipt_file(position: int) -> str:
    return f"receipts/{position:0{POSITION_DIGITS}}.tlog-proof"


def note_text(manifest_sha256: str) -> str:
    """What the log key signs: that this district made exactly this manifest."""
    return f"{NOTE_CONTEXT}\n{manifest_sha256}\n"
