"""``doseledger backup``: make one while servers run, and put one back (docs/operations.md)."""

import asyncio
from pathlib import Path

import click

from server.backup import Manifest, make_backup, restore_backup
from server.district import wall_clock
from server.settings import Settings

_folder = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_keyring = click.option(
    "--keyring", type=click.Path(file_okay=False, path_type=Path), required=True,
    help="Folder for the stream keys alone: kept apart, and deleted within 35 days.",
)  # fmt: skip


@click.group()
def backup() -> None:
    """Back-ups of the district, and restoring them."""


@backup.command()
@_folder
@_keyring
@click.pass_obj
def make(settings: Settings, folder: Path, keyring: Path) -> None:
    """Write a back-up into FOLDER, and its stream keys into another. Safe beside running servers."""
    _say(asyncio.run(make_backup(settings, folder, keyring, wall_clock())), "Backed up")
    click.echo("Not in it, keep them apart: the wrapping key, and checkpoint/ of the home.")


@backup.command()
@_folder
@_keyring
@click.pass_obj
def restore(settings: Settings, folder: Path, keyring: Path) -> None:
    """Put a back-up into a home, or a database, that holds no district."""
    _say(asyncio.run(restore_backup(settings, folder, keyring, wall_clock())), "Restored")
    click.echo("Put the wrapping key and the newest checkpoint/ back, then: doseledger doctor.")
    click.echo("If the log had grown since the back-up: doseledger epoch open, before any server starts.")


def _say(manifest: Manifest, what: str) -> None:
    click.echo(f"{what} {manifest.district}: {manifest.size} events, epoch {manifest.epoch}, root {manifest.root}")
    click.echo(f"The stream keys in it must be deleted by {manifest.keyring_expires_at}.")
