"""A district opened for work: its home, keys, log, and the seat this process signs with.

    async with open_district(settings, clock, "command", "transfer export") as district:
        await district.record([(stream, payload)])

The seat is opened when the first fact is written: a command that only reads leaves no trace of its own
but what it records on purpose.
"""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from events.catalog import TYPE_OF, Payload
from events.catalog.event_type import NAME_CHARACTERS_MAX
from events.catalog.policy import DistrictFounded
from events.checkpoint import epoch_of
from events.envelope import SignedEvent
from events.errors import Refused
from events.ids import DISTRICT_STREAM, EventId, Stream
from projections.tables import PROJECTIONS
from server.home import Home, write_durably
from server.identity.store import Identities
from server.keys import Keys, Random, create_keys, expect_keys, holds_keys, load_keys, refuse_keys
from server.reading import Reading
from server.seat import Kind, SystemSeat, only_id
from server.settings import Settings
from server.store.opening import Store, identities_of, open_store, photo_rows_of, prepare, start_log
from server.store.port import Refuse
from server.store.projector import Projector

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, aware, UTC: the one place that asks the machine."""
    return datetime.now(UTC)


class District:
    """One tenant as one process has it open."""

    def __init__(
        self,
        settings: Settings,
        home: Home,
        keys: Keys,
        store: Store,
        clock: Clock,
        kind: Kind,
        label: str,
        random: Random,
    ) -> None:
        self.settings = settings
        self.id = settings.district
        self.home = home
        self.keys = keys
        self.log = store.log
        self._open_tables = store.open_tables
        self.clock = clock
        self._kind: Kind = kind
        self._label = label
        self._random = random
        self._seat: SystemSeat | None = None
        self._reading: Reading | None = None

    @property
    def reading(self) -> Reading:
        """The one way to read records; its tables are opened the first time it is asked for."""
        if self._reading is None:
            self._reading = Reading(self.log, Projector(self._open_tables(), self.log, PROJECTIONS))
        return self._reading

    def identities(self) -> Identities:
        """Logins, sessions, codes and tokens; to be entered before use."""
        return identities_of(self.settings)

    def photo_rows(self) -> Identities:
        """Sealed pictures of papers; to be entered before use."""
        return photo_rows_of(self.settings)

    async def seat(self) -> SystemSeat:
        """This process's seat, introduced to the log the first time it is asked for."""
        if self._seat is None:
            self._seat = await SystemSeat.open(
                self.log, self.keys, self.id, self.clock, self._kind, self._label, self._random
            )
        return self._seat

    async def record(self, facts: Sequence[tuple[Stream, Payload]], refused: Sequence[Refuse] = ()) -> list[EventId]:
        """Sign and append facts in order; see SystemSeat.record."""
        return await (await self.seat()).record(facts, refused)

    async def record_once(
        self,
        facts: Sequence[tuple[Stream, Payload]],
        ids: Sequence[EventId],
        refused: Sequence[Refuse] = (),
        beside: Sequence[SignedEvent] = (),
    ) -> bool:
        """Whether all of it was appended, or nothing; see SystemSeat.record_once."""
        return await (await self.seat()).record_once(facts, ids, refused, beside)

    async def record_first(self, facts: Sequence[tuple[Stream, Payload]], deeds: Sequence[str] = ()) -> list[EventId]:
        """Record facts that only the first to tell them may; their event ids. Each has a deed that names what is done
        to what, in the same words in every process; without, its type and the event, seat or stream it is about.

        Raises Refused, and nothing is written, where somebody was faster with one of them.
        """
        epoch = epoch_of((await self.log.head()).checkpoint.origin)
        ids = [only_id(self.keys.log, epoch, deed) for deed in deeds or [_deed(*fact) for fact in facts]]
        if not await self.record_once(facts, ids):
            raise Refused("settled-already", "somebody else did this at the same moment: look at it again")
        return ids

    async def destroy(self, names: Sequence[Stream]) -> int:
        """Destroy these streams' keys and rows for good; see ``port.Log.destroy``."""
        destroyed = await self.log.destroy(names)
        await self.reading.projector.forget(names)
        return destroyed

    async def close(self) -> None:
        """Retire the seat if one was opened, and close every file."""
        try:
            if self._seat is not None:
                await self._seat.close()
        finally:
            if self._reading is not None:
                await self._reading.close()
            await self.log.close()


def _deed(stream: Stream, payload: Payload) -> str:
    about = getattr(payload, "event", None) or getattr(payload, "seat", None) or stream
    return f"{TYPE_OF[type(payload)].name} {about}"


@asynccontextmanager
async def open_district(
    settings: Settings, clock: Clock, kind: Kind, label: str, random: Random = os.urandom
) -> AsyncIterator[District]:
    """Open a founded district. Raises Refused when there is none here, RolledBack when its database is behind."""
    home = Home(settings.home)
    expect_keys(home, settings.district)
    with home.in_use():
        keys = load_keys(home, settings.log_name, settings.district)
        store = await open_store(settings, keys, clock, random)
        district = District(settings, home, keys, store, clock, kind, label, random)
        try:
            yield district
        finally:
            await district.close()


async def found_district(
    settings: Settings,
    clock: Clock,
    name: str,
    kind: Literal["school_district", "nonpublic_school", "child_care"],
    time_zone: str,
    random: Random = os.urandom,
) -> None:
    """Create keys, the empty log and its first events; what was cut off in the middle is brought to its end.

    Raises Refused when the district exists, and before anything is written for a name or zone that cannot be.
    """
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX:
        raise Refused("bad-name", f"give the district a name of 1 to {NAME_CHARACTERS_MAX} characters")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused("bad-time-zone", f"{time_zone!r} is no IANA time zone; try America/Chicago") from error
    home = Home(settings.home)
    home.make()
    with home.in_use():
        keys = await _keys_to_found_with(settings, home, random)
    async with open_district(settings, clock, "command", "found district", random) as district:
        founded = DistrictFounded(
            name=name, kind=kind, time_zone=time_zone, log_key=keys.log_verifier, sealing_key=keys.sealing_public
        )
        if not await district.log.read_streams([DISTRICT_STREAM], (await district.log.head()).checkpoint.size):
            await district.record([(DISTRICT_STREAM, founded)])
    home.founding(settings.district).unlink()


async def _keys_to_found_with(settings: Settings, home: Home, random: Random) -> Keys:
    """Keys and an empty log: new ones, or those of a founding that left its mark and never got to its end."""
    mark = home.founding(settings.district)
    if not mark.exists():
        await prepare(settings)
        refuse_keys(home, settings.district)
        write_durably(mark, b"")
    if not holds_keys(home, settings.district):
        create_keys(home, settings.log_name, settings.district, random)
    keys = load_keys(home, settings.log_name, settings.district)
    if not (home.checkpoints / settings.district).exists():
        await start_log(settings, keys)
    return keys
