"""``doseledger law``: the law's own commands, with a student's record read from this district's log."""

import asyncio
from datetime import date, datetime

import click

from projections.law.record import Record
from projections.lawful import protected_statuses, record_of
from server.desk import open_desk
from server.district import wall_clock
from server.law_cli import law_group
from server.records import read_records
from server.settings import Settings


def load_record(student: str, as_of: date, known_at: datetime | None) -> Record:
    """The law's record of a child as the log tells it (before ``known_at`` if given); the reading is recorded."""
    settings: Settings = click.get_current_context().obj
    return asyncio.run(_load(settings, student, as_of, known_at))


async def _load(settings: Settings, asked: str, as_of: date, known_at: datetime | None) -> Record:
    async with open_desk(settings, "law explain", "", wall_clock) as desk:
        child = desk.records.find(asked)
        then = desk.records
        if known_at is not None:
            then = await read_records(desk.district, known_at)
        await desk.viewed([desk.records.student(child)], "law explain")
        student = then.student(child)
        return record_of(student, then.policy, as_of, protected_statuses(then.cases(student), student.streams))


law = law_group(load_record)
