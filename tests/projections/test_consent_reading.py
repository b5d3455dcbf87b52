"""Random histories of consents, judged by the fold and by a slow reader who keeps to docs/phone.md's sentences.

The reader knows nothing of the fold: it asks of each word by itself whether it still stands. PROJ-R207.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import pytest

from events.catalog.consents import (
    ConsentGiven,
    ConsentRefused,
    ConsentVoided,
    ConsentWithdrawn,
    SayEnded,
    SayRestored,
)
from events.ids import Position
from projections.consents import consent_for, words_of
from projections.fold import LOCAL, Fact, knew
from projections.student import fold
from tests.projections.given import PHONE, TABLET, Given
from tests.vectors.consent_vectors import ELSEWHERE, GYM, ON

NAMES = ("M. Vang", "P. Vang", "p vang", "Sam")
DAYS = ("2008-06-30", "2026-08-01", "2026-08-09", "2026-08-20", "2026-08-20", "2026-08-31", ON)
"""The first lies before some births."""
BIRTHS = ("2014-06-15", "2014-06-15", "2008-08-15", "2008-09-01", "2008-09-02", "2008", "2008-08")
YES_TO = {"03": {"03"}, "94": {"94"}, "08": {"08"}}
NO_TO = {"03": {"03"}, "94": {"94", "03", "21"}, "08": {"08"}}
ANY_VACCINE = {"03", "94", "21", "08"}
CHILD = ("student", "student_adult", "emancipated")
PARENTS = ("parent", "guardian")
Say = SayEnded | SayRestored
CLOCKS_OFF = (0, 0, 0, 0, 0, -365, -1, 1, 365)


class Said(NamedTuple):
    """One word: who, on which day at the latest, and what it was about."""

    who: str
    day: str
    fact: Fact
    standing: str
    told: Any


def wild(chance: random.Random, word: Callable[[random.Random, list[Fact], str], Any] | None = None) -> Given:
    """One child of some age, and up to nine words of up to three people on two phones that talk now and then."""
    log = Given()
    log.registered(chance.choice(BIRTHS))
    off = {PHONE: chance.choice(CLOCKS_OFF), TABLET: chance.choice(CLOCKS_OFF)}
    heard = {PHONE: 1, TABLET: 1}
    for _ in range(chance.randint(1, 9)):
        device = chance.choice((PHONE, TABLET))
        heard[device] = log.size if chance.random() < 0.7 else chance.randint(heard[device], log.size)
        known = log.facts[: heard[device]]
        payload = (word or some_word)(chance, known, today(off[device]))
        on_its_clock(log, off[device], payload, device=device, seen=heard[device])
    return log


def today(days_off: int) -> str:
    return (datetime.fromisoformat(ON) + timedelta(days=days_off)).date().isoformat()


def on_its_clock(log: Given, days_off: int, payload: Any, **where: Any) -> None:
    true = log.at
    log.at = true + timedelta(days=days_off)
    fact = log.add(payload, **where)
    log.facts[-1] = msgspec.structs.replace(fact, received_at=true)
    log.at = true + timedelta(minutes=1)


def some_word(chance: random.Random, known: list[Fact], now: str) -> Any:
    """A yes, a no, or something said of an earlier word; on a day up to what the phone takes for today."""
    yeses = [one for one in known if isinstance(one.payload, ConsentGiven)]
    words = [one for one in known if isinstance(one.payload, ConsentRefused | ConsentWithdrawn | ConsentVoided | Say)]
    ended = [one for one in known if isinstance(one.payload, SayEnded)]
    who, on = chance.choice(NAMES), chance.choice((*DAYS, now, now))
    kind = chance.random()
    if kind < 0.2 and yeses:
        yes: Any = chance.choice(yeses)
        some = (chance.choice(yes.payload.cvx),) if chance.random() < 0.3 else ()
        by: Any = chance.choice(("", "", "parent", "student", "other"))
        moment = f"{chance.choice((on, now))}T{chance.choice(('15', '23'))}:00:00.000Z"
        return ConsentWithdrawn(event=yes.id, by=who, at=moment, cvx=some, standing=by)
    if kind < 0.3 and (yeses or words):
        return ConsentVoided(event=chance.choice([*yeses, *words]).id, reason="another child's")
    if kind < 0.35:
        return SayEnded(person=who, since=chance.choice((*DAYS, now)), document="order seen")
    if kind < 0.4 and ended:
        return SayRestored(event=chance.choice(ended).id, on=chance.choice(DAYS), reason="new order")
    cvx = tuple(chance.sample(("03", "94", "21", "08"), chance.randint(1, 2)))
    if kind < 0.6:
        standing: Any = chance.choice(("parent", "parent", "guardian", "student", "student_adult", "other"))
        return ConsentRefused(cvx=cvx, signer=who, standing=standing, on=on)
    standing = chance.choice(("parent", "parent", "guardian", "student_adult", "student", "emancipated", "other"))
    until, clinic = chance.choice((None, None, "2026-08-31", ON)), chance.choice((None, GYM, GYM, ELSEWHERE))
    voice = said_by_voice(chance, who, on) if chance.random() < 0.3 else {"form": "paper"}
    return ConsentGiven(cvx=cvx, signer=who, standing=standing, on=on, until=until, clinic=clinic, **voice)


def said_by_voice(chance: random.Random, who: str, on: str) -> dict[str, Any]:
    listener, hour = chance.choice(("N. Nurse", "N. Nurse", "", who)), chance.choice(("13", "14", "15", "23"))
    return {"form": "verbal", "listener": listener, "called_at": f"{on}T{hour}:00:00.000Z"}


def read(log: Given, cvx: str) -> tuple[str, str | None, str]:
    """What the day's nurse reads, the consent a dose is given under, and whose no is only told."""
    all_facts = [(fact, fact.payload) for fact in log.facts]
    born = born_in(all_facts)
    facts = [(fact, one) for fact, one in all_facts if not is_a_mistake(fact, all_facts)]
    here = [yes for yes in yeses_in(facts) if is_for(yes.told) and YES_TO[cvx] & set(yes.told.cvx)]
    noes = noes_in(facts, all_facts, NO_TO[cvx])
    family = {one.who for one in (*yeses_in(facts), *noes_in(facts, all_facts)) if one.standing in PARENTS}
    back = {one.event for fact, one in facts if isinstance(one, ConsentWithdrawn)
            and takes(fact, one, all_facts, cvx, family, born)}  # fmt: skip
    stand = [yes for yes in here if yes.fact.id not in back and all(says_yes(yes, no, facts) for no in noes)]
    stand = [yes for yes in stand if not any(one.who == yes.who and order(one) > order(yes) for one in stand)]
    lawful = [yes for yes in stand if may_say(yes, born, cvx) is not False and has_say(yes.who, ON, facts)]
    lawful = [yes for yes in lawful if has_say(yes.who, yes.day, facts)]
    noes = [no for no in noes if not any(yes.who == no.who and says_yes(yes, no, facts) for yes in here)]
    noes = [no for no in noes if has_say(no.who, ON, facts)]
    told = []
    own = {yes.fact.id for yes in lawful if yes.who == "child" and decides_alone(yes, born, cvx)}
    if own:
        told += [no for no in noes if no.standing == "guardian" and is_18(born, no.day)]
        told += [no for no in noes if no.standing in PARENTS and getattr(no.told, "event", "") in own]
        noes = [no for no in noes if no.standing not in PARENTS]
    if any(yes.standing != "other" for yes in lawful):
        told += [no for no in noes if is_strangers(no, family)]
        noes = [no for no in noes if not is_strangers(no, family)]
    if noes:
        return ("conflict" if lawful else "no"), None, ""
    if lawful:
        sure = [yes for yes in lawful if may_say(yes, born, cvx) and not is_asked(yes, born)]
        named = [name_in(no.told) for no in sorted(told, key=lambda no: no.fact.position)]
        return "given", (sure or lawful)[0].fact.id, (*named, "")[0]
    return ("standing" if stand else "none"), None, ""


def is_a_mistake(fact: Fact, facts: list[tuple[Fact, Any]]) -> bool:
    """Somebody said that it was a mistake, and that was none itself."""
    voids = [one for one, told in facts if isinstance(told, ConsentVoided) and told.event == fact.id]
    return any(not is_a_mistake(one, facts) for one in voids)


def name_in(told: Any) -> str:
    return str(told.by if isinstance(told, ConsentWithdrawn) else told.signer)


def is_strangers(no: Said, family: set[str]) -> bool:
    """Of somebody who is neither the student nor was ever a parent or guardian on this record."""
    return no.standing == "other" and no.who not in family


def yeses_in(facts: list[tuple[Fact, Any]]) -> list[Said]:
    return [Said(person(one.signer, one.standing), day_of(one.on, fact), fact, one.standing, one)
            for fact, one in facts if isinstance(one, ConsentGiven)]  # fmt: skip


def noes_in(
    facts: list[tuple[Fact, Any]], all_facts: list[tuple[Fact, Any]], named: set[str] = ANY_VACCINE
) -> list[Said]:
    """Each refusal, and each taking back: the word of whoever took it back, at every clinic and on every day."""
    found = []
    for fact, one in facts:
        if isinstance(one, ConsentRefused) and set(one.cvx) & named:
            found.append(Said(person(one.signer, one.standing), day_of(one.on, fact), fact, one.standing, one))
        if isinstance(one, ConsentWithdrawn):
            given, yes = consent(one, all_facts)
            if set(one.cvx or yes.cvx) & named:
                standing = one.standing or standing_like(one, yes)
                day = max(day_of(yes.on, given), day_of(one.at[:10], fact))
                found.append(Said(person(one.by, standing), day, fact, standing, one))
    return found


def standing_like(back: ConsentWithdrawn, yes: Any) -> str:
    """Nobody knows what somebody is who takes the consent of a stranger back."""
    same = person(back.by, yes.standing) == person(yes.signer, yes.standing)
    return "" if yes.standing == "other" and not same else str(yes.standing)


def consent(back: ConsentWithdrawn, facts: list[tuple[Fact, Any]]) -> tuple[Fact, Any]:
    return next((fact, one) for fact, one in facts if fact.id == back.event)


def takes(
    fact: Fact, back: ConsentWithdrawn, facts: list[tuple[Fact, Any]], cvx: str, family: set[str], born: str
) -> bool:
    """Whether it ends that consent for the vaccine: nobody takes one back who had no say by then, or is a stranger.

    Nor does a parent take back what the student alone decides.
    """
    given, yes = consent(back, facts)
    day = max(day_of(yes.on, given), day_of(back.at[:10], fact))
    standing = back.standing or standing_like(back, yes)
    who = person(back.by, standing)
    if standing == "other" and who not in family and who != person(yes.signer, yes.standing):
        return False
    said = Said(person(yes.signer, yes.standing), day_of(yes.on, given), given, yes.standing, yes)
    if standing in PARENTS and said.who == "child" and decides_alone(said, born, cvx):
        return False
    return bool(set(back.cvx or yes.cvx) & YES_TO[cvx]) and has_say(
        who, day, [one for one in facts if not is_a_mistake(one[0], facts)]
    )


def has_say(who: str, day: str, facts: list[tuple[Fact, Any]]) -> bool:
    for fact, one in facts:
        if isinstance(one, SayEnded) and person(one.person, "parent") == who and since(fact, one) <= day:
            back = [again.on for _, again in facts if isinstance(again, SayRestored) and again.event == fact.id]
            if not any(on <= day for on in back):
                return False
    return True


def since(fact: Fact, told: SayEnded) -> str:
    """An order to come is one; another is not of a day after the log had it."""
    return told.since if told.since > fact.header.recorded_at[:10] else day_of(told.since, fact)


def person(name: str, standing: str) -> str:
    return "child" if standing in CHILD else "".join(one for one in name.lower() if one.isalpha())


def day_of(told: str, fact: Fact) -> str:
    """No word was said after the log had it."""
    assert fact.received_at is not None
    return min(told, fact.received_at.isoformat()[:10])


def order(one: Said) -> tuple[str, int]:
    return one.day, one.fact.position


def is_for(yes: ConsentGiven) -> bool:
    return yes.on <= ON and (yes.until is None or yes.until >= ON) and yes.clinic in (None, GYM)


def says_yes(yes: Said, no: Said, facts: list[tuple[Fact, Any]]) -> bool:
    """Whether a no leaves a yes standing: another's, or one that came before it and weighs no more."""
    if yes.who != no.who:
        return True
    unheard = yes.told.form == "verbal" and person(yes.told.listener, "") in ("", person(yes.told.signer, ""))
    if unheard or is_unborn(born_in(facts), yes.day):
        return False
    if not has_say(yes.who, yes.day, facts) or (yes.standing == "other" and no.standing != "other"):
        return False
    if yes.day == no.day or is_adrift(no):
        return knew(yes.fact, no.fact) and not is_earlier(yes, no)
    return yes.day > no.day and not (is_said_at_once(no) and knew(no.fact, yes.fact))


def is_earlier(yes: Said, no: Said) -> bool:
    """A call whose hour is told, before one whose hour is told too, by a clock that showed a later one than either."""
    at, other = yes.told.called_at or "", getattr(no.told, "at", "")
    return "" < at[:16] < other[:16] <= yes.fact.header.recorded_at[:16]


def is_said_at_once(no: Said) -> bool:
    """Written down on the day it is dated, and not copied from an older paper."""
    told = no.told.at[:10] if isinstance(no.told, ConsentWithdrawn) else no.told.on
    return bool(told >= no.fact.header.recorded_at[:10])


def is_adrift(no: Said) -> bool:
    """Said at once by a clock that shows a day before the one on which the log had the child."""
    return is_said_at_once(no) and no.fact.header.recorded_at[:10] < ON


def is_18(born: str, day: str) -> bool | None:
    """Whether every day a written date may mean is eighteen years ago; None where only some are."""
    least, most = (born + "-01-01"[len(born) - 4 :])[:10], (born + "-12-31"[len(born) - 4 :])[:10]
    old = [int(day[:4]) - int(one[:4]) - (day[5:] < one[5:]) >= 18 for one in (least, most)]
    return old[0] if old[0] == old[1] else None


def may_say(yes: Said, born: str, cvx: str) -> bool | None:
    """None where a person must ask first."""
    adult = is_18(born, yes.day)
    if is_unborn(born, yes.day):
        return False
    if yes.standing in ("other", "emancipated"):
        return True if yes.standing == "emancipated" and adult else None
    if yes.standing == "student" and not adult:
        return None if cvx == "08" else False
    return None if adult is None else adult is (yes.standing in ("student_adult", "student"))


def born_in(facts: list[tuple[Fact, Any]]) -> str:
    return str(next(one.birth_date for _, one in facts if hasattr(one, "birth_date")))


def is_unborn(born: str, day: str) -> bool:
    """Whether every day the birth date may mean is later."""
    return day < (born + "-01-01"[len(born) - 4 :])[:10]


def decides_alone(yes: Said, born: str, cvx: str) -> bool:
    """A student of age; a minor for hepatitis B."""
    is_minors = yes.standing == "student" and cvx == "08" and not is_unborn(born, yes.day)
    return is_18(born, yes.day) is True or is_minors


def is_asked(yes: Said, born: str) -> bool:
    unheard = yes.told.form == "verbal" and person(yes.told.listener, "") in ("", person(yes.told.signer, ""))
    return unheard or (yes.standing in PARENTS and is_18(born, ON) is not False)


@pytest.mark.parametrize("block", range(10))
def test_every_history_is_read_as_the_page_says(block: int) -> None:
    """PROJ-R207: a no stands until the same person says yes, whoever took which yes back, on however many phones."""
    for seed in range(block * 200, block * 200 + 200):
        log = wild(random.Random(seed))
        words = words_of(fold(log.facts).shelf)
        for cvx in YES_TO:
            found = consent_for(words, cvx, ON, GYM)
            state = "no" if found.state in ("refused", "withdrawn") else found.state
            assert (seed, cvx, state, found.event, found.outsider) == (seed, cvx, *read(log, cvx))


def test_what_was_set_aside_makes_no_dose_possible_that_was_not_and_stops_what_it_would_stop() -> None:
    """PROJ-R262: whichever orders and corrections of a history the district set aside, both readings must allow."""
    tried = 0
    for seed in range(1500):
        log, chance = wild(random.Random(seed)), random.Random(-seed)
        chosen = [fact for fact in log.facts if may_be_aside(fact) and chance.random() < 0.6]
        tried += bool(chosen)
        facts = [set_aside(fact) if fact in chosen else fact for fact in log.facts]
        settled = [msgspec.structs.replace(fact, is_aside=False) for fact in facts]
        without = [fact for fact in facts if not fact.is_aside]
        asked, *readings = (words_of(fold(one).shelf) for one in (facts, settled, without))
        for cvx in YES_TO:
            states = [consent_for(words, cvx, ON, GYM).state for words in readings]
            state = consent_for(asked, cvx, ON, GYM).state
            assert (seed, cvx, state == "given") == (seed, cvx, states == ["given", "given"])
    assert tried > 500


def may_be_aside(fact: Fact) -> bool:
    return isinstance(fact.payload, ConsentVoided | Say)


def set_aside(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, is_aside=True, position=Position(LOCAL + fact.header.seq), received_at=None)


def swapped(log: Given, at: int) -> list[Fact] | None:
    """The same words, two that nobody had seen when writing the other having reached the log the other way round."""
    one, two = log.facts[at], log.facts[at + 1]
    between = any(fact.header.seen.size == at + 1 for fact in log.facts)
    if between or one.header.device == two.header.device or knew(two, one):
        return None
    first = msgspec.structs.replace(two, position=Position(at), received_at=one.received_at)
    second = msgspec.structs.replace(one, position=Position(at + 1), received_at=two.received_at)
    return [*log.facts[:at], first, second, *log.facts[at + 2 :]]


def test_words_that_reach_the_log_the_other_way_round_come_to_the_same() -> None:
    """PROJ-R251: of two phones that could not talk it does not matter which came into a network first."""
    tried = 0
    for seed in range(1500):
        log = wild(random.Random(seed))
        words = words_of(fold(log.facts).shelf)
        for at in range(1, log.size - 1):
            facts = swapped(log, at)
            if facts is None:
                continue
            tried += 1
            others = words_of(fold(facts).shelf)
            for cvx in YES_TO:
                state = consent_for(words, cvx, ON, GYM).state
                assert (seed, at, cvx, consent_for(others, cvx, ON, GYM).state) == (seed, at, cvx, state)
    assert tried > 200
