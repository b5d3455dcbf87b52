"""``doseledger verify``: derive everything again from the bytes, and name the first position that is wrong.

For each position, in order: the row is there, its ciphertext opens, its header is canonical and says what the
row says, payload and commitment agree, the hash is the row's, the seat that signed it was opened before (by
the system, itself certified by the log key) and not closed, and the signature holds. Over all of them: times
never go back, chains of devices name their predecessors, leaves make the stored tiles and the head, and the
head extends the checkpoint kept outside the database. Nothing is taken from a table that can be derived. What
lies around the rows (keyring, refused bytes, triggers, files) is checked by ``surroundings``.

A damaged row that was healed is checked by its second copy, in the vault and in the log alike. An event whose key is
gone counts as destroyed only as far as certificates in the log (destruction.completed) account for it: a lost key, or
a changed key id, is damage.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from uuid import UUID

import msgspec

from events.catalog.devices import SubmissionQuarantined
from events.catalog.retention import DestructionCompleted
from events.checkpoint import Checkpoint, epoch_of
from events.commitment import holds
from events.dates import from_milliseconds
from events.envelope import SignedEvent, check_shape, event_hash
from events.errors import DoseledgerError
from events.ids import DistrictId, Hash, Position
from events.merkle import Edge, leaf_hash
from events.receipt import make_entry
from projections.fold import fact_of
from server.errors import RolledBack
from server.home import Home
from server.keys import Keys
from server.store import surroundings
from server.store.appending import read_head_row
from server.store.connection import connect
from server.store.destruction import DestructionList
from server.store.keyring import Keyring, open_keyring
from server.store.outside import OutsideCheckpoint
from server.store.row_check import read_second
from server.store.second_rows import LogRow, SecondRows
from server.store.signers import Signers, Wrong
from server.store.tile_check import TileCheck, WrongTile
from server.store.tree import Tree
from server.store.vault import Unopenable, open_event

ROWS_PER_REPORT = 1_000

Progress = Callable[[int, int], None]
"""Told (positions checked, positions in all)."""


class Fault(msgspec.Struct, frozen=True):
    """The first thing that is wrong. ``position`` is None for what concerns the log as a whole."""

    position: Position | None
    what: str


class Verified(msgspec.Struct, frozen=True):
    """What was found. The log holds if ``fault`` is None."""

    origin: str
    size: int
    root: str
    checked: int
    signatures: int
    destroyed: int
    """Events whose stream's key was destroyed: their place is proven, their signatures cannot be checked."""
    gaps: tuple[str, ...]
    """Devices with a missing predecessor, in words: reported, not a fault of the log."""
    fault: Fault | None


class _Row(msgspec.Struct, frozen=True):
    position: int
    id: bytes
    device: bytes
    seq: int
    event_hash: bytes
    received_at: int
    key_id: bytes | None
    sealed: bytes | None


def verify_log(home: Home, district: DistrictId, log_name: str, keys: Keys, progress: Progress) -> Verified:
    """Check one district's log as it lies on disk. Reads only; safe beside a running server."""
    connection, ring = connect(home.ledger), connect(home.keyring)
    keyring = open_keyring(home, district, keys.wrapping)
    check = _Check(connection, ring, keyring, home, district, log_name, keys)
    try:
        outside = check.outside.read()  # before the snapshot: a running server moves the database first
        connection.execute("BEGIN")  # one snapshot for all that follows
        return check.run(outside, progress)
    except RolledBack as error:
        return check.found(0, "", Fault(None, str(error)))
    except sqlite3.DatabaseError as error:
        return check.found(0, "", Fault(None, f"a database file cannot be read: {error}"))
    finally:
        connection.close()
        ring.close()
        keyring.close()


def _read_copies(connection: sqlite3.Connection, district: DistrictId) -> dict[int, list[tuple[bytes, bytes]]]:
    """The second copies of healed rows by position, the newest first; none in a database of before there were any."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'healed'").fetchone() is None:
        return {}
    copies: dict[int, list[tuple[bytes, bytes]]] = {}
    for position, key_id, sealed in connection.execute(
        "SELECT position, stream_key, sealed FROM healed WHERE district = ? ORDER BY number DESC", (district,)
    ):
        copies.setdefault(position, []).append((key_id, sealed))
    return copies


class _Check:
    def __init__(
        self,
        connection: sqlite3.Connection,
        ring: sqlite3.Connection,
        keyring: Keyring,
        home: Home,
        district: DistrictId,
        log_name: str,
        keys: Keys,
    ) -> None:
        self._connection = connection
        self._ring = ring
        self._keyring = keyring
        self._checkpoints = home.checkpoints
        self.outside = OutsideCheckpoint(home.checkpoints, district, keys.log_verifier)
        self._district = district
        self._log_name = log_name
        self._signers = Signers(district, keys.log.public)
        self._edge = Edge()
        self._tiles = TileCheck(connection, district)
        self._times = 0
        self._unopened: list[Position] = []
        self._certified = 0
        self._listed = DestructionList(home.checkpoints, district).read()
        self._unlisted = 0
        self._submissions: dict[bytes, Position] = {}
        self._copies: dict[int, list[tuple[bytes, bytes]]] = {}
        self._moved: Position | None = None

    def run(self, outside: Checkpoint, progress: Progress) -> Verified:
        head = read_head_row(self._connection, self._district)
        self._copies = _read_copies(self._connection, self._district)
        fault: Fault | None = None
        expected = 0
        for row in self._rows():
            try:
                if row.position != expected:
                    raise Wrong(f"position {expected} is missing; the next one in the log is {row.position}")
                self._check(row)
                if self._edge.size == outside.size and self._edge.root() != outside.root:
                    raise Wrong("up to here the log is not the one whose head was signed and kept outside")
            except (DoseledgerError, ValueError, OverflowError, OSError) as error:
                at = error.position if isinstance(error, WrongTile) else None
                fault = Fault(Position(expected) if at is None else at, str(error))
                break
            expected += 1
            if expected % ROWS_PER_REPORT == 0:
                progress(expected, head.edge.size)
        progress(expected, max(head.edge.size, expected))
        fault = fault or self._check_whole(head.edge, outside.size) or self._check_around(outside)
        return self.found(head.edge.size, outside.origin, fault)

    def found(self, size: int, origin: str, fault: Fault | None) -> Verified:
        """The findings so far."""
        checked, root = self._edge.size, self._edge.root().hex()
        signers, destroyed = self._signers, len(self._unopened)
        return Verified(origin, size, root, checked, signers.signatures, destroyed, tuple(signers.gaps), fault)

    def _rows(self) -> Iterator[_Row]:
        cursor = self._connection.execute(
            "SELECT log.position, log.id, log.device, log.seq, log.event_hash, log.received_at,"
            " vault.stream_key, vault.sealed"
            " FROM log LEFT JOIN vault ON vault.district = log.district AND vault.position = log.position"
            " WHERE log.district = ? ORDER BY log.position",
            (self._district,),
        )
        second = SecondRows()
        read_second(self._connection, Tree(self._connection, self._district), self._district, second)
        stored = (_Row(*row) for row in cursor)
        return self._in_place(second, stored) if second else stored

    def _in_place(self, second: SecondRows, stored: Iterable[_Row]) -> Iterator[_Row]:
        """Rows of the log that were made good, in place of what the disk has, and where it has nothing."""
        expected = 0
        for row in stored:
            while expected < row.position and (true := second.at(expected)) is not None:
                yield self._row_of(true)
                expected += 1
            if (true := second.at(row.position)) is not None:
                yield self._row_of(true)
            elif second.is_false(row.position, row.event_hash):
                self._moved = Position(row.position)
                continue
            else:
                yield row
            expected = row.position + 1
        while (true := second.at(expected)) is not None:
            yield self._row_of(true)
            expected += 1

    def _row_of(self, true: LogRow) -> _Row:
        kept = self._connection.execute(
            "SELECT stream_key, sealed FROM vault WHERE district = ? AND position = ?", (self._district, true.position)
        ).fetchone()
        return _Row(
            true.position, true.id, true.device, true.seq, true.event_hash, true.received_at, *(kept or (None, None))
        )

    def _check(self, row: _Row) -> None:
        if row.received_at < self._times:
            raise Wrong("received before the entry ahead of it")
        self._times = row.received_at
        named = Hash(row.event_hash.hex())
        event = self._healed(row)
        if event is None:
            event = self._opened(row)
        if event is None:
            self._unopened.append(Position(row.position))
            self._unlisted += self._listed.isdisjoint(self._key_ids(row))
            self._signers.pass_over(str(UUID(bytes=row.device)), row.seq, named)
        else:
            self._check_event(row, event, named)
        leaf = leaf_hash(make_entry(named, from_milliseconds(row.received_at)))
        self._edge = self._edge.append(leaf)
        self._tiles.add(leaf)

    def _opened(self, row: _Row) -> SignedEvent | None:
        """What the vault's own row holds; None where its key is gone. Raises Wrong."""
        if not self._listed.isdisjoint(self._key_ids(row)):
            return None
        if row.key_id is None or row.sealed is None:
            raise Wrong("the vault holds nothing for this position")
        key = self._keyring.by_id(row.key_id)
        if key is None:
            return None
        try:
            return open_event(row.sealed, key, self._district, Position(row.position), row.event_hash)
        except Unopenable as error:
            raise Wrong(str(error)) from error

    def _key_ids(self, row: _Row) -> list[bytes | None]:
        """Of the vault's row and of its second copies."""
        return [row.key_id, *(key_id for key_id, _ in self._copies.get(row.position, ()))]

    def _healed(self, row: _Row) -> SignedEvent | None:
        """The second copy of a row that was damaged; None where there is none that opens."""
        for key_id, sealed in self._copies.get(row.position, ()):
            key = self._keyring.by_id(key_id)
            if key is not None:
                with suppress(Unopenable):
                    return open_event(sealed, key, self._district, Position(row.position), row.event_hash)
        return None

    def _check_event(self, row: _Row, event: SignedEvent, named: Hash) -> None:
        header = check_shape(event)
        if event_hash(event) != named:
            raise Wrong("the event's hash is not the one in the log")
        said = (UUID(header.id).bytes, UUID(header.device).bytes, header.seq)
        if said != (row.id, row.device, row.seq):
            raise Wrong("id, device or seq of the header are not those in the log")
        if header.district != self._district:
            raise Wrong(f"the event belongs to district {header.district!r}")
        if not holds(event, header):
            raise Wrong("salt and payload are not what the header committed to")
        fact = fact_of(event, Position(row.position), from_milliseconds(row.received_at), header, named)
        self._signers.check(event, fact)
        match fact.payload:
            case DestructionCompleted(events_destroyed=count):
                self._certified += count
            case SubmissionQuarantined(submission=submission):
                self._submissions.setdefault(bytes.fromhex(submission), fact.position)
            case _:
                pass

    def _check_whole(self, head: Edge, outside_size: int) -> Fault | None:
        size = self._edge.size
        if head.size != size:
            return Fault(Position(min(size, head.size)), f"the head says {head.size} entries, the log holds {size}")
        if head.hashes != self._edge.hashes:
            return Fault(None, "the head's right edge is not what the entries make")
        stored_root = self._connection.execute("SELECT root FROM head WHERE district = ?", (self._district,)).fetchone()
        if stored_root is not None and stored_root[0] != self._edge.root():
            return Fault(None, "the head's root is not what the entries make")
        if outside_size > size:
            return Fault(Position(size), f"a head of {outside_size} entries was signed; the log ends at {size}")
        if self._moved is not None:
            return Fault(self._moved, "the log's row here is the one of another position, moved")
        extra = self._connection.execute(
            "SELECT position FROM vault WHERE district = ? AND position >= ? LIMIT 1", (self._district, size)
        ).fetchone()
        return None if extra is None else Fault(Position(extra[0]), "the vault holds an event the log does not")

    def _is_listed(self, outside: Checkpoint) -> bool:
        """After a restored back-up lost certificates, the list beside the outside checkpoint stands for them."""
        return epoch_of(outside.origin) > 0 and self._unlisted == 0

    def _check_around(self, outside: Checkpoint) -> Fault | None:
        """What the entries do not cover: see ``surroundings``."""
        log, ring, mine = self._connection, self._ring, self._district
        if len(self._unopened) > self._certified and not self._is_listed(outside):
            known = f"the log certifies {self._certified} as destroyed"
            return Fault(self._unopened[0], f"{len(self._unopened)} events do not open; {known}")
        for submission, position in self._submissions.items():
            row = (mine, submission)
            if log.execute("SELECT 1 FROM refused WHERE district = ? AND submission = ?", row).fetchone() is None:
                return Fault(position, "the refused bytes this record tells of are gone")
        districts = frozenset(path.name for path in self._checkpoints.iterdir())
        tables = ("log", "vault", "tile", "head", "refused")
        what = (
            surroundings.wrong_head(log, mine, epoch_of(outside.origin), self._times)
            or surroundings.surplus_tile(log, mine, self._edge.size)
            or surroundings.unopenable_key(ring, self._keyring, mine)
            or surroundings.returned_key(ring, self._checkpoints, mine)
            or surroundings.unopenable_refusal(log, self._keyring, mine, self._certified > 0)
            or next(filter(None, (surroundings.foreign_rows(log, table, districts) for table in tables)), None)
            or surroundings.foreign_rows(ring, "stream_key", districts)
            or surroundings.missing_refusal(log)
            or surroundings.damaged_file(log, "ledger.db")
            or surroundings.damaged_file(ring, "keyring.db")
        )
        return None if what is None else Fault(None, what)


__all__ = ["Fault", "Verified", "verify_log"]
