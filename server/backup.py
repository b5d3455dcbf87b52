"""A back-up of one district, the same form for SQLite and PostgreSQL, made while servers run.

    FOLDER/ledger.db      log and vault, as of one moment          FOLDER/identity.db   logins and tokens, hashed
    FOLDER/photos.db      pictures of papers, sealed
    FOLDER/keys/          log and sealing key, wrapped             FOLDER/manifest.json  what, when, SHA-256 of each
    KEYRING/keyring.db    stream keys, wrapped: to be deleted within 35 days, so that what is destroyed stays destroyed

The wrapping key and the outside checkpoint are in no back-up, on purpose: without the first it opens for
nobody, and the second is what tells a restored database from the newest one.
"""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from events.dates import write_instant
from events.errors import Refused
from events.ids import DistrictId
from server.home import PRIVATE_FOLDER, Home, write_durably
from server.identity.copying import copy_identities_in, copy_identities_out, copy_photos_in, copy_photos_out
from server.keys import WRAPPING_FILE, refuse_half_changed
from server.settings import Settings
from server.store.appending import read_head_row
from server.store.connection import connect
from server.store.opening import prepare
from server.store.postgres.copying import copy_in, copy_keyring_out, copy_ledger_out

KEYRING_KEPT = timedelta(days=35)
_BLOCK_BYTES = 1 << 20
_APART = "keyring:"
"""Before the names of files in the keyring's folder."""


class Manifest(msgspec.Struct, frozen=True):
    """What a back-up holds. ``size`` and ``root`` are the log's; times are UTC."""

    district: DistrictId
    log_name: str
    made_at: str
    keyring_expires_at: str
    epoch: int
    size: int
    root: str
    sha256: dict[str, str]


async def make_backup(settings: Settings, folder: Path, keyring: Path, now: datetime) -> Manifest:
    """Write a back-up into two new folders. Raises Refused when one holds something."""
    for place in (folder, keyring):
        if place.exists() and any(place.iterdir()):
            raise Refused("folder-not-empty", f"{place} is not empty: a back-up is never written over another")
        place.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    home = Home(settings.home)
    with home.in_use():  # so that nobody changes the wrapping key between one copy and the next
        refuse_half_changed(home)
        await _copy_out(settings, home, folder, keyring)
    manifest = _manifest(settings, folder, keyring, now)
    write_durably(folder / "manifest.json", msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return manifest


async def _copy_out(settings: Settings, home: Home, folder: Path, keyring: Path) -> None:
    if settings.is_postgres:
        await copy_ledger_out(settings.database_url, settings.district, folder / "ledger.db")
        await copy_keyring_out(_ring(settings), settings.district, keyring / "keyring.db")
        await copy_identities_out(settings.database_url, settings.district, folder / "identity.db")
        await copy_photos_out(settings.database_url, settings.district, folder / "photos.db")
    else:
        here = ((home.ledger, folder), (home.identity, folder), (home.photos, folder), (home.keyring, keyring))
        for source, target in here:
            if source.exists():
                _copy_database(source, target / source.name)
    shutil.copytree(home.keys, folder / "keys", ignore=lambda _, names: [n for n in names if n == WRAPPING_FILE])


async def restore_backup(settings: Settings, folder: Path, keyring: Path, now: datetime) -> Manifest:
    """Put a back-up where the settings say, into a place that holds no district. Raises Refused."""
    manifest = _checked(folder, keyring)
    if manifest.district != settings.district or manifest.log_name != settings.log_name:
        other = f"it is of {manifest.log_name}/{manifest.district}"
        raise Refused("another-district", f"{other}: set DOSELEDGER_DISTRICT and DOSELEDGER_LOG_NAME to that")
    if write_instant(now) > manifest.keyring_expires_at:
        raise Refused("keyring-expired", f"these stream keys had to be deleted by {manifest.keyring_expires_at}")
    home = Home(settings.home)
    home.make()
    for file in (home.ledger, home.keyring, home.identity, home.photos):
        if file.exists():
            raise Refused("home-in-use", f"{file} exists: move it away first, it is never written over")
    if settings.is_postgres:
        await prepare(settings)
        await copy_in(
            settings.database_url, _ring(settings), settings.district, folder / "ledger.db", keyring / "keyring.db"
        )
        await copy_identities_in(settings.database_url, settings.district, folder / "identity.db")
        if "photos.db" in manifest.sha256:  # a back-up of an earlier version has none
            await copy_photos_in(settings.database_url, settings.district, folder / "photos.db")
    else:
        for source in (folder / "ledger.db", folder / "identity.db", folder / "photos.db", keyring / "keyring.db"):
            if source.exists():
                _copy_database(source, home.path / source.name)
    for key in (folder / "keys").iterdir():
        if not (home.keys / key.name).exists():
            write_durably(home.keys / key.name, key.read_bytes())
    return manifest


def _manifest(settings: Settings, folder: Path, keyring: Path, now: datetime) -> Manifest:
    with closing(connect(folder / "ledger.db")) as ledger:
        row = read_head_row(ledger, settings.district)
    for database in (*folder.glob("*.db"), *keyring.glob("*.db")):
        _settle(database)
    sums = {file.relative_to(folder).as_posix(): _sha256(file) for file in _files(folder)}
    sums |= {f"{_APART}{file.name}": _sha256(file) for file in _files(keyring)}
    expires = write_instant(now + KEYRING_KEPT)
    return Manifest(
        settings.district, settings.log_name, write_instant(now), expires, row.epoch, row.edge.size,
        row.edge.root().hex(), sums,
    )  # fmt: skip


def _checked(folder: Path, keyring: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise Refused("no-backup", f"{folder} holds no whole back-up: manifest.json cannot be read") from error
    for name, known in manifest.sha256.items():
        path = keyring / name.removeprefix(_APART) if name.startswith(_APART) else folder / name
        if not path.exists():
            raise Refused("backup-damaged", f"{path} is missing from the back-up")
        if _sha256(path) != known:
            raise Refused("backup-damaged", f"{path} is not what was backed up: its SHA-256 differs")
    return manifest


def _copy_database(source: Path, target: Path) -> None:
    """By SQLite's own back-up, so that a running writer cannot tear it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    target.chmod(0o600)


def _settle(path: Path) -> None:
    """Everything in one file: no journal beside it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            total.update(block)
    return total.hexdigest()


def _ring(settings: Settings) -> str:
    return settings.keyring_url or settings.database_url
