"""The projections that are kept in tables: every child, every clinic, and what stands around them.

    student   a row a child's stream        registered or not, how many doses stand
    clinic    a row a clinic's stream       planned, closed, cancelled; its day; how many are expected
    around    district, facility, staff, case, transfer streams: what a child is judged and shown by

The runner (server/store/projector.py) keeps them; ``server.reading`` is the one place that reads them.
"""

from collections.abc import Sequence
from typing import Literal, Self

from events.catalog.clinics import ClinicCancelled, ClinicClosed, ClinicPlanned, RosterAdded, RosterRemoved
from events.catalog.doses import DoseAdministered, DoseRecorded, DoseVoided
from events.catalog.event_type import PersonName
from events.catalog.students import StudentCorrected, StudentRegistered
from events.ids import EventId, StudentId
from projections.fold import Fact, types_of
from projections.kept import Kept, StreamProjection
from projections.projection import Plain

_DOSES = types_of(DoseAdministered, DoseRecorded)
_TOLD = types_of(DoseVoided, StudentRegistered, StudentCorrected)


class Child(Kept, frozen=True):
    """A student's row. A dose counts by its type, so that a rebuild opens no dose to look into it."""

    is_registered: bool = False
    doses: tuple[EventId, ...] = ()
    voided: tuple[EventId, ...] = ()

    def after(self, facts: Sequence[Fact]) -> Self:
        is_registered, voided = self.is_registered, list(self.voided)
        for fact in [fact for fact in facts if fact.header.type in _TOLD]:
            match fact.payload:
                case DoseVoided(event=event):
                    voided.append(event)
                case StudentRegistered() | StudentCorrected(name=PersonName()):
                    is_registered = True
                case _:
                    continue
        doses = (*self.doses, *[fact.id for fact in facts if fact.header.type in _DOSES])
        return type(self)(self.reached(facts), is_registered, doses, tuple(voided))

    @property
    def plain(self) -> Plain:
        status = "registered" if self.is_registered else "not_registered"
        return Plain(status, count=len(set(self.doses).difference(self.voided)))


class ClinicDay(Kept, frozen=True):
    """A clinic's row: the day of its latest plan, how it ended, and who is expected."""

    on: str = ""
    end: Literal["", "closed", "cancelled"] = ""
    roster: tuple[StudentId, ...] = ()

    def after(self, facts: Sequence[Fact]) -> Self:
        on, end, roster = self.on, self.end, dict.fromkeys(self.roster)
        for fact in facts:
            match fact.payload:
                case ClinicPlanned(on=day):
                    on = day
                case ClinicCancelled():
                    end = "cancelled"
                case ClinicClosed():
                    end = end or "closed"
                case RosterAdded(students=students):
                    roster |= dict.fromkeys(students)
                case RosterRemoved(students=students):
                    for student in students:
                        roster.pop(student, None)
                case _:
                    continue
        return type(self)(self.reached(facts), on, end, tuple(roster))

    @property
    def plain(self) -> Plain:
        return Plain(self.end or ("planned" if self.on else "unknown"), self.on, len(self.roster))


STUDENT = StreamProjection("student", 3, frozenset({"student"}), Child)
CLINIC = StreamProjection("clinic", 3, frozenset({"clinic"}), ClinicDay)
AROUND = StreamProjection("around", 3, frozenset({"district", "facility", "staff", "case", "transfer"}), Kept)
PROJECTIONS = (STUDENT, CLINIC, AROUND)
