"""What a server must give devices and what it must keep from them: pages, cursors, scopes, news (docs/sync.md)."""

import asyncio
from contextlib import suppress

import msgspec
import websockets
from msgspec.structs import replace
from websockets.asyncio.client import connect

from events.digest import scope_digest, stream_digest
from events.wire import (
    PULL_EVENTS_MAX,
    Accepted,
    Hello,
    News,
    Pull,
    Reset,
)
from tests.conformance.subject import ServerCase, Subject, hashes_by_stream

PATIENCE_SECONDS = 15


async def pages_of_any_size_hold_the_same(subject: Subject) -> None:
    """Order, notes and the digest of the whole scope; what was pushed comes back byte for byte."""
    device = await subject.enroll()
    made = device.dose()
    await device.push(made)
    events, last = await device.everything(limit=PULL_EVENTS_MAX)
    places = [(one.effective, one.position) for one in events]
    assert places == sorted(set(places)), "pages are in order of (effective, position)"
    assert all(one.effective >= one.position for one in events)
    assert made in [one.event for one in events]
    digests = {stream: stream_digest(names) for stream, names in hashes_by_stream(events).items()}
    assert last.said.whole == scope_digest(digests.items()), "the scope is what its digest says"
    few, end = await device.everything(limit=3)
    if end.page.cursor.size == last.page.cursor.size:
        assert few == events
    asked = await device.page(end.page.cursor, digests=True)
    assert asked.page.digests is not None
    told = {stream: bytes.fromhex(digest) for stream, digest in asked.page.digests}
    assert asked.said.whole == scope_digest(told.items()), "the digests told are those of the signed one"


async def never_a_case_transfer_or_access_stream(subject: Subject) -> None:
    device = await subject.enroll()
    events, _ = await device.everything()
    assert not {one.stream.partition("/")[0] for one in events} & {"case", "transfer", "access"}


async def a_cursor_is_believed_only_where_the_log_bears_it_out(subject: Subject) -> None:
    """A restored server: the device's cursor is ahead, or of another tree."""
    device = await subject.enroll()
    _, last = await device.everything()
    cursor = last.page.cursor
    base, _, epoch = cursor.origin.rpartition("/")
    assert (await device.reset(replace(cursor, origin=f"{base}/{int(epoch) + 1}"))).reason == "origin_changed"
    ahead = await device.reset(replace(cursor, size=10**12))
    assert ahead.reason == "cursor_ahead"
    assert 0 <= ahead.after_seconds <= 600
    assert (await device.reset(replace(cursor, root="ab" * 32))).reason == "root_differs"


async def a_scope_one_may_not_have_is_refused_and_takes_no_event_with_it(subject: Subject) -> None:
    """Scope limits download, never acceptance."""
    device = await subject.enroll()
    for scope, reason in (("clinic/nowhere", "scope_unknown"), ("district", "scope_not_allowed")):
        response = await device.turn(device.dose(), pull=Pull(scope))
        assert isinstance(response.answers[0], Accepted)
        assert isinstance(response.page, Reset)
        assert response.page.reason == reason


async def news_say_how_far_the_log_has_grown(subject: Subject) -> None:
    device = await subject.enroll()
    address = "ws" + subject.url.removeprefix("http") + "/news"
    async with connect(address) as socket:
        await socket.send(msgspec.json.encode(Hello(device.enrolled.token)).decode())
        before = await _news(socket)
        await device.push(device.dose())
        while (await _news(socket)).size <= before.size:
            pass
    for said, code in (("hello?", 4400), (msgspec.json.encode(Hello("nobody's")).decode(), 4401)):
        async with connect(address) as socket:
            await socket.send(said)
            with suppress(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS)
            assert socket.close_code == code


async def _news(socket: websockets.ClientConnection) -> News:
    return msgspec.json.decode(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS), type=News)


DOWNLOAD_CASES: tuple[ServerCase, ...] = (
    pages_of_any_size_hold_the_same,
    never_a_case_transfer_or_access_stream,
    a_cursor_is_believed_only_where_the_log_bears_it_out,
    a_scope_one_may_not_have_is_refused_and_takes_no_event_with_it,
    news_say_how_far_the_log_has_grown,
)
