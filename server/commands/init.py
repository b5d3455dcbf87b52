"""``doseledger init``: found a district in an empty home."""

import asyncio
from typing import Literal

import click

from server.district import found_district, wall_clock
from server.settings import Settings

Kind = Literal["school_district", "nonpublic_school", "child_care"]


@click.command()
@click.option("--name", required=True, help="The district's name, as on its letters.")
@click.option(
    "--kind", type=click.Choice(["school_district", "nonpublic_school", "child_care"]), default="school_district"
)
@click.option("--time-zone", default="America/Chicago", show_default=True, help="IANA name; decides when a day ends.")
@click.pass_obj
def init(settings: Settings, name: str, kind: Kind, time_zone: str) -> None:
    """Found a district: make its keys and its log."""
    asyncio.run(found_district(settings, wall_clock, name, kind, time_zone))
    click.echo(f"Founded {name} ({settings.district}) in {settings.home}.")
    click.echo("Keep keys/wrapping.key safe and apart from back-ups: without it nothing here opens again.")
    click.echo("Next: doseledger staff add, doseledger import roster, doseledger serve.")
