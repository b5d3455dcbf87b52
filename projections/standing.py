"""A child's standing in one line of plain columns: what lists are made of, and nothing that names a person.

Only random ids, statuses and dates (design, section 5: everything else on disk is ciphertext). The line
stays true until ``holds_until`` unless an event of the child, its linked streams, its transfer or case
streams, the clinics it came to or the district's policy arrives: so a list asks for the lines that are stale
and re-reads only those, and nothing needs a nightly sweep.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from events.ids import FacilityId, StudentId
from projections.clinic_words import ClinicWords
from projections.compliance import judge
from projections.deadlines import deadlines_of, next_due
from projections.discrepancies import discrepancies_of
from projections.fold import Fact
from projections.policy import Policy
from projections.retention import timeline_of
from projections.student import Student
from projections.transfer import transfers_of


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One line. Dates are civil days as text, empty where there is none; ``facility`` is empty for nobody's."""

    student: StudentId
    facility: FacilityId | None
    grade: str
    attends: bool
    overall: str
    may_attend: bool
    last_day: str
    as_of: str
    holds_until: str
    next_due: str
    discrepancies: int
    hard_discrepancies: int

    def is_stale(self, on: date) -> bool:
        """Whether the line may say something else on that day."""
        day = on.isoformat()
        return day < self.as_of or bool(self.holds_until and day >= self.holds_until)


def standing_of(
    student: Student,
    policy: Policy,
    on: date,
    transfers: Iterable[Fact] = (),
    cases: Iterable[Fact] = (),
    clinics: Iterable[Fact] = (),
) -> Standing:
    """The line of one child on a civil day. ``transfers``, ``cases`` and ``clinics`` are facts of those streams."""
    judgment = judge(student, policy, on, cases=cases)
    moves = transfers_of(student, transfers, policy)
    timeline = timeline_of(student, policy, on)
    due = next_due(deadlines_of(student, judgment, moves, timeline, on))
    open_ones = discrepancies_of(student, ClinicWords(clinics))
    line = student.attendance.current(on)
    return Standing(
        student=student.id or StudentId(""),
        facility=line.facility if line is not None else None,
        grade=line.grade_on(on) if line is not None else "",
        attends=line is not None and line.covers(on),
        overall=judgment.verdict.overall,
        may_attend=judgment.verdict.may_attend,
        last_day=judgment.verdict.last_day,
        as_of=on.isoformat(),
        holds_until=judgment.holds_until.isoformat() if judgment.holds_until else "",
        next_due=due.isoformat() if due else "",
        discrepancies=len(open_ones),
        hard_discrepancies=sum(one.severity == "hard" for one in open_ones),
    )
