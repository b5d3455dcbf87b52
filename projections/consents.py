"""Whether a family's words allow a vaccine: every word is a yes or a no of one person, and what it comes to.

    consent.given      a yes to the vaccine as its statement describes it, of whatever brand (projections/one_vaccine),
                       on its days and at its clinic
    consent.refused    a no to the vaccine, every brand of it and whatever brings it, at every clinic
    consent.withdrawn  a no of whoever took it back, and the end of that yes

    a no ends     by a yes of the same person (consenting.person_of) said after it, also by one taken back since; by
                  one that somebody heard, said in a standing as good and while its person had a say
    a yes stands  while nobody with a say took it back and it ends every no of its own person
    the answer    no, if a no stands; else yes, if one with standing does. A student of age is above parents, and so
                  is a minor for hepatitis B. Who is neither parent, guardian nor student forbids nothing that one of
                  those allowed, and the nurse is told; a guardian of a student of age likewise (docs/law.md, Consent).

*After* goes by the day it was said; of one day, by what its writer could have seen and by hours that both told, and
where neither had seen the other the no stands. A no said as it was written down comes after every yes its writer had
seen, whatever a clock shows; one of a clock that was behind what its writer had heard ends by who knew of it alone;
and nothing was said later than the log received it. Words of the list alone decide, not their order, so that
phones that heard them in another order say the same. What counts for nothing is told by projections/set_aside; where
the district set some of that aside, the words are read twice and the answer that stops the dose is the answer.
Mirrored by web/src/projections/consents.ts.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from events.dates import read_instant
from events.ids import ClinicId, EventId
from projections.consenting import (
    CHILD,
    PARENTS,
    Doubt,
    born_of,
    doubt_of,
    is_before_birth,
    is_for_minors,
    is_of_age,
    is_witnessed,
    person_of,
)
from projections.fold import Fact, civil_day, knew
from projections.one_vaccine import is_one_vaccine, refuses
from projections.said import is_adrift, is_live, not_after_receipt
from projections.set_aside import EndedSay, ended_says, voiding, without_aside
from projections.shelf import Shelf

EVERY_VACCINE = ""
"""What a consent is taken back for that is not on record."""
_TO_THE_MINUTE = len("2026-08-20T17:00")


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One person's yes or no to one vaccine."""

    fact: Fact
    cvx: str
    signer: str
    """Who spoke, as written."""
    standing: str
    day: str
    """When it was said; not after the log received it."""
    is_live: bool
    """Said on the day it was written down, not copied from an older paper."""
    is_adrift: bool
    """Said so on a phone whose clock was behind what it had heard: its day says nothing."""
    at: str
    """The moment, where somebody told it; empty for a paper."""
    born: str
    """The student's birth date as told today: standing hangs on it."""
    ended: tuple[EndedSay, ...]
    """When this person had no say."""
    given: ConsentGiven | None = None
    """None for a no."""
    takes: EventId | None = None
    """The consent it takes back."""
    reading: Literal["only", "aside", "alone"] = "only"
    """Of a record read twice: with what the district set aside, or alone."""

    @property
    def person(self) -> str:
        return person_of(self.signer, self.standing)

    @property
    def is_before_birth(self) -> bool:
        return is_before_birth(self.born, self.day)

    def has_say(self, day: str) -> bool:
        return not any(one.holds_on(day) for one in self.ended)

    def allows(self, cvx: str, day: str, clinic: ClinicId | None) -> bool:
        """Whether it is a yes to this vaccine on that civil day, at that clinic."""
        if self.given is None or day < self.given.on or not is_one_vaccine(self.cvx, cvx):
            return False
        in_time = self.given.until is None or day <= self.given.until
        return in_time and (self.given.clinic is None or self.given.clinic == clinic)

    def forbids(self, cvx: str) -> bool:
        return self.given is None and (self.cvx == EVERY_VACCINE or refuses(self.cvx, cvx))

    def doubt(self, day: str) -> Doubt | None:
        """What to ask before a dose under it; None where the signer had no standing."""
        assert self.given is not None
        if self.is_before_birth or not (self.has_say(day) and self.has_say(self.day)):
            return None
        found = doubt_of(self.standing, self.born, self.day, day)
        if found is None and self.standing == "student" and is_for_minors(self.cvx):
            return "minor"
        return found if found != "" or is_witnessed(self.given) else "unwitnessed"

    def is_students_own(self, day: str) -> bool:
        """Whether it needs nobody else's consent: of a student of age, or of a minor where the law says so."""
        return self.person == CHILD and (is_of_age(self.born, self.day) is True or self.doubt(day) == "minor")


ConsentState = Literal["given", "refused", "withdrawn", "conflict", "standing", "none"]
"""``conflict``: one says yes, another no, and they must agree. ``standing``: yes only from somebody without it."""


class Consent(NamedTuple):
    """What all words on one vaccine come to on a day, whose decided, and the consent a dose is given under."""

    state: ConsentState
    signer: str = ""
    event: EventId | None = None
    doubt: Doubt = ""
    unheard: str = ""
    """Whose no would stand, had a court not left them without a say."""
    outsider: str = ""
    """Whose no forbids nothing: no say of theirs is on record, and somebody with one said yes."""


class Heard(NamedTuple):
    """Of all words on one vaccine those that stand: yeses with standing, others, noes, and noes that are only told."""

    lawful: tuple[Word, ...]
    others: tuple[Word, ...]
    noes: tuple[Word, ...]
    unheard: tuple[Word, ...]
    """Of whom a court left without a say."""
    outside: tuple[Word, ...]
    """Of whose say nothing is on record."""


def consent_for(words: Sequence[Word], cvx: str, day: str, clinic: ClinicId | None) -> Consent:
    """Whether a vaccine may be given on a day at a clinic, and on whose word; of two readings the one that stops it."""
    if all(word.reading == "only" for word in words):
        return _come_to(words, cvx, day, clinic)
    readings = ([word for word in words if word.reading == one] for one in ("alone", "aside"))
    alone, aside = (_come_to(one, cvx, day, clinic) for one in readings)
    return alone if aside.state == "given" != alone.state else aside


def _come_to(words: Sequence[Word], cvx: str, day: str, clinic: ClinicId | None) -> Consent:
    lawful, others, noes, unheard, outside = heard(words, cvx, day, clinic)
    if noes:
        first = next((no for no in noes if no.takes is None), noes[0])
        alone: ConsentState = "refused" if first.takes is None else "withdrawn"
        return Consent("conflict" if lawful else alone, first.signer)
    if lawful:
        yes = next((one for one in lawful if one.doubt(day) == ""), lawful[0])
        told = (next((no.signer for no in noes), "") for noes in (unheard, outside))
        return Consent("given", yes.signer, yes.fact.id, yes.doubt(day) or "", *told)
    return Consent("standing", others[0].signer) if others else Consent("none")


def heard(words: Sequence[Word], cvx: str, day: str, clinic: ClinicId | None) -> Heard:
    """What stands of all that was said, in log order; of each person's yeses the last."""
    yeses = [word for word in words if word.allows(cvx, day, clinic)]
    said = [word for word in words if word.forbids(cvx)]
    parents = _parents(words)
    stand = [yes for yes in yeses if not _is_taken_back(yes, words, parents)]
    stand = [yes for yes in stand if not any(_hushes(no, yes) for no in said)]
    stand = [yes for yes in stand if not any(_is_after(other, yes) for other in stand)]
    lawful = [yes for yes in stand if yes.doubt(day) is not None]
    noes = [no for no in said if not any(_ends(yes, no) for yes in yeses)]
    own = {yes.fact.id for yes in lawful if yes.is_students_own(day)}
    if own:
        noes = [no for no in noes if no.takes in own or not _is_overruled(no)]
    is_allowed = any(yes.standing != "other" for yes in lawful)
    spoken = [no for no in noes if no.has_say(day)]
    outside = [no for no in spoken if (is_allowed and _is_outsiders(no, parents)) or (own and no.standing in PARENTS)]
    return Heard(
        tuple(lawful),
        tuple(yes for yes in stand if yes.doubt(day) is None),
        tuple(no for no in spoken if no not in outside),
        tuple(no for no in noes if not no.has_say(day)),
        tuple(outside),
    )


def words_by(words: Iterable[Word], day: str) -> tuple[Word, ...]:
    """What had been said at the end of a day: for what happened then and is asked about later."""
    return tuple(word for word in words if word.day <= day)


def words_of(shelf: Shelf) -> tuple[Word, ...]:
    """Every word on every vaccine, one a vaccine, in log order; of a record read twice, of each reading."""
    alone = without_aside(shelf)
    if alone is None:
        return _words(shelf)
    aside = tuple(replace(word, reading="aside") for word in _words(shelf))
    return (*aside, *(replace(word, reading="alone") for word in _words(alone)))


def _words(shelf: Shelf) -> tuple[Word, ...]:
    born, says = born_of(shelf), ended_says(shelf)

    def word(fact: Fact, told: ConsentGiven | ConsentRefused, cvx: str) -> Word:
        return Word(
            fact=fact,
            cvx=cvx,
            signer=told.signer,
            standing=told.standing,
            day=not_after_receipt(told.on, fact),
            is_live=is_live(told.on, fact),
            is_adrift=is_adrift(told.on, fact, shelf),
            at=told.called_at or "",
            born=born,
            ended=_ended(says, told.signer, told.standing),
            given=told if isinstance(told, ConsentGiven) else None,
        )

    found = [word(fact, yes, cvx) for fact, yes in shelf.of(ConsentGiven) for cvx in yes.cvx]
    found += [word(fact, no, cvx) for fact, no in shelf.of(ConsentRefused) for cvx in no.cvx]
    yeses = {one.fact.id: one for one in found if one.given is not None}
    for fact, back in shelf.of(ConsentWithdrawn):
        found += _taking_back(shelf, fact, back, yeses.get(back.event), born, says)
    stand = [one for one in found if voiding(shelf, one.fact.id) is None]
    return tuple(sorted(stand, key=lambda one: (*one.fact.order, one.cvx)))


def _taking_back(
    shelf: Shelf, fact: Fact, told: ConsentWithdrawn, yes: Word | None, born: str, says: tuple[EndedSay, ...]
) -> list[Word]:
    """The noes of whoever took a consent back; of one that is not here to what it names, or to every vaccine."""
    said_on = civil_day(read_instant(told.at))
    standing = told.standing or _standing_of(told.by, yes)
    return [
        Word(
            fact=fact,
            cvx=cvx,
            signer=told.by,
            standing=standing,
            day=max("" if yes is None else yes.day, not_after_receipt(said_on, fact)),
            is_live=is_live(said_on, fact),
            is_adrift=is_adrift(said_on, fact, shelf),
            at=told.at,
            born=born,
            ended=_ended(says, told.by, standing),
            takes=told.event,
        )
        for cvx in told.cvx or (yes.given.cvx if yes is not None and yes.given is not None else (EVERY_VACCINE,))
    ]


def _ended(says: tuple[EndedSay, ...], name: str, standing: str) -> tuple[EndedSay, ...]:
    return tuple(one for one in says if one.person == person_of(name, standing))


def _standing_of(by: str, yes: Word | None) -> str:
    """Of who takes a consent back and did not say: that of the consent; nobody knows it where that says nothing."""
    if yes is None or (yes.standing == "other" and person_of(by, "other") != yes.person):
        return ""
    return yes.standing


def _parents(words: Iterable[Word]) -> frozenset[str]:
    """Whoever spoke as parent or guardian on this record, whatever was ticked another time."""
    return frozenset(word.person for word in words if word.standing in PARENTS)


def _is_outsiders(no: Word, parents: frozenset[str]) -> bool:
    return no.standing == "other" and no.person not in parents


def _is_overruled(no: Word) -> bool:
    """By a student's own yes: a parent's no, and a guardian's of before the student came of age."""
    is_of_a_child = no.standing == "guardian" and is_of_age(no.born, no.day) is not True
    return no.standing == "parent" or is_of_a_child


def _ends(yes: Word, no: Word) -> bool:
    """Whether a person's yes came after their no and takes it back."""
    if yes.person != no.person or not _may_end(yes, no):
        return False
    if yes.day == no.day or no.is_adrift:
        return knew(yes.fact, no.fact) and not _is_of_an_earlier_hour(yes, no)
    return yes.day > no.day and not (no.is_live and knew(no.fact, yes.fact))


def _may_end(yes: Word, no: Word) -> bool:
    """Whether it weighs as much: heard by somebody, said with a say, and by no namesake without standing."""
    is_as_good = yes.standing != "other" or no.standing == "other"
    had_say = yes.has_say(yes.day) and not yes.is_before_birth
    return is_as_good and had_say and yes.given is not None and is_witnessed(yes.given)


def _is_of_an_earlier_hour(yes: Word, no: Word) -> bool:
    """Whether both hours are told and the yes is of the earlier one, by a clock that was past the other."""
    at, other, written = (moment[:_TO_THE_MINUTE] for moment in (yes.at, no.at, yes.fact.header.recorded_at))
    return at != "" and at < other <= written


def _hushes(no: Word, yes: Word) -> bool:
    return no.person == yes.person and not _ends(yes, no)


def _is_after(later: Word, yes: Word) -> bool:
    return later.person == yes.person and (later.day, *later.fact.order) > (yes.day, *yes.fact.order)


def _is_taken_back(yes: Word, words: Iterable[Word], parents: frozenset[str]) -> bool:
    """By its own person, or anybody whose say is on record, who had one when they did; a student's own by no parent."""
    own = yes.is_students_own(yes.day)
    return any(
        word.takes == yes.fact.id
        and word.cvx in (yes.cvx, EVERY_VACCINE)
        and word.has_say(word.day)
        and (word.person == yes.person or not (_is_outsiders(word, parents) or (own and word.standing in PARENTS)))
        for word in words
    )
