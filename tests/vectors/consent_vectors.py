"""Vectors of who may allow what: each case one child, its words on vaccines, and what both folds must make of them.

    python -m tests.vectors.consent_vectors      writes tests/vectors/projections/consents.json

The clinic's day is 2026-09-01. What is asked: whether each vaccine may be given there, on whose word, and what must
be asked first.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from events.catalog.consents import (
    ConsentGiven,
    ConsentRefused,
    ConsentVoided,
    ConsentWithdrawn,
    SayEnded,
    SayRestored,
)
from events.catalog.students import StudentCorrected
from events.ids import ClinicId, DeviceId, EventId, Position
from projections.consents import consent_for, words_of
from projections.fold import LOCAL, Fact
from projections.student import fold
from tests.projections.given import PHONE, TABLET, Given, make_id
from tests.vectors.fold_vectors import fact_words

PATH = Path(__file__).parent / "projections" / "consents.json"
GYM = ClinicId(make_id(40))
ON = "2026-09-01"
Case = Callable[..., None]
EIGHTEEN_TODAY, EIGHTEEN_TOMORROW = "2008-09-01", "2008-09-02"
TWELVE = "2014-06-15"


ELSEWHERE = ClinicId(make_id(41))
ASKED = {
    "a combination allowed, not its parts": ("03", "21"),
    "its parts allowed, not the combination": ("94",),
    "influenza by a needle, whatever maker; not by the nose": ("140", "150", "155", "149", "111"),
    "hepatitis B for a child, one for adults in the box": ("43", "45", "110"),
    "Tdap allowed, not Td nor DTaP": ("09", "20"),
    "a no to one vaccine, of another brand and of what brings it": ("94", "21"),
    "MenABCWY refused, MenACWY allowed; a part is no no to the other": ("162", "328"),
    "influenza refused, its kind not stated; the spray allowed": ("111",),
    "taken back, the consent itself not here": ("03",),
    "a minor allows hepatitis B": ("110",),
    "a yes of another child's paper, voided": ("03",),
    "voided, counted again, and that was the mistake": ("03",),
}
"""Vaccines beside those that somebody spoke of."""


def yes(log: Given, standing: Any, on: str = "2026-08-01", signer: str = "M. Vang", **more: Any) -> Fact:
    settings = {"cvx": ("03", "115"), "form": "paper", **more}
    return log.add(ConsentGiven(signer=signer, standing=standing, on=on, **settings))


def no(log: Given, standing: Any, on: str = "2026-08-02", signer: str = "P. Vang", cvx: str = "03") -> Fact:
    return log.add(ConsentRefused(cvx=(cvx,), signer=signer, standing=standing, on=on))


def child(born: str) -> Given:
    log = Given()
    log.registered(born)
    return log


def words() -> dict[str, Given]:
    """Each case by name."""
    cases: dict[str, Given] = {}

    def case(name: str, born: str, *said: Any) -> None:
        log = cases[name] = child(born)
        for word in said:
            word(log)

    of_standing(case)
    of_order(case)
    of_names(case)
    of_vaccines(case)
    of_two_at_once(case)
    of_clocks(case)
    of_birth(case)
    of_mistakes(case)
    of_courts(case)
    of_set_aside(case)
    of_outsiders(case)
    of_weight(case)
    return cases


def of_standing(case: Case) -> None:
    """Who signed, in what standing and at what age."""
    case("a child of twelve signs as a student of age", TWELVE, lambda log: yes(log, "student_adult"))
    case("a parent of a child of twelve", TWELVE, lambda log: yes(log, "parent"))
    case("a guardian of a child of twelve", TWELVE, lambda log: yes(log, "guardian"))
    case("an emancipated child", TWELVE, lambda log: yes(log, "emancipated"))
    case("neither parent nor guardian", TWELVE, lambda log: yes(log, "other"))
    case("nobody", TWELVE)
    case("on the eighteenth birthday", EIGHTEEN_TODAY, lambda log: yes(log, "student_adult", ON))
    case("the day before it", EIGHTEEN_TOMORROW, lambda log: yes(log, "student_adult", ON))
    case("a parent in time, the student of age since", EIGHTEEN_TODAY, lambda log: yes(log, "parent"))
    case("a parent too late", EIGHTEEN_TODAY, lambda log: yes(log, "parent", ON))
    case("a parent and the student of age", EIGHTEEN_TODAY, lambda log: yes(log, "parent"),
         lambda log: yes(log, "student_adult", ON, "Ann"))  # fmt: skip
    case("of age, against a parent's no", EIGHTEEN_TODAY, lambda log: no(log, "parent"),
         lambda log: yes(log, "student_adult", ON, "Ann"))  # fmt: skip
    case("a parent's no made in time, the student silent", EIGHTEEN_TODAY, lambda log: no(log, "parent"))
    case("of age, the student's own no", EIGHTEEN_TODAY, lambda log: yes(log, "parent"),
         lambda log: no(log, "student_adult", ON, "Ann"))  # fmt: skip
    case("parents who disagree", TWELVE, lambda log: yes(log, "parent"), lambda log: no(log, "parent"))
    case("a minor's own no", TWELVE, lambda log: yes(log, "parent"), lambda log: no(log, "student"))
    case("a no, and a yes without standing", TWELVE, lambda log: yes(log, "student_adult"),
         lambda log: no(log, "parent"))  # fmt: skip
    case("a year of birth only", "2008", lambda log: yes(log, "student_adult"))
    case("a month of birth, surely of age", "2008-07", lambda log: yes(log, "student_adult"))
    case("a leap day, on 28 February", "2008-02-29", lambda log: yes(log, "student_adult", "2026-02-28"))
    case("a leap day, on 1 March", "2008-02-29", lambda log: yes(log, "student_adult", "2026-03-01"))
    case("a birth date corrected", TWELVE, lambda log: yes(log, "student_adult"),
         lambda log: log.add(StudentCorrected(reason="typo", birth_date="2004-06-15")))  # fmt: skip
    case("under age by their own word, a year of birth only", "2008",
         lambda log: yes(log, "student", cvx=("03", "08")))  # fmt: skip
    case("of age, against the no of somebody without standing", EIGHTEEN_TODAY,
         lambda log: no(log, "other", signer="G. Vang"), lambda log: yes(log, "student_adult", ON, "Ann"))  # fmt: skip
    case("of age, who took back a consent not on record", EIGHTEEN_TODAY,
         lambda log: yes(log, "student_adult", ON, "Ann"),
         lambda log: log.add(ConsentWithdrawn(event=EventId(make_id(77)), by="Ann", at=AT_NOON)))  # fmt: skip
    case("taken back for one vaccine", TWELVE, lambda log: take_back(log, yes(log, "parent"), "115"))
    case("taken back as a whole", TWELVE, lambda log: take_back(log, yes(log, "parent")))
    case("taken back for one, then the rest", TWELVE, take_back_both)


def of_order(case: Case) -> None:
    """What was said before and after, here and for another clinic."""
    case("a yes signed before the same parent's no, entered after it", TWELVE,
         lambda log: no(log, "parent", signer="M. Vang"), lambda log: yes(log, "parent"))  # fmt: skip
    case("a yes said after the same parent's no", TWELVE, lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: yes(log, "parent", "2026-08-03"))  # fmt: skip
    case("a yes and a no of one day, by their order", TWELVE, lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: yes(log, "parent", "2026-08-02"))  # fmt: skip
    case("taken back by one parent, allowed by the other", TWELVE, lambda log: take_back(log, yes(log, "parent")),
         lambda log: yes(log, "parent", "2026-08-25", "P. Vang"))  # fmt: skip
    case("taken back by a parent, allowed by the student of age", EIGHTEEN_TODAY,
         lambda log: take_back(log, yes(log, "parent")), lambda log: yes(log, "student_adult", ON, "Ann"))  # fmt: skip
    case("a yes signed before the same parent's taking back, entered after it", TWELVE,
         lambda log: take_back(log, yes(log, "parent")), lambda log: yes(log, "parent", "2026-08-10"))  # fmt: skip
    case("taken back, and said anew the same evening", TWELVE, lambda log: take_back(log, yes(log, "parent")),
         lambda log: yes(log, "parent", "2026-08-20"))  # fmt: skip
    case("a no and a yes of one day, on two phones that could not talk", TWELVE,
         lambda log: no(log, "parent", signer="M. Vang"), lambda log: apart(log, 1))  # fmt: skip
    case("a no and a yes of one day, the second phone had heard of the no", TWELVE,
         lambda log: no(log, "parent", signer="M. Vang"), lambda log: apart(log, 2))  # fmt: skip
    case("a yes for another clinic, after one for this", TWELVE, lambda log: yes(log, "parent", clinic=GYM),
         lambda log: yes(log, "parent", "2026-08-09", clinic=ELSEWHERE))  # fmt: skip
    case("a no, then a yes for another clinic", TWELVE, lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: yes(log, "parent", "2026-08-09", clinic=ELSEWHERE),
         lambda log: yes(log, "parent", "2026-08-09", "P. Vang"))  # fmt: skip
    case("a yes until yesterday, after one without an end", TWELVE, lambda log: yes(log, "parent"),
         lambda log: yes(log, "parent", "2026-08-09", until="2026-08-31"))  # fmt: skip


def of_names(case: Case) -> None:
    """The same person or another, and who takes a yes back."""
    case("the same name, written otherwise", TWELVE, lambda log: no(log, "parent", signer="José  Núñez"),
         lambda log: yes(log, "parent", "2026-08-09", "jose nunez"))  # fmt: skip
    case("father and minor child of one name", TWELVE, lambda log: no(log, "student", "2026-08-02", "Lee Vang"),
         lambda log: yes(log, "parent", "2026-08-09", "Lee Vang"))  # fmt: skip
    case("taken back by the other parent, said anew by who signed", TWELVE,
         lambda log: take_back(log, yes(log, "parent"), by="P. Vang"),
         lambda log: yes(log, "parent", "2026-08-25"))  # fmt: skip
    case("taken back by the other parent, who then allows it", TWELVE,
         lambda log: take_back(log, yes(log, "parent"), by="P. Vang"),
         lambda log: yes(log, "parent", "2026-08-25", "P. Vang"))  # fmt: skip
    case("refused, allowed; the other parent took that yes back and then allows it", TWELVE,
         lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: take_back(log, yes(log, "parent", "2026-08-09"), by="P. Vang"),
         lambda log: yes(log, "parent", "2026-08-25", "P. Vang"))  # fmt: skip
    case("allowed, the other parent took that back, and who had signed refused in between", TWELVE,
         lambda log: take_back(log, yes(log, "parent"), by="P. Vang"),
         lambda log: no(log, "parent", "2026-08-09", "M. Vang"),
         lambda log: yes(log, "parent", "2026-08-25", "P. Vang"))  # fmt: skip
    case("allowed here; a yes for another clinic taken back is a no here too", TWELVE,
         lambda log: yes(log, "parent", clinic=GYM),
         lambda log: take_back(log, yes(log, "parent", "2026-08-09", clinic=ELSEWHERE)))  # fmt: skip
    case("taken back under another name than was signed, and signed anew", TWELVE,
         lambda log: take_back(log, yes(log, "parent"), by="Mother"),
         lambda log: yes(log, "parent", "2026-08-25"))  # fmt: skip
    case("two noes of one day, the second heard of by who then wrote a yes, the first not", TWELVE,
         lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: apart_no(log), lambda log: apart(log, 1))  # fmt: skip
    case("a student of age, whose yes a parent took back, says yes anew", EIGHTEEN_TODAY,
         lambda log: take_back(log, yes(log, "student_adult", signer="S. Vang"), by="P. Vang"),
         lambda log: yes(log, "student_adult", ON, "S. Vang"))  # fmt: skip
    case("a student of age took back her own, by another name; what she said before does not stand", "2008-06-15",
         lambda log: yes(log, "student_adult", signer="S. Vang"),
         lambda log: take_back(log, yes(log, "student_adult", "2026-08-09", "S. Vang"), by="Sam"))  # fmt: skip


def of_vaccines(case: Case) -> None:
    """Which vaccine was allowed or refused, and which is in the box."""
    case("a combination allowed, not its parts", TWELVE, lambda log: yes(log, "parent", cvx=("94",)))
    case("its parts allowed, not the combination", TWELVE, lambda log: yes(log, "parent", cvx=("03", "21")))
    case("influenza by a needle, whatever maker; not by the nose", TWELVE,
         lambda log: yes(log, "parent", cvx=("141",)),
         lambda log: no(log, "parent", signer="M. Vang", cvx="149"))  # fmt: skip
    case("hepatitis B for a child, one for adults in the box", TWELVE, lambda log: yes(log, "parent", cvx=("08",)))
    case("Tdap allowed, not Td nor DTaP", TWELVE, lambda log: yes(log, "parent", cvx=("115",)))
    case("a no to one vaccine, of another brand and of what brings it", TWELVE,
         lambda log: yes(log, "parent", cvx=("03", "21", "94", "141")), lambda log: no(log, "parent"),
         lambda log: no(log, "parent", cvx="150"))  # fmt: skip
    case("MenABCWY refused, MenACWY allowed; a part is no no to the other", TWELVE,
         lambda log: yes(log, "parent", cvx=("136",)),
         lambda log: no(log, "parent", signer="M. Vang", cvx="316"))  # fmt: skip
    case("influenza refused, its kind not stated; the spray allowed", TWELVE,
         lambda log: yes(log, "parent", cvx=("149",)), lambda log: no(log, "parent", cvx="88"))  # fmt: skip


def of_two_at_once(case: Case) -> None:
    """Two people take one consent back, or a word is not where it is expected."""
    case("both parents took one consent back, who signed it signs anew", TWELVE, both_take_back)
    case("the other parent took it back after who signed had; who signed signs anew", TWELVE,
         lambda log: both_take_back(log, later="P. Vang"))  # fmt: skip
    case("one paper recorded twice, one of the two taken back", TWELVE,
         lambda log: take_back(log, yes(log, "parent")), lambda log: yes(log, "parent"))  # fmt: skip
    case("taken back, the consent itself not here", TWELVE, lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: log.add(ConsentWithdrawn(event=EventId(make_id(77)), by="M. Vang", at=AT_NOON)))  # fmt: skip
    case("a minor's own no, then the minor's yes", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "student", signer="Ann"),
         lambda log: yes(log, "student", "2026-08-09", "Ann Vang"))  # fmt: skip
    case("a minor alone says yes", TWELVE, lambda log: yes(log, "student", signer="Ann"))
    case("a minor allows hepatitis B", TWELVE, lambda log: yes(log, "student", signer="Ann", cvx=("08", "110")))
    case("a minor allows hepatitis B against a parent's no", TWELVE,
         lambda log: yes(log, "student", signer="Ann", cvx=("08",)),
         lambda log: no(log, "parent", cvx="08"))  # fmt: skip
    case("an emancipated student who came of age, against a parent's no", EIGHTEEN_TODAY,
         lambda log: no(log, "parent"), lambda log: yes(log, "emancipated", ON, "Ann"))  # fmt: skip
    case("parents who signed as Parent 1 and Parent 2 disagree", TWELVE,
         lambda log: no(log, "parent", signer="Parent 1"),
         lambda log: yes(log, "parent", "2026-08-09", "Parent 2"))  # fmt: skip
    case("two names that differ by a vowel sign alone", TWELVE, lambda log: no(log, "parent", signer="\u1019\u102c"),
         lambda log: yes(log, "parent", "2026-08-09", "\u1019\u102d"))  # fmt: skip
    case("by voice, nobody wrote down who listened", TWELVE, lambda log: yes(log, "parent", form="verbal"))
    case("by voice, with listener and time", TWELVE,
         lambda log: yes(log, "parent", form="verbal", listener="N. Nurse", called_at=AT_NOON))  # fmt: skip
    case("by voice, heard by nobody but who spoke", TWELVE,
         lambda log: yes(log, "parent", form="verbal", listener="m vang", called_at=AT_NOON))  # fmt: skip
    case("by voice, a listener of blanks", TWELVE,
         lambda log: yes(log, "parent", form="verbal", listener="  ", called_at=AT_NOON))  # fmt: skip


def of_clocks(case: Case) -> None:
    """A phone whose clock is a year off, and had or had not heard of the other word."""
    case("a yes; a no on a phone a year behind that had heard of it", TWELVE, lambda log: yes(log, "parent"),
         lambda log: on_a_wrong_clock(log, -1))  # fmt: skip
    case("a yes; a no on a phone a year ahead; a later yes", TWELVE, lambda log: yes(log, "parent"),
         lambda log: on_a_wrong_clock(log, 1), lambda log: yes(log, "parent", ON))  # fmt: skip
    case("a yes; an old paper with a no entered after it", TWELVE, lambda log: yes(log, "parent", "2026-08-09"),
         lambda log: no(log, "parent", signer="M. Vang"))  # fmt: skip
    case("a yes; a no on a phone a year behind that had not heard of it", TWELVE, lambda log: yes(log, "parent"),
         lambda log: on_a_wrong_clock(log, -1, TABLET, seen=1))  # fmt: skip
    case("a no on a phone a year behind, and a yes of who had heard of it", TWELVE,
         lambda log: on_a_wrong_clock(log, -1, TABLET, seen=1), lambda log: yes(log, "parent"))  # fmt: skip
    case("signed at seventeen on a phone two weeks ahead, as of age", "2008-08-20",
         lambda log: yes_ahead(log, "student_adult"))  # fmt: skip
    case("a parent signed in time on a phone two weeks ahead", "2008-08-20", lambda log: yes_ahead(log, "parent"))


def of_birth(case: Case) -> None:
    """A word dated before the student was born."""
    case("a parent's yes dated before the birth", TWELVE, lambda log: yes(log, "parent", "2014-06-14"))
    case("a parent's yes dated on the day of birth", TWELVE, lambda log: yes(log, "parent", "2014-06-15"))
    case("a yes of before a birth that was corrected since", "2010-06-15", lambda log: yes(log, "parent", "2013-08-01"),
         lambda log: log.add(StudentCorrected(reason="typo", birth_date=TWELVE)))  # fmt: skip
    case("a yes in the year of birth, of which nobody told more", "2014", lambda log: yes(log, "parent", "2014-01-01"))
    case("a minor's yes to hepatitis B dated before the birth", TWELVE,
         lambda log: yes(log, "student", "2014-06-14", "Ann", cvx=("08",)))  # fmt: skip
    case("a no dated before the birth, another's yes", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent", "2014-06-13"))  # fmt: skip
    case("a no, its own yes and both dated before the birth, another's yes", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent", "2014-06-13"),
         lambda log: yes(log, "parent", "2014-06-14", "P. Vang"))  # fmt: skip


def of_mistakes(case: Case) -> None:
    """What was written down for this child and never said."""
    case("a yes of another child's paper, voided", TWELVE, lambda log: void(log, yes(log, "parent")))
    case("a no recorded by mistake, voided; the yes stands", TWELVE, lambda log: yes(log, "parent"),
         lambda log: void(log, no(log, "parent", signer="M. Vang")))  # fmt: skip
    case("voided, and the voiding was the mistake", TWELVE,
         lambda log: void(log, void(log, no(log, "parent"))))  # fmt: skip
    case("voided, counted again, and that was the mistake", TWELVE,
         lambda log: void(log, void(log, void(log, yes(log, "parent")))))  # fmt: skip
    case("a taking back recorded by mistake, voided", TWELVE,
         lambda log: void(log, take_back(log, yes(log, "parent"))))  # fmt: skip
    case("a paper entered twice, one taken back, that one voided: the no stays", TWELVE, twice_and_voided)
    case("a yes that ended a no, voided: the no is back", TWELVE, lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: void(log, yes(log, "parent", "2026-08-09")))  # fmt: skip


def of_courts(case: Case) -> None:
    """Somebody a court left without a say."""
    ended = "a court left the father no say"
    case(f"{ended}: his no does not count", TWELVE, lambda log: yes(log, "parent"), lambda log: no(log, "parent"),
         lambda log: no_say(log))  # fmt: skip
    case(f"{ended}: his yes does not count", TWELVE, lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: no_say(log))  # fmt: skip
    case(f"{ended} from tomorrow on: his no counts today", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), lambda log: no_say(log, "2026-09-02"))  # fmt: skip
    case(f"{ended} and gave it back: his no counts", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), lambda log: say_again(log, no_say(log), ON))  # fmt: skip
    case(f"{ended} until tomorrow: his no does not count today", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), lambda log: say_again(log, no_say(log), "2026-09-02"))  # fmt: skip
    case(f"{ended}: a yes he took back since stands", TWELVE,
         lambda log: no_say(log, "2026-08-10"),
         lambda log: take_back(log, yes(log, "parent"), by="p vang"))  # fmt: skip
    case(f"{ended}: a yes he took back before is to be said anew", TWELVE,
         lambda log: take_back(log, yes(log, "parent"), by="P. Vang"),
         lambda log: no_say(log, "2026-08-25"))  # fmt: skip
    case(f"{ended}: the student of his name is heard", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "student"), lambda log: no_say(log))  # fmt: skip
    case(f"{ended}: a yes of that time, a say given back since, is to be said anew", TWELVE, yes_without_a_say)
    case(f"{ended}, recorded on a phone a month ahead: his yes does not count", TWELVE, no_say_on_a_wrong_clock)
    case(f"{ended}, by mistake, voided: his no counts", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), lambda log: void(log, no_say(log)))  # fmt: skip
    case(f"{ended} and gave it back, that by mistake, voided: his yes does not count", TWELVE,
         lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: void(log, say_again(log, no_say(log), "2026-08-20")))  # fmt: skip


def of_set_aside(case: Case) -> None:
    """What the district set aside, on the phone that wrote it: it stops a dose and lets none through."""
    case("set aside: a yes was a mistake", TWELVE, lambda log: aside(log, void(log, yes(log, "parent"))))
    case("set aside: a yes that ended a no was a mistake", TWELVE, lambda log: no(log, "parent", signer="M. Vang"),
         lambda log: aside(log, void(log, yes(log, "parent", "2026-08-09"))))  # fmt: skip
    case("set aside: a no was a mistake", TWELVE, lambda log: yes(log, "parent"),
         lambda log: aside(log, void(log, no(log, "parent"))))  # fmt: skip
    case("set aside: a taking back was a mistake", TWELVE,
         lambda log: aside(log, void(log, take_back(log, yes(log, "parent")))))  # fmt: skip
    case("set aside: that a yes was a mistake was one", TWELVE,
         lambda log: aside(log, void(log, void(log, yes(log, "parent")))))  # fmt: skip
    case("set aside: that a no was a mistake was one", TWELVE, lambda log: yes(log, "parent"),
         lambda log: aside(log, void(log, void(log, no(log, "parent")))))  # fmt: skip
    case("set aside: an order, his yes", TWELVE, lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: aside(log, no_say(log)))  # fmt: skip
    case("set aside: an order, his no", TWELVE, lambda log: yes(log, "parent"), lambda log: no(log, "parent"),
         lambda log: aside(log, no_say(log)))  # fmt: skip
    case("set aside: an order, he took her yes back", TWELVE,
         lambda log: take_back(log, yes(log, "parent"), by="P. Vang"),
         lambda log: aside(log, no_say(log, "2026-08-10")))  # fmt: skip
    case("set aside: an order was a mistake, his yes", TWELVE, lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: aside(log, void(log, no_say(log))))  # fmt: skip
    case("set aside: an order was a mistake, his no", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), lambda log: aside(log, void(log, no_say(log))))  # fmt: skip
    case("set aside: a say given back, his yes", TWELVE, lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: aside(log, say_again(log, no_say(log), "2026-08-20")))  # fmt: skip
    case("set aside: a say given back, his no", TWELVE, lambda log: yes(log, "parent"), lambda log: no(log, "parent"),
         lambda log: aside(log, say_again(log, no_say(log), "2026-08-20")))  # fmt: skip
    case("set aside: that a say came back was a mistake, his yes", TWELVE,
         lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: aside(log, void(log, say_again(log, no_say(log), "2026-08-20"))))  # fmt: skip


def of_outsiders(case: Case) -> None:
    """A no of somebody whose say nothing on record shows, against a yes."""
    case("a grandmother's no, a mother's yes", TWELVE, lambda log: yes(log, "parent"), grandmother_no)
    case("a grandmother's no alone", TWELVE, grandmother_no)
    case("a grandmother's no, an uncle's yes", TWELVE, lambda log: yes(log, "other", signer="C. Lee"), grandmother_no)
    case("a grandmother's no and a father's, a mother's yes", TWELVE, lambda log: yes(log, "parent"), grandmother_no,
         lambda log: no(log, "parent"))  # fmt: skip
    case("a grandmother's no, a student's yes who is emancipated", TWELVE,
         lambda log: yes(log, "emancipated", signer="Ann"), grandmother_no)  # fmt: skip
    case("a grandmother took a mother's consent back", TWELVE,
         lambda log: withdraw(log, yes(log, "parent"), "G. Lee", "other"))  # fmt: skip
    case("somebody took a consent back that is not on record, in no standing told", TWELVE,
         lambda log: yes(log, "parent"),
         lambda log: log.add(ConsentWithdrawn(event=EventId(make_id(77)), by="G. Lee", at=AT_NOON)))  # fmt: skip
    case("a mother took a grandmother's consent back, in no standing told; a father's yes", TWELVE,
         lambda log: withdraw(log, yes(log, "other", signer="G. Lee"), "M. Vang", ""),
         lambda log: yes(log, "parent", signer="P. Vang"))  # fmt: skip
    case("a father's no ticked as another's, a parent on another word", TWELVE, lambda log: yes(log, "parent"),
         lambda log: yes(log, "parent", signer="P. Vang", cvx=("115",)), lambda log: no(log, "other"))  # fmt: skip
    case("of age, a guardian's no of since", "2007-05-05", lambda log: yes(log, "student_adult", signer="Ann"),
         lambda log: no(log, "guardian", signer="G. Lee"))  # fmt: skip
    case("of age, a parent took the student's own yes back", "2007-05-05",
         lambda log: withdraw(log, yes(log, "student_adult", signer="Ann"), "M. Vang", "parent"))  # fmt: skip
    case("of age, a guardian's no of before", EIGHTEEN_TODAY, lambda log: no(log, "guardian", signer="G. Lee"),
         lambda log: yes(log, "student_adult", ON, "Ann"))  # fmt: skip


def of_weight(case: Case) -> None:
    """Which yes ends a no of the same name."""
    case("a father's no, his yes by voice that nobody heard, a mother's yes", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), lambda log: by_voice(log, "P. Vang", "17:00", listener=""))  # fmt: skip
    case("a father's no, his yes of a time without a say, a mother's yes", TWELVE, lambda log: yes(log, "parent"),
         lambda log: no(log, "parent"), yes_without_a_say)  # fmt: skip
    case("a mother's no, a namesake's yes without standing, a father's yes", TWELVE,
         lambda log: no(log, "parent", signer="M. Vang"), lambda log: yes(log, "parent", signer="P. Vang"),
         lambda log: yes(log, "other", "2026-08-10"))  # fmt: skip
    case("a call at nine that said yes, entered after one at ten that said no", TWELVE,
         lambda log: no_by_voice(log, "M. Vang", "15:00"), lambda log: by_voice(log, "M. Vang", "14:00"))  # fmt: skip
    case("a call at eleven that said yes, entered after one at ten that said no", TWELVE,
         lambda log: no_by_voice(log, "M. Vang", "15:00"), lambda log: by_voice(log, "M. Vang", "16:00"))  # fmt: skip
    case("a call that said yes on a phone some minutes behind, after a no it had heard of", TWELVE,
         lambda log: no_by_voice(log, "M. Vang", "18:00"), lambda log: by_voice(log, "M. Vang", "17:30"))  # fmt: skip


def grandmother_no(log: Given) -> None:
    no(log, "other", signer="G. Lee")


def withdraw(log: Given, given: Fact, by: str, standing: Any) -> None:
    log.add(ConsentWithdrawn(event=given.id, by=by, at=AT_NOON, standing=standing))


def no_by_voice(log: Given, signer: str, hour: str) -> None:
    """On the clinic's day, written down after noon."""
    log.at = datetime.fromisoformat(f"{ON}T17:40:00+00:00")
    word = ConsentRefused(cvx=("03",), signer=signer, standing="parent", on=ON, called_at=f"{ON}T{hour}:00.000Z")
    log.add(word)


def by_voice(log: Given, signer: str, hour: str, listener: str = "N. Nurse") -> None:
    heard = {"form": "verbal", "listener": listener, "called_at": f"{ON}T{hour}:00.000Z"}
    yes(log, "parent", ON, signer, cvx=("03",), **heard)


AT_NOON = "2026-08-20T17:00:00.000Z"


def both_take_back(log: Given, later: str = "M. Vang") -> None:
    """One consent taken back by each parent, and said anew by who had signed it."""
    given = yes(log, "parent")
    for by, at in (("P. Vang", "2026-08-11T12:00:00.000Z"), ("M. Vang", "2026-08-10T12:00:00.000Z"))[
        :: 1 if later == "M. Vang" else -1
    ]:
        log.add(ConsentWithdrawn(event=given.id, by=by, at=at))
    yes(log, "parent", "2026-08-25")


def on_a_wrong_clock(log: Given, years: int, device: DeviceId = PHONE, seen: int | None = None) -> None:
    """M. Vang's no by voice on 20 August, as a phone writes it whose clock is so many years off."""
    true, day = log.at, f"{2026 + years}-08-20"
    log.at = datetime.fromisoformat(f"{day}T17:00:00+00:00")
    log.add(ConsentRefused(cvx=("03",), signer="M. Vang", standing="parent", on=day), device=device, seen=seen)
    received(log, true)


def received(log: Given, at: datetime) -> None:
    """The last word reached the log then, whatever its phone's clock showed."""
    last = log.facts[-1]
    log.facts[-1] = Fact(last.position, at, last.event_hash, last.header, last.written)
    log.at = at


def yes_ahead(log: Given, standing: Any) -> None:
    """Said on 10 August, as a phone writes it whose clock is two weeks ahead."""
    log.at = datetime.fromisoformat("2026-08-24T17:00:00+00:00")
    yes(log, standing, "2026-08-24")
    received(log, datetime.fromisoformat("2026-08-10T17:00:00+00:00"))


def yes_without_a_say(log: Given) -> None:
    ended = no_say(log)
    yes(log, "parent", "2026-08-17", "P. Vang")
    say_again(log, ended, "2026-08-20")


def no_say_on_a_wrong_clock(log: Given) -> None:
    """The order is of that day, and the phone shows one in October."""
    yes(log, "parent", signer="P. Vang")
    true, log.at = log.at, datetime.fromisoformat("2026-10-01T17:00:00+00:00")
    no_say(log, "2026-10-01")
    received(log, true)


def void(log: Given, word: Fact) -> Fact:
    return log.add(ConsentVoided(event=word.id, reason="the paper is of another child"))


def twice_and_voided(log: Given) -> None:
    first, _ = yes(log, "parent"), yes(log, "parent")
    take_back(log, first)
    void(log, first)


def aside(log: Given, word: Fact) -> None:
    """The last word was set aside by the district, and this is the phone that wrote it."""
    assert log.facts[-1] is word
    place = Position(LOCAL + word.header.seq)
    log.facts[-1] = msgspec.structs.replace(word, position=place, received_at=None, is_aside=True)


def no_say(log: Given, since: str = "2026-08-15", person: str = "P. VANG") -> Fact:
    return log.add(SayEnded(person=person, since=since, document="27-FA-26-1234, order of August 15, seen"))


def say_again(log: Given, ended: Fact, on: str) -> Fact:
    return log.add(SayRestored(event=ended.id, on=on, reason="order of August 30"))


def apart(log: Given, seen: int) -> None:
    """The same parent's yes of that day, on a tablet that had seen so much of the log."""
    word = ConsentGiven(cvx=("03",), signer="M. Vang", standing="parent", on="2026-08-02", form="electronic")
    log.add(word, device=TABLET, seen=seen)


def apart_no(log: Given) -> None:
    """The same parent's no of that day, on a tablet that had seen nothing of the other."""
    log.add(ConsentRefused(cvx=("03",), signer="M. Vang", standing="parent", on="2026-08-02"), device=TABLET, seen=1)


def take_back(log: Given, given: Fact, *cvx: str, by: str = "M. Vang") -> Fact:
    return log.add(ConsentWithdrawn(event=given.id, by=by, at="2026-08-20T12:00:00.000Z", cvx=cvx))


def take_back_both(log: Given) -> None:
    given = yes(log, "parent")
    take_back(log, given, "115")
    take_back(log, given, "03")


def make() -> dict[str, Any]:
    return {"clinic": GYM, "on": ON, "cases": [_case(name, log) for name, log in words().items()]}


def _case(name: str, log: Given) -> dict[str, Any]:
    student = fold(log.facts)
    spoken = words_of(student.shelf)
    asked = {word.cvx for word in spoken if word.cvx} | set(ASKED.get(name, ()))
    found = {cvx: consent_for(spoken, cvx, ON, GYM) for cvx in asked}
    return {
        "name": name,
        "facts": [fact_words(fact) for fact in log.facts],
        "consents": {cvx: one._asdict() for cvx, one in sorted(found.items())},
    }


def text() -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
