"""Each story of the demo leads to the verdict its name promises, under the 2006 law of schools."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from projections.law.evaluate import evaluate
from projections.law.library import rule_set_named
from projections.law.record import Dose, Exemption, Record, Transfer
from server.demo.district import DemoStudent, demo_district
from server.demo.enrollments import enrollment

TODAY = date(2026, 11, 21)
EXEMPTIONS = {"conscientious": "conscience", "medical": "medical", "laboratory": "laboratory"}

PROMISED = {
    "complete": {"complete"},
    "complete_parent": {"complete"},
    "in_process": {"in_process"},
    "in_process_late": {"not_compliant"},
    "short": {"not_compliant"},
    "no_record": {"not_compliant"},
    "conscientious": {"exempt"},
    "medical": {"exempt"},
    "laboratory": {"exempt"},
    "unchecked": {"review"},
    "partial_date": {"review", "not_compliant"},
    "tick": {"not_compliant", "review"},
    "transferred_in": {"transfer_grace"},
}


def record_of(student: DemoStudent) -> Record:
    """The record a nurse would write by hand from the child's file."""
    child, history = student.child, student.history
    began = enrollment(child, history, TODAY)
    paper = history.paper
    exempt = paper is not None and paper.kind in EXEMPTIONS
    return Record(
        born_on=child.born.isoformat(),
        facility="school",
        grade=child.grade,
        enrolled_on=history.first_day.isoformat(),
        kg_term=began.kindergarten_term,
        g7_term=began.grade_7_term,
        statement_source=paper.standing if paper is not None and not exempt else "none",
        doses=tuple(Dose(code=shot.cvx, given_on=shot.written or "") for shot in history.shots),
        exemptions=(
            (
                Exemption(
                    kind=EXEMPTIONS[paper.kind],
                    antigens=tuple(
                        {"measles": "MEAS", "mumps": "MUMP", "rubella": "RUBE"}.get(a, "HEPB") for a in paper.antigens
                    )
                    or ("ALL",),
                    signer=paper.standing,
                    notarized=paper.notary is not None,
                    signed_on=paper.signed_on or "",
                    received_on=paper.received_on,
                    accepted_on=paper.received_on if history.accepted else "",
                ),
            )
            if paper is not None and exempt
            else ()
        ),
        transfer=(
            Transfer(moved_from="school", moved_on=history.transferred_on.isoformat(), grace_days=30)
            if history.transferred_on
            else None
        ),
    )


@pytest.mark.parametrize("seed", [1, 7])
def test_the_school_stories_end_as_promised(seed: int) -> None:
    """DEMO-R03"""
    rules = rule_set_named("mn-2006")
    assert rules is not None
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for student in demo_district(seed, TODAY).students:
        if student.child.kind != "child_care" and student.history.story in PROMISED:
            told[student.history.story][evaluate(record_of(student), rules, TODAY).overall] += 1
    for story, verdicts in told.items():
        assert set(verdicts) <= PROMISED[story], f"{story}: {dict(verdicts)}"
