"""Devices, the seats on them, and what the log itself has to say about submissions and epochs.

A seat binds device, author and public key, so that one signature proves both. A system seat (server
process, import run) introduces itself: its ``certificate`` is the log key's signature over the binding,
and its ``seat.opened`` is the first event of its device.

    certificate = Ed25519 by the log key over "doseledger/seat/v1\\n" ‖ district ‖ "\\n" ‖ device ‖ "\\n" ‖
                  author ‖ "\\n" ‖ public key (64 hex digits)
"""

from typing import Annotated, Literal

import msgspec

from events.catalog.event_type import (
    SYSTEM,
    AuthorId,
    Count,
    EventType,
    Label,
    Name,
    Note,
    Payload,
    Sha256,
    SignedText,
    Text,
)
from events.forms import HASH, form
from events.ids import DeviceId, DistrictId, EventId, SeatId, StaffId

PublicKey = Annotated[str, msgspec.Meta(pattern=form(HASH).pattern, title="public key")]
"""A raw Ed25519 or X25519 public key, hexadecimal."""

SEAT_CONTEXT = "doseledger/seat/v1\n"


def seat_binding(district: DistrictId, device: DeviceId, author: str, public_key: str) -> bytes:
    """What the log key signs to certify a system seat."""
    return f"{SEAT_CONTEXT}{district}\n{device}\n{author}\n{public_key}".encode()


class DeviceEnrolled(Payload, frozen=True, kw_only=True):
    """A phone, tablet, laptop, server process or import run joined the district, as one new writer."""

    kind: Literal["phone", "tablet", "laptop", "server", "import", "command"]
    label: Name
    program: Label = ""


class DeviceClosed(Payload, frozen=True, kw_only=True):
    """A device writes no more. ``last_seq`` is the last event known of it; later ones go to review."""

    last_seq: Count
    reason: Literal["lost", "replaced", "retired", "finished", "forked", "other"]
    note: Note = ""
    by: StaffId | None = None


class SeatOpened(Payload, frozen=True, kw_only=True):
    """This key signs for this author on this device, from this position in the log on.

    Only the system writes it, when a one-time code is redeemed: whoever could write it could sign as anybody.
    """

    seat: SeatId
    author: AuthorId
    public_key: PublicKey
    certificate: Label = ""
    """System seats only: base64url signature by the log key over the binding."""


class SeatClosed(Payload, frozen=True, kw_only=True):
    """The key signs no more: what arrives after this position goes to review, whatever its clock says.

    One person's seat ends and the device goes on with the others'; ``by`` is the person of the office who ended it.
    """

    seat: SeatId
    author: AuthorId
    public_key: PublicKey
    reason: Literal["left", "lost", "compromised", "replaced", "other"]
    note: Note = ""
    by: StaffId | None = None


class SubmissionQuarantined(Payload, frozen=True, kw_only=True):
    """Bytes came that the log cannot take as an event; they are kept. ``owner`` has to settle it.

    ``submission`` is the refused event's event_hash, or the SHA-256 of its raw bytes when it has none. What a carrier
    brought sealed and is no event goes by the SHA-256 of the sealed element; ``bytes_sha256`` is then that of what was
    in it, by which the same bytes from another hand are known as one matter.
    """

    submission: Sha256
    reason: Literal[
        "malformed",
        "oversized",
        "bad_commitment",
        "bad_signature",
        "unknown_seat",
        "revoked_key",
        "wrong_district",
        "newer_type",
        "not_authorised",
        "conflict_id",
        "conflict_seq",
        "destroyed_stream",
    ]
    detail: Text
    owner: Literal["health_office", "records", "district_admin"]
    from_device: DeviceId
    staff: StaffId | None = None
    bytes_sha256: Sha256 | None = None


class SubmissionAssigned(Payload, frozen=True, kw_only=True):
    """Whose it is to settle from now on: the role, and the person of it who took it, where somebody did."""

    submission: Sha256
    owner: Literal["health_office", "records", "district_admin"]
    staff: StaffId | None = None
    by: StaffId | None = None


class SubmissionReleased(Payload, frozen=True, kw_only=True):
    """A submission was let in: what it says is the event named ``event``.

    That is the submitted event itself where it passes every check now, else one the office wrote with the same
    payload. ``by`` looked at it; nobody where a newer program understands a type that was unknown before.
    """

    submission: Sha256
    event: EventId
    reason: Text
    by: StaffId | None = None


class SubmissionClosed(Payload, frozen=True, kw_only=True):
    """A person looked and closed the matter: why, or what was done instead."""

    submission: Sha256
    reason: Text
    by: StaffId | None = None


class ForkFound(Payload, frozen=True, kw_only=True):
    """Two writers act as one device: another event at a known seq, or another past."""

    device: DeviceId
    seq: Count
    held: Sha256
    other: Sha256


class EpochOpened(Payload, frozen=True, kw_only=True):
    """The log goes on in a new epoch after a restored back-up: the old signed head, verbatim, and why."""

    old_checkpoint: SignedText
    survived: Count
    reason: Text


class ReceiptPresented(Payload, frozen=True, kw_only=True):
    """A device showed an older receipt for an event that had to be pushed again: it was known since then."""

    event_hash: Sha256
    receipt: SignedText


class RowHealed(Payload, frozen=True, kw_only=True):
    """A row that the server's disk no longer gave back is read again from a second copy of the same event.

    ``event_hash`` is what the log has said of it since it was received; ``damage`` says what was wrong with the row,
    ``from_device`` which device still had the event; none where the server's own tree and vault told the row.
    """

    position: Count
    event_hash: Sha256
    damage: Text
    from_device: DeviceId | None = None


class AlarmAccepted(Payload, frozen=True, kw_only=True):
    """A person looked at an alarm about the log or a device and says that it may rest, and why.

    ``about`` names what raised it: the epoch's number (rollback), the device (fork), the device and its first missing
    seq (gap: ``<device>/<seq>``), or whose events came after the role for them had ended (role_lost: staff id).
    ``count`` is how many events they saw behind it: where more had come by then, nothing rests. What comes later of the
    same kind raises it anew.
    """

    kind: Literal["rollback", "fork", "gap", "role_lost"]
    about: Name
    reason: Text
    by: StaffId | None = None
    count: Count | None = None


class LogKeySucceeded(Payload, frozen=True, kw_only=True):
    """The log's key signs its successor in: both verifier keys, the old signature over the new key."""

    old_key: Text
    new_key: Text
    signature: Text


TYPES = (
    EventType("device.enrolled", DeviceEnrolled, "device", SYSTEM, "design 5, seats"),
    EventType("device.closed", DeviceClosed, "device", SYSTEM, "design 5"),
    EventType("seat.opened", SeatOpened, "device", SYSTEM, "design 5, seats"),
    EventType("seat.closed", SeatClosed, "device", SYSTEM, "design 6, keys"),
    EventType("device.fork_found", ForkFound, "device", SYSTEM, "design 5"),
    EventType("submission.quarantined", SubmissionQuarantined, "device", SYSTEM, "design 7, push"),
    EventType("submission.assigned", SubmissionAssigned, "device", SYSTEM, "design 7, push"),
    EventType("submission.released", SubmissionReleased, "device", SYSTEM, "design 7, push"),
    EventType("submission.closed", SubmissionClosed, "device", SYSTEM, "design 7, push"),
    EventType("receipt.presented", ReceiptPresented, "device", SYSTEM, "design 6, rollback"),
    EventType("epoch.opened", EpochOpened, "district", SYSTEM, "design 6, rollback"),
    EventType("row.healed", RowHealed, "district", SYSTEM, "design 7, digest"),
    EventType("alarm.accepted", AlarmAccepted, "district", SYSTEM, "design 6, rollback; design 7, push"),
    EventType("log_key.succeeded", LogKeySucceeded, "district", SYSTEM, "design 6, keys"),
)
