"""What every store of the log must do (server/store/port.py). A store inherits LogContract and gives a ``place``.

A place is one founded, empty log: ``open()`` another process's view of it, ``clock``, ``keys``,
``destroy(stream)``, ``checkpoint()`` (the note kept outside), ``files()`` (all bytes at rest).
"""

import asyncio
import hashlib
import random
from contextlib import suppress

from events.checkpoint import open_checkpoint
from events.dates import from_milliseconds, to_milliseconds
from events.envelope import SignedEvent, event_hash, parse_header
from events.errors import MalformedEvent
from events.ids import DeviceId, Hash, Position
from events.merkle import Edge, leaf_hash, verify_consistency, verify_inclusion
from events.receipt import encode_receipt, make_entry, verify_receipt
from events.tiles import TILE_WIDTH, tile_root
from server.store.port import Appended, Clash, Log, Present, Refuse, StoredEvent
from tests.contract.place import CHILD, OTHER_CHILD, Place, append_each, doses
from tests.server.making import START, Writer, a_dose, make_id

_BATCH = 100


async def rows(log: Log, start: int = 0, end: int | None = None) -> list[StoredEvent]:
    return [row async for row in log.read(Position(start), None if end is None else Position(end))]


def altered(event: SignedEvent) -> SignedEvent:
    """The same header under another signature: another event with the same id and seq."""
    return SignedEvent(event.header, bytes(64), event.salt, event.payload)


def tree_over(stored: list[StoredEvent]) -> Edge:
    """The tree made anew from what a reader sees."""
    return Edge().extend(leaf_hash(make_entry(row.event_hash, row.received_at)) for row in stored)


class LogContract:
    """The suite. ``place`` is the fixture a store provides."""

    # Order

    async def test_positions_are_gapless_and_in_order(self, place: Place) -> None:
        """STORE-R01"""
        log, events = await place.open(), doses(7)
        result = await log.append(events)
        assert [outcome.position for outcome in result.outcomes] == list(range(7))
        assert [row.event for row in await rows(log)] == events
        assert result.head.checkpoint.size == 7

    async def test_what_may_only_come_whole_comes_whole_or_not_at_all(self, place: Place) -> None:
        """STORE-R51: between processes too, and the others of its group are appended all the same."""
        log, other = await place.open(), await place.open()
        first, second, third, fourth = doses(4)
        await log.append([first])
        clashing, late = [second, altered(first)], doses(1, "tablet")
        refused, taken = await asyncio.gather(other.append(clashing, is_whole=True), other.append(late))
        assert refused.outcomes == (Clash("id", event_hash(first), Position(0)),) * 2
        assert isinstance(taken.outcomes[0], Appended)
        whole = await log.append([first, second, third], is_whole=True)
        assert [type(outcome) for outcome in whole.outcomes] == [Present, Appended, Appended]
        rivals = [[fourth, *doses(1, "laptop")], [altered(fourth), *doses(1, "kiosk")]]
        results = await asyncio.gather(log.append(rivals[0], is_whole=True), other.append(rivals[1], is_whole=True))
        assert sorted(isinstance(result.outcomes[0], Clash) for result in results) == [False, True]
        assert len(await rows(log)) == 6

    async def test_callers_at_once_share_commits_and_leave_no_gap(self, place: Place) -> None:
        """STORE-R01, STORE-R02: far fewer signed heads than callers."""
        log = await place.open()
        writers = [doses(1, f"phone {number}")[0] for number in range(60)]
        results = await append_each(log, writers)
        assert sorted(result.outcomes[0].position for result in results) == list(range(60))
        assert len({result.head.note for result in results}) < 30
        for result in results:
            assert result.outcomes[0].position < result.head.checkpoint.size

    async def test_two_processes_append_to_one_order(self, place: Place) -> None:
        """STORE-R03"""
        one, two = await place.open(), await place.open()
        ours, theirs = doses(40, "phone"), doses(40, "tablet", OTHER_CHILD)
        answers = await asyncio.gather(append_each(one, ours), append_each(two, theirs))
        taken = [result.outcomes[0].position for side in answers for result in side]
        assert sorted(taken) == list(range(80))
        assert await rows(one) == await rows(two)
        assert (await one.head()) == (await two.head())

    async def test_a_reader_on_a_cursor_skips_nothing(self, place: Place) -> None:
        """STORE-R01: what a cursor has passed never changes, while two processes write."""
        one, two = await place.open(), await place.open()
        seen: list[StoredEvent] = []

        async def follow() -> None:
            while len(seen) < 60:
                seen.extend(await rows(one, len(seen)))
                await asyncio.sleep(0)

        await asyncio.gather(
            follow(), append_each(one, doses(30, "phone")), append_each(two, doses(30, "tablet", OTHER_CHILD))
        )
        assert [row.position for row in seen] == list(range(60))
        assert seen == await rows(two)

    async def test_time_of_receipt_never_goes_back(self, place: Place) -> None:
        """STORE-R04: max(now, the previous entry's), in whole milliseconds."""
        log, events = await place.open(), doses(3)
        place.clock.turn(microseconds=1234)
        await log.append(events[:1])
        place.clock.turn(hours=-3)
        await log.append(events[1:2])
        place.clock.turn(hours=5)
        await log.append(events[2:])
        times = [row.received_at for row in await rows(log)]
        assert times[0] == times[1] == from_milliseconds(to_milliseconds(START) + 1)
        assert times[2] > times[1]

    # Sameness

    async def test_the_same_event_keeps_its_one_position(self, place: Place) -> None:
        """STORE-R05: again, later, twice in one batch, by another process."""
        log, events = await place.open(), doses(2)
        first = (await log.append([events[0], events[0], events[1]])).outcomes
        assert [type(outcome) for outcome in first] == [Appended, Present, Appended]
        before = await log.head()
        place.clock.turn(minutes=1)
        again = await (await place.open()).append(events)
        assert again.outcomes == (
            Present(Position(0), first[0].received_at),  # type: ignore[union-attr]
            Present(Position(1), first[2].received_at),  # type: ignore[union-attr]
        )
        assert await log.head() == before == again.head

    async def test_another_event_with_the_same_id_clashes(self, place: Place) -> None:
        """STORE-R06"""
        log, (event,) = await place.open(), doses(1)
        await log.append([event])
        outcome = (await log.append([altered(event)])).outcomes[0]
        assert outcome == Clash("id", event_hash(event), Position(0))
        assert len(await rows(log)) == 1

    async def test_another_event_at_the_same_seq_clashes(self, place: Place) -> None:
        """STORE-R06: a fork of the device's chain; what stands beside it in the batch is taken."""
        log, (event,) = await place.open(), doses(1)
        twin = Writer(make_id("phone")).write(OTHER_CHILD, a_dose("08"), id=make_id("twin"))
        result = await log.append([event, twin, *doses(1, "tablet")])
        assert result.outcomes[1] == Clash("seq", event_hash(event), Position(0))
        assert [type(outcome) for outcome in result.outcomes] == [Appended, Clash, Appended]
        assert len(await rows(log)) == 2

    async def test_a_bad_batch_fails_alone(self, place: Place) -> None:
        """STORE-R02: a malformed event is its caller's, never its neighbours'."""
        log = await place.open()
        broken = SignedEvent(b"{}", bytes(64), bytes(16), b"{}")
        answers = await asyncio.gather(*(log.append([event]) for event in (*doses(3), broken)), return_exceptions=True)
        assert [isinstance(answer, MalformedEvent) for answer in answers] == [False, False, False, True]
        assert len(await rows(log)) == 3

    async def test_find_names_what_is_there(self, place: Place) -> None:
        log, events = await place.open(), doses(3)
        await log.append(events[:2])
        named = {event_hash(event): parse_header(event.header).id for event in events}
        first, second, _ = named
        assert await log.find(named) == {first: 0, second: 1}
        assert await log.find({}) == {}

    # Durability and the head

    async def test_what_was_answered_survives_reopening(self, place: Place) -> None:
        """STORE-R07"""
        events = doses(5)
        result = await (await place.open()).append(events)
        await place.close()
        reopened = await place.open()
        assert [row.event for row in await rows(reopened)] == events
        assert await reopened.head() == result.head

    async def test_the_checkpoint_outside_covers_every_answer(self, place: Place) -> None:
        """STORE-R08"""
        log = await place.open()
        for event in doses(4):
            result = await log.append([event])
            outside = open_checkpoint(place.checkpoint(), place.keys.log_verifier)
            assert outside == result.head.checkpoint

    async def test_cancelling_the_caller_splits_nothing(self, place: Place) -> None:
        """STORE-R09: whatever the caller does, what is committed has its checkpoint, and the log goes on."""
        log, chance = await place.open(), random.Random(7)
        events = doses(30)
        for event in events:
            task = asyncio.create_task(log.append([event]))
            await asyncio.sleep(chance.choice((0, 0, 0.0005, 0.002)))
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        result = await log.append(events)
        stored = await rows(log)
        assert {row.event_hash for row in stored} == {event_hash(event) for event in events}
        assert open_checkpoint(place.checkpoint(), place.keys.log_verifier) == result.head.checkpoint
        assert tree_over(stored).root() == result.head.checkpoint.root

    # The tree

    async def test_every_head_is_the_root_over_its_entries(self, place: Place) -> None:
        """STORE-R10: signed under the pinned key, re-derived from what a reader sees."""
        log = await place.open()
        for start in range(0, 600, _BATCH):
            head = (await log.append(doses(_BATCH, f"phone {start}"))).head
            assert open_checkpoint(head.note, place.keys.log_verifier) == head.checkpoint
            stored = await rows(log)
            assert tree_over(stored).root() == head.checkpoint.root
            assert await log.root_at(head.checkpoint.size) == head.checkpoint.root

    async def test_receipts_and_consistency_prove_across_tiles(self, place: Place) -> None:
        """STORE-R11: for sizes around the edges of a tile, and each earlier head a prefix of each later."""
        log, heads = await place.open(), []
        for number, count in enumerate((1, 254, 1, 1, 255, 3)):
            heads.append((await log.append(doses(count, f"phone {number}"))).head)
        stored = await rows(log)
        for head in heads:
            size = head.checkpoint.size
            assert await log.root_at(size) == head.checkpoint.root
            for position in {0, size // 2, size - 1, min(255, size - 1), min(256, size - 1)}:
                entry, path = await log.inclusion(Position(position), size)
                verify_inclusion(leaf_hash(entry), position, size, path, head.checkpoint.root)
                receipt = encode_receipt(entry, Position(position), path, head.note)
                proven = verify_receipt(receipt, stored[position].event_hash, place.keys.log_verifier)
                assert (proven.position, proven.received_at) == (position, stored[position].received_at)
        for old in heads:
            for new in heads[heads.index(old) :]:
                path = await log.consistency(old.checkpoint.size, new.checkpoint.size)
                verify_consistency(
                    old.checkpoint.size, new.checkpoint.size, path, old.checkpoint.root, new.checkpoint.root
                )

    async def test_tiles_and_entries_are_what_the_standard_says(self, place: Place) -> None:
        """STORE-R12: full and partial, level 0 and 1, equal to what the entries make."""
        log = await place.open()
        for number in range(6):
            await log.append(doses(_BATCH, f"phone {number}"))
        entries = [make_entry(row.event_hash, row.received_at) for row in await rows(log)]
        leaves = [leaf_hash(entry) for entry in entries]
        for number, width in ((0, TILE_WIDTH), (1, TILE_WIDTH), (2, 88), (2, 17), (1, 9)):
            start = number * TILE_WIDTH
            assert await log.entries(number, width) == entries[start : start + width]
            assert await log.tile(0, number, width) == b"".join(leaves[start : start + width])
        below = [b"".join(leaves[at : at + TILE_WIDTH]) for at in (0, TILE_WIDTH)]
        assert await log.tile(1, 0, 2) == b"".join(tile_root(hashes) for hashes in below)

    # Bytes, streams, devices

    async def test_bytes_come_back_as_they_were(self, place: Place) -> None:
        """STORE-R13: nothing is re-serialised, however odd the payload's own form."""
        log, writer = await place.open(), Writer(make_id("phone"))
        payload = b'{ "note" : "\xc3\xa9\\u00e9",\t"n":1.50 }'
        event = writer.write_raw(CHILD, "novelty.seen", payload)
        await log.append([event])
        (row,) = await rows(log)
        assert row.event == event
        assert row.event_hash == event_hash(event)
        assert row.header is not None
        assert row.header.stream == CHILD

    async def test_a_stream_is_read_alone_and_below_a_size(self, place: Place) -> None:
        log = await place.open()
        ours, theirs = doses(4), doses(3, "tablet", OTHER_CHILD)
        await log.append([ours[0], theirs[0], ours[1], theirs[1], ours[2], theirs[2], ours[3]])
        found = await log.read_streams([CHILD], 5)
        assert [row.position for row in found] == [0, 2, 4]
        both = await log.read_streams([OTHER_CHILD, CHILD], 7)
        assert [row.position for row in both] == list(range(7))
        assert await log.read_streams([CHILD], 0) == []

    async def test_a_range_ends_where_it_says(self, place: Place) -> None:
        log = await place.open()
        await log.append(doses(10))
        assert [row.position for row in await rows(log, 3, 6)] == [3, 4, 5]
        assert await rows(log, 10) == []

    async def test_device_heads_tell_the_highest_seq(self, place: Place) -> None:
        """STORE-R14: also when a gap is filled late, with the time of the last report."""
        log, events = await place.open(), doses(4)
        await log.append([events[0], events[3]])
        place.clock.turn(hours=1)
        await log.append([events[1], *doses(1, "tablet")])
        heads = {head.device: head for head in await log.device_heads()}
        phone = heads[make_id("phone")]  # type: ignore[index]
        assert (phone.seq, phone.hash) == (4, event_hash(events[3]))
        assert to_milliseconds(phone.received_at) == to_milliseconds(place.clock())
        assert heads[make_id("tablet")].seq == 1  # type: ignore[index]

    async def test_the_numbers_of_a_device_are_told(self, place: Place) -> None:
        """STORE-R14: so that what is missing of it can be told apart from what was destroyed."""
        log, events = await place.open(), doses(6)
        await log.append([events[0], events[2], events[5], *doses(4, "tablet")])
        phone = DeviceId(make_id("phone"))
        assert await log.seqs(phone, 1, 2**53 - 1) == [1, 3, 6]
        assert await log.seqs(phone, 2, 5) == [3]
        assert await log.seqs(DeviceId(make_id("nobody")), 1, 9) == []

    async def test_refused_bytes_are_kept_beside_their_record(self, place: Place) -> None:
        """STORE-R15: once, verbatim, in the commit of the event that tells of them."""
        log, raw = await place.open(), b"\x00 no event at all \xff"
        submission = Hash(hashlib.sha256(raw).hexdigest())
        await log.append(doses(1), [Refuse(submission, CHILD, raw)])
        await log.append([], [Refuse(submission, CHILD, raw)])
        assert await log.refused(submission) == raw
        assert await log.refused(Hash("0" * 64)) is None
        assert len(await rows(log)) == 1

    # Secrecy and destruction

    async def test_nothing_at_rest_is_readable(self, place: Place) -> None:
        """STORE-R16: no header, payload, salt or signature in any file, journals included, while it is open."""
        log, raw = await place.open(), b"refused: Zebedee Quillfeather"
        writer = Writer(make_id("phone"))
        event = writer.write_raw(CHILD, "novelty.seen", b'{"name":"Zebedee Quillfeather"}')
        await log.append([event], [Refuse(Hash(hashlib.sha256(raw).hexdigest()), CHILD, raw)])
        for name, content in (await place.files()).items():
            for secret in (b"Quillfeather", b"novelty.seen", event.signature, event.salt, event.header):
                assert secret not in content, name

    async def test_what_is_destroyed_opens_in_no_process_and_a_late_event_has_a_key_of_its_own(
        self, place: Place
    ) -> None:
        """STORE-R17: it may be run again, and tells how many events lie under destroyed keys, all in all."""
        one, two = await place.open(), await place.open()
        await one.append([*doses(2), *doses(3, "tablet", OTHER_CHILD)])
        assert all(row.event is not None for row in await rows(two))
        assert [await one.destroy([CHILD]) for _ in range(2)] == [2, 2]
        for log in (one, two):
            assert [row.event is None for row in await rows(log)] == [True, True, False, False, False]
        await two.append(doses(1, "late"))
        assert [row.event is None for row in await rows(one)] == [True, True, False, False, False, False]
        assert await two.destroy([OTHER_CHILD]) == 5
        assert [row.event is None for row in await rows(one)] == [True] * 5 + [False]

    async def test_a_destroyed_stream_stays_in_the_log_and_opens_no_more(self, place: Place) -> None:
        """STORE-R17: places, hashes, proofs and other streams are as before."""
        log = await place.open()
        ours, theirs = doses(2), doses(2, "tablet", OTHER_CHILD)
        head = (await log.append([ours[0], theirs[0], ours[1], theirs[1]])).head
        await place.close()
        await place.destroy(CHILD)
        reopened = await place.open()
        stored = await rows(reopened)
        assert [row.event for row in stored] == [None, theirs[0], None, theirs[1]]
        assert [row.header is None for row in stored] == [True, False, True, False]
        assert tree_over(stored).root() == head.checkpoint.root
        assert (await reopened.append(ours)).outcomes[1] == Present(Position(2), stored[2].received_at)
