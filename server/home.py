"""Where one installation keeps its state. Nothing of the program is ever written outside this folder.

ledger.db        the log and the vault                   keyring.db   stream keys, wrapped; backed up apart
projections.db   what folds made of the log, sealed; may be deleted, and is then built anew
identity.db      logins, sessions, tokens: hashes only   keys/        log, sealing and wrapping key
photos.db        pictures of papers, sealed; their keys lie in the events that name them
checkpoint/      the last signed head, outside the database and its back-ups
out/             what commands write for people: transfer files, lists of refused rows
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.errors import Refused

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Home:
    """The paths of an installation; made on first use, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = path / "ledger.db"
        self.keyring = path / "keyring.db"
        self.projections = path / "projections.db"
        self.identity = path / "identity.db"
        self.photos = path / "photos.db"
        self.keys = path / "keys"
        self.checkpoints = path / "checkpoint"
        self.out = path / "out"
        self._lock = path / "in-use.lock"

    def founding(self, district: str) -> Path:
        """The mark of a founding under way; one that is still there was cut off."""
        return self.path / f"founding-{district}"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """While a process works here; any number may. The lock goes with the process."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else works here: who comes meanwhile waits. Raises Refused when somebody does."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = f"a server or a command works in {self.path} just now: stop it first"
                raise Refused("home-in-use", message) from error
            yield
        finally:
            os.close(handle)

    def is_in_use(self) -> bool:
        """Whether some process works here now."""
        if not self._lock.exists():
            return False
        handle = os.open(self._lock, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def make(self) -> None:
        """Create the folders that are missing."""
        for folder in (self.path, self.keys, self.checkpoints, self.out):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file so that after a crash it holds the old content or the new, whole.

    Written beside, synced, renamed, folder synced. KNOWN GAP: a disk that lies about fsync can lose the
    rename; the checkpoint is then older than the database, which is harmless.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make durable which names a folder holds."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
