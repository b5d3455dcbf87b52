"""``doseledger epoch``: go on after a back-up was restored, openly."""

import asyncio
import os

import click

from server.district import wall_clock
from server.settings import Settings
from server.store.epochs import open_epoch


@click.group()
def epoch() -> None:
    """The log's epochs."""


@epoch.command("open")
@click.option("--reason", required=True, help="Why the newer history is given up; it stands in the log.")
@click.confirmation_option(prompt="Events after the back-up come back only from devices that still hold them. Go on?")
@click.pass_obj
def open_command(settings: Settings, reason: str) -> None:
    """Give up the signed head that the restored database does not reach, and go on in a new epoch.

    Stop every server first. Devices push what they hold again by themselves.
    """
    number = asyncio.run(open_epoch(settings, wall_clock, reason, os.urandom))
    click.echo(f"Epoch {number} is open. Start the servers; devices deliver again what is missing.")
