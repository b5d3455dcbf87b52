"""Wild records: every field with every kind of value it may hold, the edges of every rule, and what no paper says.

A wild record begins as a believable or odd one (`records.py`) and has some of its fields written anew: dates on, just
before and just after the days the law counts from; partial dates, dates that are none; codes nobody knows; every
reading turned. The same seed gives the same case for ever.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

import msgspec

from projections.law.codes import CODES
from projections.law.intervals import add_months
from projections.law.library import rule_sets
from projections.law.record import (
    Dose,
    Exemption,
    Paper,
    PlannedDose,
    PolicyReading,
    ProtectedStatus,
    Record,
    Suspension,
    Transfer,
)
from tests.law.records import SETS, random_record

T = TypeVar("T")

AGES_MONTHS = (0, 1, 2, 4, 6, 9, 11, 12, 15, 18, 24, 36, 47, 48, 60, 72, 84, 120, 132, 144, 192, 216, 240, 252, 540)
SHIFTS_DAYS = (0, 0, 0, 1, -1, 2, -2, 3, -4, 4, -5, 5, 14, 27, 28, 29, 30, 31, 32, -30)
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
NO_DATES = (
    "", "", "2006-13-01", "1990-02-30", "1900-02-29", "2006-00-10", "1899-12-31", "2200-01-01", "unknown", "90-1-1",
    " 2006-09-05", "2006-09-05\n", "2006-9-5", "20060905", "２００６-09-05", "٢٠٠٦-09",
    "2006-", "0000", "-", "9999-12-31",
)  # fmt: skip
EDGE_DATES = ("1900-01-01", "1900", "1900-01", "2199-12-31", "2199-12", "2199", "2000-02-29", "2004-02-29", "2004-02")
ODD_TEXTS = (
    "",
    "x",
    "constructor",
    "__proto__",
    "toString",
    "ALL",
    "é\u2028",
    "{0}{on}",
    '"\\\n\x00\x7f',
    "😀",
    "ß",
    "²",
)
ODD_CODES = ("8", "008", "0", "20 ", "dtap", "DTaP", "Ⅷ", "٢٠")
FACILITIES = (
    "school", "school", "school", "home_school", "online", "early_childhood", "child_care", "family_child_care",
    "group_family_child_care",
)  # fmt: skip
GRADES = ("", "K", "K", "1", "2", "3", "6", "7", "7", "8", "9", "11", "12", "12", "PREK", "PREK_SPED", "13", "k")
SIGNERS = (
    "physician", "physician", "nurse_practitioner", "physician_assistant", "provider", "public_clinic", "nurse",
    "parent", "parent", "guardian", "emancipated", "adult_student", "",
)  # fmt: skip
TERMS = ("", "", "1999-2000", "2000-2001", "2001-2002", "2006-2007", "2006", "later")


@cache
def _codes() -> tuple[str, ...]:
    return tuple(sorted(set(CODES.spellings())))


@cache
def _named() -> tuple[str, ...]:
    return (*CODES.antigens, *sorted(CODES.file.statement_names), "ALL", "all", "mmr")


@cache
def _readings() -> tuple[tuple[str, str], ...]:
    """Every reading of every rule set with both its values."""
    found = {
        (name, value) for one in rule_sets() for name, r in one.rules.readings.items() for value in (r.value, r.other)
    }
    return (*sorted(found), ("schedule", "adopted"), ("fourth_birthday", "no_such_value"))


class _Wild:
    """Draws values around one child's birth and the day asked."""

    def __init__(self, rng: random.Random, as_of: date, born: date) -> None:
        self.rng, self.as_of, self.born = rng, as_of, born

    def day(self) -> date:
        """A day near one that matters: a birthday, the day asked, a change of the law, or any."""
        rng = self.rng
        start = rng.choice((self.born, self.born, self.as_of, self.as_of, self._law_day()))
        if start == self.born or rng.random() < 0.2:
            start = date.fromordinal(add_months(start.toordinal(), rng.choice(AGES_MONTHS)))
        elif start == self.as_of and rng.random() < 0.4:
            start = date.fromordinal(add_months(start.toordinal(), -rng.choice((1, 2, 6, 8, 12, 18, 36, 120))))
        return start + timedelta(days=rng.choice((*SHIFTS_DAYS, rng.randint(-900, 900))))

    def _law_day(self) -> date:
        rules = self.rng.choice(rule_sets()).rules
        days = ("1989-01-01", "1990-01-01", "1985-09-01", rules.effective_from, rules.effective_to or "2026-01-08")
        return date.fromisoformat(self.rng.choice(days))

    def full(self) -> str:
        """What should be a full date."""
        return self.day().isoformat() if self.rng.random() < 0.9 else self.rng.choice((*NO_DATES, *EDGE_DATES))

    def partial(self) -> str:
        """What should be a date, a month or a year."""
        return self.full()[: self.rng.choice((10, 10, 10, 10, 10, 10, 7, 4))]

    def maybe(self) -> str:
        """A full date that may be missing."""
        return self.full() if self.rng.random() < 0.6 else ""

    def text(self, usual: tuple[str, ...]) -> str:
        return self.rng.choice(usual) if self.rng.random() < 0.97 else self.rng.choice(ODD_TEXTS)

    def names(self) -> tuple[str, ...]:
        return tuple(self.text(_named()) for _ in range(self.rng.choice((0, 1, 1, 1, 2, 4))))

    def flag(self) -> bool:
        return self.rng.random() < 0.5

    def several(self, one: Callable[[], T], most: int) -> tuple[T, ...]:
        return tuple(one() for _ in range(self.rng.randint(0, most)))

    def dose(self) -> Dose:
        rng = self.rng
        code = rng.choice(_codes()) if rng.random() < 0.95 else rng.choice((*ODD_CODES, *ODD_TEXTS))
        basis = rng.choice(("historical", "administered"))
        return Dose(code=code, given_on=self.partial(), basis=basis, source=self.text(("parent", "registry", "")))

    def doses(self, known: tuple[Dose, ...]) -> tuple[Dose, ...]:
        """The doses known, some moved by days, some said twice, and others between them."""
        rng, found = self.rng, list(known)
        for index, dose in enumerate(found):
            if rng.random() < 0.12:
                found[index] = msgspec.structs.replace(dose, given_on=self.partial())
            elif rng.random() < 0.04:
                found.append(msgspec.structs.replace(dose, code=rng.choice(_codes())))
        found += self.several(self.dose, 6)
        rng.shuffle(found)
        return tuple(found[:45])

    def exemption(self) -> Exemption:
        return Exemption(
            kind=self.text(("medical", "laboratory", "disease", "conscience")),
            antigens=self.names(),
            signer=self.text(SIGNERS),
            notarized=self.flag(),
            signed=self.rng.random() < 0.9,
            signed_on=self.maybe(),
            received_on=self.maybe(),
            accepted_on=self.maybe(),
            rejected_on=self.full() if self.rng.random() < 0.2 else "",
            withdrawn_on=self.full() if self.rng.random() < 0.2 else "",
            event=self.text(("",)),
        )

    def paper(self) -> Paper:
        kind = self.text(("statement", "in_process", "registry"))
        return Paper(kind=kind, antigens=self.names(), received_on=self.maybe(), checked_on=self.maybe())

    def planned(self) -> PlannedDose:
        return PlannedDose(antigens=self.names(), planned_on=self.full())

    def transfer(self) -> Transfer | None:
        froms = ("school", "school", "child_care", "home_school", "out_of_state_school", "none")
        return Transfer(
            moved_from=self.text(froms),
            moved_on=self.full(),
            grace_days=self.rng.choice((None, -1, 0, 1, 10, 29, 30, 31, 400)),
            first_mn_enrollment=self.maybe(),
        )

    def status(self) -> ProtectedStatus:
        return ProtectedStatus(kind=self.text(("homeless", "foster")), since=self.maybe(), until=self.maybe())

    def suspension(self) -> Suspension:
        return Suspension(antigens=self.names(), since=self.full(), until=self.maybe())

    def reading(self) -> PolicyReading:
        name, value = self.rng.choice(_readings())
        return PolicyReading(name=self.text((name,)), value=value, since=self.maybe(), until=self.maybe())

    def fields(self, known: Record) -> dict[str, Callable[[], object]]:
        """How each field of a record is written anew."""
        return {
            "born_on": self.partial,
            "sex": lambda: self.text(("F", "M", "")),
            "facility": lambda: self.text(FACILITIES),
            "grade": lambda: self.text(GRADES),
            "enrolled_on": self.full,
            "clock_from": self.maybe,
            "kg_term": lambda: self.text(TERMS),
            "g7_term": lambda: self.text(TERMS),
            "statement_source": lambda: self.text(("physician", "public_clinic", "parent", "emancipated", "none")),
            "resident": self.flag,
            "online_contact": self.flag,
            "online_classroom": self.flag,
            "excluded_service": lambda: self.rng.random() < 0.2,
            "short_stay": lambda: self.text(("drop_in", "crisis_nursery", "")),
            "doses": lambda: self.doses(known.doses),
            "exemptions": lambda: self.several(self.exemption, 3),
            "papers": lambda: self.several(self.paper, 2),
            "planned": lambda: self.several(self.planned, 3),
            "transfer": self.transfer,
            "protected": lambda: self.several(self.status, 2),
            "suspensions": lambda: self.several(self.suspension, 2),
            "readings": lambda: self.several(self.reading, 3),
        }


def wild_record(rng: random.Random, as_of: date) -> Record:
    """A record with some of its fields, or all of them, written anew."""
    known = random_record(rng, as_of)
    born = as_of - timedelta(
        days=rng.choice((0, 30, 456, 1461, 1826, 2557, 4018, 4383, 6575, 7305)) + rng.randint(-40, 420)
    )
    if not FIRST <= born <= LAST:
        born = as_of
    wild = _Wild(rng, as_of, born)
    share = rng.choice((0.05, 0.2, 0.5, 1.0))
    anew = {name: make() for name, make in wild.fields(known).items() if rng.random() < share}
    if rng.random() < 0.8:
        anew.setdefault("born_on", born.isoformat())
    return msgspec.structs.replace(known, **anew)


def wild_case(seed: int) -> tuple[str, date, Record]:
    """Rule set, day and record of one seed: mostly a day of that law, or near its ends, sometimes any day."""
    rng = random.Random(f"wild {seed}")
    rule_set = rng.choice(tuple(SETS))
    first, last = SETS[rule_set]
    as_of = first + timedelta(days=rng.randint(0, (last - first).days))
    chance = rng.random()
    if chance < 0.1:
        as_of = rng.choice((first, last)) + timedelta(days=rng.randint(-200, 200))
    elif chance < 0.2:
        as_of = FIRST + timedelta(days=rng.randint(0, (LAST - FIRST).days))
    elif chance < 0.22:
        as_of = rng.choice((FIRST, LAST)) + timedelta(days=0)
    return rule_set, as_of, wild_record(rng, as_of)
