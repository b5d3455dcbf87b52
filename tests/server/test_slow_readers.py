"""Devices that ask for much and do not read it: nobody who writes waits for them, and each gets its page at last."""

import asyncio
import socket
from pathlib import Path

import msgspec

from events.catalog.clinics import RosterAdded
from events.ids import StudentId, stream_of
from events.wire import Accepted, Page, Pull, SyncRequest, SyncResponse
from server.sync.http import TURNS_PER_DEVICE_MAX
from tests.server.house import ADA, CLINIC, House, open_house
from tests.server.making import make_id
from tests.server.test_news import listening, news

PHONES = 3
LARGE_EVENTS, CHILDREN_EACH = 60, 900
PAGE_BYTES_MIN = 2_000_000
"""More than the buffers between two sockets take."""


async def ask_and_not_read(house: House, token: str) -> socket.socket:
    """A connection on which the largest page there is was asked for."""
    host, port = house.url.removeprefix("http://").split(":")
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.setblocking(False)
    await asyncio.get_running_loop().sock_connect(wire, (host, int(port)))
    body = msgspec.json.encode(SyncRequest(pull=Pull(f"clinic/{CLINIC}", None, 1000)))
    head = (
        f"POST /sync HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    await asyncio.get_running_loop().sock_sendall(wire, head.encode() + body)
    return wire


async def read_at_last(wire: socket.socket) -> SyncResponse:
    chunks = []
    while chunk := await asyncio.get_running_loop().sock_recv(wire, 1 << 20):
        chunks.append(chunk)
    _, _, body = b"".join(chunks).partition(b"\r\n\r\n")
    assert len(body) > PAGE_BYTES_MIN
    return msgspec.json.decode(body, type=SyncResponse)


async def test_pages_nobody_takes_hold_up_neither_pushes_nor_news(tmp_path: Path) -> None:
    """SYNC-R42: three phones have four large pages each under way and read none; another delivers and hears of it."""
    async with open_house(tmp_path) as house:
        children = [StudentId(make_id(f"child {number}")) for number in range(CHILDREN_EACH)]
        rosters = [RosterAdded(students=tuple(children))] * LARGE_EVENTS
        await house.tell(stream_of("clinic", CLINIC), *rosters)
        slow = [await house.enroll("anna", f"phone {number}") for number in range(PHONES)]
        quick = await house.enroll("olga", "tablet")
        wires = [
            await ask_and_not_read(house, phone.enrolled.token) for phone in slow for _ in range(TURNS_PER_DEVICE_MAX)
        ]
        async with listening(house, quick.enrolled.token) as told:
            last = await news(told)
            for _ in range(5):
                (answer,) = await asyncio.wait_for(quick.push(quick.dose(ADA)), 20)
                assert isinstance(answer, Accepted)
                while last.size <= answer.proof.position:
                    last = await news(told)
        pages = [(await read_at_last(wire)).page for wire in wires]
        for wire in wires:
            wire.close()
        assert all(isinstance(page, Page) and len(page.events.position) > LARGE_EVENTS for page in pages)
