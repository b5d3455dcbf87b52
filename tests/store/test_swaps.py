"""Records asked for over HTTP while another process builds the rows anew, again and again, and a phone pushes."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from projections.tables import PROJECTIONS
from server.store.opening import open_store
from server.store.projector import Projector
from tests.postgres.fixtures import Databases
from tests.server.house import ADA, open_house

REBUILDS = 6


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_every_answer_is_whole_while_rows_are_built_anew(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """STORE-R50: no request fails, and each shows what had a receipt before it was made."""
    url = ""
    if store == "postgres":
        databases: Databases = request.getfixturevalue("databases")
        url = await databases.new()
    async with open_house(tmp_path / "home", database_url=url) as house:
        phone = await house.enroll()
        await house.sign_in("olga")
        done, sent, received, answers = asyncio.Event(), 0, 0, 0

        async def push() -> None:
            nonlocal sent, received
            while not done.is_set():
                while sent > 2 * answers and not done.is_set():  # noqa: ASYNC110 - it grows as it is read
                    await asyncio.sleep(0.001)
                sent += 1
                await phone.push(phone.dose())
                received += 1

        async def read() -> None:
            nonlocal answers
            while not done.is_set():
                before = received
                answer = await house.http.get(f"/api/students/{ADA}")
                assert answer.status_code == 200, answer.text
                shown = [dose["event"] for dose in msgspec.json.decode(answer.content)["doses"]]
                assert before <= len(shown) == len(set(shown)) <= sent
                answers += 1

        async def rebuild() -> None:
            district = house.district
            beside = await open_store(district.settings, district.keys, house.clock, bytes)
            other = Projector(beside.open_tables(), beside.log, PROJECTIONS)
            for number in range(REBUILDS):
                await other.rebuild(PROJECTIONS[number % len(PROJECTIONS)].name)
                before = answers
                while answers < before + 2 and not done.is_set():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            done.set()
            for projection in PROJECTIONS:
                assert (await other.compare(projection.name)).holds
            await other.close()
            await beside.log.close()

        async with asyncio.timeout(300), asyncio.TaskGroup() as work:
            for task in (push(), read(), read(), rebuild()):
                work.create_task(task)
        assert answers >= REBUILDS
    if url:
        await databases.drop(url)
