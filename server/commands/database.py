"""``doseledger database``: PostgreSQL's tables, made and moved forward by their owner."""

import asyncio

import click

from events.errors import Refused
from server.settings import Settings
from server.store.postgres.setting_up import set_up


@click.group()
def database() -> None:
    """PostgreSQL's tables. (SQLite needs none of this.)"""


@database.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Apply the migrations that are missing, as DOSELEDGER_OWNER_URL. Forward only; safe to repeat."""
    if not settings.is_postgres:
        raise Refused("no-database", "DOSELEDGER_DATABASE_URL is not set: this installation uses SQLite")
    applied = asyncio.run(set_up(settings))
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("Nothing to do: the database stands where this program does.")
