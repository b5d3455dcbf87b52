"""Pictures of papers, kept sealed beside the log (events/photos.py).

    begin --> piece 0, 1, 2 … in order, whole or in parts --> all in: their SHA-256 is the name --> the log key's note
                                                                      they are something else   --> thrown away
    a new epoch of the log: read, hashed and vouched for once more when a device asks

The server can open none of them by itself: the key stands in the event, under its stream's key. A device may have
UNFINISHED_MAX begun at once; one more throws its oldest away, and it can be sent again.

KNOWN GAP: a destruction that is cut short by a crash leaves the sealed bytes, which nothing opens any more.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from events.catalog.event_type import Photo
from events.dates import write_instant
from events.ids import DeviceId, Hash
from events.photos import PHOTO_BYTES_MAX, PIECE_BYTES, PhotoReceived, pieces_of, vouch_for_photo
from events.wire import PhotoState
from projections.student import Student
from server.api.problems import ProblemError
from server.identity.store import Identities, seconds
from server.keys import Keys

UNFINISHED_MAX = 20

SCHEMA = """
CREATE TABLE IF NOT EXISTS photos (
    name TEXT PRIMARY KEY, device TEXT NOT NULL, size_bytes INTEGER NOT NULL, begun_at INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS photo_pieces (
    name TEXT NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, number)
) STRICT;
"""

_OLDEST = """DELETE FROM photos WHERE name IN (
    SELECT name FROM photos WHERE device = ? AND note = '' AND name <> ? ORDER BY begun_at DESC LIMIT 1000 OFFSET ?)"""
_ORPHANS = "DELETE FROM photo_pieces WHERE name NOT IN (SELECT name FROM photos)"


class Photos:
    """The pictures of one district. ``origin`` tells the log's; ``rows`` is entered by the caller."""

    def __init__(self, rows: Identities, keys: Keys, origin: Callable[[], str], clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._keys = keys
        self._origin = origin
        self._clock = clock

    async def state(self, name: Hash) -> PhotoState:
        """How much of it is here; nothing of one nobody began."""
        found = await self._rows.one("SELECT size_bytes, note FROM photos WHERE name = ?", name)
        if found is None:
            return PhotoState(0)
        size, note = found
        kept = await self._rows.one("SELECT coalesce(sum(length(bytes)), 0) FROM photo_pieces WHERE name = ?", name)
        assert kept is not None
        here = int(kept[0])
        if here < size:
            return PhotoState(here // PIECE_BYTES, bytes_here=here)
        note = note if self._is_of_this_epoch(note) else await self._finish(name, size, note)
        return PhotoState(pieces_of(size), note, here)

    async def take(
        self, device: DeviceId, name: Hash, number: int, size: int, piece: bytes, at: int | None = None
    ) -> PhotoState:
        """Keep a piece of a picture of ``size`` sealed bytes; with ``at`` a part of one, from that byte of it on.

        Raises ProblemError: too-large, bad-request.
        """
        _check(number, size, piece, at)
        begun = "INSERT INTO photos (name, device, size_bytes, begun_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        if await self._rows.write(begun, name, device, size, seconds(self._clock())):
            await self._rows.write(_OLDEST, device, name, UNFINISHED_MAX - 1)
            await self._rows.write(_ORPHANS)
        known = await self._rows.one("SELECT size_bytes FROM photos WHERE name = ?", name)
        here = await self.state(name)
        if known is None or known[0] != size:
            raise ProblemError("bad-request", "This picture was begun with another size.", "size")
        begun_at = number * PIECE_BYTES + (at or 0)
        if begun_at > here.bytes_here:
            first = f"piece {here.pieces} from its byte {here.bytes_here % PIECE_BYTES} on"
            raise ProblemError("bad-request", f"Send {first} first.", "number" if number > here.pieces else "at")
        if begun_at + len(piece) <= here.bytes_here:
            return here
        await self._keep(name, number, piece[here.bytes_here - begun_at :], here.bytes_here - number * PIECE_BYTES)
        return await self.state(name)

    async def _keep(self, name: Hash, number: int, part: bytes, behind: int) -> None:
        """A part behind so many bytes of its piece; nothing, where another request was faster."""
        if not behind:
            kept = "INSERT INTO photo_pieces (name, number, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            await self._rows.write(kept, name, number, part)
            return
        row = await self._rows.one("SELECT bytes FROM photo_pieces WHERE name = ? AND number = ?", name, number)
        if row is not None and len(row[0]) == behind:
            kept = "UPDATE photo_pieces SET bytes = ? WHERE name = ? AND number = ? AND length(bytes) = ?"
            await self._rows.write(kept, bytes(row[0]) + part, name, number, behind)

    async def read(self, name: Hash) -> bytes | None:
        """The sealed bytes; None while they are not all here."""
        found = await self._rows.one("SELECT size_bytes FROM photos WHERE name = ? AND note <> ''", name)
        return None if found is None else await self._whole(name, found[0])

    async def _whole(self, name: Hash, size: int) -> bytes:
        pieces = []
        for number in range(pieces_of(size)):
            row = await self._rows.one("SELECT bytes FROM photo_pieces WHERE name = ? AND number = ?", name, number)
            pieces.append(b"" if row is None else bytes(row[0]))
        return b"".join(pieces)

    def _is_of_this_epoch(self, note: str) -> bool:
        return note.split("\n", 2)[1:2] == [self._origin()]

    async def _finish(self, name: Hash, size: int, former: str) -> str:
        """The note, once the bytes were seen to be what their name says. Raises ProblemError and drops them if not."""
        if hashlib.sha256(await self._whole(name, size)).hexdigest() != name:
            await destroy_photos(self._rows, [name])
            raise ProblemError("bad-request", "The bytes are not those of this name: send all of them again.", "name")
        said = PhotoReceived(self._origin(), name, size, write_instant(self._clock()))
        note = vouch_for_photo(said, self._keys.name, self._keys.log)
        await self._rows.write("UPDATE photos SET note = ? WHERE name = ? AND note = ?", note, name, former)
        return note


def photos_of(student: Student) -> list[Photo]:
    """Every picture the child's papers and consents name."""
    found = [getattr(fact.payload, "photo", None) for fact in student.facts]
    return [one for one in found if isinstance(one, Photo)]


async def destroy_photos(rows: Identities, names: Iterable[Hash]) -> None:
    """``rows`` are entered by the caller."""
    for name in names:
        await rows.write("DELETE FROM photo_pieces WHERE name = ?", name)
        await rows.write("DELETE FROM photos WHERE name = ?", name)


def _check(number: int, size: int, piece: bytes, at: int | None) -> None:
    if size > PHOTO_BYTES_MAX or len(piece) > PIECE_BYTES:
        detail = f"A sealed picture has at most {PHOTO_BYTES_MAX} bytes, a piece {PIECE_BYTES}."
        raise ProblemError("too-large", detail)
    if size < 1 or not 0 <= number < pieces_of(size):
        raise ProblemError("bad-request", "There is no such piece of a picture of this size.", "number")
    whole = min(PIECE_BYTES, size - number * PIECE_BYTES)
    if at is None and len(piece) != whole:
        raise ProblemError("bad-request", f"Every piece but the last has {PIECE_BYTES} bytes.", "number")
    if at is not None and (at < 0 or not piece or at + len(piece) > whole):
        raise ProblemError("bad-request", f"This piece has {whole} bytes: send a part of them.", "at")
