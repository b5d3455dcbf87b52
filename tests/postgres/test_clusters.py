"""Drills on servers of their own: a standby takes over, a moment in time is restored, districts spread over two.

They start, kill and promote servers, so they never use the one that DOSELEDGER_DATABASE_URL may name.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace

from events.catalog.event_type import PersonName
from events.catalog.students import StudentRegistered
from events.envelope import event_hash
from events.ids import DistrictId, Hash, Position, stream_of
from server.district import found_district, open_district, wall_clock
from server.errors import RolledBack, StoreBusy
from server.settings import Settings
from server.store.checking import check_log
from server.store.epochs import open_epoch
from server.store.postgres.migrating import SCHEMAS, migrate
from tests.contract.log_contract import rows, tree_over
from tests.contract.place import CHILD
from tests.postgres.cluster import Cluster, NoPostgres, programs
from tests.postgres.fixtures import personal_in
from tests.postgres.place import PostgresPlace
from tests.postgres.test_drills import device_of, expect_all_there, record
from tests.server.house import open_house, settings_for
from tests.server.making import Writer, a_dose, make_id

DURABLE = {"fsync": "on", "full_page_writes": "on"}
DATABASE = "district"
WRITERS = 4


@pytest.fixture(scope="module", autouse=True)
def has_programs() -> None:
    try:
        programs()
    except NoPostgres as error:
        pytest.skip(str(error))


async def make_database(cluster: Cluster, name: str = DATABASE) -> str:
    """A migrated database; its URL."""
    server = await asyncpg.connect(cluster.url("postgres"))
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    owner = await asyncpg.connect(cluster.url(name))
    for schema in SCHEMAS:
        await migrate(owner, schema)
    await owner.close()
    return cluster.url(name)


@pytest.fixture
def primary() -> Iterator[Cluster]:
    with Cluster.start(DURABLE) as cluster:
        yield cluster


async def test_a_standby_takes_over_and_no_receipted_event_is_lost(primary: Cluster, tmp_path: Path) -> None:
    """PG-R44: the primary crashes under load; whoever got a receipt finds the event at that position."""
    await make_database(primary)
    following = {"primary_conninfo": f"host={primary.folder} port=5432 user=cluster_owner application_name=second"}
    with Cluster.copy_of(primary, following, "standby.signal") as standby:
        standby.up()
        await require_standby(primary)
        url = primary.url(DATABASE, "cluster_owner", standby)
        place = PostgresPlace(url, tmp_path / "home")
        await place.found()
        log = await place.open()
        receipted: dict[Position, Hash] = {}
        enough, over = asyncio.Event(), asyncio.Event()

        async def write(name: str) -> None:
            writer = Writer(make_id(name))
            waiting = [writer.write(CHILD, a_dose()) for _ in range(2)]
            while not over.is_set():
                try:
                    result = await log.append(waiting)
                except StoreBusy:
                    continue
                for event, outcome in zip(waiting, result.outcomes, strict=True):
                    assert receipted.setdefault(outcome.position, event_hash(event)) == event_hash(event)
                if len(receipted) > 200:
                    enough.set()
                waiting = [writer.write(CHILD, a_dose()) for _ in range(2)]

        writing = [asyncio.create_task(write(f"phone {number}")) for number in range(WRITERS)]
        await asyncio.wait_for(enough.wait(), 60)
        await asyncio.to_thread(primary.down, "immediate")
        before = len(receipted)
        await asyncio.to_thread(standby.run, "pg_ctl", "promote", "-D", str(standby.data), "-w")

        async def goes_on() -> bool:
            return len(receipted) >= before + 100

        await until(goes_on)
        over.set()
        await asyncio.gather(*writing)
        await place.close()
        stored = await rows(await place.open())
        held = {row.position: row.event_hash for row in stored}
        assert list(held) == list(range(len(stored)))
        assert receipted.items() <= held.items()
        assert tree_over(stored).root() == (await (await place.open()).head()).checkpoint.root
        await place.close()


async def require_standby(primary: Cluster) -> None:
    """From now on no commit is answered before the standby has it."""
    server = await asyncpg.connect(primary.url("postgres"))
    await server.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'")
    await server.execute("SELECT pg_reload_conf()")

    async def is_sync() -> bool:
        return bool(await server.fetchval("SELECT sync_state = 'sync' FROM pg_stat_replication"))

    await until(is_sync)
    await server.close()


async def test_a_moment_in_time_is_restored_and_devices_push_what_is_newer(tmp_path: Path) -> None:
    """PG-R45: from a base back-up and the archived WAL, to a named point; then a new epoch, and the day comes back."""
    with Cluster.start(DURABLE) as first:
        archive = first.folder / "archive"
        first.run("mkdir", str(archive))
        server = await asyncpg.connect(first.url("postgres"))
        await server.execute("ALTER SYSTEM SET archive_mode = on")
        await server.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'")
        await server.close()
        first.down()
        first.up()
        url = await make_database(first)
        restoring = {
            "restore_command": f"cp {archive}/%f %p", "recovery_target_name": "noon",
            "recovery_target_action": "promote", "archive_mode": "off",
        }  # fmt: skip
        with Cluster.copy_of(first, restoring, "recovery.signal") as second:
            home = tmp_path / "home"
            async with (
                open_house(home, database_url=url) as house,
                device_of(house, tmp_path / "device.db") as device,
            ):
                await record(device, 10)
                server = await asyncpg.connect(url)
                await server.execute("SELECT pg_create_restore_point('noon')")
                await record(device, 15)
                await server.execute("SELECT pg_switch_wal()")
                await server.close()
                keys = house.district.keys
            first.down()
            second.up()
            settings = settings_for(home, second.url(DATABASE))
            await until_writable(settings.database_url)
            with pytest.raises(RolledBack):
                async with open_district(settings, wall_clock, "command", "test"):
                    pass
            await open_epoch(settings, wall_clock, "restored to noon", os.urandom)
            async with (
                open_house(home, database_url=settings.database_url) as house,
                device_of(house, tmp_path / "device.db") as device,
            ):
                await record(device, 1)
                await expect_all_there(house, device, 26)
            assert (await check_log(settings, keys, lambda done, size: None)).fault is None


async def until_writable(url: str) -> None:
    server = await asyncpg.connect(url)

    async def is_writable() -> bool:
        return not await server.fetchval("SELECT pg_is_in_recovery()")

    await until(is_writable)
    await server.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


EAST, WEST = DistrictId("isd-east"), DistrictId("isd-west")
CHILDREN: dict[str, int] = {EAST: 4, WEST: 2}
A_CHILD = StudentRegistered(name=PersonName(given="Ada", family="Okafor"), birth_date="2015-06-15")


async def test_districts_on_two_servers_answer_state_wide_questions_in_a_hub(tmp_path: Path) -> None:
    """PG-R46: each district lives on its server; a hub subscribes to both and counts over all, ciphertext only."""
    with Cluster.start() as east, Cluster.start() as west, Cluster.start() as hub:
        homes = {EAST: (east, tmp_path / "east"), WEST: (west, tmp_path / "west")}
        sizes: dict[str, int] = {}
        for district, (cluster, home) in homes.items():
            url = await make_database(cluster)
            settings = settings_of(district, home, url)
            await found_district(settings, wall_clock, str(district), "school_district", "America/Chicago")
            publisher = await asyncpg.connect(url)
            tables = "ledger.log, ledger.head, ledger.projection, ledger.projection_row"
            await publisher.execute(f"CREATE PUBLICATION to_hub FOR TABLE {tables}")
            await publisher.close()
        hub_url = await make_database(hub)
        subscriber = await asyncpg.connect(hub_url)
        for district, (cluster, _) in homes.items():
            source = f"host={cluster.folder} port=5432 user=cluster_owner dbname={DATABASE}"
            name = district.replace("-", "_")
            await subscriber.execute(f"CREATE SUBSCRIPTION {name} CONNECTION '{source}' PUBLICATION to_hub")
        for district, (cluster, home) in homes.items():
            settings = settings_of(district, home, cluster.url(DATABASE))
            async with open_district(settings, wall_clock, "command", "test") as opened:
                children = [
                    stream_of("student", make_id(f"{district} {number}")) for number in range(CHILDREN[district])
                ]
                await opened.record([(child, A_CHILD) for child in children])
                await opened.record([(child, a_dose()) for child in children[1:]])
                await opened.reading.projector.catch_up()
                sizes[district] = (await opened.log.head()).checkpoint.size + 1  # and the seat's own good-bye

        async def is_whole() -> bool:
            return await counted(subscriber) == sizes and await vaccinated(subscriber) == CHILDREN

        await until(is_whole)
        dump = await asyncio.to_thread(hub.run, "pg_dump", "-h", str(hub.folder), "-U", "cluster_owner", DATABASE)
        assert personal_in({"hub": dump.encode()}) == []
        for district in homes:
            await subscriber.execute(f"DROP SUBSCRIPTION {district.replace('-', '_')}")
        await subscriber.close()


def settings_of(district: DistrictId, home: Path, url: str) -> Settings:
    return replace(settings_for(home, url), district=district)


async def vaccinated(hub: "asyncpg.Connection[Any]") -> dict[str, int]:
    """Registered children of each district, where all but one of each have a dose: a question over the whole state."""
    found = await hub.fetch(
        "SELECT district, count(*) AS children, sum(count) AS doses FROM ledger.projection_row"
        " JOIN ledger.projection USING (district, name, generation)"
        " JOIN (SELECT district, name, max(version) AS version FROM ledger.projection WHERE live GROUP BY 1, 2) AS one"
        " USING (district, name, version)"
        " WHERE live AND name = 'student' AND status = 'registered' GROUP BY district"
    )
    assert all(row["doses"] == row["children"] - 1 for row in found)
    return {row["district"]: row["children"] for row in found}


async def counted(hub: "asyncpg.Connection[Any]") -> dict[str, int]:
    found = await hub.fetch("SELECT district, count(*) AS events FROM ledger.log GROUP BY district")
    return {row["district"]: row["events"] for row in found}
