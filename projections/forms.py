"""Which paper forms were entered, and as what: a form is entered once, on whichever phone.

    form 00c0ffee-44 --copied--> dose.administered or dose.not_given, on one phone
                     --copied again--> on another that had not heard of it: a discrepancy with both entries

What was voided is no entry. Two entries that are one child's same dose are a duplicate dose, and no more. The
number is the district's: entries of one form may stand under two children, which is the worst of it.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from itertools import combinations

import msgspec

from events.catalog.doses import DoseNotGiven
from events.ids import StudentId
from events.roles import Role
from projections.discrepancy import Discrepancy, dose_words, may_be_one_dose, raised, vaccine_name
from projections.fold import Fact
from projections.history import DoseLine
from projections.not_given import not_given
from projections.student import Student


class FormEntry(msgspec.Struct, frozen=True, gc=False):
    """What was copied from a form: whose record it stands in, and the dose; None where none was given."""

    number: str
    child: StudentId
    fact: Fact
    dose: DoseLine | None
    says: str


def form_entries(student: Student) -> tuple[FormEntry, ...]:
    """What stands in a child's record (all linked streams) from forms with a number."""
    child = student.id or StudentId("")
    given = [
        FormEntry(dose.paper_form, child, dose.fact, dose, dose_words(dose))
        for dose in student.standing_doses
        if dose.paper_form
    ]
    others = [
        FormEntry(told.paper_form, child, fact, None, not_given_words(told))
        for fact, told in not_given(student.shelf)
        if told.paper_form
    ]
    return (*given, *others)


def forms_entered_twice(entries: Iterable[FormEntry], settled: Container[str] = ()) -> list[Discrepancy]:
    """Each pair of entries of one form that nobody settled; grave where a dose is among them."""
    of_each: defaultdict[str, list[FormEntry]] = defaultdict(list)
    for entry in entries:
        of_each[entry.number].append(entry)
    pairs = [pair for of_one in of_each.values() for pair in combinations(of_one, 2)]
    found = [_matter(one, other) for one, other in pairs if not _is_one_dose(one, other)]
    return [matter for matter in found if matter.key not in settled]


def _is_one_dose(one: FormEntry, other: FormEntry) -> bool:
    if one.dose is None or other.dose is None or one.child != other.child:
        return False
    return may_be_one_dose(one.dose, other.dose)


def _matter(one: FormEntry, other: FormEntry) -> Discrepancy:
    severity = "soft" if one.dose is other.dose is None else "hard"
    sides = [(one.fact, one.says), (other.fact, other.says)]
    says = f"paper form {one.number} was entered twice"
    return raised("form_entered_twice", severity, sides, Role.HEALTH_OFFICE, says)


def not_given_words(told: DoseNotGiven) -> str:
    vaccines = "; ".join(vaccine_name(cvx) for cvx in told.cvx)
    return f"not given on {told.on}: {vaccines}"
