"""Rows against the record: for each row the events that are missing, or the reason why there are none.

Pure: ids come from a callable, the day from the caller. What a file does not mention is left alone, less
never replaces more (a tick does not unset a date), and no clock of the law is started by a deletion mark.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from events.catalog import Payload
from events.catalog.doses import DoseCorrected, DoseRecorded
from events.catalog.event_type import Told
from events.catalog.statements import StatementReceived
from events.catalog.students import ContactsRecorded, Identifier, StudentCorrected, StudentRegistered
from events.ids import StudentId, stream_of
from server.exchange.attend import attendance_events
from server.exchange.known import CHILD_FIELDS, DOSE_FIELDS, FULL_DATE, RECORDER, Known, KnownChild, KnownDose
from server.exchange.match import Nobody, Unclear, find_child
from server.exchange.rows import ChildRow, DoseRow, Flag, Person, Place, Row, StatementRow
from server.exchange.step import Entry, Outcome, Step, Subject, refused, unknown, worse
from server.exchange.written import is_placeholder

IDENTIFIERS_MAX = 20
_FILE_BESIDE = "export demographics.csv beside users.csv, with birth dates"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How an import run decides. ``register``: children not on record are registered from the row."""

    today: date
    register: bool
    roster: bool
    """Whether the file may correct who a child is: a roster may, a dose file may not."""
    first_day: str = ""
    """First day attended where the roster has none."""


class Reconciler:
    """One pass over the rows of one run. ``conflicting`` are source keys that stand for two different doses."""

    def __init__(self, known: Known, options: Options, mint: Callable[[], str], conflicting: frozenset[str]) -> None:
        self.known = known
        self.options = options
        self.mint = mint
        self.conflicting = conflicting

    def step(self, row: Row) -> Step:
        """Decide on one row, and remember what it adds."""
        match row:
            case ChildRow():
                step = self._child(row)
            case DoseRow():
                step = self._dose(row)
            case StatementRow():
                step = self._statement(row)
        return step

    def _child(self, row: ChildRow) -> Step:
        found = find_child(self.known, row.person)
        if isinstance(found, Unclear):
            return refused(
                "student", row.place, found.column, found.reason, "compare both, then link or correct by hand"
            )
        flags: list[Flag] = []
        entries: list[Entry] = []
        outcome: Outcome = "unchanged"
        if isinstance(found, Nobody):
            if row.lacking:
                return refused("student", row.place, "birth date", row.lacking, _FILE_BESIDE, "date")
            if step := self._stays_unknown("student", row.person, row.place):
                return step
            found, registered = self._register(row.person, row.place, row.language, flags)
            entries.append(registered)
            outcome = "new"
        elif self.options.roster:
            outcome = self._correct(found, row, entries)
        if row.contacts and row.contacts not in (found.contacts, found.sourced_contacts):
            replaces = found.sourced_contacts is not None
            entries.append(self._write(found.id, ContactsRecorded(contacts=row.contacts)))
            outcome = worse(outcome, "changed" if replaces else "new")
        corrects = outcome == "changed"
        attended = attendance_events(self.known, found, row, self.options.today, self.options.first_day, self.mint)
        entries += attended.facilities
        for stream, payload in attended.entries:
            kind, _, subject = stream.partition("/")
            self.known.learn(kind, subject, payload, None)
            entries.append((stream, payload))
        if attended.entries:
            outcome = worse(outcome, "changed" if attended.changes else "new")
        return Step("student", outcome, tuple(entries), corrects, flags=(*flags, *attended.flags))

    def _stays_unknown(self, subject: Subject, person: Person, place: Place) -> Step | None:
        """Why a child not on record is not registered; None when it can be, and found again by the next import."""
        if not self.options.register:
            return unknown(subject, place)
        if person.name is None or not person.birth_date:
            why = "no such student, and the row lacks the name or birth date to register one"
            return refused(subject, place, "student", why, "give both, or import the roster first")
        if len(person.birth_date) < FULL_DATE and not (person.identifiers or person.weak_identifiers):
            why = "no number and only part of a birth date: the child could not be found again"
            return refused(subject, place, "birth date", why, "give the birth date in full", "date")
        return None

    def _register(
        self, person: Person, place: Place, language: str | None, flags: list[Flag]
    ) -> tuple[KnownChild, Entry]:
        assert person.name is not None
        if is_placeholder(person.name.given):
            flags.append(
                Flag(place=place, column="given name", reason="a placeholder, not a first name: ask the family")
            )
        if len(person.birth_date) < FULL_DATE:
            flags.append(Flag(place=place, column="birth date", reason="partial: every verdict will say review"))
        student = StudentId(self.mint())
        payload = StudentRegistered(
            name=person.name,
            birth_date=person.birth_date,
            sex=person.sex or "unknown",
            identifiers=(*person.identifiers, *person.weak_identifiers)[:IDENTIFIERS_MAX],
            language=language or "en",
            told=_told(place),
        )
        entry = self._write(student, payload)
        return self.known.children[student], entry

    def _correct(self, child: KnownChild, row: ChildRow, entries: list[Entry]) -> Outcome:
        """Fields the source now says otherwise, and numbers not on record."""
        said: dict[str, Any] = {
            "name": row.person.name,
            "birth_date": row.person.birth_date or None,
            "sex": row.person.sex if row.person.sex != "unknown" else None,
        }
        differing = _differing(CHILD_FIELDS, said, child.current, child.sourced)
        numbers = _joined(child.identifiers, row.person.identifiers)
        if differing:
            correction = StudentCorrected(
                reason="the roster says otherwise", identifiers=numbers, told=_told(row.place), **differing
            )
            entries.append(self._write(child.id, correction))
            return "changed"
        if numbers is not None:
            correction = StudentCorrected(reason="a number of the source", identifiers=numbers, told=_told(row.place))
            entries.append(self._write(child.id, correction))
            return "new"
        return "unchanged"

    def _dose(self, row: DoseRow) -> Step:
        if row.key in self.conflicting:
            return refused(
                "dose", row.place, "dose number", "the number stands in the file with two contents", "ask the source"
            )
        known = self.known.doses.get(row.key)
        found = find_child(self.known, row.person)
        if known is not None:
            return self._known_dose(known, found, row)
        flags: list[Flag] = []
        entries: list[Entry] = []
        if isinstance(found, Unclear):
            return refused("dose", row.place, found.column, found.reason, "compare both, then link or correct by hand")
        if isinstance(found, Nobody):
            if step := self._stays_unknown("dose", row.person, row.place):
                return step
            found, registered = self._register(row.person, row.place, None, flags)
            entries.append(registered)
        if (row.cvx, row.given_on) in found.given:
            return Step("dose", "unchanged", tuple(entries), flags=tuple(flags))
        if row.cvx is None:
            flags.append(
                Flag(place=row.place, column="vaccine", reason="not understood: kept as written, counts for nothing")
            )
        if row.given_on is None:
            flags.append(Flag(place=row.place, column="date", reason="no date: kept, and a date defect"))
        dose = DoseRecorded(
            told=_told(row.place, row),
            cvx=row.cvx,
            given_on=row.given_on,
            as_written=row.as_written,
            lot=row.lot,
            mvx=row.mvx,
            provider=row.provider,
            source_key=row.key,
        )
        entries.append(self._write(found.id, dose))
        return Step("dose", "new", tuple(entries), flags=tuple(flags))

    def _known_dose(self, dose: KnownDose, found: KnownChild | Nobody | Unclear, row: DoseRow) -> Step:
        """A dose met before: perhaps its source now says otherwise."""
        if isinstance(found, KnownChild) and found.id != dose.student:
            return refused(
                "dose", row.place, "dose number", "this dose is on record under another child", "void it there first"
            )
        said = {one: getattr(row, one) or None for one in DOSE_FIELDS}
        differing = _differing(DOSE_FIELDS, said, dose.current, dose.sourced)
        if not differing or dose.voided or dose.event is None:
            return Step("dose", "unchanged")
        correction = DoseCorrected(
            event=dose.event, reason="the source says otherwise", told=_told(row.place, row), **differing
        )
        return Step("dose", "changed", (self._write(dose.student, correction),), corrects=True)

    def _statement(self, row: StatementRow) -> Step:
        found = find_child(self.known, row.person)
        if isinstance(found, Unclear):
            return refused("statement", row.place, found.column, found.reason, "compare both by hand")
        if isinstance(found, Nobody):
            return unknown("statement", row.place)
        if (row.kind, row.received_on) in found.statements:
            return Step("statement", "unchanged")
        paper = StatementReceived(
            kind=row.kind,
            signer="not stated in the file",
            standing="parent",
            received_on=row.received_on,
            told=Told(source="import_file", recorder=RECORDER, detail=f"{row.place}: {row.words}"[:254]),
        )
        flag = Flag(place=row.place, column="exemption", reason="the paper was not seen: check it before it counts")
        return Step("statement", "new", (self._write(found.id, paper),), flags=(flag,))

    def _write(self, student: StudentId, payload: Payload) -> Entry:
        self.known.learn("student", student, payload, None)
        return stream_of("student", student), payload


def conflicting_keys(rows: Iterator[object]) -> frozenset[str]:
    """Keys under which a file tells two different doses. Holds one number a dose in memory."""
    told: dict[str, int] = {}
    conflicting: set[str] = set()
    for row in rows:
        if isinstance(row, DoseRow):
            content = hash((row.person, row.cvx, row.as_written, row.given_on, row.lot, row.mvx))
            if told.setdefault(row.key, content) != content:
                conflicting.add(row.key)
    return frozenset(conflicting)


def _differing(
    fields: tuple[str, ...], said: dict[str, Any], current: dict[str, Any], sourced: dict[str, Any]
) -> dict[str, Any]:
    """What the source says now, says for the first time or anew, and the record does not."""
    return {
        one: said[one]
        for one in fields
        if said[one] is not None and said[one] != current.get(one) and said[one] != sourced.get(one)
    }


def _joined(held: tuple[Identifier, ...], told: tuple[Identifier, ...]) -> tuple[Identifier, ...] | None:
    """Both lists, or None when nothing is new."""
    joined = tuple(dict.fromkeys((*held, *told)))[:IDENTIFIERS_MAX]
    return joined if joined != held else None


def _told(place: Place, row: DoseRow | None = None) -> Told:
    return Told(source=row.source if row is not None else "import_file", recorder=RECORDER, detail=str(place)[:254])
