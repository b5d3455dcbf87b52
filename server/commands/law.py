"""``doseledger law``: the law's own commands, with a student's record read from this district's log."""

import asyncio
from datetime import date, datetime

import click

from projections.law.record import Record
from projections.lawful import protected_statuses, record_of
from server.desk import open_desk
from server.district import Clock, wall_clock
from server.law_cli import law_group
from server.records import read_records
from server.settings import Settings


def load_record(student: str, as_of: date, known_at: datetime | None) -> Record:
    """The law's record of a child as the log tells it (before ``known_at`` if given); the reading is recorded."""
    settings: Settings = click.get_current_context().obj
    return asyncio.run(child_record(settings, student, as_of, known_at))


async def child_record(
    settings: Settings, asked: str, as_of: date, known_at: datetime | None, clock: Clock = wall_clock
) -> Record:
    """The record of the child meant, the reading recorded. Raises ClickException where nothing was known yet."""
    async with open_desk(settings, "law explain", "", clock) as desk:
        child = desk.records.student(desk.records.find(asked))
        then = desk.records if known_at is None else await read_records(desk.district, known_at)
        await desk.viewed([child], "law explain")
        student = next((found for one in child.streams if (found := then.student(one)).facts), None)
        if student is None:
            raise click.ClickException(f"nothing was known of this child before {known_at}")
        return record_of(student, then.policy, as_of, protected_statuses(then.cases(student), student.streams))


law = law_group(load_record)
