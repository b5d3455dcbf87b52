"""What became of one row of a file: the events it adds, or why it adds none.

new         nothing on record: registered, enrolled, recorded
unchanged   the record says so already, or has since been corrected by hand and the source says nothing new
changed     the source now says something else: ``student.corrected``, ``dose.corrected``
refused     somebody must look
"""

from typing import Literal

import msgspec

from events.catalog import Payload
from events.ids import Stream
from server.exchange.rows import Flag, Place, Refusal, ValueClass

Entry = tuple[Stream, Payload]
Subject = Literal["student", "dose", "statement"]
Outcome = Literal["new", "unchanged", "changed", "refused"]
_WORSE: tuple[Outcome, ...] = ("unchanged", "new", "changed", "refused")


class Step(msgspec.Struct, frozen=True):
    """What became of one row."""

    subject: Subject
    outcome: Outcome
    entries: tuple[Entry, ...] = ()
    corrects: bool = False
    """Whether something on record is replaced: what the brake counts. A new school year's grade is not."""
    refusal: Refusal | None = None
    flags: tuple[Flag, ...] = ()


def worse(one: Outcome, other: Outcome) -> Outcome:
    """The outcome of a row that had both: a registered child's school is part of its being new."""
    return one if one == "new" else max(one, other, key=_WORSE.index)


def refused(
    subject: Subject, place: Place, column: str, why: str, fix: str, value_class: ValueClass = "identifier"
) -> Step:
    refusal = Refusal(place=place, column=column, value_class=value_class, reason=why, fix=fix)
    return Step(subject, "refused", refusal=refusal)


def unknown(subject: Subject, place: Place) -> Step:
    return refused(subject, place, "student", "no such student", "import the roster first, or pass --register")
