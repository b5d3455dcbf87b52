"""SQLite connections set the one way this project uses them: durable, and with nothing spilled to disk in plain."""

import sqlite3
from importlib.resources import files
from pathlib import Path

BUSY_SECONDS = 30.0
"""How long an append waits for another process's transaction before its caller is told."""


def connect(path: Path, schema: str = "") -> sqlite3.Connection:
    """Open a database in autocommit mode: transactions are begun by name. Runs ``schema/<schema>.sql`` if given."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA secure_delete=ON")
    if schema:
        connection.executescript(files("server.store").joinpath(f"schema/{schema}.sql").read_text())
        path.chmod(0o600)
    return connection
