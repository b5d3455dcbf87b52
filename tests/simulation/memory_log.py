"""The log of server/store/port.py in memory: what is in ``Disk`` survives a crash, the rest does not.

A crash may strike before the commit, between the commit and the outside checkpoint, and before the answer:
the three places a real process dies in. Every method first gives way to other tasks a random number of
times, so that turns under way together interleave as the seed says.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from random import Random

from msgspec.structs import replace

from events.checkpoint import Checkpoint, origin_of, sign_checkpoint
from events.envelope import SignedEvent, event_hash, parse_header
from events.ids import DeviceId, EventId, Hash, Position, Stream, stream_kind
from events.merkle import EMPTY_ROOT, Edge, consistency_proof, inclusion_proof, leaf_hash, subtree_root
from events.receipt import make_entry
from events.signing import SigningKey
from server.store.healing import header_of
from server.store.port import (
    SEQS_MAX,
    Appended,
    AppendResult,
    Clash,
    Counts,
    DeviceHead,
    LogHead,
    Outcome,
    Present,
    Refuse,
    StoredEvent,
    Verdict,
)
from server.store.second_rows import LogRow

LOG_NAME = "log.example"
PAUSES_MAX = 3


class ServerCrash(Exception):
    """The server process died here."""


class Disk:
    """What the server finds again after a crash: rows, refused bytes, epoch, and the outside checkpoint."""

    def __init__(self, district: str, key: SigningKey) -> None:
        self.district = district
        self.key = key
        self.epoch = 0
        self.rows: list[StoredEvent] = []
        self.refused: dict[Hash, bytes] = {}
        self.edge = Edge()
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.by_hash: dict[Hash, int] = {}
        self.by_id: dict[EventId, int] = {}
        self.by_seq: dict[tuple[DeviceId, int], int] = {}
        self.outside = ""
        self.signed: dict[tuple[int, int], str] = {}
        self.standby: dict[Position, SignedEvent] = {}
        """What was in the rows that are damaged now."""
        self.trees: dict[int, dict[tuple[int, int], bytes]] = {}
        """The nodes of each earlier epoch's tree, as it was when its back-up was put back."""

    def add(self, event: SignedEvent, received_at: datetime) -> Position:
        position, header, known = Position(len(self.rows)), parse_header(event.header), event_hash(event)
        self.rows.append(StoredEvent(position, known, received_at, event, header))
        leaf = leaf_hash(make_entry(known, received_at))
        self.edge = self.edge.extend((leaf,), lambda level, index, node: self.nodes.update({(level, index): node}))
        self.by_hash[known] = self.by_id[header.id] = self.by_seq[header.device, header.seq] = position
        return position

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root_at(self, size: int, epoch: int | None = None) -> bytes:
        """The root over the first ``size`` entries, in an earlier epoch too."""
        nodes = self.nodes if epoch is None else self.trees.get(epoch, self.nodes)
        return subtree_root(lambda level, index: nodes[level, index], 0, size) if size else EMPTY_ROOT

    def head(self) -> LogHead:
        """The head over all rows; signing the same tree twice gives the same note."""
        origin = origin_of(LOG_NAME, self.district, self.epoch)
        checkpoint = Checkpoint(origin, self.edge.size, self.edge.root())
        signed = (self.epoch, checkpoint.size)
        if signed not in self.signed:
            self.signed[signed] = sign_checkpoint(checkpoint, LOG_NAME, self.key)
        return LogHead(self.epoch, checkpoint, self.signed[signed])

    def restore(self, size: int) -> None:
        """A back-up of ``size`` rows is put back: the surviving prefix begins a new epoch."""
        rows, standby = self.rows[:size], self.standby
        refused, signed, epoch = self.refused, self.signed, self.epoch
        trees = {**self.trees, epoch: self.nodes}
        self.__init__(self.district, self.key)  # type: ignore[misc]
        self.refused, self.signed, self.epoch, self.trees = refused, signed, epoch + 1, trees
        for row in rows:
            event = row.event or standby[row.position]  # the back-up is of before the damage
            self.add(event, row.received_at)

    def harm(self, position: Position, is_known: bool) -> bool:
        """The row does not open any more, and perhaps does not say whose it is. False where it did not before."""
        row = self.rows[position]
        if row.event is None or row.header is None:
            return False
        self.standby[position] = row.event
        stream = row.header.stream if is_known else None
        self.rows[position] = replace(row, event=None, header=None, damage="a bit was flipped", stream=stream)
        return True

    def put_back(self, position: Position, event: SignedEvent | None = None) -> None:
        """The row is read again: as the standby has it, or from a second copy."""
        event = self.standby.pop(position) if event is None else event
        self.standby.pop(position, None)
        row, header = self.rows[position], parse_header(event.header)
        self.rows[position] = replace(row, event=event, header=header, damage="", stream=None)


class MemoryLog:
    """One process's view of the disk. ``dies(where)`` says whether it crashes at a step."""

    def __init__(
        self, disk: Disk, clock: Callable[[], datetime], random: Random, dies: Callable[[str], bool] = lambda _: False
    ) -> None:
        self.disk = disk
        self.is_dead = False
        self.counts = Counts(0, 0, 0)
        self._clock = clock
        self._random = random
        self._dies = dies

    async def append(
        self, events: Sequence[SignedEvent], refused: Sequence[Refuse] = (), is_whole: bool = False
    ) -> AppendResult:
        await self._step("before commit")
        known = map(self._known, events if is_whole else ())
        clash = next((one for one in known if isinstance(one, Clash)), None)
        outcomes: list[Outcome] = [self._append(event) if clash is None else clash for event in events]
        self.disk.refused.update({one.submission: one.raw for one in refused})
        head = self.disk.head()
        self._die("between commit and checkpoint")
        self.disk.outside = head.note
        await self._step("before the answer")
        return AppendResult(tuple(outcomes), head)

    def _known(self, event: SignedEvent) -> Present | Clash | None:
        disk, header, known = self.disk, parse_header(event.header), event_hash(event)
        if known in disk.by_hash:
            row = disk.rows[disk.by_hash[known]]
            return Present(row.position, row.received_at)
        for field, at in (("id", disk.by_id.get(header.id)), ("seq", disk.by_seq.get((header.device, header.seq)))):
            if at is not None:
                return Clash(field, disk.rows[at].event_hash, Position(at))
        return None

    def _append(self, event: SignedEvent) -> Outcome:
        known, disk = self._known(event), self.disk
        if known is not None:
            return known
        now = self._clock()
        received_at = max(now, disk.rows[-1].received_at) if disk.rows else now
        return Appended(disk.add(event, received_at), received_at)

    async def head(self) -> LogHead:
        await self._step("head")
        return self.disk.head()

    async def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        await self._step("read")
        for row in self.disk.rows[start:end]:
            yield row

    async def newest(self, start: Position, end: Position) -> list[StoredEvent]:
        return [row async for row in self.read(start, end)]

    async def read_streams(self, streams: Sequence[Stream], size: int) -> list[StoredEvent]:
        await self._step("read streams")
        rows, wanted = self.disk.rows[:size], set(streams)
        return [row for row in rows if (row.stream if row.header is None else row.header.stream) in wanted]

    async def streams(self, kinds: Collection[str]) -> list[Stream]:
        found = {row.header.stream for row in self.disk.rows if row.header is not None}
        return sorted(one for one in found if stream_kind(one) in kinds)

    async def inclusion(self, position: Position, size: int) -> tuple[bytes, list[bytes]]:
        await self._step("inclusion")
        row = self.disk.rows[position]
        return make_entry(row.event_hash, row.received_at), inclusion_proof(self.disk.node, position, size)

    async def consistency(self, old: int, new: int) -> list[bytes]:
        await self._step("consistency")
        return consistency_proof(self.disk.node, old, new)

    async def root_at(self, size: int) -> bytes:
        await self._step("root")
        return self.disk.root_at(size)

    async def find(self, named: Mapping[Hash, EventId]) -> dict[Hash, Position]:
        await self._step("find")
        return {known: Position(self.disk.by_hash[known]) for known in named if known in self.disk.by_hash}

    async def device_heads(self) -> list[DeviceHead]:
        heads: dict[DeviceId, DeviceHead] = {}
        for row in self.disk.rows:
            if row.header is not None and row.header.seq > heads.get(row.header.device, _NO_HEAD).seq:
                header = row.header
                heads[header.device] = DeviceHead(header.device, header.seq, row.event_hash, row.received_at)
        return list(heads.values())

    async def seqs(self, device: DeviceId, first: int, last: int) -> list[int]:
        headers = [row.header for row in self.disk.rows if row.header is not None]
        return sorted(one.seq for one in headers if one.device == device and first <= one.seq <= last)[:SEQS_MAX]

    async def refused(self, submission: Hash) -> bytes | None:
        return self.disk.refused.get(submission)

    async def tile(self, level: int, number: int, width: int) -> bytes:
        return b"".join(self.disk.node(8 * level, 256 * number + at) for at in range(width))

    async def entries(self, number: int, width: int) -> list[bytes]:
        rows = self.disk.rows[256 * number : 256 * number + width]
        return [make_entry(row.event_hash, row.received_at) for row in rows]

    async def heal(self, position: Position, event: SignedEvent) -> bool:
        await self._step("heal")
        row = self.disk.rows[position]
        if not row.damage or header_of(event, row.event_hash) is None:
            return False
        self.disk.put_back(position, event)
        return True

    @property
    def second_rows(self) -> tuple[LogRow, ...]:
        return ()

    async def check_rows(self, tile: int) -> list[Verdict]:
        """Rows of this log are never changed."""
        return []

    async def destroy(self, names: Sequence[Stream]) -> int:
        """Nothing of a destroyed stream opens again."""
        await self._step("destroy")
        for at, row in enumerate(self.disk.rows):
            if row.header is not None and row.header.stream in names:
                self.disk.rows[at] = replace(row, event=None, header=None)
        return sum(row.event is None for row in self.disk.rows)

    async def wait_for_growth(self) -> None:
        await self._step("wait for growth")

    async def close(self) -> None:
        self.is_dead = True

    async def _step(self, where: str) -> None:
        for _ in range(self._random.randrange(PAUSES_MAX)):
            await asyncio.sleep(0)
        self._die(where)

    def _die(self, where: str) -> None:
        """What was committed stays; whoever is still running in this process gets no further."""
        self.is_dead = self.is_dead or self._dies(where)
        if self.is_dead:
            raise ServerCrash(where)


_NO_HEAD = DeviceHead(DeviceId(""), 0, Hash(""), datetime.min)  # noqa: DTZ901
