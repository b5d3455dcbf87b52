"""Vectors of a clinic's day: what both folds must make of stock, loans, consents, reactions and second looks.

    python -m tests.vectors.clinic_vectors      writes tests/vectors/projections/clinic_day.json

One day with what goes wrong in one: a lot in two boxes, a dose undone, a loan paid back and one owed, a combination
that answers for its parts, lots misread, entries and readings taken back, a reaction not yet reported, a paper copied
and compared.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from events.catalog.clinics import ClinicClosed
from events.catalog.consents import (
    ConsentGiven,
    ConsentRefused,
    EligibilityCategory,
    EligibilityStated,
    PacketGiven,
    PacketPart,
)
from events.catalog.doses import (
    DoseCorrected,
    DoseNotGiven,
    DoseVerified,
    ReactionAssessed,
    ReactionObserved,
    VaersReported,
)
from events.catalog.stock import (
    Funding,
    StockBorrowed,
    StockCorrected,
    StockEntryVoided,
    StockLoaded,
    StockReplaced,
    StockReturned,
    StockWasted,
    TemperatureRead,
)
from events.ids import ClinicId, DeviceId, EventId, stream_of
from projections.clinic import clinic_of
from projections.clinic_words import ClinicWords
from projections.eligibility import CATEGORIES, eligibility_of, funds_for, owes
from projections.outcomes import outcomes_of
from projections.reactions import reactions_of
from projections.stock import borrowings_of, tallies_of
from projections.student import Student, fold
from tests.projections.given import CHILD, OTHER_CHILD, PHONE, TABLET, Given, make_id
from tests.vectors.fold_vectors import fact_words

PATH = Path(__file__).parent / "projections" / "clinic_day.json"
GYM = ClinicId(make_id(40))
STREAM = stream_of("clinic", GYM)
COLLEAGUE = make_id(31)
ON = "2026-09-01"
MOMENT = "2026-09-01T15:00:00.000Z"
COLD = TemperatureRead(container="", at="2026-09-01T15:30:00.000Z", celsius=4.8, occasion="check")
BEFORE = msgspec.structs.replace(COLD, at="2026-09-01T14:59:00.000Z")
BOXES_READ: tuple[tuple[str, TemperatureRead | None, bool], ...] = (
    ("T-none", None, False),
    ("T-again", COLD, False),
    ("T-same moment", msgspec.structs.replace(COLD, at=MOMENT), False),
    ("T-before", BEFORE, False),
    ("T-warm since", msgspec.structs.replace(COLD, maximum_celsius=9), False),
    ("T-again none", COLD, True),
)
AGES = (None, 0, 227, 228)


def day() -> Given:
    """The day's log: two children, two boxes, of which one phone spells a name otherwise."""
    log = Given()
    load = {"cvx": "03", "mvx": "MSD", "lot": "W1", "expires_on": "2027-06-30"}
    boxes: tuple[tuple[str, Funding, int], ...] = (("Red", "vfc", 10), ("Blue", "private", 4), ("Red", "vfc", 5))
    for container, funding, doses in boxes:
        log.add(StockLoaded(container=container, funding=funding, doses=doses, **load), stream=STREAM)
    log.add(StockLoaded(container="Red", funding="vfc", doses=8, **load | {"cvx": "110", "lot": "P9"}), stream=STREAM)
    state = load | {"lot": "S5", "cvx": "03"}
    log.add(StockLoaded(container="Green", funding="state", doses=3, **state), stream=STREAM)
    typo = log.add(StockLoaded(container="Red", funding="vfc", doses=50, **load | {"lot": "W7"}), stream=STREAM)
    log.add(StockCorrected(event=typo.id, reason="typed wrongly", lot="W2", doses=6), stream=STREAM)
    log.add(StockCorrected(event=typo.id, reason="there were five", doses=5), stream=STREAM)
    other = load | {"lot": "w-1"}
    log.add(StockLoaded(container=" RED", funding="vfc", doses=2, **other), stream=STREAM, device=TABLET)
    log.add(StockWasted(lot="W1", container="Blue", doses=1, drawn=True, reason="child left"), stream=STREAM)
    log.add(StockWasted(lot="w 1", container="blue", doses=1, drawn=False, reason="warm"), stream=STREAM)
    log.add(StockWasted(lot="W1", container="Red", doses=2, drawn=False, reason="fell", funding="vfc"), stream=STREAM)
    log.add(StockReturned(lot="W1", container="Red", doses=3), stream=STREAM)
    _first_child(log)
    log.student = OTHER_CHILD
    _second_child(log)
    _two_closes(log)
    _namesakes(log)
    _entries_taken_back(log)
    _readings_taken_back(log)
    _two_funds(log)
    return log


def _namesakes(log: Given) -> None:
    """Lots of one number by two makers and of another vaccine, side by side; a vial that was never loaded."""
    for cvx, mvx, lot in (("150", "SKB", "N-1"), ("150", "SEQ", "N1"), ("83", "MSD", "n 1")):
        load = StockLoaded(container="Red", cvx=cvx, mvx=mvx, lot=lot, expires_on="2027-06-30", doses=10, funding="vfc")
        log.add(load, stream=STREAM)
    for cvx, mvx, lot in (("150", "SEQ", "N1"), ("83", "MSD", "N1"), ("83", "OTH", "N1"), ("165", "MSD", "Q7")):
        log.dose(cvx, ON, lot=lot, mvx=mvx, clinic=GYM, container="Red" if lot == "N1" else "", funding="vfc")
    loss = StockWasted(lot="N1", container="Red", doses=2, drawn=False, reason="fell", funding="vfc")
    log.add(loss, stream=STREAM)
    log.add(msgspec.structs.replace(loss, cvx="150", mvx="SEQ"), stream=STREAM)
    log.add(StockReturned(lot="N1", container="Red", doses=4, funding="vfc", cvx="83", mvx="MSD"), stream=STREAM)
    log.add(StockReturned(lot="q-7", container="Bag", doses=1), stream=STREAM)


def _two_funds(log: Given) -> None:
    """One lot in one box, paid for twice: each dose and loss is of the fund it names."""
    funds: tuple[Funding, ...] = ("vfc", "private")
    for funding in funds:
        load = StockLoaded(
            container="Red", cvx="03", mvx="MSD", lot="F2", expires_on="2027-06-30", doses=5, funding=funding
        )
        log.add(load, stream=STREAM)
    log.dose("03", ON, lot="F2", mvx="MSD", clinic=GYM, container="Red", funding="private")
    loss = StockWasted(lot="F2", container="Red", doses=1, drawn=False, reason="fell", funding="private", cvx="03")
    log.add(loss, stream=STREAM)
    log.add(StockReturned(lot="F2", container="Red", doses=2, funding="private", cvx="03", mvx="MSD"), stream=STREAM)


def _entries_taken_back(log: Given) -> None:
    """Of each kind one: by two phones, before it is heard of, for a mistake, and what is no entry of the stock."""
    _take_back(log, EventId(make_id(1000 + len(log.facts) + 1)))  # what comes next
    log.add(StockWasted(lot="W1", container="Red", doses=3, drawn=False, reason="typed twice"), stream=STREAM)
    drawn = log.add(StockWasted(lot="P9", container="Red", doses=1, drawn=True, reason="other child"), stream=STREAM)
    for device in (PHONE, TABLET):
        _take_back(log, drawn.id, device)
    back = log.add(StockReturned(lot="S5", container="Green", doses=2), stream=STREAM, device=TABLET)
    again = _take_back(log, back.id)
    _take_back(log, _take_back(log, again))
    twice = StockLoaded(
        container="Red", cvx="110", mvx="MSD", lot="P9", expires_on="2026-01-31", doses=8, funding="vfc"
    )
    _take_back(log, log.add(twice, stream=STREAM).id)
    _take_back(log, next(fact for fact in log.facts if isinstance(fact.payload, ClinicClosed)).id)


def _readings_taken_back(log: Given) -> None:
    """Of boxes read again, not again, earlier only, too warm again, and of one whose second reading was none."""
    for number, (box, again, taken) in enumerate(BOXES_READ):
        load = StockLoaded(
            container=box, cvx="03", mvx="MSD", lot=f"T{number}", expires_on="2027-06-30", doses=1, funding="vfc"
        )
        log.add(load, stream=STREAM)
        first = log.add(TemperatureRead(container=box, at=MOMENT, celsius=48, occasion="start"), stream=STREAM)
        _take_back(log, first.id)
        if again is not None:
            second = log.add(msgspec.structs.replace(again, container=box.upper()), stream=STREAM, device=TABLET)
            if taken:
                _take_back(log, second.id)


def _take_back(log: Given, event: EventId, device: DeviceId = PHONE) -> EventId:
    return log.add(StockEntryVoided(event=event, reason="typed wrongly"), stream=STREAM, device=device).id


def _two_closes(log: Given) -> None:
    """Two phones that could not talk: each counted the boxes and said what goes back."""
    for device, red in ((PHONE, 8), (TABLET, 7)):
        for lot, doses in (("W1", red), ("P9", 7)):
            back = StockReturned(lot=lot, container="Red", doses=doses, funding="vfc")
            log.add(back, stream=STREAM, device=device)
        log.add(ClinicClosed(at=MOMENT, signed_by=("A. Nurse", "B. Nurse")), stream=STREAM, device=device)


def _first_child(log: Given) -> None:
    log.registered()
    log.add(EligibilityStated(category="insured", on="2026-08-01", said_by="B. Okafor", clinic=GYM))
    log.add(EligibilityStated(category="medicaid", on=ON, said_by="B. Okafor", clinic=GYM))
    log.add(PacketGiven(recipient="Ada", version="2026", language="en", channel="hand", on=ON, to_minor=True))
    for cvx in ("03", "10", "115"):
        log.add(_yes(cvx))
    log.add(ConsentRefused(cvx=("115",), signer="C. Okafor", standing="parent", on="2026-08-02"))
    lent = log.dose("03", ON, lot="W1", clinic=GYM, container="Blue", funding="private")
    loan = _loan(log, lent.id)
    log.add(StockReplaced(event=loan, on="2026-09-09", lot="W2"), stream=STREAM)
    undone = log.dose("03", ON, lot="W1", clinic=GYM, container="Blue", funding="private")
    _loan(log, undone.id)
    log.voided(undone)
    _lots_misread(log)
    mistaken = log.add(DoseNotGiven(clinic=GYM, cvx=("03", "10"), reason="refused", on=ON))
    log.voided(mistaken)
    log.add(DoseNotGiven(clinic=GYM, cvx=("10",), reason="unwell", on=ON))
    reaction = log.add(ReactionObserved(doses=(lent.id,), began_at=MOMENT, description="hives"))
    log.add(ReactionAssessed(event=reaction.id, report="required", results=("emergency_room",), recovered="yes"))
    faint = log.add(ReactionObserved(doses=(lent.id,), began_at=MOMENT, description="fainted"))
    log.add(ReactionAssessed(event=faint.id, report="not_needed"))
    told = log.add(ReactionObserved(doses=(lent.id,), began_at=MOMENT, description="fever"))
    log.add(VaersReported(reaction=told.id, report_number="E-12", reported_on=ON))


def _lots_misread(log: Given) -> None:
    """Doses written down as of the lent lot: in truth of the child's own fund, of another that lends, of no stock."""
    for lot in ("P9", "S5", "X0"):
        given = log.dose("03", ON, lot="W1", clinic=GYM, container="Blue", funding="private")
        _loan(log, given.id)
        log.add(DoseCorrected(event=given.id, reason="misread", lot=lot))


def _second_child(log: Given) -> None:
    log.registered("2020-08-01", given="Ben")
    log.voided(log.add(DoseNotGiven(clinic=GYM, cvx=("21",), reason="absent", on=ON)))
    parts = (PacketPart(kind="requirements", document="Requirements and exemptions", edition="2014-09-01"),)
    log.add(PacketGiven(recipient="P.", version="2026", language="en", channel="mail", on="2026-08-20", parts=parts))
    for cvx in ("10", "20", "21", "106"):  # DTaP of two brands: one vaccine, one consent
        log.add(_yes(cvx))
    paper = log.dose("110", ON, lot="P9", clinic=GYM, funding="vfc", from_paper=True, scribe="S.", given_at=MOMENT)
    log.add(DoseVerified(event=paper.id, agrees=True))
    second = log.dose("03", ON, lot="W1", clinic=GYM, from_paper=True, given_at=MOMENT)
    log.add(DoseVerified(event=second.id, agrees=False, note="left arm"), author=COLLEAGUE)
    third = log.dose("03", ON, lot="W1", clinic=GYM, container="Red", from_paper=True, given_at=MOMENT)
    log.add(DoseVerified(event=third.id, agrees=True), author=COLLEAGUE)
    _loan(log, third.id)


def _yes(cvx: str) -> ConsentGiven:
    return ConsentGiven(cvx=(cvx,), signer="B. Okafor", standing="parent", form="paper", on="2026-08-01", clinic=GYM)


def _loan(log: Given, dose: Any) -> Any:
    loan = StockBorrowed(
        lot="W1", from_funding="private", to_funding="vfc", doses=1, reason="vfc box empty", dose=dose, on=ON
    )
    return log.add(loan, stream=STREAM).id


def make() -> dict[str, Any]:
    log = day()
    clinic = clinic_of(log.facts)
    children = [fold([fact for fact in log.facts if fact.stream == stream_of("student", one)]) for one in CHILDREN]
    shuffled = list(log.facts)
    Random("clinic day").shuffle(shuffled)
    return {
        "clinic": GYM,
        "on": ON,
        "facts": [fact_words(fact) for fact in shuffled],
        "tallies": [msgspec.to_builtins(one) | {"left": one.left} for one in tallies_of(clinic, children)],
        "borrowings": [
            {
                "event": one.fact.id,
                "dose": one.told.dose,
                "lot": one.told.lot,
                "lent_by": one.told.from_funding,
                "paid": one.paid.on if one.paid else None,
            }
            for one in borrowings_of(clinic, children)
        ],
        "held": sorted((hold.number, hold.why) for hold in ClinicWords(log.facts).held.standing),
        "consents": msgspec.to_builtins(outcomes_of(clinic, children, ON)),
        "children": [_child(one) for one in children],
        "funds": [_funds(category, months) for category in CATEGORIES for months in AGES],
    }


CHILDREN = (CHILD, OTHER_CHILD)


def _child(student: Student) -> dict[str, Any]:
    eligibility = eligibility_of(student.shelf, GYM, ON)
    return {
        "student": student.id,
        "eligibility": eligibility.category if eligibility else None,
        "to_verify": [line.event for line in student.doses if line.is_to_verify],
        "reactions": [
            {"event": one.fact.id, "owed": one.is_owed, "number": one.vaers.report_number if one.vaers else None}
            for one in reactions_of(student.shelf)
        ],
    }


def _funds(category: EligibilityCategory, months: int | None) -> dict[str, Any]:
    return {
        "category": category,
        "months": months,
        "funds": funds_for(category, months),
        "owes": {fund: owes(category, months, fund) for fund in ("vfc", "state", "private", "other", "")},
    }


def text() -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
