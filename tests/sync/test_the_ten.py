"""The ten nastiest cases (docs/sync.md): the table names real tests, and the herd has one of its own."""

import asyncio
import re
from pathlib import Path
from random import Random

from client_sync.backoff import BACKOFF_SECONDS_MAX, backoff_seconds
from events.catalog.disclosures import RecordViewed
from events.ids import DeviceId, StaffId, access_stream
from events.wire import Cursor, Page, Pull
from server.sync.pages import RESET_SPREAD_SECONDS, reset_seconds
from tests.server.making import make_id
from tests.simulation.world import World

ROOT = Path(__file__).parents[2]
HERD = 200


def test_each_of_the_ten_is_a_test_by_name() -> None:
    """SYNC-R29"""
    text = (ROOT / "docs" / "sync.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) .+?\| (.+) \|$", text.partition("## The ten nastiest cases")[2], re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 11))
    for number, named in rows:
        tests = re.findall(r"`([^`]+)::([^`]+)`", named)
        assert tests, f"case {number} names no test"
        for path, name in tests:
            source = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"def {name}\(", source), f"case {number}: {path} has no {name}"


def test_two_hundred_devices_that_start_over_cost_little_more_than_one() -> None:
    """SYNC-R22, SYNC-R23, SYNC-R29: at moments of their own, and each page is read once for all of them."""
    origin = "log.example/isd-900/1"
    moments = [reset_seconds(DeviceId(make_id(f"phone {number}")), origin) for number in range(HERD)]
    busiest = max(moments.count(second) for second in set(moments))
    assert busiest <= HERD / RESET_SPREAD_SECONDS * 4
    world = World(1)
    world.town.found()
    server = world.server
    scope = f"clinic/{world.town.clinics[0]}"
    pages = server.turn.pages
    planned: list[Pull] = []
    plan = pages._plan
    pages._plan = lambda pull: planned.append(pull) or plan(pull)  # type: ignore[method-assign, func-returns-value]

    async def herd() -> list[Page]:
        first = await asyncio.gather(*(pages.page(Pull(scope, None, 10)) for _ in range(HERD)))
        second = await asyncio.gather(*(pages.page(Pull(scope, page.cursor, 10)) for page in first))
        return [*first, *second]

    given = server.loop.run_until_complete(herd())
    assert len(given) == 2 * HERD
    assert len(planned) == 2, "one reading for each page, however many ask"
    server.close()


def test_a_page_read_ahead_serves_the_asking_though_the_log_grew_meanwhile() -> None:
    """SYNC-R23: what was read stands for itself; only the head it is signed under is the newest."""
    world = World(1)
    world.town.found()
    server = world.server
    pages, clinic = server.turn.pages, world.town.clinics[0]
    read: list[int] = []
    rows = pages._read
    pages._read = lambda positions: read.append(len(positions)) or rows(positions)  # type: ignore[method-assign, func-returns-value]

    async def first() -> Page:
        page = await pages.page(Pull(f"clinic/{clinic}", None, 3))
        pages.read_ahead(page, 3)
        return page

    async def second(cursor: Cursor) -> Page:
        return await pages.page(Pull(f"clinic/{clinic}", cursor, 3))

    before = server.loop.run_until_complete(first())
    staff = StaffId(make_id("staff"))
    assert server.record([(access_stream(staff, "2026-11"), RecordViewed(staff=staff, ground="a role", viewings=()))])
    after = server.loop.run_until_complete(second(before.cursor))
    server.close()
    assert after.cursor.size > before.cursor.size
    assert len(after.events.position) == 3
    assert len(read) == 2, "each page was read once"


def test_a_herd_that_lost_its_server_comes_back_spread_out() -> None:
    """SYNC-R29, CLIENT-R16: full jitter over the whole interval, from the first failures on."""
    random = Random(1)
    for failures in (5, 8, 20):
        waits = sorted(backoff_seconds(failures, random.random()) for _ in range(HERD))
        ceiling = min(BACKOFF_SECONDS_MAX, 2.0 ** (failures - 1))
        fifths = [sum(low <= wait / ceiling * 5 < low + 1 for wait in waits) for low in range(5)]
        assert min(fifths) > HERD / 5 / 2
