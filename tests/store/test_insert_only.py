"""The log table only ever grows: by its triggers, and because no statement of the program says otherwise."""

import re
import sqlite3
from pathlib import Path

import pytest

from server.store.connection import connect
from tests.contract.place import SqlitePlace, doses

ROOT = Path(__file__).parents[2]
_CHANGES_LOG = re.compile(
    r"\b(update|delete\s+from|replace\s+into|insert\s+or\s+\w+\s+into)\s+(ledger\.)?(log|healed|healed_log)\b",
    re.IGNORECASE,
)
_INSERT = re.compile(r"INSERT INTO log\b.*?VALUES[^)]*\)\"?,", re.DOTALL)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE log SET received_at = 0", "DELETE FROM log", "UPDATE log SET position = 9 WHERE position = 0"],
)
async def test_the_database_refuses_to_change_a_row(tmp_path: Path, statement: str) -> None:
    """STORE-R18"""
    place = SqlitePlace(tmp_path / "home")
    await (await place.open()).append(doses(2))
    await place.close()
    database = connect(place.home.ledger)
    with pytest.raises(sqlite3.IntegrityError, match="insert-only"):
        database.execute(statement)
    assert database.execute("SELECT count(*) FROM log").fetchone() == (2,)
    database.close()


def test_no_statement_of_the_program_changes_a_row() -> None:
    """STORE-R18"""
    sources = [path for kind in ("*.py", "*.sql") for path in (ROOT / "server").rglob(kind)]
    assert len(sources) > 20
    for path in sources:
        found = _CHANGES_LOG.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path}: {found}"


def test_the_insert_has_no_on_conflict() -> None:
    """STORE-R19: a collision aborts the group, it is never passed over."""
    inserts = [
        found.group() for path in (ROOT / "server").rglob("*.py") for found in _INSERT.finditer(path.read_text("utf-8"))
    ]
    assert inserts
    assert not any("conflict" in insert.lower() for insert in inserts)
