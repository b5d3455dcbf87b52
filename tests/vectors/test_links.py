"""Which streams are one child: the cases of `projections/links.json`; `linked.test.ts` holds the phone to the same.

Requirements: WEB-R95.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from events.catalog import Payload
from events.catalog.students import StudentLinked, StudentUnlinked
from events.ids import StudentId
from projections.student import fold, linked_streams
from tests.projections.given import Given, make_id

CASES = json.loads((Path(__file__).parent / "projections" / "links.json").read_text(encoding="utf-8"))


def student(letter: str) -> StudentId:
    return StudentId(make_id(ord(letter)))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_streams_that_are_one_child(case: dict[str, Any]) -> None:
    """WEB-R95."""
    log = Given()
    for one, what, other in case["told"]:
        log.student = student(one)
        linked: Payload = StudentLinked(other=student(other), evidence="the same certificate")
        log.add(linked if what == "linked" else StudentUnlinked(other=student(other), reason="twins"))
    links = fold(log.facts).links
    for together in case["expected"]:
        expected = tuple(sorted(map(student, together)))
        for letter in together:
            assert linked_streams(student(letter), links) == expected
