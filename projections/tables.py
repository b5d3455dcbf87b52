"""The projections that are kept in tables: every child, every clinic, and what stands around them.

    student   a row a child's stream        registered or not, how many doses stand
    clinic    a row a clinic's stream       planned, closed, cancelled; its day; how many are expected
    around    district, facility, staff, case, transfer streams: what a child is judged and shown by

The runner (server/store/projector.py) keeps them; ``server.reading`` is the one place that reads them.
"""

from collections.abc import Sequence

from events.catalog.doses import DoseAdministered, DoseRecorded, DoseVoided
from events.catalog.event_type import PersonName
from events.catalog.students import StudentCorrected, StudentRegistered
from projections.clinic import clinic_of
from projections.fold import Fact
from projections.kept import StreamProjection
from projections.projection import Plain


def _student_columns(facts: Sequence[Fact]) -> Plain:
    """What ``Student`` says of registration and standing doses, without making one: a rebuild asks for every child."""
    registered, doses, voided = False, set[str](), set[str]()
    for fact in facts:
        match fact.payload:
            case DoseAdministered() | DoseRecorded():
                doses.add(fact.id)
            case DoseVoided(event=event):
                voided.add(event)
            case StudentRegistered() | StudentCorrected(name=PersonName()):
                registered = True
            case _:
                continue
    return Plain("registered" if registered else "not_registered", count=len(doses - voided))


def _clinic_columns(facts: Sequence[Fact]) -> Plain:
    clinic = clinic_of(facts)
    return Plain(clinic.state, clinic.plan.on if clinic.plan is not None else "", len(clinic.roster))


def _around_columns(facts: Sequence[Fact]) -> Plain:
    return Plain(count=len(facts))


STUDENT = StreamProjection("student", 2, frozenset({"student"}), _student_columns)
CLINIC = StreamProjection("clinic", 2, frozenset({"clinic"}), _clinic_columns)
AROUND = StreamProjection(
    "around", 2, frozenset({"district", "facility", "staff", "case", "transfer"}), _around_columns
)
PROJECTIONS = (STUDENT, CLINIC, AROUND)
