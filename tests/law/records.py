# ruff: noqa: E501  (a table of choices: one field to a line)
"""Random records: believable ones, odd ones and impossible ones, from one seed.

Used by the property tests, by the vectors both evaluators run, and by the comparison of the two on many records.
The same seed gives the same record for ever: a failure names the seed.
"""

from __future__ import annotations

import random
from calendar import isleap
from datetime import date, timedelta

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

CODES = [
    "20",
    "20",
    "107",
    "01",
    "DTaP",
    "DTP",
    "28",
    "DT",
    "Td",
    "09",
    "115",
    "Tdap",
    "10",
    "10",
    "OPV",
    "02",
    "IPV",
    "89",
    "110",
    "120",
    "130",
    "146",
    "03",
    "03",
    "MMR",
    "MMR",
    "04",
    "05",
    "MEA",
    "06",
    "07",
    "MUM",
    "94",
    "21",
    "VAR",
    "08",
    "HEPB",
    "43",
    "45",
    "48",
    "49",
    "17",
    "HIB",
    "83",
    "133",
    "152",
    "136",
    "MENACWY",
    "114",
    "140",
    "888",
    "XYZ",
]
ANTIGENS = (
    ("MMR",), ("ALL",), ("ALL",), (), ("POLIO",), ("PERT",), ("HEPB", "VAR"), ("MEAS",), ("DTP",), ("HIB",), ("nonsense",),
)  # fmt: skip
SETS = {
    "mn-1980": (date(1981, 1, 1), date(1989, 3, 1)),
    "mn-1988": (date(1988, 11, 1), date(1991, 9, 1)),
    "mn-2006": (date(2005, 11, 1), date(2008, 3, 1)),
    "mn-current": (date(2014, 9, 1), date(2027, 6, 1)),
}
READINGS = (
    ("fourth_birthday", "on_or_after"), ("fourth_birthday", "after"), ("schedule", "adopted"), ("grace", "four_days"),
    ("age_on", "enrollment"), ("weekend", "stays"), ("care_conscience", "refused"), ("physician_primary", "not_accepted"),
    ("partial_date", "not_counted"), ("leap_birthday", "march_1"), ("no_such_reading", "x"), ("last_day", "day_before"),
)  # fmt: skip


def _day(rng: random.Random, near: date, days: int) -> date:
    return near + timedelta(days=rng.randint(-days, days))


def _written(rng: random.Random, on: date) -> str:
    """A date as papers write it: mostly whole, sometimes not, now and then no date at all."""
    chance = rng.random()
    if chance < 0.86:
        return on.isoformat()
    if chance < 0.95:
        return on.isoformat()[:7]
    if chance < 0.97:
        return on.isoformat()[:4]
    return rng.choice(("", "2006-13-01", "1990-02-30", "unknown", "90-1-1"))


def _doses(rng: random.Random, born: date, as_of: date) -> tuple[Dose, ...]:
    doses: list[Dose] = []
    routine = (
        ("20", (60, 120, 180, 460, 1480)), ("10", (60, 120, 460, 1480)), ("03", (370, 1480)), ("21", (370, 1480)),
        ("08", (1, 60, 190)), ("17", (60, 370)), ("115", (4100,)), ("136", (4100, 5900)),
    )  # fmt: skip
    if rng.random() < 0.75:
        for code, ages in routine:
            for age in ages[: rng.randint(0, len(ages))] if rng.random() < 0.4 else ages:
                given = born + timedelta(days=age + rng.choice((0, 0, 1, -1, -3, -5, 5, 30)))
                if given <= as_of + timedelta(days=60):
                    doses.append(Dose(code=code, given_on=_written(rng, given)))
    for _ in range(rng.randint(0, 9)):
        edge = rng.choice((60, 345, 350, 365, 366, 456, 1457, 1461, 1462, 1465, 2557, 4018, 5844))
        given = born + timedelta(days=edge + rng.choice((0, 0, 1, -1, 3, -4, 40, rng.randint(-400, 900))))
        if given > as_of and rng.random() < 0.8:
            given = as_of - timedelta(days=rng.randint(0, 700))
        doses.append(
            Dose(
                code=rng.choice(CODES), given_on=_written(rng, given), basis=rng.choice(("historical", "administered"))
            )
        )
    rng.shuffle(doses)
    return tuple(doses)


def _exemption(rng: random.Random, as_of: date) -> Exemption:
    signed = _day(rng, as_of, 400)
    received = signed + timedelta(days=rng.randint(0, 20))
    checked = received + timedelta(days=rng.randint(0, 30))
    fate = rng.choice(("accepted", "accepted", "accepted", "unchecked", "rejected", "both"))
    return Exemption(
        kind=rng.choice(("medical", "laboratory", "disease", "conscience", "conscience")),
        antigens=rng.choice(ANTIGENS),
        signer=rng.choice(("physician", "physician", "nurse_practitioner", "nurse", "parent", "parent", "guardian", "adult_student", "emancipated")),
        notarized=rng.random() < 0.7,
        signed=rng.random() < 0.95,
        signed_on=signed.isoformat() if rng.random() < 0.95 else "soon",
        received_on=received.isoformat() if rng.random() < 0.9 else "",
        accepted_on=checked.isoformat() if fate in ("accepted", "both") else "",
        rejected_on=(checked + timedelta(days=9)).isoformat() if fate in ("rejected", "both") else "",
        withdrawn_on=_day(rng, as_of, 90).isoformat() if rng.random() < 0.1 else "",
    )  # fmt: skip


def _some(rng: random.Random, chance: float) -> bool:
    return rng.random() < chance


def random_record(rng: random.Random, as_of: date) -> Record:
    """A record as it might be on or about a day."""
    years = rng.choice((0, 0, 1, 2, 4, 4, 5, 5, 5, 6, 6, 7, 8, 11, 12, 13, 15, 17, 18, 19, 20, 21, 45))
    born = as_of - timedelta(days=years * 365 + rng.randint(0, 500))
    if _some(rng, 0.06) and born.year % 100 and isleap(born.year - born.year % 4):
        born = date(born.year - born.year % 4, 2, 29)
    care = years < 5 or _some(rng, 0.08)
    facility = rng.choice(
        ("child_care", "family_child_care", "group_family_child_care")
        if care
        else ("school",) * 6 + ("home_school", "online", "moon_base")
    )
    grade = "" if care else rng.choice(("K", "K", "1", "2", "5", "7", "8", "11", "12", "12", "PREK_SPED", ""))
    enrolled = as_of - timedelta(days=rng.choice((0, 1, 5, 30, 31, 200, 547, 548, 549, 900, -10)))
    term = f"{enrolled.year}-{enrolled.year + 1}"
    earlier = (enrolled - timedelta(days=rng.randint(1, 900))).isoformat()
    moved = rng.choice((enrolled, as_of - timedelta(days=rng.choice((0, 10, 29, 30, 31, 32, 33)))))
    transfer = Transfer(
        moved_from=rng.choice(("school", "school", "child_care", "home_school", "out_of_state_school", "none")),
        moved_on=moved.isoformat(),
        grace_days=rng.choice((None, 0, 10, 30, 45, -3)),
        first_mn_enrollment=rng.choice(("", "", earlier)),
    )
    since = _day(rng, as_of, 300)
    until = rng.choice(("", (since + timedelta(days=rng.randint(0, 500))).isoformat()))
    name, value = rng.choice(READINGS)
    return Record(
        born_on=born.isoformat() if _some(rng, 0.96) else rng.choice((born.isoformat()[:7], str(born.year), "", "no")),
        sex=rng.choice(("F", "M", "")),
        facility=facility,
        grade=grade,
        enrolled_on=enrolled.isoformat() if _some(rng, 0.95) else rng.choice(("", "1850-01-01", "early")),
        clock_from=earlier if _some(rng, 0.15) else "",
        kg_term=rng.choice((term, "1999-2000", "2000-2001", "")),
        g7_term=rng.choice(("2001-2002", "", "")),
        statement_source=rng.choice(("physician", "public_clinic", "parent", "parent", "emancipated", "none")),
        resident=_some(rng, 0.7),
        online_contact=_some(rng, 0.4),
        online_classroom=_some(rng, 0.3),
        excluded_service=_some(rng, 0.02),
        short_stay=rng.choice(("drop_in", "crisis_nursery", "")) if care else "",
        doses=_doses(rng, born, as_of),
        exemptions=tuple(_exemption(rng, as_of) for _ in range(rng.choice((0, 0, 0, 1, 1, 2)))),
        papers=(Paper(antigens=rng.choice(((), ("MMR",))), received_on=since.isoformat(), checked_on=until),) if _some(rng, 0.15) else (),
        planned=(PlannedDose(antigens=("POLIO", "DTP"), planned_on=_written(rng, since)),) if _some(rng, 0.2) else (),
        transfer=transfer if _some(rng, 0.35) else None,
        protected=(ProtectedStatus(kind=rng.choice(("homeless", "foster", "safe_at_home")), since=since.isoformat(), until=until),) if _some(rng, 0.1) else (),
        suspensions=(Suspension(antigens=rng.choice((("MUMP",), ("HEPB",), ("ALL",))), since=since.isoformat(), until=until),) if _some(rng, 0.1) else (),
        readings=(PolicyReading(name=name, value=value, since=since.isoformat(), until=until),) if _some(rng, 0.15) else (),
    )  # fmt: skip


def random_case(seed: int) -> tuple[str, date, Record]:
    """Rule set, day and record of one seed."""
    rng = random.Random(seed)
    rule_set = rng.choice(tuple(SETS))
    first, last = SETS[rule_set]
    as_of = first + timedelta(days=rng.randint(0, (last - first).days))
    return rule_set, as_of, random_record(rng, as_of)
