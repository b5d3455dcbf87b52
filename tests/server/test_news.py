"""WS /news over real sockets: hello, then only how far the log has grown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from events.catalog.people import StaffCorrected
from events.checkpoint import Checkpoint
from events.ids import stream_of
from events.merkle import EMPTY_ROOT
from events.wire import WIRE_VERSION, Accepted, Hello, News
from server.store.port import LogHead
from server.sync import hub
from server.sync import socket as socket_route
from server.sync.hub import LISTENERS_PER_DEVICE_MAX, Hub
from tests.server.house import House, open_house
from tests.server.making import make_id


@asynccontextmanager
async def listening(house: House, token: str) -> AsyncIterator[ClientConnection]:
    async with connect(house.url.replace("http", "ws") + "/news") as socket:
        await socket.send(msgspec.json.encode(Hello(token)).decode())
        yield socket


async def news(socket: ClientConnection) -> News:
    return msgspec.json.decode(await asyncio.wait_for(socket.recv(), 5), type=News)


async def closed(socket: ClientConnection) -> int:
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 12)
    except ConnectionClosed:
        return socket.close_code or 0


async def test_news_come_at_once_and_after_each_growth(tmp_path: Path) -> None:
    """SYNC-R18"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        async with listening(house, phone.enrolled.token) as socket:
            first = await news(socket)
            assert first.origin == phone.enrolled.origin
            await phone.push(phone.dose())
            assert (await news(socket)).size == first.size + 1


async def test_what_another_process_appends_is_news_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        async with listening(house, phone.enrolled.token) as socket:
            first = await news(socket)
            await house.tell(stream_of("staff", house.staff["olga"]), StaffCorrected(title="PHN"))
            assert (await news(socket)).size == first.size + 1


async def test_a_bad_token_closes_4401_and_no_hello_4400(tmp_path: Path) -> None:
    """SYNC-R19"""
    async with open_house(tmp_path) as house:
        async with listening(house, "wrong") as socket:
            assert await closed(socket) == 4401
        for said in ("good morning", b"\x00", '{"is":"hello","token":"","more":' + "[" * 100_000):
            async with connect(house.url.replace("http", "ws") + "/news") as socket:
                await socket.send(said)
                assert await closed(socket) == 4400


async def test_another_version_closes_4400(tmp_path: Path) -> None:
    """SYNC-R19: with a good token too, and it is not told any news."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        async with connect(house.url.replace("http", "ws") + "/news") as socket:
            await socket.send(msgspec.json.encode(Hello(phone.enrolled.token, version=WIRE_VERSION + 1)).decode())
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 12)
            assert socket.close_code == 4400


async def test_who_says_nothing_is_closed_4408(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYNC-R19: after ten seconds, here made short."""
    assert socket_route.HELLO_WITHIN_SECONDS == 10
    monkeypatch.setattr(socket_route, "HELLO_WITHIN_SECONDS", 0.05)
    async with open_house(tmp_path) as house, connect(house.url.replace("http", "ws") + "/news") as socket:
        assert await closed(socket) == 4408


async def test_one_connection_too_many_closes_the_oldest(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        token = phone.enrolled.token
        async with listening(house, token) as oldest:
            await news(oldest)
            others = [listening(house, token) for _ in range(LISTENERS_PER_DEVICE_MAX)]
            for other in others:
                await news(await other.__aenter__())
            assert await closed(oldest) == 4429
            for other in others:
                await other.__aexit__(None, None, None)


async def test_stopping_closes_sockets_with_1012_so_that_devices_reconnect(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        async with listening(house, phone.enrolled.token) as socket:
            await news(socket)
            house.server.should_exit = True
            assert await closed(socket) == 1012


async def test_a_slow_reader_skips_to_the_newest_and_slows_nobody() -> None:
    """SYNC-R18: a thousand heads announced while a listener sleeps are one message."""
    sockets = Hub()
    slow = sockets.join(make_id("slow"))  # type: ignore[arg-type]
    assert slow is not None
    heads = [LogHead(0, Checkpoint("log.example/isd-900/0", size, EMPTY_ROOT), "") for size in range(1000)]
    for head in heads:
        sockets.announce(head)
    assert await slow.next() == heads[-1]
    sockets.leave(slow)
    sockets.leave(slow)
    assert sockets.count == 0


async def test_a_process_that_holds_all_the_connections_it_may_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SYNC-R43: and takes one again when another has gone."""
    monkeypatch.setattr(hub, "LISTENERS_MAX", 1)
    async with open_house(tmp_path) as house:
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        async with listening(house, one.enrolled.token) as held:
            await news(held)
            async with listening(house, two.enrolled.token) as refused:
                assert await closed(refused) == 1013
                assert refused.close_reason == "too many connections; use POST /sync"
            assert isinstance((await two.push(two.dose()))[0], Accepted)
            assert (await news(held)).size > 0
        async with asyncio.timeout(20):
            while True:
                async with listening(house, two.enrolled.token) as later:
                    with suppress(ConnectionClosed):
                        assert (await news(later)).size > 0
                        break
