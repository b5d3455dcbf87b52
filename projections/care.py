"""Who allowed or refused what before a dose.

Consent is per vaccine, of whatever brand (projections/one_vaccine). The latest word per signer counts, by the day it
was said: a paper entered late is no newer for that, and of one day a yes overtakes only a no its writer could know of;
a yes for another clinic or other days is none here and takes no other word of its signer away. Where one signer's yes
stands against another's no, refused or taken back, the no blocks until a person settles it (design, section 8), save
that a student of age decides over a parent. A yes counts from whoever had standing (projections/consenting). A
withdrawal names the consent it ends, whole or for some of its vaccines, from its own moment on; of several the
earliest. It is the word of whoever took it back, also where that is the other parent, and at every clinic; what its
signer had refused before does not come back by it. A name is one however it is
written, but a student is not the parent of the same name.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import msgspec

from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from events.dates import read_instant
from events.ids import ClinicId, EventId
from projections.consenting import Doubt, born_of, doubt_of, is_of_age, speaks_for_minors
from projections.fold import Fact, civil_day, knew
from projections.one_vaccine import is_one_vaccine, refuses
from projections.shelf import Shelf

_STUDENTS = ("student", "student_adult", "emancipated")
Said = tuple[str, int, str]
"""A civil day and a place in the log."""


class ConsentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person's word on one vaccine. ``given`` is None for a refusal."""

    fact: Fact
    cvx: str
    signer: str
    on: str
    standing: str
    born: str
    """The student's birth date as told today: standing hangs on it."""
    given: ConsentGiven | None
    withdrawn: ConsentWithdrawn | None = None
    withdrawn_by: Fact | None = None

    def covers(self, day: str, clinic: ClinicId | None) -> bool:
        """Whether it is a yes to that civil day, at that clinic, taken back or not."""
        if self.given is None or day < self.on:
            return False
        in_time = self.given.until is None or day <= self.given.until
        return in_time and (self.given.clinic is None or self.given.clinic == clinic)

    @property
    def is_no(self) -> bool:
        return self.given is None or self.withdrawn is not None

    @property
    def by(self) -> str:
        """Whose word it is now: who signed, or who took it back."""
        return self.withdrawn.by if self.withdrawn is not None else self.signer

    @property
    def speaker(self) -> str:
        return self.told_by(self.by)

    def told_by(self, name: str) -> str:
        """One person, however the name is written; a student of the parent's name is somebody else."""
        letters = "".join(one for one in unicodedata.normalize("NFD", name) if one.isalpha()).lower()
        return f"{letters or name.strip()} {'student' if self.standing in _STUDENTS else ''}"

    @property
    def said(self) -> Said:
        """When it was said, a yes taken back when it was taken back; of one day the log's order counts."""
        if self.withdrawn is None or self.withdrawn_by is None:
            return (self.on, *self.fact.order)
        return (max(self.on, civil_day(read_instant(self.withdrawn.at))), *self.withdrawn_by.order)

    @property
    def untaken(self) -> "ConsentLine":
        """The same before anybody took it back."""
        return msgspec.structs.replace(self, withdrawn=None, withdrawn_by=None)

    def doubt(self, day: str) -> Doubt | None:
        """What to ask before a dose under it; None where the signer had no standing."""
        return doubt_of(self.standing, self.born, self.on, day)


ConsentState = Literal["given", "refused", "withdrawn", "conflict", "standing", "none"]
"""``conflict``: one says yes, another no, and they must agree. ``standing``: yes only from somebody without it."""


class Consent(NamedTuple):
    """What all words on one vaccine come to on a day, whose decided, and the consent a dose is given under."""

    state: ConsentState
    signer: str = ""
    event: EventId | None = None
    doubt: Doubt = ""


def consent_lines(shelf: Shelf) -> tuple[ConsentLine, ...]:
    """Every word on every vaccine, one line a vaccine, in log order."""
    born = born_of(shelf)
    lines: list[ConsentLine] = []
    for fact, yes in shelf.of(ConsentGiven):
        ends = sorted(shelf.about(fact.id, ConsentWithdrawn), key=lambda told: (told[1].at, told[0].order))
        for cvx in yes.cvx:
            by, end = next((one for one in ends if cvx in (one[1].cvx or yes.cvx)), (None, None))
            line = msgspec.structs.replace(_said(fact, cvx, yes, born), given=yes, withdrawn=end, withdrawn_by=by)
            lines.append(line)
    for fact, no in shelf.of(ConsentRefused):
        lines += [_said(fact, cvx, no, born) for cvx in no.cvx]
    return tuple(sorted(lines, key=lambda line: (*line.fact.order, line.cvx)))


def _said(fact: Fact, cvx: str, word: ConsentGiven | ConsentRefused, born: str) -> ConsentLine:
    return ConsentLine(
        fact=fact, cvx=cvx, signer=word.signer, on=word.on, standing=word.standing, born=born, given=None
    )


def consent_for(lines: tuple[ConsentLine, ...], cvx: str, day: str, clinic: ClinicId | None) -> Consent:
    """Whether a vaccine may be given on a day at a clinic, and on whose word."""
    words = last_words(lines, cvx, lambda line: is_one_vaccine(line.cvx, cvx) and line.covers(day, clinic))
    yeses = [word for word in words if not word.is_no]
    lawful = sorted((word for word in yeses if word.doubt(day) is not None), key=lambda word: word.doubt(day) != "")
    noes = standing_noes(words, day)
    if noes:
        refused = [word for word in noes if word.given is None]
        alone: ConsentState = "refused" if refused else "withdrawn"
        return Consent("conflict" if lawful else alone, (refused or noes)[0].by)
    if lawful:
        first = lawful[0]
        return Consent("given", first.signer, first.fact.id, first.doubt(day) or "")
    return Consent("standing", yeses[0].signer) if yeses else Consent("none")


def last_words(
    lines: Iterable[ConsentLine], cvx: str, allows: Callable[[ConsentLine], bool]
) -> tuple[ConsentLine, ...]:
    """What of each person stands, in log order: their yes, or the noes that no yes of theirs overtook.

    A yes that somebody else took back is no yes, but what its signer refused before stays overtaken by it.
    """
    stands: dict[str, list[ConsentLine]] = {}
    told = [(line, False) for line in lines] + [(line.untaken, True) for line in lines if line.withdrawn is not None]
    for line, is_taken in sorted(told, key=lambda one: one[0].said):
        before = stands.get(line.speaker, [])
        if line.is_no and refuses(line.cvx, cvx):
            stands[line.speaker] = [*(one for one in before if _is_apart(line, one)), line]
        elif not line.is_no and allows(line):
            unheard = [one for one in before if _is_apart(line, one)]
            stands[line.speaker] = unheard or ([one for one in before if not one.is_no] if is_taken else [line])
    return tuple(sorted((word for words in stands.values() for word in words), key=lambda word: word.fact.order))


def standing_noes(words: Iterable[ConsentLine], day: str) -> list[ConsentLine]:
    """Of what stands of each person the noes that no word of a student is above."""
    words = tuple(words)
    lawful = [word for word in words if not word.is_no and word.doubt(day) is not None]
    own = any(word.standing == "student_adult" and is_of_age(word.born, day) for word in lawful)
    noes = [word for word in words if word.is_no and not (own and speaks_for_minors(word.standing))]
    return [word for word in noes if not any(_renews(word, later) for later in lawful)]


def _is_apart(line: ConsentLine, no: ConsentLine) -> bool:
    """Whether a word of the day of the same person's no was written by who could not know of it."""
    if not no.is_no or no.said[0] != line.said[0]:
        return False
    return not knew(line.withdrawn_by or line.fact, no.withdrawn_by or no.fact)


def _renews(no: ConsentLine, later: ConsentLine) -> bool:
    """Whether a student said yes anew after a yes of theirs was taken back, by whomever: it is the student's word."""
    is_theirs = no.withdrawn is not None and no.standing in _STUDENTS and later.standing in _STUDENTS
    return is_theirs and later.said > no.said and not _is_apart(later, no)
