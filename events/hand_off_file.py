"""A hand-off file as it came from somebody's hands (docs/hand-off.md): each element is read by itself.

file --> what of it can be carried, and what is malformed, by its number
"""

import msgspec

from events.errors import MalformedEvent
from events.ids import DistrictId
from events.wire import HAND_OFF, HandOff, SealedEvent


class Unread(msgspec.Struct, frozen=True):
    """A malformed element; named as the file names it (empty and 0 where it does not)."""

    device: str
    seq: int
    event_hash: str
    why: str


class _Named(msgspec.Struct, frozen=True):
    """As much of a malformed element as tells whose it is."""

    device: object = ""
    seq: object = 0
    event_hash: object = ""


class _File(msgspec.Struct, frozen=True, tag_field="is", tag=HAND_OFF):
    district: DistrictId
    events: tuple[msgspec.Raw, ...]


def read_hand_off_file(raw: bytes) -> tuple[HandOff, tuple[Unread, ...]]:
    """Raises MalformedEvent for what is no hand-off file at all."""
    try:
        file = msgspec.json.decode(raw, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedEvent(f"this is no hand-off file: {error}") from error
    whole: list[SealedEvent] = []
    malformed: list[Unread] = []
    for number, one in enumerate(file.events, start=1):
        try:
            whole.append(msgspec.json.decode(one, type=SealedEvent))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            malformed.append(_unread(one, f"element {number} of the file cannot be read: {error}"))
    return HandOff(file.district, tuple(whole)), tuple(malformed)


def _unread(raw: msgspec.Raw, why: str) -> Unread:
    try:
        named = msgspec.json.decode(raw, type=_Named)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Unread("", 0, "", why)
    seq = named.seq if isinstance(named.seq, int) else 0
    return Unread(str(named.device), seq, str(named.event_hash), why)
