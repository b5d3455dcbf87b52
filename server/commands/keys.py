"""``doseledger keys``: changing what the installation keeps its secrets under (docs/keys.md)."""

import asyncio
import os

import click

from server.keys import WRAPPING_VARIABLE
from server.settings import Settings
from server.store.rewrapping import NEXT_VARIABLE, change_wrapping_key


@click.group()
def keys() -> None:
    """The installation's own keys."""


@keys.command("rotate-wrapping")
@click.confirmation_option(prompt="Is every server of this home stopped, on every machine, and a back-up made?")
@click.pass_obj
def rotate_wrapping(settings: Settings) -> None:
    """Wrap stream keys, log key and sealing key anew under another wrapping key.

    The next key is made, or taken from DOSELEDGER_NEXT_WRAPPING_KEY. Cut off, run it again: until then nothing opens.
    """
    done = asyncio.run(change_wrapping_key(settings, os.environ, os.urandom))
    click.echo(f"Wrapped anew: {done.stream_keys} stream keys, {done.files} key files.")
    if done.in_environment:
        click.echo(f"Set {WRAPPING_VARIABLE} to the next key and unset {NEXT_VARIABLE}, before anything starts.")
    else:
        click.echo("Keep keys/wrapping.key safe and apart from back-ups: without it nothing here opens again.")
    click.echo("Copy keys/ to the other machines. Make a back-up: older ones open only under the former key.")
