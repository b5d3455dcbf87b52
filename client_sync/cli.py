"""A device without a screen, one command a step; each is a process of its own and speaks JSON on standard output.

    python -m client_sync --file gym.db enroll CODE --label "gym laptop"      needs the network
    python -m client_sync --file gym.db follow clinic/<id>                    needs the network
    python -m client_sync --file gym.db record < facts.jsonl                  never touches it
    python -m client_sync --file gym.db sync                                  needs the network
    python -m client_sync --file gym.db outbox | receipts                     never touches it
    python -m client_sync --file gym.db hand-off > gym.json                   never touches it, needs no passphrase
    python -m client_sync --file gym.db hand-off --all > gym.json             also what was receipted
    python -m client_sync --file other.db carry gym.json                      another device brings it
    python -m client_sync --file gym.db reconsider                            somebody looked at its alarm

``record`` reads a fact a line, ``{"stream": …, "type": …, "payload": {…}}``, signs and stores each before it
prints its event id: what was printed is on the disk. ``{"event": "#3"}`` in a payload stands for the id of the
third line; ``"picture": "paper.jpg"`` beside it attaches the file to a statement or consent. The device's file
opens under DOSELEDGER_DEVICE_SECRET.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Any

import click
import msgspec

from client_sync.carrying import Carried, NotCarried, read_carried
from client_sync.errors import DeviceError, TransportError
from client_sync.hand_off import read_hand_off
from client_sync.replica import PATIENCE_SECONDS, Replica, open_replica
from client_sync.transport import HttpTransport
from events.catalog import CATALOG
from events.errors import MalformedEvent
from events.ids import EventId, Stream

SECRET_VARIABLE = "DOSELEDGER_DEVICE_SECRET"  # noqa: S105  (a variable's name)
Work = Callable[[Replica], Awaitable[object]]


class Line(msgspec.Struct, frozen=True):
    """One fact to record."""

    stream: str
    type: str
    payload: dict[str, Any]
    picture: str = ""
    """The file of the paper's, a JPEG."""


class Device(msgspec.Struct, frozen=True):
    """Which file, under which secret, and whose server."""

    file: Path
    server: str
    secret: str
    patience_seconds: float


@click.group()
@click.option("--file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The device's store.")
@click.option("--server", default="http://127.0.0.1:8000", show_default=True)
@click.option("--patience", default=PATIENCE_SECONDS, show_default=True, help="Seconds to go on trying for.")
@click.pass_context
def device(ctx: click.Context, file: Path, server: str, patience: float) -> None:
    """A device that works alone and converges later."""
    secret = os.environ.get(SECRET_VARIABLE, "")
    if not secret and ctx.invoked_subcommand != "hand-off":
        raise click.UsageError(f"set {SECRET_VARIABLE}: the passphrase of this device's file")
    ctx.obj = Device(file, server, secret, patience)


@device.command()
@click.argument("code")
@click.option("--label", required=True, help="What people call this device.")
@click.pass_obj
def enroll(given: Device, code: str, label: str) -> None:
    """Redeem a one-time code: make the seat's key here and pin the log's."""

    async def work(replica: Replica) -> object:
        enrolled = await replica.enroll(code, label)
        return {"device": enrolled.device, "staff": enrolled.staff_name, "log_key": enrolled.log_key}

    _run(given, work)


@device.command()
@click.argument("scope")
@click.pass_obj
def follow(given: Device, scope: str) -> None:
    """Keep a clinic, a facility or the district on this device, and fetch it now."""

    async def work(replica: Replica) -> object:
        await replica.choose(scope)
        return await replica.pull(given.patience_seconds)

    _run(given, work)


@device.command()
@click.pass_obj
def record(given: Device) -> None:
    """Sign and store the facts on standard input, without a network."""
    lines = [msgspec.json.decode(text, type=Line) for text in sys.stdin.buffer if text.strip()]
    pictures = [Path(line.picture).read_bytes() if line.picture else None for line in lines]

    async def work(replica: Replica) -> object:
        made: list[EventId] = []
        for line, picture in zip(lines, pictures, strict=True):
            payload = msgspec.convert(_with_ids(line.payload, made), CATALOG[line.type].payload)
            made.append(await replica.record(Stream(line.stream), payload, picture))
        return made

    _run(given, work)


@device.command()
@click.pass_obj
def sync(given: Device) -> None:
    """Deliver what waits, verify every receipt, fetch what is new."""
    _run(given, lambda replica: replica.sync(given.patience_seconds))


@device.command()
@click.pass_obj
def outbox(given: Device) -> None:
    """Every event this device made, and where it stands, in words."""
    _run(given, lambda replica: replica.outbox())


@device.command()
@click.pass_obj
def receipts(given: Device) -> None:
    """The verified receipts (C2SP tlog-proof)."""
    _run(given, lambda replica: replica.receipts())


@device.command("hand-off")
@click.option("--all", "everything", is_flag=True, help="What was receipted too; asks for the passphrase.")
@click.pass_obj
def hand_off(given: Device, everything: bool) -> None:
    """Print what waits for delivery as a file that anybody may carry; needs no passphrase."""
    if everything:
        _run(given, lambda replica: replica.hand_off())
    else:
        click.echo(msgspec.json.encode(read_hand_off(given.file)).decode())


@device.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def carry(given: Device, file: Path) -> None:
    """Deliver another device's hand-off FILE, unopened. Exit code 1 when something of it is not delivered: keep it."""
    handed, malformed = read_carried(file.read_bytes())
    carried: list[Carried | NotCarried] = [*malformed]

    async def work(replica: Replica) -> object:
        carried.extend(await replica.carry(handed))
        return carried

    _run(given, work)
    sys.exit(1 if any(isinstance(one, NotCarried) for one in carried) else 0)


@device.command()
@click.pass_obj
def reconsider(given: Device) -> None:
    """Let the device ask the server again after an alarm; prints the alarm with its evidence, or null."""

    async def work(replica: Replica) -> object:
        alarm = replica.state.alarm
        await replica.reconsider()
        return alarm

    _run(given, work)


def _with_ids(payload: dict[str, Any], made: list[EventId]) -> dict[str, Any]:
    event = payload.get("event")
    if isinstance(event, str) and event.startswith("#"):
        return {**payload, "event": made[int(event[1:]) - 1]}
    return payload


def _run(given: Device, work: Work) -> None:
    async def run() -> object:
        async with (
            HttpTransport(given.server) as transport,
            open_replica(given.file, given.secret, transport) as replica,
        ):
            return await work(replica)

    click.echo(msgspec.json.encode(asyncio.run(run())).decode())


def main() -> None:
    """Entry point; what a person can mend is one sentence and exit code 2."""
    try:
        device(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (
        DeviceError,
        TransportError,
        MalformedEvent,
        msgspec.MsgspecError,
        KeyError,
        OSError,
        DatabaseError,
    ) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
