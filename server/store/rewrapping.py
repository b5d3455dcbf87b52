"""Changing the wrapping key: what it wraps is wrapped anew under the next one, and nothing else changes.

    0  every stream key and key file is opened    a wrong key is refused before anything is written
    1  keys/wrapping.next     the next key, or nothing where the environment holds it; nobody else opens this home now
    2  stream keys            of every district with keys here, in one transaction
    3  log and sealing keys   file by file
    4  keys/wrapping.key      is the next one, or gone; wrapping.next is gone

Cut off anywhere, the same command brings it to its end: what opens under the next key is left as it is.

KNOWN GAP: as after a destruction, PostgreSQL's WAL and every back-up keep the former wrapped keys until they expire,
and those open under the former wrapping key.
"""

from collections.abc import Mapping, Sequence

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import replace

from events.errors import Refused
from events.ids import DistrictId
from server.home import Home, sync_folder, write_durably
from server.keys import (
    KEY_BYTES,
    NEXT_WRAPPING_FILE,
    WRAPPING_FILE,
    WRAPPING_VARIABLE,
    Random,
    read_wrapping_key,
    unwrap,
    wrap,
    wrapping_key_at_hand,
)
from server.settings import Settings
from server.store.wrapped_rows import read_wrapped, refuse_others, replace_wrapped
from server.store.wrapping import bound_to

NEXT_VARIABLE = "DOSELEDGER_NEXT_WRAPPING_KEY"


class Rewrapped(msgspec.Struct, frozen=True):
    """What was wrapped anew by this call; ``in_environment``: where the operator keeps the key from now on."""

    stream_keys: int
    files: int
    in_environment: bool


class _Change:
    """From the keys that may still open something to the next one."""

    def __init__(self, home: Home, environment: Mapping[str, str], random: Random) -> None:
        self._begun = home.keys / NEXT_WRAPPING_FILE
        self._home, self._random = home, random
        self.in_environment = bool(environment.get(NEXT_VARIABLE))
        begun = self._begun.read_text() if self._begun.exists() else None
        if self.in_environment and begun:
            raise Refused(
                "bad-setting", f"a change to {self._begun} was begun: unset {NEXT_VARIABLE} and end that first"
            )
        if self.in_environment:
            self._key = read_wrapping_key(environment[NEXT_VARIABLE], NEXT_VARIABLE)
        elif environment.get(WRAPPING_VARIABLE) or begun == "":
            raise Refused("no-wrapping-key", f"set {NEXT_VARIABLE} to the next key, 64 hexadecimal digits")
        else:
            self._key = read_wrapping_key(begun, NEXT_WRAPPING_FILE) if begun else random(KEY_BYTES)
        former = wrapping_key_at_hand(home, environment)
        if self._key == former and begun is None:
            raise Refused("bad-setting", f"{NEXT_VARIABLE} is the key in use: make another")
        self._next, self._former = AESGCM(self._key), None if former is None else AESGCM(former)

    def anew(self, wrapped: bytes, bound: bytes) -> bytes | None:
        """Wrapped under the next key; None for what is already. Raises Refused for what opens under none."""
        if unwrap(self._next, wrapped, bound) is not None:
            return None
        secret = None if self._former is None else unwrap(self._former, wrapped, bound)
        if secret is None:
            raise Refused("bad-key", "neither the wrapping key nor the next one opens everything: nothing was changed")
        return wrap(self._next, secret, bound, self._random)

    def begin(self) -> None:
        write_durably(self._begun, b"" if self.in_environment else self._key.hex().encode())

    def end(self) -> None:
        kept = self._home.keys / WRAPPING_FILE
        if self.in_environment:
            kept.unlink(missing_ok=True)
            sync_folder(self._home.keys)
            self._begun.unlink()
        else:
            self._begun.rename(kept)
        sync_folder(self._home.keys)


async def change_wrapping_key(settings: Settings, environment: Mapping[str, str], random: Random) -> Rewrapped:
    """Wrap everything of this home anew. Blocks while it works: nothing else runs here.

    Raises Refused, and nothing was written, when a program works here or a key is wrong.
    """
    home = Home(settings.home)
    districts = [DistrictId(path.stem) for path in sorted(home.keys.glob("*.log"))]
    if not districts:
        raise Refused("not-founded", f"no district in {home.path}: there is nothing to wrap anew")
    with home.alone():
        if settings.is_postgres:
            await refuse_others(settings, districts)
        change = _Change(home, environment, random)
        rows = []
        for row in await read_wrapped(settings, districts):
            wrapped = change.anew(row.wrapped, bound_to(row.district, row.stream, row.key_id))
            if wrapped is not None:
                rows.append(replace(row, wrapped=wrapped))
        files = _files(home, change, districts)
        change.begin()
        await replace_wrapped(settings, rows)
        for name, sealed in files.items():
            write_durably(home.keys / name, sealed)
        change.end()
        return Rewrapped(len(rows), len(files), change.in_environment)


def _files(home: Home, change: _Change, districts: Sequence[DistrictId]) -> dict[str, bytes]:
    found = {}
    for name in (f"{district}.{kind}" for district in districts for kind in ("sealing", "log")):
        sealed = change.anew((home.keys / name).read_bytes(), name.encode())
        if sealed is not None:
            found[name] = sealed
    return found
