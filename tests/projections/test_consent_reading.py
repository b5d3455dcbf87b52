"""Random histories of consents, judged by the fold and by a slow reader who keeps to docs/phone.md's sentences.

The reader knows nothing of the fold: it asks of each word by itself whether it still stands. PROJ-R207.
"""

import random
from typing import Any, NamedTuple

import pytest

from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from projections.care import consent_for, consent_lines
from projections.fold import Fact, knew
from projections.student import fold
from tests.projections.given import PHONE, TABLET, Given
from tests.vectors.consent_vectors import ELSEWHERE, GYM, ON

NAMES = ("M. Vang", "P. Vang", "p vang", "Sam")
DAYS = ("2026-08-01", "2026-08-09", "2026-08-20", "2026-08-20", "2026-08-31", ON)
BIRTHS = ("2014-06-15", "2008-08-15", "2008-09-01", "2008-09-02", "2008", "2008-08")
YES_TO = {"03": {"03"}, "94": {"94"}}
NO_TO = {"03": {"03"}, "94": {"94", "03", "21"}}
CHILD = ("student", "student_adult", "emancipated")
PARENTS = ("parent", "guardian")


class Yes(NamedTuple):
    fact: Fact
    told: ConsentGiven
    taken: "tuple[Fact, ConsentWithdrawn] | None"


class No(NamedTuple):
    """A refusal, or a yes taken back. ``said`` is the day and the place in the log."""

    who: tuple[str, bool]
    said: tuple[str, int]
    fact: Fact
    standing: str
    taken_back: bool


def wild(chance: random.Random) -> Given:
    """One child of some age, and up to eight words of up to three people on two phones that talk now and then."""
    log = Given()
    log.registered(chance.choice(BIRTHS))
    yeses: list[tuple[Fact, ConsentGiven]] = []
    heard = {PHONE: 1, TABLET: 1}
    for _ in range(chance.randint(1, 8)):
        device = chance.choice((PHONE, TABLET))
        heard[device] = log.size if chance.random() < 0.7 else chance.randint(heard[device], log.size)
        where: Any = {"device": device, "seen": heard[device]}
        cvx = tuple(chance.sample(("03", "94", "21"), chance.randint(1, 2)))
        who, on = chance.choice(NAMES), chance.choice(DAYS)
        kind = chance.random()
        if kind < 0.25 and yeses:
            fact, yes = chance.choice(yeses)
            where["seen"] = heard[device] = log.size
            some = (chance.choice(yes.cvx),) if chance.random() < 0.3 else ()
            moment = f"{on}T{chance.choice(('15', '23'))}:00:00.000Z"
            log.add(ConsentWithdrawn(event=fact.id, by=who, at=moment, cvx=some), **where)
        elif kind < 0.5:
            standing: Any = chance.choice(("parent", "parent", "guardian", "student", "student_adult", "other"))
            log.add(ConsentRefused(cvx=cvx, signer=who, standing=standing, on=on), **where)
        else:
            standing = chance.choice(("parent", "parent", "guardian", "student_adult", "emancipated", "other"))
            until, clinic = chance.choice((None, None, "2026-08-31", ON)), chance.choice((None, GYM, GYM, ELSEWHERE))
            told = ConsentGiven(cvx=cvx, signer=who, standing=standing, on=on, form="paper", until=until, clinic=clinic)
            yeses.append((log.add(told, **where), told))
    return log


def read(log: Given, cvx: str) -> tuple[str, str | None]:
    """What the day's nurse reads, and the consent a dose is given under."""
    facts = [(fact, fact.payload) for fact in log.facts]
    born = next(one.birth_date for _, one in facts if hasattr(one, "birth_date"))
    given = [Yes(fact, one, taken(fact, one, facts, asked)) for fact, one in facts if isinstance(one, ConsentGiven)
             for asked in one.cvx if asked in YES_TO[cvx]]  # fmt: skip
    here = [one for one in given if is_for(one.told)]
    noes = noes_in(facts, cvx)
    stand = [yes for yes in here if yes.taken is None and not any(hushes(no, yes) for no in noes)]
    stand = [yes for yes in stand if not any(person(yes) == person(one) and said(one) > said(yes) for one in stand)]
    lawful = [yes for yes in stand if may_say(yes.told.standing, born, yes.told.on) is not False]
    own = any(yes.told.standing == "student_adult" and is_18(born, ON) for yes in lawful)
    noes = [no for no in noes if not any(ends(no, yes) for yes in here)]
    noes = [no for no in noes if not any(replaces(later, no) for later in noes)]
    noes = [no for no in noes if not (own and no.standing in PARENTS)]
    noes = [no for no in noes if not any(is_renewed(no, yes) for yes in lawful)]
    if noes:
        return ("conflict" if lawful else "no"), None
    if lawful:
        sure = [yes for yes in lawful if may_say(yes.told.standing, born, yes.told.on) and not is_asked(yes, born)]
        return "given", (sure or lawful)[0].fact.id
    return ("standing" if stand else "none"), None


def letters(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalpha())


def person(yes: Yes) -> tuple[str, bool]:
    return letters(yes.told.signer), yes.told.standing in CHILD


def said(yes: Yes) -> tuple[str, int]:
    return yes.told.on, yes.fact.position


def taken(fact: Fact, yes: ConsentGiven, facts: list[tuple[Fact, Any]], cvx: str) -> "tuple[Fact, Any] | None":
    ends = [(at, one) for at, one in facts if isinstance(one, ConsentWithdrawn) and one.event == fact.id]
    return min((one for one in ends if cvx in (one[1].cvx or yes.cvx)), key=lambda one: one[1].at, default=None)


def noes_in(facts: list[tuple[Fact, Any]], cvx: str) -> list[No]:
    """Each refusal, and each yes taken back: the word of whoever took it back, at every clinic and on every day."""
    found: list[No] = []
    for fact, one in facts:
        if isinstance(one, ConsentRefused) and set(one.cvx) & NO_TO[cvx]:
            who = letters(one.signer), one.standing in CHILD
            found.append(No(who, (one.on, fact.position), fact, one.standing, False))
        for asked in one.cvx if isinstance(one, ConsentGiven) else ():
            end = taken(fact, one, facts, asked) if asked in NO_TO[cvx] else None
            if end is not None:
                who = letters(end[1].by), one.standing in CHILD
                day = max(one.on, end[1].at[:10])
                found.append(No(who, (day, end[0].position), end[0], one.standing, True))
    return found


def is_for(yes: ConsentGiven) -> bool:
    return yes.on <= ON and (yes.until is None or yes.until >= ON) and yes.clinic in (None, GYM)


def is_unheard(no: No, yes: Yes) -> bool:
    return no.said[0] == yes.told.on and not knew(yes.fact, no.fact)


def hushes(no: No, yes: Yes) -> bool:
    """Whether a yes is no longer its signer's word, or was written on a day of their no by who had not heard of it."""
    return no.who == person(yes) and (no.said > said(yes) or is_unheard(no, yes))


def replaces(later: No, no: No) -> bool:
    """Of one person the last no counts; of one day each whose writer had not heard of the other."""
    is_heard = later.said[0] > no.said[0] or knew(later.fact, no.fact)
    return later.who == no.who and later.said > no.said and is_heard


def ends(no: No, yes: Yes) -> bool:
    """A no ends by a later yes of the same person, also by one that was taken back since."""
    return no.who == person(yes) and said(yes) > no.said and not is_unheard(no, yes)


def is_renewed(no: No, yes: Yes) -> bool:
    """A student's yes that somebody took back is said anew by the student."""
    is_theirs = no.taken_back and no.standing in CHILD and yes.told.standing in CHILD
    return is_theirs and said(yes) > no.said and not is_unheard(no, yes)


def is_18(born: str, day: str) -> bool | None:
    """Whether every day a written date may mean is eighteen years ago; None where only some are."""
    least, most = (born + "-01-01"[len(born) - 4 :])[:10], (born + "-12-31"[len(born) - 4 :])[:10]
    old = [int(day[:4]) - int(one[:4]) - (day[5:] < one[5:]) >= 18 for one in (least, most)]
    return old[0] if old[0] == old[1] else None


def may_say(standing: str, born: str, on: str) -> bool | None:
    """None where a person must ask first."""
    adult = is_18(born, on)
    if standing in ("other", "emancipated"):
        return True if standing == "emancipated" and adult else None
    return None if adult is None else adult is (standing == "student_adult")


def is_asked(yes: Yes, born: str) -> bool:
    return yes.told.standing in PARENTS and is_18(born, ON) is not False


@pytest.mark.parametrize("block", range(10))
def test_every_history_is_read_as_the_page_says(block: int) -> None:
    """PROJ-R207: a no stands until the same person says yes, whoever took which yes back, on however many phones."""
    for seed in range(block * 200, block * 200 + 200):
        log = wild(random.Random(seed))
        lines = consent_lines(fold(log.facts).shelf)
        for cvx in YES_TO:
            found = consent_for(lines, cvx, ON, GYM)
            state = "no" if found.state in ("refused", "withdrawn") else found.state
            assert (seed, cvx, state, found.event) == (seed, cvx, *read(log, cvx))
