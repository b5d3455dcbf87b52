"""What the server knows by heart: the log folded in memory, always exactly as of one signed head.

    log --read--> facts --apply--> directory · scopes · quarantine · register · nodes       (then: head)

``catch_up`` reads what is new, then applies it and moves ``head`` in one step without awaiting, so
whoever reads the folds between two awaits sees one consistent snapshot: membership, positions, roles and
keys of the same tree. Whoever asks while a reading waits for its turn shares it: a burst of callers costs one.
Names are held here in memory only, never on disk.

Bounds: 64 bytes of tree and a few more per event, about 1 KiB per student. KNOWN GAP: the whole log is read at
start; beyond some millions of events a start takes minutes until the folds are kept in tables.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NoReturn

import structlog

from events.catalog.devices import RowHealed
from events.ids import Position, Stream
from events.receipt import make_entry
from projections.about import About
from projections.actors import Chain
from projections.alarms import Alarms
from projections.clinic_words import ClinicWords
from projections.deliveries import Deliveries
from projections.directory import Directory
from projections.fold import Fact, fact_of, types_of
from projections.freshness import Reports
from projections.known_since import KnownSince
from projections.recalls import Recalls
from projections.submissions import Submissions
from server.beside import beside
from server.errors import ProjectionPaused
from server.logs import where
from server.register import Register
from server.store.port import Log, LogHead, StoredEvent
from server.sync.proofs import Nodes
from server.sync.scope import Scopes

RETRY_SECONDS = 1.0
"""Between two looks at a store that failed."""

_HEALED = types_of(RowHealed)

_log = structlog.get_logger(__name__)


_FOLDS = (
    "damaged", "_passed", "_destroyed", "_skipped", "_head", "directory", "alarms", "scopes", "nodes", "register",
    "about", "deliveries", "reports", "known_since", "quarantine", "recalls", "clinic_words",
)  # fmt: skip
"""What a second reading of the log takes the place of."""


class Live:
    """The folds of one district's log. ``on_growth`` is told every new head."""

    def __init__(self, log: Log, on_growth: Callable[[LogHead], None]) -> None:
        self._store = log
        self._on_growth = on_growth
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[LogHead] | None = None
        self._head: LogHead | None = None
        self._skipped = False
        self._stopped: ProjectionPaused | None = None
        self.on_anew: Callable[[], None] = lambda: None
        """Called when the folds were made anew: what was read for others before is out of date."""
        self.noticed = asyncio.Event()
        """Set when a damaged row is met, or one was made good by whatever process: for who looks after them."""
        self._mended: list[RowHealed] = []
        self._unlearning = asyncio.Lock()
        self.damaged: dict[Position, StoredEvent] = {}
        """Rows whose bytes the disk does not give back, until they are healed."""
        self._passed: dict[Position, StoredEvent] = {}
        """Those of them that the folds lack, because they were damaged before this process read them."""
        self._destroyed: set[Position] = set()
        """What the folds lack because it reads as destroyed: a row may say so wrongly."""
        self.directory = Directory()
        self.alarms = Alarms(self.directory)
        self.scopes = Scopes()
        self.nodes = Nodes()
        self.register = Register()
        self.about = About()
        self.deliveries = Deliveries()
        self.reports = Reports()
        self.known_since = KnownSince()
        self.quarantine = Submissions()
        self.recalls = Recalls()
        self.clinic_words = ClinicWords()

    @property
    def head(self) -> LogHead:
        """The head the folds stand at."""
        if self._head is None:
            raise RuntimeError("the log was not read yet")
        return self._head

    async def catch_up(self) -> LogHead:
        """Bring the folds to the log's head, or past it when it grows meanwhile.

        Only the first reading, when nobody looks yet, applies rows as they come. Raises ProjectionPaused from the
        moment a fold could not take a fact, until a restart: folds that stand apart are never read from, nor on.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._catch_up(), name="catch up with the log")
        return await asyncio.shield(self._next)

    async def _catch_up(self) -> LogHead:
        async with self._turn:
            self._next = None  # who asks from now on may know of more than this reading will find
            if self._stopped is not None:
                raise self._stopped
            head = await self._store.head()
            size = Position(head.checkpoint.size)
            start = Position(self.directory.size)
            if self._head is None:
                self.nodes = Nodes()
                await self.nodes.load(self._store, size)
                async for row in self._store.read(start, size):
                    self._apply(row)
                if self._skipped:
                    await self._follow_chains()
            elif start < size:
                for row in await self._store.newest(start, size):
                    self._apply(row)
                    self.nodes.add(make_entry(row.event_hash, row.received_at))
            if self.nodes.root(size) != head.checkpoint.root:
                self._stop(size, "its entries amount to another root than the log's")
            grown = self._head is None or self._head.checkpoint.size != head.checkpoint.size
            self._head = head
        if grown:
            self._on_growth(head)
        return self.head

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Keep up with what other processes append, for as long as the server runs."""
        await self.catch_up()
        try:
            async with beside(self._follow(), "follow the log"):
                yield
        finally:
            if self._next is not None:
                await asyncio.wait((self._next,))
            async with self._turn:
                pass  # no reading is under way when the caller closes the log

    async def _follow(self) -> None:
        while True:
            try:
                await self._store.wait_for_growth()
                await self.catch_up()
            except Exception as error:
                _log.error("follow.failed", error=type(error).__name__, where=where(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow_chains(self) -> None:
        """A device's last events may no longer open; its chain goes on behind them all the same."""
        for one in await self._store.device_heads():
            self.directory.follow(one.device, Chain(one.seq, one.hash, one.received_at))
            self.alarms.arrived(one.device, one.seq, one.received_at)
        for device, ranges in self.alarms.missing().items():
            for lacking in ranges:
                for seq in await self._store.seqs(device, lacking.first, lacking.last):
                    self.alarms.arrived(device, seq, None)

    def note_damage(self, row: StoredEvent, is_certain: bool = False) -> None:
        """Name a row that does not open: once in the log of the program, and to people until it is healed.

        Whose it is may be known better later: ``is_certain`` where that stream's own row lists it.
        """
        known = self.damaged.get(row.position)
        if known is None or (is_certain and known.stream != row.stream):
            _log.error("log.damaged", position=row.position, why=row.damage)
            self.damaged[row.position] = row
            self.noticed.set()

    def is_false(self, position: int) -> bool:
        """Whether the row opens and is not the one in the tree all the same: its time was changed."""
        row = self.damaged.get(Position(position))
        return row is not None and row.event is not None

    def lacks(self, stream: Stream) -> tuple[Position, ...]:
        """The positions of this stream (or of nobody knows which) that the disk does not give back."""
        return tuple(sorted(at for at, row in self.damaged.items() if row.stream in (stream, None)))

    def is_unsure_of(self, scope: str) -> bool:
        """Whether the folds lack something that may say who belongs to the scope: then none of it is given."""
        return any(row.stream in (scope, None) for row in self._passed.values())

    def is_lacking(self, stream: Stream) -> bool:
        """Whether the folds lack something of the stream: no device is told to forget such a child, and nobody is taken
        at his word whose seat or rights it may have ended."""
        return any(row.stream == stream for row in self._passed.values())

    async def unlearn(self) -> None:
        """What the log says was made good, here or by another process, is damage no more; folds that lack it, or have
        it as it was not, are made anew."""
        async with self._unlearning:
            await self.catch_up()
            mended = list(self._mended)
            for one in mended:
                self.damaged.pop(Position(one.position), None)
            if any(one.from_device is None or one.position in self._passed.keys() | self._destroyed for one in mended):
                await self.fold_anew()
            elif mended:
                self.on_anew()
            del self._mended[: len(mended)]

    async def fold_anew(self) -> None:
        """Read the log from its beginning, aside, and change over in one step: what was read of it was not right."""
        fresh = Live(self._store, lambda _: None)
        await fresh.catch_up()
        async with self._turn:
            await fresh.catch_up()  # never behind what was answered meanwhile
            false = {at: row for at, row in self.damaged.items() if row.event is not None}
            for name in _FOLDS:
                setattr(self, name, getattr(fresh, name))
            self.damaged |= false  # opens as it always did: no reading meets it
        self.on_anew()

    def _apply(self, row: StoredEvent) -> None:
        if row.event is None or row.header is None:
            self._skipped = True
            self.directory.skip(row.position)
            self.scopes.skip(row.position)
            if row.damage:
                self.note_damage(row)
                self._passed[row.position] = row
                if row.stream is not None:  # the scope holds it all the same: its digest says so
                    self.scopes.place(row.stream, row.position, row.event_hash)
            else:
                self._destroyed.add(row.position)
            return
        fact = fact_of(row.event, row.position, row.received_at, row.header, row.event_hash)
        try:
            self._fold(fact)
            if self._head is not None and fact.header.type in _HEALED and isinstance(fact.payload, RowHealed):
                self._mended.append(fact.payload)
                self.noticed.set()
        except Exception as error:
            _log.error("live.failed", position=row.position, error=type(error).__name__, where=where(error))
            self._stop(row.position, type(error).__name__)

    def _stop(self, position: int, why: str) -> NoReturn:
        _log.error("live.stopped", position=position, why=why)
        self._stopped = ProjectionPaused("live", position, why)
        raise self._stopped

    def _fold(self, fact: Fact) -> None:
        self.alarms.apply(fact)
        self.directory.apply(fact)
        self.scopes.apply(fact)
        self.register.apply(fact)
        self.about.apply(fact)
        self.deliveries.apply(fact)
        self.reports.apply(fact)
        self.known_since.apply(fact)
        self.quarantine.apply(fact)
        self.recalls.apply(fact)
        self.clinic_words.apply(fact)
