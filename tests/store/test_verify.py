"""``doseledger verify``: a flipped bit anywhere is found, and the first wrong position is named."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.catalog.devices import SubmissionQuarantined
from events.catalog.retention import DestructionCompleted
from events.ids import DISTRICT_STREAM, DeviceId, Hash, StudentId, stream_id, stream_of
from server.district import found_district, open_district
from server.home import Home
from server.keys import load_keys
from server.settings import Settings
from server.store.connection import connect
from server.store.fsck import Verified, verify_log
from server.store.port import Refuse
from tests.contract.place import CHILD, LOG_NAME, OTHER_CHILD, Hand
from tests.server.making import DISTRICT, a_dose, make_id

DOSES = 300
EXACT = {("log", "id"), ("log", "device"), ("log", "seq"), ("log", "event_hash"), ("log", "position"),
         ("log", "district"), ("vault", "sealed"), ("vault", "stream_key"), ("vault", "district")}  # fmt: skip
"""Where a change concerns one position and no other."""
TABLES = ("log", "vault", "tile", "head", "refused", "stream_key")
SEEDS = 8


def settings(home: Path) -> Settings:
    return Settings(home=home, district=DISTRICT, log_name=LOG_NAME, host="127.0.0.1", port=0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one full tile, a partial one, and a refused submission. Copied, never changed."""
    home = tmp_path_factory.mktemp("sound") / "home"
    asyncio.run(_found(home))
    return home


async def _found(home: Path) -> None:
    clock = Hand()
    await found_district(settings(home), clock, "ISD 900", "school_district", "America/Chicago")
    async with open_district(settings(home), clock, "command", "test") as district:
        half = [(CHILD, a_dose()) for _ in range(DOSES // 2)]
        await district.record(half)
        clock.turn(minutes=1)
        await district.record([(OTHER_CHILD, a_dose()) for _ in range(DOSES // 2)])
        device = DeviceId(make_id("phone"))
        kept = SubmissionQuarantined(
            submission="ab" * 32, reason="malformed", detail="no header", owner="records", from_device=device
        )
        stream = stream_of("device", device)
        await district.record([(stream, kept)], [Refuse(Hash("ab" * 32), stream, b"not an event")])


def check(home: Path) -> Verified:
    at = Home(home)
    return verify_log(at, DISTRICT, LOG_NAME, load_keys(at, LOG_NAME, DISTRICT, {}), lambda done, size: None)


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


def test_a_sound_log_holds(home: Path) -> None:
    """STORE-R23"""
    found = check(home)
    assert found.fault is None
    assert found.checked == found.size > DOSES
    assert found.signatures == found.size
    assert (found.destroyed, found.gaps) == (0, ())


def columns() -> Iterator[tuple[str, str]]:
    home = connect_schema()
    for table in TABLES:
        for row in home.execute(f"PRAGMA table_info({table})"):
            yield table, row[1]


def connect_schema() -> sqlite3.Connection:
    """The tables as the program's own schema files make them."""
    memory = sqlite3.connect(":memory:")
    for name in ("ledger", "keyring"):
        folder = Path(__file__).parents[2] / "server" / "store" / "schema"
        memory.executescript((folder / f"{name}.sql").read_text("utf-8"))
    return memory


@pytest.mark.parametrize(("table", "column"), list(columns()))
def test_a_flipped_bit_is_found(home: Path, table: str, column: str) -> None:
    """STORE-R24: every column of every table, at random rows and bits."""
    chance = random.Random(f"{table}.{column}")
    kept = home.with_name("kept")
    home.rename(kept)
    for _ in range(SEEDS):
        shutil.copytree(kept, home)
        position = flip(home, table, column, chance)
        found = check(home).fault
        assert found is not None, f"{table}.{column} at {position}"
        if (table, column) in EXACT:
            assert found.position == position, found
        shutil.rmtree(home)


def flip(home: Path, table: str, column: str, chance: random.Random) -> int | None:
    """Change one bit of one value, as damage or a hand would; the row's position where it has one."""
    database = connect(Home(home).keyring if table == "stream_key" else Home(home).ledger)
    refusals = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in refusals:
        database.execute(f"DROP TRIGGER {name}")
    keys = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[5]]
    chosen = chance.choice(database.execute(f"SELECT {', '.join(keys)}, {column} FROM {table}").fetchall())
    where = " AND ".join(f"{key} = ?" for key in keys)
    changed = flipped(chosen[-1], chance)
    database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (changed, *chosen[:-1]))
    for _, sql in refusals:
        database.execute(sql)
    database.close()
    return chosen[keys.index("position")] if "position" in keys else None


def flipped(value: object, chance: random.Random) -> object:
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(24, 40))
    if isinstance(value, str):
        at = chance.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    assert isinstance(value, bytes)
    at = chance.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]


def test_a_receipt_time_off_by_a_millisecond_is_named_in_a_full_tile(home: Path) -> None:
    """STORE-R24: nothing but the tree covers it."""
    execute(home, "DROP TRIGGER log_keeps_every_byte")
    sql = connect_schema().execute("SELECT sql FROM sqlite_master WHERE name = 'log_keeps_every_byte'").fetchone()[0]
    last = connect(Home(home).ledger).execute("SELECT max(position) FROM log WHERE position < 150").fetchone()[0]
    execute(home, f"UPDATE log SET received_at = received_at + 1 WHERE position = {last}", sql)
    found = check(home).fault
    assert found is not None
    assert found.position in (last, last + 1)


@pytest.mark.parametrize("table", ["log", "vault", "tile", "head", "refused"])
def test_a_row_taken_away_is_found(home: Path, table: str) -> None:
    """STORE-R24: all but refused bytes, whose record in the log names what is missing."""
    triggers = (
        connect_schema().execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log'").fetchall()
    )
    last = " WHERE position = 7" if table in ("log", "vault") else ""
    execute(home, "DROP TRIGGER log_keeps_every_row", f"DELETE FROM {table}{last}")
    execute(home, *(sql for (sql,) in triggers if "DELETE" in sql))
    found = check(home).fault
    assert found is not None
    if last:
        assert found.position == 7


def test_a_log_that_may_be_changed_is_found(home: Path) -> None:
    """STORE-R18: without its triggers the log does not hold, even with every row in place."""
    execute(home, "DROP TRIGGER log_keeps_every_byte")
    found = check(home).fault
    assert found is not None
    assert "log_keeps_every_byte" in found.what


def test_a_lost_key_is_not_taken_for_a_destroyed_one(home: Path) -> None:
    """STORE-R25: only a certificate in the log excuses what does not open."""
    ring = connect(Home(home).keyring)
    ring.execute("DELETE FROM stream_key WHERE stream = ?", (CHILD,))
    ring.close()
    found = check(home).fault
    assert found is not None
    assert "destroyed" in found.what


async def test_a_destruction_with_its_certificate_holds(home: Path) -> None:
    """STORE-R25: the log verifies, and says how many signatures can no longer be checked."""
    async with open_district(settings(home), Hand(), "command", "destroy") as district:
        certificate = DestructionCompleted(
            student=StudentId(stream_id(CHILD)), events_destroyed=DOSES // 2, backups_expire_on="2027-01-01"
        )
        await district.record([(DISTRICT_STREAM, certificate)])
    ring = connect(Home(home).keyring)
    ring.execute("DELETE FROM stream_key WHERE stream = ?", (CHILD,))
    ring.close()
    found = check(home)
    assert found.fault is None
    assert found.destroyed == DOSES // 2


def test_a_checkpoint_by_another_key_is_found(home: Path) -> None:
    outside = Home(home).checkpoints / DISTRICT
    outside.write_text(outside.read_text("utf-8").replace(LOG_NAME, "log.elsewhere"), "utf-8")
    found = check(home).fault
    assert found is not None


def execute(home: Path, *statements: str) -> None:
    database = connect(Home(home).ledger)
    for statement in statements:
        database.execute(statement)
    database.close()
