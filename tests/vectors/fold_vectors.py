"""Vectors of the student fold: what both folds, Python's and TypeScript's, must make of the same facts.

    python -m tests.vectors.fold_vectors      writes tests/vectors/projections/fold.json

A case holds facts (wire words: header fields, payload as stored) in shuffled order, a day, the facts of the
district's stream, and what must come out: identity, doses, papers, discrepancies and the law's record. The
record is an argument of the evaluator, so a verdict over it is held equal by the vectors of the law.
"""

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec import structs

from events.catalog import Payload
from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.doses import DoseNotGiven
from events.catalog.incidents import IncidentOpened
from events.catalog.policy import PolicyAdopted, TransferGrace
from events.catalog.stock import StockCleared, StockHeld, StockLoaded, TemperatureRead
from events.catalog.students import GradeAssigned, StudentCorrected, StudentLinked
from events.codec import Unknown, encode_payload
from events.dates import write_instant
from events.ids import DISTRICT_STREAM, ClinicId, stream_kind, stream_of
from projections.clinic_words import ClinicWords
from projections.compliance import judge
from projections.discrepancies import discrepancies_of
from projections.fold import Fact
from projections.policy import policy_of
from projections.student import fold
from tests.projections.given import KINDER_DOSES, OTHER_CHILD, OTHER_SCHOOL, PHONE, SCHOOL, TABLET, Given, make_id

PATH = Path(__file__).parent / "projections" / "fold.json"
GYM = ClinicId(make_id(40))


def corrections() -> Given:
    log = Given()
    log.registered()
    dose = log.told_dose("20", "2015-08")
    log.corrected(dose, "the card says the 15th", given_on="2015-08-15")
    log.voided(log.dose("03", "2026-09-01"), "given to the twin")
    log.told_dose("10", None, as_written="x")
    log.add(StudentCorrected(reason="typo", birth_date="2015-06-16"))
    log.not_understood()
    return log


def kindergarten() -> Given:
    log = Given()
    log.registered(sex="female")
    log.enrolled("2021-09-07", kindergarten_term="2021-2022")
    for cvx, day in KINDER_DOSES:
        log.told_dose(cvx, day)
    log.checked(log.paper("immunization", "2021-09-01", standing="parent"))
    log.add(GradeAssigned(facility=SCHOOL, grade="1", from_day="2022-09-06"))
    return log


def two_devices() -> Given:
    log = Given()
    log.registered()
    log.enrolled("2021-09-07")
    log.dose("03", "2026-09-01", PHONE, seen=2)
    log.dose("94", "2026-09-01", TABLET, seen=2)
    log.dose("10", "2026-09-01", TABLET)
    log.told_dose("110", "2026-09-03", PHONE)
    return log


def exemptions() -> Given:
    log = Given()
    log.registered("2020-08-01")
    log.enrolled("2026-08-31", kindergarten_term="2026-2027")
    log.checked(log.paper("conscientious", "2026-08-30", antigens=("measles", "mumps", "rubella")))
    log.paper("medical", "2026-08-31", antigens=("polio",))
    log.checked(log.paper("laboratory", "2026-08-31", antigens=("varicella",)), "rejected")
    gone = log.paper("medical", "2026-08-20", antigens=("hepatitis_b",))
    log.checked(gone)
    log.withdrawn(gone, "2026-09-01")
    return log


def consents() -> Given:
    log = Given()
    log.registered()
    yes = log.add(ConsentGiven(cvx=("03", "10"), signer="B. Okafor", standing="parent", form="paper", on="2026-08-01"))
    log.add(ConsentRefused(cvx=("10",), signer="C. Okafor", standing="parent", on="2026-08-02"))
    log.add(ConsentWithdrawn(event=yes.id, by="B. Okafor", at="2026-08-20T12:00:00.000Z"), device=TABLET)
    log.dose("10", "2026-09-01", seen=2)
    return log


def moved() -> Given:
    log = Given()
    grace = PolicyAdopted(value=TransferGrace(days=30), effective_from="2020-07-01", authority="board")
    log.add(grace, stream=DISTRICT_STREAM)
    log.registered()
    log.enrolled("2021-09-07", kindergarten_term="2021-2022", first_minnesota_enrollment="2019-01-07")
    log.left("2026-08-20")
    log.enrolled("2026-08-31", grade="5", facility=OTHER_SCHOOL)
    return log


def linked() -> Given:
    log = Given()
    log.registered("2015-06-15", sex="female")
    log.told_dose("20", "2015-08-15")
    log.add(StudentLinked(other=OTHER_CHILD, evidence="same birth certificate"))
    log.student = OTHER_CHILD
    log.registered("2015-06-16", sex="female", given="Adaeze")
    log.told_dose("20", "2015-08-15")
    log.told_dose("08", "2015-06-01")
    return log


def at_a_clinic() -> Given:
    """An order withdrawn meanwhile, and paper forms: one entered as two things, one twice as the same dose."""
    log = Given()
    stream = stream_of("clinic", GYM)
    log.registered()
    log.enrolled("2021-09-07")
    order = log.add(
        OrderIssued(
            prescriber="Dr. Lind", cvx="03", valid_from="2026-08-01", valid_to="2027-07-31",
            dose_ml=0.5, route="SC", sites=("left_arm",),
        ),
        stream=stream,
    )  # fmt: skip
    gone = OrderWithdrawn(event=order.id, on="2026-09-01", by="Dr. Lind", reason="a recall")
    log.add(gone, stream=stream, device=TABLET)
    gone = OrderWithdrawn(event=order.id, on="2026-08-20", by="Dr. Lind", reason="a recall")
    log.add(gone, stream=stream, device=TABLET)
    log.dose("03", "2026-09-01", PHONE, seen=3, clinic=GYM, order=order.id)
    log.voided(log.dose("03", "2026-09-01", TABLET, seen=3, clinic=GYM, order=order.id))
    for cvx, device, form in (
        ("150", PHONE, "00c0ffee-44"),
        ("158", TABLET, "00c0ffee-44"),
        ("10", PHONE, "0badcafe-07"),
        ("08", TABLET, "0badcafe-07"),
        ("21", PHONE, "12345678-90"),
    ):
        log.dose(cvx, "2026-09-01", device, seen=5, clinic=GYM, from_paper=True, paper_form=form)
    no = DoseNotGiven(clinic=GYM, cvx=("21",), reason="unwell", on="2026-09-01", paper_form="12345678-90")
    told = log.add(no, device=TABLET, seen=5)
    events = (log.facts[-2].id, told.id)
    log.add(DiscrepancySettled(kind="form_entered_twice", events=events, reason="looked at the sheet"))
    return log


def of_held_lots() -> Given:
    """Doses of lots stopped before, meanwhile and since: told, read off a logger, freed, seen to, in date."""
    log = Given()
    stream = stream_of("clinic", GYM)
    log.registered()
    log.enrolled("2021-09-07")
    for lot, box in (("W1", "Cooler 1"), ("C2", "Cooler 2")):
        load = StockLoaded(
            container=box, cvx="03", mvx="MSD", lot=lot, expires_on="2027-06-30", doses=10, funding="vfc"
        )
        log.add(load, stream=stream)
    given = {lot: log.dose(cvx, "2026-09-01", PHONE, lot=lot, clinic=GYM, expires_on="2027-06-30") for cvx, lot in (
        ("03", "w-1"), ("10", "C2"), ("08", "R3"), ("21", "S4"), ("115", "E5"), ("150", "I6"), ("165", "F7"),
    )}  # fmt: skip
    read = TemperatureRead(container="Cooler 1", at="2026-09-01T15:00:00.000Z", celsius=5, occasion="end")
    log.add(read, stream=stream, device=TABLET)
    log.add(structs.replace(read, maximum_celsius=9.5), stream=stream, device=TABLET)
    log.add(StockHeld(lots=("W1", "R3", "S4"), why="excursion"), stream=stream, device=TABLET)
    log.add(StockHeld(lots=("R 3",), why="recall"), stream=stream, device=TABLET)
    log.add(StockHeld(lots=("E5",), why="expired"), stream=stream, device=TABLET)
    said = log.add(StockHeld(lots=("I6", "F7"), why="other"), stream=stream, device=TABLET)
    log.add(StockCleared(lots=("s4",), authority="the maker"), stream=stream)
    log.add(IncidentOpened(dose=given["I6"].id, stops=("held",), reason="since", follow_up=("call",)), seen=3)
    log.add(DiscrepancySettled(kind="dose_of_held_lot", events=(said.id, given["F7"].id), reason="they were called"))
    return log


CASES = (corrections, kindergarten, two_devices, exemptions, consents, moved, linked, at_a_clinic, of_held_lots)
ON = date(2026, 9, 2)


def make() -> list[dict[str, Any]]:
    return [_case(case.__name__, case()) for case in CASES]


def _case(name: str, log: Given) -> dict[str, Any]:
    facts = [fact for fact in log.facts if fact.stream != DISTRICT_STREAM]
    policy = policy_of(log.facts)
    student = fold(fact for fact in facts if stream_kind(fact.stream) == "student")
    judgment = judge(student, policy, ON)
    shuffled = list(log.facts)
    Random(name).shuffle(shuffled)
    identity = student.identity
    return {
        "name": name,
        "on": ON.isoformat(),
        "facts": [fact_words(fact) for fact in shuffled],
        "expected": {
            "student": student.id,
            "name": student.full_name,
            "birth_date": identity.birth_date,
            "doses": [
                {
                    "event": line.event,
                    "cvx": line.cvx,
                    "given_on": line.given_on,
                    "basis": line.basis,
                    "stands": line.is_standing,
                    "corrections": sum(len(one.changes) for one in line.corrections),
                }
                for line in student.doses
            ],
            "papers": [{"event": line.event, "state": line.state} for line in student.papers],
            "waiting": [fact.id for fact in student.waiting],
            "not_understood": [fact.id for fact in student.not_understood],
            "discrepancies": [
                {"key": one.key, "kind": one.kind, "severity": one.severity, "concurrent": one.concurrent}
                for one in discrepancies_of(student, ClinicWords(facts))
            ],
            "record": msgspec.to_builtins(judgment.record),
            "overall": judgment.verdict.overall,
        },
    }


def fact_words(fact: Fact) -> dict[str, Any]:
    payload = fact.payload
    assert isinstance(payload, Payload | Unknown)
    return {
        "position": fact.position,
        "received_at": write_instant(fact.received_at) if fact.received_at else None,
        "event_hash": fact.event_hash,
        "header": msgspec.to_builtins(fact.header),
        "payload": {} if isinstance(payload, Unknown) else json.loads(encode_payload(payload)),
    } | ({"is_aside": True} if fact.is_aside else {})


def text() -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(text(), encoding="utf-8")
