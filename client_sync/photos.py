"""Pictures of papers on this device: sealed as they are attached, kept until the log's key vouches for them, and after.

    picture --its own key--> sealed, in pieces, in one transaction with the event that names it
    receipted --> the note stays; the pieces stay as a spare: 30 days, 100 MiB of all, while the disk has room
    a clock that jumps --> nothing: 30 days are over when a receipt was signed 30 days later, and by this clock too
    a later epoch of the log --> the note is a former one: the district is asked, and has what it lost carried again

A picture opens with the key in its event alone, and that lies sealed as every event does. The schema's triggers refuse
to lose a piece without a note of the epoch the device knows.
"""

import hashlib
import os
from collections.abc import Sequence

import aiosqlite
import msgspec

from client_sync.errors import NotAPicture
from events.catalog import Payload
from events.catalog.event_type import Photo
from events.dates import read_instant
from events.ids import Hash
from events.photos import NONCE_BYTES, PHOTO_BYTES_MAX, PIECE_BYTES, pieces_of, seal_photo

PICTURE_BYTES_MAX = PHOTO_BYTES_MAX - 28
KEY_BYTES = 32
SPARE_DAYS = 30
SPARE_BYTES_MAX = 100 * 1024 * 1024
"""Of all receipted pictures together, as the phone has it (web/src/store/photos.ts)."""
_DAY_MS = 86_400_000
_JPEG = b"\xff\xd8\xff"


class KeptPhoto(msgspec.Struct, frozen=True):
    """A picture attached to the own event ``seq``. ``note`` is the log key's word that the district had it;
    ``is_receipted`` tells whether it is of the epoch this device knows, ``is_here`` whether its bytes are here."""

    name: Hash
    seq: int
    size_bytes: int
    note: str
    is_here: bool
    is_receipted: bool


class SealedPhoto(msgspec.Struct, frozen=True):
    """A picture about to be kept: what its event says of it, and the bytes that travel."""

    photo: Photo
    sealed: bytes


def seal_picture(picture: bytes) -> SealedPhoto:
    """Seal under a key made for this picture. Raises NotAPicture for what is no JPEG, or over 10 MiB."""
    if not picture.startswith(_JPEG):
        raise NotAPicture("this is not a JPEG: attach the paper as one, or record it without a picture")
    if len(picture) > PICTURE_BYTES_MAX:
        raise NotAPicture(f"a picture has at most {PICTURE_BYTES_MAX} bytes, this one {len(picture)}")
    key = os.urandom(KEY_BYTES)
    sealed = seal_photo(picture, key, os.urandom(NONCE_BYTES))
    plain, name = hashlib.sha256(picture).hexdigest(), hashlib.sha256(sealed).hexdigest()
    return SealedPhoto(Photo(sha256=plain, size_bytes=len(picture), sealed=name, key=key.hex()), sealed)


def with_photo(payload: Payload, photo: Photo) -> Payload:
    """The payload, naming the picture. Raises NotAPicture where its type has no place for one."""
    if not hasattr(payload, "photo"):
        raise NotAPicture(f"{type(payload).__name__} names no picture: a statement or a consent does")
    named: Payload = msgspec.structs.replace(payload, photo=photo)
    return named


def to_free(photos: Sequence[KeptPhoto], now_ms: int, bytes_max: int | None = None) -> list[Hash]:
    """Those whose bytes may go: receipted in this epoch, and long ago or beyond what is kept of all, oldest first."""
    spares = [(_received_ms(one.note), one) for one in photos if one.is_here and one.is_receipted]
    left = SPARE_BYTES_MAX if bytes_max is None else bytes_max
    freed = []
    for received_ms, one in sorted(spares, key=lambda spare: spare[0], reverse=True):
        left -= one.size_bytes
        if left < 0 or received_ms < now_ms - SPARE_DAYS * _DAY_MS:
            freed.append(one.name)
    return freed[::-1]


def may_be_old(photos: Sequence[KeptPhoto], now_ms: int) -> bool:
    """Whether a spare would be old if the device's clock were right."""
    limit = now_ms - SPARE_DAYS * _DAY_MS
    return any(one.is_here and one.is_receipted and _received_ms(one.note) < limit for one in photos)


def _origin(note: str) -> str:
    return note.split("\n", 2)[1]


def _received_ms(note: str) -> int:
    return _milliseconds(note.split("\n", 5)[4])


def _milliseconds(instant: str) -> int:
    return round(read_instant(instant).timestamp() * 1000)


class Photos:
    """The pictures in a device's file. Writing happens inside a transaction the caller began."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def keep(self, seq: int, picture: SealedPhoto) -> None:
        """The picture of the event ``seq``, which is written in the same transaction."""
        name, sealed = picture.photo.sealed, picture.sealed
        pieces = [(name, at, sealed[at * PIECE_BYTES : (at + 1) * PIECE_BYTES]) for at in range(pieces_of(len(sealed)))]
        await self._db.execute("INSERT INTO photos (name, seq, size_bytes) VALUES (?, ?, ?)", (name, seq, len(sealed)))
        await self._db.executemany("INSERT INTO photo_pieces (name, number, bytes) VALUES (?, ?, ?)", pieces)

    async def receipt(self, name: Hash, note: str) -> None:
        """The district has it: the verified note."""
        await self._db.execute("UPDATE photos SET note = ? WHERE name = ?", (note, name))

    async def free(self, names: Sequence[Hash]) -> None:
        """Let the bytes go; the notes stay."""
        await self._db.executemany("DELETE FROM photo_pieces WHERE name = ?", [(name,) for name in names])

    async def all(self) -> list[KeptPhoto]:
        """Every picture attached here, in the order of their events."""
        query = (
            "SELECT name, seq, size_bytes, note, EXISTS (SELECT 1 FROM photo_pieces p WHERE p.name = photos.name),"
            " (SELECT origin FROM checkpoints ORDER BY kept DESC LIMIT 1) FROM photos ORDER BY seq"
        )
        return [
            KeptPhoto(Hash(name), seq, size, note, bool(is_here), note != "" and _origin(note) == origin)
            for name, seq, size, note, is_here, origin in await self._db.execute_fetchall(query)
        ]

    async def told_ms(self) -> int:
        """The latest time the log's key signed for an own event or a picture; 0 before the first."""
        events = await self._db.execute_fetchall("SELECT max(received_at) FROM receipts")
        newest = [_milliseconds(at) for (at,) in events if at is not None]
        notes = await self._db.execute_fetchall("SELECT note FROM photos WHERE note != ''")
        return max([*newest, *(_received_ms(note) for (note,) in notes)], default=0)

    async def piece(self, name: Hash, number: int) -> bytes:
        """A piece as it is kept; empty where it is gone."""
        query = "SELECT bytes FROM photo_pieces WHERE name = ? AND number = ?"
        rows = list(await self._db.execute_fetchall(query, (name, number)))
        return bytes(rows[0][0]) if rows else b""

    async def is_whole(self, photo: KeptPhoto) -> bool:
        """Whether what is kept is still, byte for byte, what its name says; computed from the stored bytes."""
        digest = hashlib.sha256()
        for number in range(pieces_of(photo.size_bytes)):
            digest.update(await self.piece(photo.name, number))
        return digest.hexdigest() == photo.name
