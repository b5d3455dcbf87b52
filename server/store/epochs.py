"""A new epoch after a restored back-up: the one way on for a database that is behind its outside checkpoint.

    head row: epoch e, size n     outside: epoch e, size m > n     ->     head row: epoch e + 1, size n
                                                                          outside:  epoch e + 1, size n

The surviving entries keep their places. ``epoch.opened`` then says in the log which head was signed before and why
it was given up; devices push what is missing again, against their old receipts. A crash between the two steps is
gone on from by calling again.
"""

from contextlib import closing

from events.catalog.devices import EpochOpened
from events.checkpoint import Checkpoint, epoch_of, origin_of, sign_checkpoint
from events.errors import Refused
from events.ids import DISTRICT_STREAM
from server.district import Clock, open_district
from server.home import Home
from server.keys import Random, load_keys
from server.settings import Settings
from server.store.appending import read_head_row
from server.store.connection import connect as connect_sqlite
from server.store.grouping import HeadRow
from server.store.outside import OutsideCheckpoint
from server.store.postgres.appending import HEAD, head_row
from server.store.postgres.connecting import connect as connect_postgres


async def open_epoch(settings: Settings, clock: Clock, reason: str, random: Random) -> int:
    """The new epoch. Raises Refused when the database is not behind: then there is nothing to give up."""
    home = Home(settings.home)
    keys = load_keys(home, settings.log_name, settings.district)
    outside = OutsideCheckpoint(home.checkpoints, settings.district, keys.log_verifier)
    signed, old = outside.read(), outside.note()
    epoch = epoch_of(signed.origin) + 1
    row = await _move_head(settings, signed, epoch)
    head = Checkpoint(origin_of(settings.log_name, settings.district, epoch), row.edge.size, row.edge.root())
    outside.advance(head, sign_checkpoint(head, keys.name, keys.log))
    async with open_district(settings, clock, "command", "open epoch", random) as district:
        opened = EpochOpened(old_checkpoint=old, survived=row.edge.size, reason=reason)
        await district.record([(DISTRICT_STREAM, opened)])
    return epoch


async def _move_head(settings: Settings, signed: Checkpoint, epoch: int) -> HeadRow:
    if settings.is_postgres:
        return await _move_postgres(settings, signed, epoch)
    with closing(connect_sqlite(Home(settings.home).ledger)) as database:
        database.execute("BEGIN IMMEDIATE")
        row = read_head_row(database, settings.district)
        _expect_behind(row, signed, epoch)
        database.execute("UPDATE head SET epoch = ? WHERE district = ?", (epoch, settings.district))
        database.execute("COMMIT")
        return HeadRow(epoch, row.edge, row.received_at)


async def _move_postgres(settings: Settings, signed: Checkpoint, epoch: int) -> HeadRow:
    database = await connect_postgres(settings.database_url, settings.district)
    try:
        async with database.transaction():
            row = head_row(await database.fetchrow(f"{HEAD} FOR UPDATE", settings.district))
            _expect_behind(row, signed, epoch)
            await database.execute("UPDATE ledger.head SET epoch = $2 WHERE district = $1", settings.district, epoch)
        return HeadRow(epoch, row.edge, row.received_at)
    finally:
        await database.close()


def _expect_behind(row: HeadRow, signed: Checkpoint, epoch: int) -> None:
    """Raises Refused unless the row is behind what was signed, or is where a crash left it half way."""
    size, root = row.edge.size, row.edge.root()
    if row.epoch == epoch:
        return
    if row.epoch > epoch or size > signed.size or (size, root) == (signed.size, signed.root):
        message = f"the database ends at {size}, and {signed.origin} {signed.size} was signed: nothing was rolled back"
        raise Refused("not-rolled-back", message)
