"""Who pays for a child's vaccine, and whether a lot's fund fits; mirrored by web/src/projections/eligibility.ts.

    said at this visit -> category -> funds the child may draw on, the first of them owes what was borrowed

Vaccines for Children ends with the 19th birthday. Nothing is guessed: without a word there is no fund.
"""

from typing import get_args

from events.catalog.consents import EligibilityCategory, EligibilityStated
from events.catalog.stock import Funding
from events.ids import ClinicId
from projections.shelf import Shelf

CATEGORIES: tuple[EligibilityCategory, ...] = get_args(EligibilityCategory)
VFC = CATEGORIES[:4]
VFC_MONTHS_BEFORE = 19 * 12


def eligibility_of(shelf: Shelf, clinic: ClinicId, day: str) -> EligibilityStated | None:
    """The last word of a visit on a civil day; another visit's does not hold."""
    told = [one for _, one in shelf.of(EligibilityStated) if one.on == day and one.clinic in (None, clinic)]
    return told[-1] if told else None


def funds_for(category: EligibilityCategory, months: int | None) -> tuple[Funding, ...]:
    """The funds a child of this category may draw on; none while nobody knows. ``months`` is the age."""
    if category == "unknown":
        return ()
    if category == "insured":
        return ("private",)
    if category not in VFC:
        return ("private", "state")
    if months is None or months < VFC_MONTHS_BEFORE:
        return ("vfc",)
    return ("private",) if category == "medicaid" else ("state", "private")


def owes(category: EligibilityCategory, months: int | None, lot_fund: str) -> Funding | None:
    """The fund that must pay a dose of this fund back; None where the fund fits, or nobody can say."""
    funds = funds_for(category, months)
    if not funds or lot_fund in ("", "other") or lot_fund in funds:
        return None
    return funds[0]
