"""The outbox as people read it: each own event with its proof, its quarantine's end, and its picture, from the disk.

own rows + the device's own stream (who settled what) + the pictures' stored bytes --> OutboxRow, in words
"""

from collections.abc import Awaitable, Callable, Collection

from client_sync.fates import fate_of, people_of
from client_sync.report import OutboxRow, outbox_row, with_picture
from client_sync.store import Store
from events.ids import DeviceId, Hash, StaffId, Stream, stream_of
from projections.directory import Directory
from projections.fold import Fact
from projections.submissions import Submissions

Facts = Callable[[Stream], Awaitable[list[Fact]]]


async def outbox_rows(store: Store, device: DeviceId, sent: Collection[Hash], facts: Facts) -> list[OutboxRow]:
    """Every event the device made, oldest first; ``sent`` are those that left it since it was opened."""
    settled = Submissions()
    for fact in await facts(stream_of("device", device)):
        settled.apply(fact)
    names = await _names(people_of(settled.all()), facts)
    told = {one.hash: fate_of(one, names) for one in settled.all()}
    own = await store.own()
    pairs = zip([None, *own], own, strict=False)
    rows = [outbox_row(one, sent, told.get(one.event_hash) or one.fate, before) for before, one in pairs]
    return await _with_pictures(rows, store)


async def _names(people: set[StaffId], facts: Facts) -> dict[StaffId, str]:
    """Who these people are, as far as this device was told."""
    directory = Directory()
    for staff in people:
        for fact in await facts(stream_of("staff", staff)):
            directory.apply(fact)
    return {staff: known.name for staff, known in directory.staff.items()}


async def _with_pictures(rows: list[OutboxRow], store: Store) -> list[OutboxRow]:
    """A picture that waits is read from the disk: it is only called here when it is."""
    attached = {photo.seq: photo for photo in await store.photos.all()}
    whole = {seq for seq, photo in attached.items() if photo.is_receipted or await store.photos.is_whole(photo)}
    return [with_picture(row, attached[row.seq], row.seq in whole) if row.seq in attached else row for row in rows]
