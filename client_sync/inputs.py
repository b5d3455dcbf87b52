"""Everything that can happen to a device, as the engine is told it."""

from typing import Literal

import msgspec

from events.envelope import SignedEvent
from events.wire import SyncResponse


class LocalEvent(msgspec.Struct, frozen=True):
    """Somebody recorded something: signed once, here, with the head the state holds."""

    event: SignedEvent


class Follow(msgspec.Struct, frozen=True):
    """From now on keep this scope (``clinic/<id>``, ``facility/<id>``, ``district``) on the device."""

    scope: str


class Unfollow(msgspec.Struct, frozen=True):
    """Drop a scope's downloaded events. The outbox is not touched."""

    scope: str


class Online(msgspec.Struct, frozen=True):
    """The network may be there again: try at once."""


class Offline(msgspec.Struct, frozen=True):
    """The network is gone: an answer may still be on its way, but none is waited for."""


class Tick(msgspec.Struct, frozen=True):
    """Time has passed."""


class Refresh(msgspec.Struct, frozen=True):
    """Somebody asks for the newest there is, now."""


class News(msgspec.Struct, frozen=True):
    """The server says its log has grown to ``size`` (in the epoch of ``origin``)."""

    origin: str
    size: int


class Answer(msgspec.Struct, frozen=True):
    """The server's answer to a turn. An answer to any other turn than the one under way says nothing."""

    turn: int
    response: SyncResponse


class Compared(msgspec.Struct, frozen=True):
    """What is held of a scope was compared with what the log signed at ``size``.

    ``differing`` names the streams held wrongly, where the log told the digest of each; else it is None.
    """

    scope: str
    size: int
    equal: bool
    differing: tuple[str, ...] | None = None


class Damaged(msgspec.Struct, frozen=True):
    """Stored bytes of these streams are not what was stored: found by recomputing them."""

    scope: str
    streams: tuple[str, ...]


FailureKind = Literal["unreachable", "refused", "denied"]


class Failure(msgspec.Struct, frozen=True):
    """A turn brought no usable answer.

    ``unreachable``: none came, the request may have been carried out all the same. ``refused``: the server
    could not take the request as a whole. ``denied``: it does not know this device any more.
    """

    turn: int
    kind: FailureKind
    why: str
    after_seconds: float = 0.0


class Reconsider(msgspec.Struct, frozen=True):
    """A person looked at the alarm and lets the device ask again. What was verified before stays the measure."""


Input = (
    LocalEvent
    | Follow
    | Unfollow
    | Online
    | Offline
    | Tick
    | Refresh
    | News
    | Answer
    | Failure
    | Compared
    | Damaged
    | Reconsider
)
