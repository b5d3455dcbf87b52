"""What a store promises. SQLite keeps these promises on one machine, PostgreSQL with many processes.

The words MUST and MUST NOT are RFC 2119's; ``tests/contract`` holds every store to them.

  Order        Positions of a district MUST be 0, 1, 2 … without gaps, assigned in commit order: once a
               reader has seen position n, nothing below n may appear later.
  Durability   ``append`` MUST NOT return before the events are durable (fsync) and the checkpoint that
               covers them is in the outside checkpoint store. Cancellation of the caller MUST NOT split
               commit, checkpoint and answer.
  Insert only  No statement of the program updates or deletes a row of the log; the database refuses both.
  Sameness     An event already in the log (equal event_hash) MUST be answered with its one position.
               Equal id, or equal (device, seq), with another hash MUST be answered ``Clash`` and leave the
               log as it was.
  Bytes        ``read`` MUST give back header, signature, salt and payload byte for byte. After a stream's
               key is destroyed it MUST give ``None`` for them, and the log MUST still verify.
  Damage       A row whose bytes the disk no longer gives back MUST be read as damaged, never as destroyed, and MUST
               NOT stop any other row from being read. ``heal`` MUST take only the very event of the log's entry,
               and MUST leave every row that is there as it is: it adds a second copy. So does ``check_rows``
               with a row of the log itself, which MUST be read as the signed tree has it from then on.
  Secrecy      Header, signature, salt and payload MUST be stored only as ciphertext under their stream's
               key; wrapped keys MUST be stored apart from the log and the vault.
  Rollback     A database behind the outside checkpoint MUST NOT sign anything: ``RolledBack`` is raised.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from events.checkpoint import Checkpoint
from events.envelope import Header, SignedEvent
from events.ids import DeviceId, EventId, Hash, Position, Stream
from server.store.second_rows import LogRow


class ReadEvent(SignedEvent, frozen=True, gc=False):
    """An event whose bringer has read its header and knows its hash: a store need not find them out again."""

    read: Header
    name: Hash


class Appended(msgspec.Struct, frozen=True, gc=False):
    """New in the log."""

    position: Position
    received_at: datetime


class Present(msgspec.Struct, frozen=True):
    """Was in the log already, here."""

    position: Position
    received_at: datetime


class Clash(msgspec.Struct, frozen=True):
    """Another event holds the same id, or the same seq of the same device."""

    field: str
    """``id`` or ``seq``."""
    held: Hash
    position: Position


Outcome = Appended | Present | Clash


SEQS_MAX = 10_000
"""Numbers one answer of ``seqs`` may hold."""


class LogHead(msgspec.Struct, frozen=True):
    """The log as of the last commit: epoch, tree head, and the signed note over it."""

    epoch: int
    checkpoint: Checkpoint
    note: str


class AppendResult(msgspec.Struct, frozen=True):
    """One outcome per event, in order, and a head that covers them all."""

    outcomes: tuple[Outcome, ...]
    head: LogHead


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """A row of the log; ``event`` and ``header`` are None once the stream's key is destroyed, or it is damaged."""

    position: Position
    event_hash: Hash
    received_at: datetime
    event: SignedEvent | None
    header: Header | None
    damage: str = ""
    """Why the bytes could not be read back, though nobody destroyed them; empty in a sound row."""
    stream: Stream | None = None
    """Of a damaged row: whose it is, where its key still says so."""


class DeviceHead(msgspec.Struct, frozen=True):
    """The highest seq known of a device, its hash, and when it last reported (server clock, UTC)."""

    device: DeviceId
    seq: int
    hash: Hash
    received_at: datetime


class Refuse(msgspec.Struct, frozen=True):
    """Bytes to keep that are no event of the log: what ``submission.quarantined`` points to."""

    submission: Hash
    stream: Stream
    raw: bytes


class Counts(msgspec.Struct, frozen=True):
    """What this process has appended since it opened the log, and how many callers wait."""

    events: int
    groups: int
    waiting: int


class Verdict(msgspec.Struct, frozen=True):
    """A position whose row is not the one that was appended; ``row`` is that one, where it can be told."""

    position: Position
    damage: str
    row: LogRow | None


class Log(Protocol):
    """One district's log with its vault. Every method is safe to call from many tasks at once."""

    async def append(
        self, events: Sequence[SignedEvent], refused: Sequence[Refuse] = (), is_whole: bool = False
    ) -> AppendResult:
        """Append what is new, in the order given, together with refused bytes to keep, in one commit.

        ``is_whole``: where one of the events clashes, none is appended, and each is answered with that ``Clash``.
        Events MUST be well-formed (``check_shape``); signatures and rights are the caller's business.
        Callers that arrive together share a transaction (group commit).
        """
        ...

    async def head(self) -> LogHead: ...

    def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        """Events at positions start … end - 1 (the head's size when None), in order, decrypted in batches."""
        ...

    async def newest(self, start: Position, end: Position) -> list[StoredEvent]:
        """Events at positions start … end - 1, in order; what this process has just appended may come from memory."""
        ...

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        """All events of these streams below position ``size``, in order."""
        ...

    async def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        """The entry at a position and its inclusion path in the tree of ``size``."""
        ...

    async def consistency(self, old: int, new: int) -> list[bytes]: ...

    async def root_at(self, size: int) -> bytes:
        """The tree's root when it had ``size`` entries."""
        ...

    async def tile(self, level: int, number: int, width: int) -> bytes:
        """``width`` hashes of a tile (C2SP tlog-tiles)."""
        ...

    async def entries(self, number: int, width: int) -> list[bytes]:
        """``width`` entries of an entry bundle."""
        ...

    async def streams(self, kinds: Collection[str]) -> list[Stream]:
        """Every stream of these kinds that has a key: all of which anything opens, and at times one nothing is in."""
        ...

    async def find(self, named: Mapping[Hash, EventId]) -> dict[Hash, Position]:
        """Which of these events the log holds, each by its hash and the id in its header."""
        ...

    async def device_heads(self) -> list[DeviceHead]: ...

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        """Which of a device's seqs from ``first`` to ``last`` the log holds, destroyed ones too: the lowest 10,000."""
        ...

    async def refused(self, submission: Hash) -> bytes | None:
        """The raw bytes kept for a quarantined submission."""
        ...

    @property
    def counts(self) -> Counts: ...

    async def wait_for_growth(self) -> None:
        """Return when another process may have appended: soon after it did, or early and in vain."""
        ...

    async def heal(self, position: Position, event: SignedEvent) -> bool:
        """Keep a second copy of a damaged row's event. False, and nothing done, where the row opens, the event's stream
        has no key, or the tree holds another event there. A row may name a destroyed key that is not its stream's: it
        reads as destroyed. That its stream was not destroyed, and written to anew, is for the caller to know."""
        ...

    @property
    def second_rows(self) -> tuple[LogRow, ...]:
        """The rows of the log that stand as a second copy, as this process knows them."""
        ...

    async def check_rows(self, tile: int) -> list[Verdict]:
        """Compare the log's rows under a tile of level 0 (256 positions, or the newest) with the tree, and their ids
        with the events; keep a second copy of each that can be told. What was wrong, kept or not."""
        ...

    async def destroy(self, names: Sequence[Stream]) -> int:
        """Destroy the keys of these streams for good; how many events lie under destroyed keys, all in all.

        The keys MUST stand durably in the list beside the outside checkpoint first, and a store MUST destroy
        again whatever of that list it finds in its keyring before it opens. No row of the log changes. Names
        without a key are passed over, so that an interrupted destruction may be run again.
        """
        ...

    async def close(self) -> None: ...
