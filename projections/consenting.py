"""Who may allow a vaccine: the person behind a name, and the standing somebody claimed, judged by the student's age.

Under 18 the parent or guardian says so, from 18 the student; what a parent said in time stays valid and is asked
about (121A.15 subd. 3a(b); docs/law.md, A-18). Age is reached on the birthday, one of 29 February on 1 March.
Whether a minor is emancipated, or another person may act, no clause computes: it is a recorded fact with evidence,
so such a yes opens the dose with a warning, and another person's no stops none that a parent or guardian allowed. A
minor may allow hepatitis B by law (Minn. Stat. 144.3441), and is asked. Whoever signs as a student under age is one
where the birth date leaves it open.
Mirrored by web/src/projections/consenting.ts.
"""

import unicodedata
from typing import Literal

from events.catalog.consents import ConsentGiven
from events.catalog.students import StudentCorrected, StudentRegistered
from projections.law.codes import CODES
from projections.shelf import Shelf

Doubt = Literal["", "of_age", "age_unknown", "emancipated", "minor", "other", "unwitnessed"]
"""What must be asked before a dose under this word; empty where nothing must be."""

MAJORITY_YEARS = 18
PARENTS = ("parent", "guardian")
_STUDENTS = ("student", "student_adult", "emancipated")
CHILD = "the student"
"""The one person of a record who needs no name: whatever is signed as the student is signed by them."""


def person_of(name: str, standing: str) -> str:
    """One person, however the name is written; a parent of the student's name is somebody else."""
    if standing in _STUDENTS:
        return CHILD
    return "".join(filter(_is_said, unicodedata.normalize("NFD", name))).lower() or name.strip()


def _is_said(letter: str) -> bool:
    """Whether it tells names apart: no space, hyphen or apostrophe, nor the accent of a Latin letter."""
    return unicodedata.category(letter)[0] in "LMN" and not "\u0300" <= letter <= "\u036f"


def born_of(shelf: Shelf) -> str:
    """The birth date as last told in the stream that was registered first; empty where nobody told it."""
    registered, corrected = shelf.of(StudentRegistered), shelf.of(StudentCorrected)
    told = [(fact.stream, one.birth_date) for fact, one in registered]
    told += [(fact.stream, one.birth_date) for fact, one in corrected if one.birth_date]
    return next((born for stream, born in reversed(told) if stream == told[0][0]), "")


def is_of_age(born: str, day: str) -> bool | None:
    """Whether the student is 18 on that civil day; None where a partial birth date leaves it open."""
    if len(born) < 4:
        return None
    year, rest = int(born[:4]) + MAJORITY_YEARS, born[4:]
    if day >= f"{year:04}{rest}{'-12-31'[len(rest) :]}":
        return True
    return False if day < f"{year:04}{rest}{'-01-01'[len(rest) :]}" else None


def is_before_birth(born: str, day: str) -> bool:
    """Whether a civil day surely lies before the student was born: nobody had a say then."""
    return len(born) >= 4 and day < born + "-01-01"[len(born) - 4 :]


def doubt_of(standing: str, born: str, said_on: str, day: str) -> Doubt | None:
    """What to ask of a yes said on one day for a dose on another; None where it had no standing when it was said."""
    then = is_of_age(born, said_on)
    if standing == "emancipated":
        return "" if then else "emancipated"
    if standing == "other":
        return "other"
    if then is (standing in PARENTS) or (standing == "student" and not then):
        return None
    if then is None:
        return "age_unknown"
    return "of_age" if standing in PARENTS and is_of_age(born, day) is not False else ""


def is_witnessed(told: ConsentGiven) -> bool:
    """Whether it is written, or somebody else than who spoke listened, at an hour that was told."""
    if told.form != "verbal":
        return True
    speaker, listener = person_of(told.signer, "other"), person_of(told.listener, "other")
    return told.called_at is not None and listener not in ("", speaker)


def is_for_minors(cvx: str) -> bool:
    """Whether a minor may allow this vaccine by law: hepatitis B and nothing beside it."""
    return CODES.antigens_of(cvx) == ("HEPB",)
