"""``doseledger doctor``: is everything the settings name there, and safe?"""

import asyncio
import sys

import click

from server.commands.showing import print_json
from server.district import wall_clock
from server.doctor import examine
from server.finding import Finding
from server.settings import Settings
from server.terminal import say


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Try home, keys, database, rights, guards and clocks. Reads only. Exit code 1 if something is wrong."""
    found = asyncio.run(_all(settings))
    if as_json:
        print_json(found)
    else:
        for one in found:
            say(f"{one.state:6}{one.what:18}{one.says}")
    sys.exit(1 if any(one.state == "fault" for one in found) else 0)


async def _all(settings: Settings) -> list[Finding]:
    return [finding async for finding in examine(settings, wall_clock)]
