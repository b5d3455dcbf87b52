"""Who came to a clinic, and whose a case is: read off single fields, and the same as reading whole payloads says."""

import msgspec
import pytest

from events.catalog import TYPE_OF, Payload
from events.catalog.doses import DoseAdministered, DoseNotGiven
from events.ids import ClinicId, StudentId, stream_of
from projections.about import About
from tests.events.examples import EXAMPLES
from tests.projections.given import CHILD, Given

CARE = [payload for payload in EXAMPLES if isinstance(payload, DoseAdministered | DoseNotGiven)]


@pytest.mark.parametrize("payload", CARE, ids=lambda payload: TYPE_OF[type(payload)].name)
def test_whoever_was_given_something_at_a_clinic_or_was_not_came_to_it(payload: Payload) -> None:
    """PROJ-R156"""
    clinic = getattr(payload, "clinic", None)
    about = About()
    about.apply(Given().add(payload))
    assert about.visitors(clinic or ClinicId("")) == ((CHILD,) if clinic else ())


def test_what_cannot_be_read_says_of_nobody_that_they_came() -> None:
    """PROJ-R156: a newer schema, and a payload that breaks a rule."""
    fact = Given().add(next(payload for payload in CARE if payload.clinic))
    newer = msgspec.structs.replace(fact, header=msgspec.structs.replace(fact.header, schema=9))
    broken = msgspec.structs.replace(fact, written=b'{"clinic":"the gym"}')
    about = About()
    for unread in (newer, broken):
        about.apply(unread)
    assert about._visitors == {}


def test_a_case_is_about_the_child_that_its_first_event_names() -> None:
    """PROJ-R156"""
    about, given, case = About(), Given(), stream_of("case", CHILD)
    told = [payload for payload in EXAMPLES if TYPE_OF[type(payload)].stream == "case"]
    for payload in told:
        about.apply(given.add(payload, stream=case))
    named: list[StudentId] = [child for payload in told if (child := getattr(payload, "student", None))]
    assert about.streams(named[:1]) == (case,)
