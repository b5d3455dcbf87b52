"""A real PostgreSQL server of one's own, made, started and thrown away; also when we are root, whom it refuses.

    with Cluster.start() as cluster:
        url = cluster.url("postgres")

Its files lie in a folder of its own under the system's temporary folder, owned by an account that is not
root's. It listens on a Unix socket there and on no network. ``fsync`` is off unless a drill asks for it: the
machine is not switched off in a test, and kill -9 of a process needs no disk.

A watcher stops the server and removes its files when the process that started it is gone, however it ended: it
waits at the other end of a pipe, in a session of its own.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

START_SECONDS_MAX = 60
OWNER = "cluster_owner"
PORT = 5432
"""Of the socket's name only."""

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "logical",
    "max_wal_senders": "8",
    "max_replication_slots": "8",
    "log_min_messages": "warning",
    "autovacuum_naptime": "10s",
}


class NoPostgres(Exception):
    """PostgreSQL's programs are not on this machine."""


def programs() -> Path:
    """The folder with initdb and postgres. Raises NoPostgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    postgres = shutil.which("postgres")
    if postgres is None:
        raise NoPostgres("PostgreSQL is missing: run .ci/postgres, or set DOSELEDGER_DATABASE_URL to a server's URL")
    return Path(postgres).resolve().parent


class Cluster:
    """One data folder and its server, running or not."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self._account = _account()

    @classmethod
    @contextmanager
    def start(cls, settings: Mapping[str, str] | None = None) -> Iterator[Self]:
        """A new empty cluster, running; its files are removed at the end."""
        with folder() as place:
            cluster = cls(place)
            cluster.make()
            cluster.configure(SETTINGS | dict(settings or {}))
            cluster.up()
            try:
                yield cluster
            finally:
                cluster.down()

    @classmethod
    @contextmanager
    def copy_of(cls, source: "Cluster", settings: Mapping[str, str], signal_file: str) -> Iterator[Self]:
        """A physical copy of a running cluster, not started: ``standby.signal`` follows it, ``recovery.signal``
        recovers from an archive."""
        with folder() as place:
            copy = cls(place)
            copy.run("pg_basebackup", "-h", str(source.folder), "-p", str(PORT), "-U", OWNER, "-D", str(copy.data),
                     "-X", "stream", "-c", "fast", "--no-sync")  # fmt: skip
            copy.configure(settings)
            copy.run("touch", str(copy.data / signal_file))
            try:
                yield copy
            finally:
                copy.down("immediate")

    def make(self) -> None:
        options = (
            "--auth=trust",
            f"--username={OWNER}",
            "--no-sync",
            "--no-locale",
            "--encoding=UTF8",
            "--wal-segsize=1",
        )
        self.run("initdb", "--pgdata", str(self.data), *options)

    def configure(self, settings: Mapping[str, str]) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def up(self) -> None:
        """Start and wait until it answers."""
        options = f"-k {self.folder} -p {PORT}"
        log, limit = str(self.folder / "server.log"), str(START_SECONDS_MAX)
        try:
            self.run("pg_ctl", "start", "--wait", "-t", limit, "-D", str(self.data), "-l", log, "-o", options)
        except RuntimeError as error:
            raise RuntimeError(f"PostgreSQL did not start:\n{self.log()[-4000:]}") from error

    def down(self, how: Literal["fast", "immediate"] = "fast") -> None:
        """Stop, if it runs: ``fast`` ends sessions in order, ``immediate`` is a crash."""
        self.run("pg_ctl", "stop", "--wait", "-D", str(self.data), "-m", how, check=False)

    def run(self, program: str, *arguments: str, check: bool = True) -> str:
        """One of PostgreSQL's programs, as the account that owns the files; what it said."""
        with tempfile.TemporaryFile("w+") as said:  # a pipe would be held open by the server it starts
            found = subprocess.run(
                [_path_of(program), *arguments], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                cwd=self.folder, check=False, user=self._account.get("user"), group=self._account.get("group"),
            )  # fmt: skip
            said.seek(0)
            words = said.read()
        if check and found.returncode != 0:
            raise RuntimeError(f"{program} failed: {words}")
        return words

    def url(self, database: str, user: str = OWNER, *others: "Cluster") -> str:
        """Where a database is; with others, at whichever of them takes writes."""
        hosts = ",".join(str(cluster.folder) for cluster in (self, *others))
        ports = ",".join(str(PORT) for _ in (self, *others))
        writable = "&target_session_attrs=read-write" if others else ""
        return f"postgresql://{user}@/{database}?host={quote(hosts, safe=',')}&port={ports}{writable}"

    @property
    def process(self) -> int:
        """The server's id, of the process that all others of it come from."""
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def files(self) -> dict[str, bytes]:
        """Every file of the cluster, WAL and all."""
        return {str(path): path.read_bytes() for path in self.data.rglob("*") if path.is_file()}


_WATCH = 'read gone; [ -d "$2/data" ] && "$1" stop -m immediate -D "$2/data"; rm -rf "$2"'
"""Ends by itself at the end of its input, which is ours alone."""


def _path_of(program: str) -> str:
    ours = programs() / program
    return str(ours) if ours.exists() else program


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that the server's account owns."""
    place = Path(tempfile.mkdtemp(prefix="doseledger-pg-"))
    account = _account()
    if account:
        os.chown(place, account["user"], account["group"])
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "watcher", _path_of("pg_ctl"), str(place)], cwd="/", start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        user=account.get("user"), group=account.get("group"),
    )  # fmt: skip
    try:
        yield place
    finally:
        watcher.communicate()
        shutil.rmtree(place, ignore_errors=True)


def _account() -> dict[str, int]:
    """Popen's ``user`` and ``group`` for a server that must not be root's; empty when we are nobody special."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid}
    raise NoPostgres("PostgreSQL refuses to run as root, and there is no account 'postgres' or 'nobody'")
