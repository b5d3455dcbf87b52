"""What every store must do about rows that its disk changed or lost (port.py, Damage). LogContract's ``place`` is used.

Each column of the log and of the vault is harmed in an old tile and in the newest one, behind the program's back.
"""

import pytest

from events.envelope import event_hash
from events.ids import DeviceId, Position, Stream
from events.merkle import leaf_hash, verify_inclusion
from events.tiles import TILE_WIDTH
from server.store.port import Appended, Clash, Log, Present, StoredEvent, Verdict
from tests.contract.log_contract import altered, rows, tree_over
from tests.contract.place import CHILD, OTHER_CHILD, Harm, Place, doses
from tests.server.making import Writer, a_dose, make_id

OLD, NEWEST, SIZE = 100, 280, 300
"""A position in a full tile, one in the newest tile, and how many there are."""
OF_THE_LOG: tuple[Harm, ...] = (
    "log.id", "log.device", "log.seq", "log.event_hash", "log.received_at", "log.position", "log.row",
)  # fmt: skip
OF_THE_VAULT: tuple[Harm, ...] = ("vault.sealed", "vault.stream_key", "vault.row")


async def checked(log: Log) -> list[Verdict]:
    """As the server does every day."""
    size = (await log.head()).checkpoint.size
    return [one for tile in range(size // TILE_WIDTH + 1) for one in await log.check_rows(tile)]


class DamageContract:
    """The suite. ``place`` is the fixture a store provides."""

    async def _filled(self, place: Place) -> list[StoredEvent]:
        """A log of two devices and some hours, closed."""
        log = await place.open()
        for number in range(SIZE // 20):
            place.clock.turn(minutes=7)
            await log.append(doses(20, f"phone {number}", OTHER_CHILD if number % 2 else CHILD))
        stored = await rows(log)
        await place.close()
        return stored

    @pytest.mark.parametrize("harm", OF_THE_LOG)
    async def test_a_changed_row_of_the_log_is_named_and_made_good(self, place: Place, harm: Harm) -> None:
        """STORE-R42, STORE-R43: in an old tile and in the newest; nobody has to bring anything."""
        before = await self._filled(place)
        for position in (OLD, NEWEST):
            await place.harm(harm, position)
        log = await place.open()
        assert {one.position for one in await checked(log)} >= {OLD}
        assert await checked(log) == []
        for process in (log, await place.open()):
            assert await rows(process) == before
            assert await process.read_streams([CHILD, OTHER_CHILD], SIZE) == before
            await self._is_as_it_was(process, before)
        events = [row.event for row in before if row.event is not None]
        answers = (await log.append(events)).outcomes
        assert [type(answer) for answer in answers] == [Present] * SIZE
        assert [answer.position for answer in answers] == list(range(SIZE))
        head = (await log.append(doses(230, "later"))).head  # fills the tile of the second one
        assert tree_over(await rows(log)).root() == head.checkpoint.root
        await place.close()
        assert (await (await place.open()).head()).checkpoint == head.checkpoint

    @pytest.mark.parametrize("harm", ["log.row", "log.received_at", "log.event_hash"])
    @pytest.mark.parametrize("first", ["reads", "appends"])
    async def test_every_other_process_knows_of_a_second_copy_the_next_time_it_looks(
        self, place: Place, harm: Harm, first: str
    ) -> None:
        """STORE-R46: at the head, or under the lock of its next append; it need not look for damage itself."""
        before = await self._filled(place)
        other = await place.open()
        await place.harm(harm, OLD)
        await checked(await place.open())
        if first == "reads":
            await other.head()
            assert await rows(other) == before
        event = before[OLD].event
        assert event is not None
        for number in range(3):  # also where that process was the last to append
            answers = (await other.append([event, *doses(1, f"beside {number}")])).outcomes
            assert answers[0] == Present(Position(OLD), before[OLD].received_at)
        assert (await rows(other))[:SIZE] == before

    async def _is_as_it_was(self, log: Log, before: list[StoredEvent]) -> None:
        head = (await log.head()).checkpoint
        assert (head.size, head.root) == (SIZE, tree_over(before).root())
        for at in (OLD, NEWEST):
            entry, path = await log.inclusion(Position(at), SIZE)
            verify_inclusion(leaf_hash(entry), at, SIZE, path, head.root)
            header = before[at].header
            assert header is not None
            assert await log.find({before[at].event_hash: header.id}) == {before[at].event_hash: at}
            assert await log.seqs(header.device, 1, 1 << 50) == list(range(1, 21))
        assert {one.device: one.seq for one in await log.device_heads()} == {
            DeviceId(make_id(f"phone {number}")): 20 for number in range(SIZE // 20)
        }

    @pytest.mark.parametrize("harm", ["log.row", "log.received_at", "log.id", "log.seq", "log.event_hash"])
    async def test_what_a_second_copy_holds_still_clashes(self, place: Place, harm: Harm) -> None:
        """STORE-R06, STORE-R43: another event with the id or the seq of a row made good, and of one untouched."""
        before = await self._filled(place)
        await place.harm(harm, OLD)
        log = await place.open()
        await checked(log)
        for number in range(3):  # also where this process was the last to append
            await log.append(doses(1, f"between {number}"))
        for at in (OLD, OLD + 1):
            event, header = before[at].event, before[at].header
            assert event is not None
            assert header is not None
            twin = Writer(header.device).write(
                OTHER_CHILD, a_dose("08"), id=make_id(f"twin {at}"), seq=header.seq, prev=header.prev
            )
            batches = (
                [altered(event), *doses(1, f"beside {at}")],
                [twin],
                [event],
            )  # one does not help to find another
            answers = [(await log.append(batch)).outcomes for batch in batches]
            assert answers[0][0] == Clash("id", before[at].event_hash, Position(at))
            assert answers[1][0] == Clash("seq", before[at].event_hash, Position(at))
            assert answers[2][0] == Present(Position(at), before[at].received_at)
            assert isinstance(answers[0][1], Appended)

    async def test_a_second_copy_that_the_tree_does_not_bear_out_is_passed_over(self, place: Place) -> None:
        """STORE-R43: in an old tile and in the newest; true copies beside a false one stand."""
        before = await self._filled(place)
        for position in (OLD, NEWEST):
            await place.harm("log.received_at", position + 1)
        await checked(await place.open())
        for position in (OLD, NEWEST):
            await place.lie(position)
        for log in (await place.open(), await place.open()):
            assert await checked(log) == []
            assert await rows(log) == before
            assert [row.position for row in log.second_rows] == [OLD + 1, NEWEST + 1]
            await self._is_as_it_was(log, before)

    async def test_the_same_bytes_appended_while_a_row_was_lost_stay_where_they_are(self, place: Place) -> None:
        """STORE-R05, STORE-R43: before anybody looked; the row made good is the one position, the other no damage."""
        before = await self._filled(place)
        await place.harm("log.row", OLD)
        log = await place.open()
        place.clock.turn(hours=1)
        event, header = before[OLD].event, before[OLD].header
        assert event is not None
        assert header is not None
        (answer,) = (await log.append([event])).outcomes
        assert isinstance(answer, Appended)
        await checked(log)
        assert await checked(log) == []
        found = await rows(log)
        assert [found[OLD], found[SIZE].event] == [before[OLD], event]
        assert await log.find({before[OLD].event_hash: header.id}) == {before[OLD].event_hash: OLD}
        assert (await log.append([event])).outcomes == (Present(Position(OLD), before[OLD].received_at),)
        (head,) = [one for one in await log.device_heads() if one.device == header.device]
        assert head.received_at == answer.received_at

    @pytest.mark.parametrize("harm", ["log.event_hash", "log.received_at"])
    async def test_of_what_is_destroyed_the_place_is_made_good(self, place: Place, harm: Harm) -> None:
        """STORE-R43: one bit, without any event that would tell; it stays destroyed."""
        before = await self._filled(place)
        log = await place.open()
        await log.destroy([CHILD])
        await place.close()
        for position in (OLD, NEWEST):
            await place.harm(harm, position)
        log = await place.open()
        await checked(log)
        found = await rows(log)
        assert [row.event_hash for row in found] == [row.event_hash for row in before]
        assert [row.received_at for row in found] == [row.received_at for row in before]
        assert [row.event is None for row in found] == [row.header.stream == CHILD for row in before if row.header]
        assert not [row.damage for row in found if row.damage]

    async def test_what_cannot_be_told_is_named_and_stops_no_other(self, place: Place) -> None:
        """STORE-R44: the log's row and the vault's row of one event, both gone."""
        before = await self._filled(place)
        await place.harm("log.row", OLD)
        await place.harm("vault.row", OLD)
        log = await place.open()
        assert [(one.position, one.row) for one in await checked(log)] == [(OLD, None)]
        found = await rows(log)
        assert found[OLD].damage
        assert [*found[:OLD], *found[OLD + 1 :]] == [*before[:OLD], *before[OLD + 1 :]]
        head = (await log.append(doses(1, "later"))).head.checkpoint
        entry, path = await log.inclusion(Position(OLD + 1), head.size)
        verify_inclusion(leaf_hash(entry), OLD + 1, head.size, path, head.root)

    @pytest.mark.parametrize("harm", OF_THE_VAULT)
    async def test_a_damaged_event_is_healed_by_the_event_itself(self, place: Place, harm: Harm) -> None:
        """STORE-R41: and by no other; every process reads it then; what is sound is left alone."""
        before = await self._filled(place)
        await place.harm(harm, OLD)
        log, other = await place.open(), await place.open()
        found = (await rows(log))[OLD]
        assert (found.event, found.event_hash, bool(found.damage)) == (None, before[OLD].event_hash, True)
        assert found.stream == (before[OLD].header.stream if harm == "vault.sealed" else None)  # type: ignore[union-attr]
        event = before[OLD].event
        assert event is not None
        for lie in doses(2, "liar"):
            assert not await log.heal(Position(OLD), lie)
        assert not await log.heal(Position(OLD + 1), event)
        assert await log.heal(Position(OLD), event)
        assert not await log.heal(Position(OLD), event)
        for process in (log, other):
            assert await rows(process) == before
            assert await process.read_streams([self._stream(before[OLD])], SIZE) == [
                row for row in before if self._stream(row) == self._stream(before[OLD])
            ]

    async def test_an_event_that_only_the_logs_row_names_heals_nothing(self, place: Place) -> None:
        """STORE-R41: whoever writes to the disk puts no other event there; the tree knows which it was."""
        before = await self._filled(place)
        (lie,), event = doses(1, "liar"), before[OLD].event
        assert event is not None
        await place.rename(OLD, event_hash(lie))
        log = await place.open()
        found = (await rows(log))[OLD]
        assert (found.event, found.event_hash) == (None, event_hash(lie))
        assert not await log.heal(Position(OLD), lie)
        await checked(log)
        assert not await log.heal(Position(OLD), lie)
        assert await rows(log) == before

    async def test_a_row_that_names_a_destroyed_key_wrongly_is_healed_all_the_same(self, place: Place) -> None:
        """STORE-R41: its own stream's key lives; what is truly destroyed is not given back by the very same event."""
        log = await place.open()
        (gone,), kept = doses(1, "gone", OTHER_CHILD), doses(2, "kept")
        await log.append([gone, *kept])
        await log.destroy([OTHER_CHILD])
        await place.misname(1, 0)
        log, other = await place.open(), await place.open()
        assert [row.event for row in await rows(log)] == [None, None, kept[1]]
        assert not await log.heal(Position(0), gone)
        assert not await log.heal(Position(1), kept[1])
        assert await log.heal(Position(1), kept[0])
        for process in (log, other):
            assert [row.event for row in await rows(process)] == [None, *kept]
            assert [row.event for row in await process.read_streams([CHILD], 3)] == kept
        await log.destroy([CHILD])
        for process in (log, other):
            await process.head()
            assert [(row.event, row.damage) for row in await rows(process)] == [(None, "")] * 3

    async def test_whose_streams_there_are_is_told_by_their_keys(self, place: Place) -> None:
        """STORE-R48: of the kinds asked for; a destroyed one is none of them."""
        log = await place.open()
        await log.append([*doses(1), *doses(1, "other", OTHER_CHILD)])
        assert await log.streams({"student", "case"}) == sorted([CHILD, OTHER_CHILD])
        assert await log.streams({"clinic"}) == []
        await log.destroy([CHILD])
        assert await log.streams({"student"}) == [OTHER_CHILD]

    async def test_what_was_healed_is_destroyed_with_its_stream(self, place: Place) -> None:
        """STORE-R41: it counts among what lies under the key, and is never healed again."""
        before = await self._filled(place)
        stream, event = self._stream(before[OLD]), before[OLD].event
        assert event is not None
        await place.harm("vault.stream_key", OLD)
        log = await place.open()
        assert await log.heal(Position(OLD), event)
        assert await log.destroy([stream]) == sum(self._stream(row) == stream for row in before)
        found = (await rows(log))[OLD]
        assert (found.event, found.damage) == (None, "")
        assert not await log.heal(Position(OLD), event)
        assert event_hash(event) == found.event_hash

    @staticmethod
    def _stream(row: StoredEvent) -> Stream:
        assert row.header is not None
        return row.header.stream
