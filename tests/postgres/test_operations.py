"""What an operator looks at: the doctor's findings, metrics, readiness; and that nothing personal lies about."""

import asyncio
import re
import socket
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace

from events.catalog.doses import DoseAdministered
from events.errors import Refused
from events.ids import stream_of
from events.wire import to_wire
from projections.fold import Fact
from projections.tables import Child
from server.district import wall_clock
from server.doctor import examine
from server.finding import Finding
from server.settings import Settings
from server.store.postgres.setting_up import set_up
from tests.postgres.cluster import programs
from tests.postgres.fixtures import personal_in
from tests.postgres.place import files_below
from tests.server.house import ADA, House, open_house, settings_for
from tests.server.making import a_dose


async def findings(settings: Settings) -> dict[str, Finding]:
    return {one.what: one async for one in examine(settings, wall_clock)}


async def test_the_doctor_finds_a_sound_district_sound(database: str, tmp_path: Path) -> None:
    """PG-R50: and says what should not be left so."""
    async with open_house(tmp_path / "home", database_url=database):
        pass
    found = await findings(settings_for(tmp_path / "home", database))
    faults = [one.says for one in found.values() if one.state == "fault" and "power loss" not in one.says]
    assert faults == []
    assert found["ledger login"].state == found["keyring"].state == "warn"
    assert "PostgreSQL" in found["ledger server"].says or "power loss" in found["ledger server"].says
    assert "postgresql://" not in "".join(one.says for one in found.values())


async def test_the_doctor_names_what_is_wrong(database: str, tmp_path: Path) -> None:
    """PG-R50: each fault by itself, others still looked at."""
    home = tmp_path / "home"
    assert (await findings(settings_for(home)))["home"].state == "fault"
    async with open_house(home, database_url=database):
        pass
    settings = settings_for(home, database)
    nowhere = replace(settings, database_url="postgresql://nobody@127.0.0.1:1/none")
    assert (await findings(nowhere))["ledger database"].state == "fault"
    owner = await asyncpg.connect(database)
    await owner.execute("ALTER TABLE ledger.vault DISABLE ROW LEVEL SECURITY")
    assert "vault" in (await findings(settings))["ledger guards"].says
    await owner.execute("UPDATE keyring.migration SET sha256 = ''")
    assert (await findings(settings))["keyring schema"].state == "fault"
    await owner.close()
    (home / "keys" / "wrapping.key").unlink()
    assert (await findings(settings))["keys"].state == "fault"


@pytest.mark.parametrize(
    ("tampering", "where", "named"),
    [
        ("ALTER TABLE ledger.log DISABLE TRIGGER log_is_never_emptied", "ledger", "log_is_never_emptied"),
        ("ALTER TABLE keyring.stream_key DISABLE ROW LEVEL SECURITY", "keyring", "keyring.stream_key"),
        ("ALTER POLICY one_district ON ledger.vault USING (true)", "ledger", "policies of ledger.vault"),
        ("CREATE POLICY all_of_them ON ledger.head USING (true)", "ledger", "policies of ledger.head"),
        ("GRANT UPDATE ON ledger.vault TO doseledger_app", "ledger", "doseledger_app may UPDATE ledger.vault"),
        ("GRANT DELETE ON keyring.stream_key TO doseledger_app", "keyring", "may DELETE keyring.stream_key"),
        ("GRANT INSERT ON ledger.log TO doseledger_records", "ledger", "doseledger_records may INSERT ledger.log"),
    ],
)
async def test_the_doctor_looks_at_every_guard(
    database: str, tmp_path: Path, tampering: str, where: str, named: str
) -> None:
    """PG-R50, PG-R12: a guard that is gone is named, whichever it is."""
    async with open_house(tmp_path / "home", database_url=database):
        pass
    settings = settings_for(tmp_path / "home", database)
    assert f"{where} guards" not in await findings(settings)
    owner = await asyncpg.connect(database)
    await owner.execute(tampering)
    await owner.close()
    assert named in (await findings(settings))[f"{where} guards"].says


@pytest.mark.parametrize(
    "url", ["postgresql://u:hidden@ss:word@h:notaport/db", "postgresql://u:hidden@h/db?sslmode=no"]
)
async def test_a_url_that_cannot_be_read_is_a_sentence_without_it(database: str, tmp_path: Path, url: str) -> None:
    """PG-R50: its parts are nowhere to be read, in no database's finding and not where migrations are asked for."""
    async with open_house(tmp_path / "home", database_url=database):
        pass
    settings = settings_for(tmp_path / "home", database)
    found = await findings(replace(settings, database_url=url, owner_url=url, records_url=url))
    faults = [one for one in found.values() if one.state == "fault"]
    assert {"ledger database", "ledger owner", "records login", "log"} <= {one.what for one in faults}
    with pytest.raises(Refused, match="can be read") as refused:
        await set_up(replace(settings, owner_url=url))
    told = "".join([*(one.says for one in faults), str(refused.value), repr(refused.value.__cause__)])
    assert not re.search(r"hidden|ss:word|notaport", told)


async def test_each_login_is_tried_for_what_it_is_for(database: str, tmp_path: Path) -> None:
    """PG-R50, PG-R12: one that may not destroy keys, one that is not the owner, and those that may."""
    async with open_house(tmp_path / "home", database_url=database):
        pass
    owner = await asyncpg.connect(database)
    await owner.execute("DROP ROLE IF EXISTS plain_app; CREATE ROLE plain_app LOGIN IN ROLE doseledger_app")
    await owner.execute("DROP ROLE IF EXISTS keys_only; CREATE ROLE keys_only LOGIN IN ROLE doseledger_records")
    settings = settings_for(tmp_path / "home", database)
    app, records = (login_url(database, name) for name in ("plain_app", "keys_only"))
    if app != database:  # a server of another's may want a password of them
        found = await findings(replace(settings, database_url=app, owner_url=app))
        assert found["records login"].state == "fault"
        assert "DOSELEDGER_RECORDS_URL" in found["records login"].says
        assert found["ledger owner"].state == "fault"
        assert "ledger login" not in found
        found = await findings(replace(settings, database_url=app, records_url=records, owner_url=database))
        assert found["records login"].state == found["ledger owner"].state == "ok"
        found = await findings(replace(settings, records_url=database.replace(database.rpartition("/")[2], "none")))
        assert found["records login"].state == "fault"
    assert (await findings(settings))["records login"].state == "warn"
    await owner.execute("DROP ROLE plain_app; DROP ROLE keys_only")
    await owner.close()


def login_url(database: str, login: str) -> str:
    return database.replace("cluster_owner@", f"{login}@")


async def test_the_address_the_name_and_the_checkpoint_are_tried(tmp_path: Path) -> None:
    """PG-R50: what can be bound, who could reach it, whether the head outside can be written."""
    async with open_house(tmp_path / "home"):
        pass
    settings = settings_for(tmp_path / "home")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = await findings(replace(settings, host="127.0.0.1", port=taken.getsockname()[1]))
        assert "listens at" in found["address"].says
    assert (await findings(replace(settings, host="192.0.2.7", port=0)))["address"].state == "fault"
    assert (await findings(replace(settings, host="0.0.0.0", port=0)))["address"].state == "warn"
    found = await findings(replace(settings, host="127.0.0.1", port=0))
    assert found["address"].state == found["checkpoint"].state == "ok"
    assert "log name" not in found
    assert (await findings(replace(settings, log_name="doseledger.example")))["log name"].state == "warn"
    (tmp_path / "home" / "checkpoint" / settings.district).unlink()
    assert (await findings(settings))["checkpoint"].state == "fault"


async def test_a_sound_sqlite_home_is_sound(tmp_path: Path) -> None:
    """PG-R50"""
    async with open_house(tmp_path / "home"):
        pass
    found = await findings(settings_for(tmp_path / "home"))
    assert {one.what for one in found.values() if one.state == "fault"} == set()
    assert "extends the head kept outside" in found["log"].says


async def test_metrics_count_what_happens(database: str, tmp_path: Path) -> None:
    """PG-R51: numbers only, in the form Prometheus reads."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        before = await metrics(house)
        await push(house, 3)
        after = await metrics(house)
        assert after["doseledger_log_size"] >= before["doseledger_log_size"] + 3
        assert after["doseledger_appended_events_total"] >= before["doseledger_appended_events_total"] + 3
        assert after["doseledger_append_groups_total"] > before["doseledger_append_groups_total"]
        await house.district.reading.projector.catch_up()
        lags = {name: value for name, value in (await metrics(house)).items() if "projection_lag" in name}
        assert lags
        assert set(lags.values()) == {0.0}
        house.clock.turn(hours=3)
        assert (await metrics(house))["doseledger_oldest_unreported_device_seconds"] >= 3 * 3600
        text = (await house.http.get("/metrics")).content
        assert not personal_in({"metrics": text})


async def test_metrics_show_who_waits_and_what_stands_still(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PG-R51: callers behind a locked head, a submission set aside, a projection before a fact it cannot take."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        phone = await house.enroll()
        before = await metrics(house)
        assert (before["doseledger_append_queue"], before["doseledger_quarantine_open"]) == (0, 0)
        await house.district.reading.projector.catch_up()
        holder = await asyncpg.connect(database)
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM ledger.head FOR UPDATE")
            waiting = [asyncio.create_task(house.district.log.append([phone.dose()]))]
            blocked = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            async with asyncio.timeout(9):
                while not await holder.fetchval(blocked):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            waiting += [asyncio.create_task(house.district.log.append([phone.dose()])) for _ in range(2)]
            await asyncio.sleep(0)
            assert (await metrics(house))["doseledger_append_queue"] == 2
        await asyncio.gather(*waiting)
        await holder.close()
        forged = msgspec.structs.replace(phone.dose(), signature=bytes(64))
        await house.http.post("/sync", json={"push": [_as_json(forged)]}, headers=phone.headers)
        after = Child.after

        def breaks(self: Child, facts: Sequence[Fact]) -> Child:
            if any(isinstance(fact.payload, DoseAdministered) for fact in facts):
                raise KeyError("Okafor")
            return after(self, facts)

        with monkeypatch.context() as patched:
            patched.setattr(Child, "after", breaks)
            await house.district.reading.projector.catch_up()
            shown = await metrics(house)
        assert shown["doseledger_append_queue"] == 0
        assert shown["doseledger_quarantine_open"] == 1
        assert shown['doseledger_projection_paused{projection="student"}'] == 1
        assert shown['doseledger_projection_lag{projection="student"}'] >= 3
        assert shown['doseledger_projection_paused{projection="around"}'] == 0
        await house.district.reading.projector.catch_up()
        assert (await metrics(house))['doseledger_projection_paused{projection="student"}'] == 0


async def test_ready_says_whether_requests_are_welcome(database: str, tmp_path: Path) -> None:
    """PG-R52: not while the database is away."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        assert (await house.http.get("/ready")).status_code == 200
        owner = await asyncpg.connect(database)
        await owner.execute("REVOKE SELECT ON ledger.head FROM doseledger_app")
        assert (await house.http.get("/ready")).status_code == 503
        assert (await house.http.get("/health")).status_code == 503
        await owner.execute("GRANT SELECT ON ledger.head TO doseledger_app")
        await owner.close()
        assert (await house.http.get("/ready")).status_code == 200


async def test_nothing_personal_is_in_any_file_of_the_cluster_nor_in_a_dump(database: str, tmp_path: Path) -> None:
    """PG-R53: tables, indexes, WAL, statistics and pg_dump's text, after a clinic's worth of work."""
    async with open_house(tmp_path / "home", database_url=database) as house:
        await push(house, 5)
        await house.district.reading.everything()
    owner = await asyncpg.connect(database)
    await owner.execute("ANALYZE")
    await owner.execute("CHECKPOINT")
    data = Path(await owner.fetchval("SHOW data_directory"))
    host = (await owner.fetchval("SHOW unix_socket_directories")).split(",")[0]
    name, login = await owner.fetchval("SELECT current_database()"), await owner.fetchval("SELECT current_user")
    await owner.close()
    dump = await dumped(host, name, login)
    assert b"COPY ledger.vault" in dump
    assert personal_in({"dump": dump}) == []
    files = await asyncio.to_thread(files_below, data)
    assert any("/pg_wal/" in path for path in files)
    assert personal_in(files) == []


async def dumped(host: str, name: str, login: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        programs() / "pg_dump", "-h", host, "-U", login, name, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out


async def push(house: House, count: int) -> None:
    phone = await house.enroll()
    events = [phone.writer.write(stream_of("student", ADA), a_dose()) for _ in range(count)]
    answer = await house.http.post("/sync", json={"push": [_as_json(event) for event in events]}, headers=phone.headers)
    assert answer.status_code == 200, answer.text


def _as_json(event: object) -> object:
    return msgspec.to_builtins(to_wire(event))  # type: ignore[arg-type]


async def metrics(house: House) -> dict[str, float]:
    answer = await house.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}
