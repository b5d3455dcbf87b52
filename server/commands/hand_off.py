"""``doseledger hand-off FILE``: take in what a phone could not deliver, brought by another hand (docs/hand-off.md).

The events are opened with the district's sealing key and judged like any pushed event: they keep their author and
device, a file taken in twice adds nothing, and what cannot be taken is in quarantine, not lost. A malformed element is
named, and the others are taken in.
"""

import asyncio
import sys
from pathlib import Path

import click
import msgspec

from events.envelope import SYSTEM_AUTHOR
from events.errors import MalformedEvent, Refused
from events.hand_off_file import Unread, read_hand_off_file
from events.ids import SeatId, StaffId
from events.wire import PUSH_EVENTS_MAX, Accepted, Answer, Duplicate, Quarantined
from server.district import Clock, open_district, wall_clock
from server.identity.enrolment import Bearer
from server.live import Live
from server.settings import Settings
from server.sync.turn import Turn
from server.terminal import say


class TakenIn(msgspec.Struct, frozen=True):
    """What became of a file's events."""

    accepted: int
    known: int
    quarantined: tuple[str, ...]
    """In words, one each."""
    unread: tuple[Unread, ...]
    """Malformed elements: of these nothing is kept here."""


@click.command("hand-off")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def hand_off(settings: Settings, file: Path, as_json: bool) -> None:
    """Take in a hand-off FILE. Exit code 1 when something of it is in quarantine, or cannot be read: keep the file."""
    taken = asyncio.run(take_in(settings, file.read_bytes()))
    if as_json:
        click.echo(msgspec.json.encode(taken).decode())
    else:
        say(f"{taken.accepted} events taken in, {taken.known} known already.")
        for words in taken.quarantined:
            say(f"In quarantine: {words}")
        for one in taken.unread:
            say(f"Not taken in, keep the file: {one.why} (device {one.device or '?'}, event {one.seq or '?'})")
    sys.exit(1 if taken.quarantined or taken.unread else 0)


async def take_in(settings: Settings, raw: bytes, clock: Clock = wall_clock) -> TakenIn:
    """Raises Refused for what is no hand-off file, or one of another district."""
    try:
        file, unread = read_hand_off_file(raw)
    except MalformedEvent as error:
        raise Refused("bad-hand-off", str(error)) from error
    if file.district != settings.district:
        raise Refused("bad-hand-off", f"the file is for the district {file.district}, not {settings.district}")
    answers: list[Answer] = []
    async with open_district(settings, clock, "command", "hand-off") as district:
        live = Live(district.log, lambda _: None)
        await live.catch_up()
        turn, seat = Turn(district, live, clock), await district.seat()
        bearer = Bearer(seat.device, SeatId(seat.new_id()), StaffId(SYSTEM_AUTHOR))
        for at in range(0, len(file.events), PUSH_EVENTS_MAX):
            part = file.events[at : at + PUSH_EVENTS_MAX]
            answers += (await turn.take(bearer, (), None, None, sealed=part)).carried
    return TakenIn(
        accepted=sum(isinstance(answer, Accepted) for answer in answers),
        known=sum(isinstance(answer, Duplicate) for answer in answers),
        quarantined=tuple(f"{one.reason}: {one.detail}" for one in answers if isinstance(one, Quarantined)),
        unread=unread,
    )
