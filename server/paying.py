"""Who pays for a child's vaccines, for ``student show``: what was said at each visit, and doses lent between funds.

eligibility.stated on the child's record      stock.borrowed and stock.replaced at the clinics that served it
"""

import msgspec

from events.catalog.consents import EligibilityStated
from events.ids import ClinicId, stream_of
from projections.clinic import clinic_of
from projections.student import Student
from projections.summary import Summary
from server.clinic_books import LoanRow, loans_of
from server.district import District


class EligibilityRow(msgspec.Struct, frozen=True):
    """What somebody said at one visit."""

    on: str
    category: str
    said_by: str


class Paying(msgspec.Struct, frozen=True):
    """Newest visit first; loans oldest first, also those paid back."""

    eligibility: tuple[EligibilityRow, ...] = ()
    loans: tuple[LoanRow, ...] = ()


class ShownStudent(Summary, frozen=True, kw_only=True):
    """A child's summary with who pays for its vaccines."""

    paying: Paying


async def with_paying(district: District, student: Student, summary: Summary) -> ShownStudent:
    """The summary with what the clinics say."""
    return ShownStudent(**msgspec.structs.asdict(summary), paying=await paying_of(district, student))


async def paying_of(district: District, student: Student) -> Paying:
    """Read off the child's record and the clinics it was served at."""
    stated = [one for _, one in student.shelf.of(EligibilityStated)]
    told = sorted(stated, key=lambda one: one.on, reverse=True)
    served = {dose.clinic for dose in student.doses if dose.clinic} | {one.clinic for one in stated if one.clinic}
    loans = [loan for clinic in sorted(served) for loan in await _loans(district, clinic, student)]
    rows = tuple(EligibilityRow(one.on, one.category, one.said_by) for one in told)
    return Paying(rows, tuple(sorted(loans, key=lambda loan: (loan.on, loan.event))))


async def _loans(district: District, clinic: ClinicId, student: Student) -> list[LoanRow]:
    facts, _ = await district.reading.some([stream_of("clinic", clinic)])
    return [loan for loan in loans_of(clinic_of(facts), [student]) if loan.student in student.streams]
