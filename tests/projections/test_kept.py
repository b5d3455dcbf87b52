"""A kept fact comes back equal, whatever the program could make of it, and columns are read off the whole row."""

from random import Random

import msgspec
import pytest

from events.catalog import TYPE_OF, Payload
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.event_type import PersonName
from events.catalog.students import StudentCorrected
from events.codec import Unknown
from events.ids import Position, stream_kind, stream_of
from projections.fold import LOCAL, Fact
from projections.kept import Kept, StreamProjection, keep, recall
from projections.projection import Plain
from projections.student import fold
from projections.tables import AROUND, CLINIC, PROJECTIONS, STUDENT
from tests.events.examples import EXAMPLES
from tests.projections.given import CHILD, Given, make_id


def through_bytes(fact: Fact) -> Fact:
    return recall(msgspec.json.decode(msgspec.json.encode(Kept((keep(fact),))), type=Kept).facts[0])


@pytest.mark.parametrize("payload", EXAMPLES, ids=lambda payload: TYPE_OF[type(payload)].name)
def test_every_type_comes_back_equal(payload: Payload) -> None:
    """PROJ-R43"""
    row = TYPE_OF[type(payload)]
    subject = {"district": "district", "access": f"access/{make_id(3)}/2026-11"}.get(row.stream)
    stream = subject or stream_of(row.stream, make_id(3))
    fact = Given().add(payload, stream=stream)  # type: ignore[arg-type]
    assert through_bytes(fact) == fact


def test_what_nobody_understands_comes_back_too() -> None:
    """PROJ-R43: also a fact that no log has received."""
    fact = Given().registered()
    newer = msgspec.structs.replace(fact, header=msgspec.structs.replace(fact.header, schema=9))
    local = msgspec.structs.replace(fact, position=LOCAL + 1, received_at=None)
    assert through_bytes(newer) == newer
    assert isinstance(through_bytes(newer).payload, Unknown)
    assert through_bytes(local) == local


def test_each_stream_has_one_row_in_one_projection() -> None:
    """PROJ-R44: of children, clinics and what stands around them; readings and devices have none."""
    fact = Given().registered()
    for kind in ("student", "clinic", "district", "facility", "staff", "case", "transfer", "device", "access"):
        stream = "district" if kind == "district" else f"{kind}/{make_id(3)}"
        moved = msgspec.structs.replace(fact, header=msgspec.structs.replace(fact.header, stream=stream))
        taken = [projection.name for projection in PROJECTIONS if projection.keys(moved)]
        assert len(taken) == (0 if kind in ("device", "access") else 1)
    assert stream_kind(fact.stream) == "student"


def test_the_columns_of_a_child_tell_status_and_count_only() -> None:
    """PROJ-R44"""
    given = Given()
    facts = [given.dose("03", "2020-01-01"), given.registered(), given.dose("03", "2024-01-01")]
    facts.append(given.voided(facts[0]))
    state: Kept | None = None
    for fact in facts:
        state = STUDENT.evolve(state, fact)
    assert state is not None
    assert state.recall() == tuple(facts)
    assert STUDENT.plain(state) == Plain("registered", "", 1)
    assert AROUND.plain(state).count == 4
    assert CLINIC.plain(state).status == "unknown"
    assert STUDENT.keys(facts[0]) == (stream_of("student", CHILD),)


@pytest.mark.parametrize("seed", range(60))
def test_a_row_is_the_same_all_at_once(seed: int) -> None:
    """STORE-R36: and its columns are what the child's record says, in whatever order doses, voids and names come."""
    chance, given = Random(seed), Given()
    facts = [given.dose("03", "2020-01-01") for _ in range(chance.randrange(4))]
    if chance.random() < 0.5:
        facts.append(given.registered())
    if chance.random() < 0.3:
        facts.append(given.add(StudentCorrected(reason="typed", sex="male")))
    if chance.random() < 0.3:
        facts.append(given.add(StudentCorrected(reason="typed", name=PersonName(given="Ada", family="Okafor"))))
    for dose in [fact for fact in facts if isinstance(fact.payload, DoseAdministered | DoseRecorded)]:
        facts += [given.voided(dose) for _ in range(chance.choice((0, 0, 1, 2)))]
    chance.shuffle(facts)
    facts = [msgspec.structs.replace(fact, position=Position(at)) for at, fact in enumerate(facts)]
    state: Kept | None = None
    for fact in facts:
        state = STUDENT.evolve(state, fact)
    if state is not None:
        assert STUDENT.whole(facts) == (state, STUDENT.plain(state))
    student = fold(facts)
    told = "registered" if student.is_registered else "not_registered"
    assert STUDENT.whole(facts)[1] == Plain(told, "", len(student.standing_doses))


def test_a_program_that_learns_a_type_builds_its_rows_anew() -> None:
    """PROJ-R45: the version holds the catalogue's fingerprint beside the projection's own revision."""
    other = StreamProjection("student", 99, frozenset({"student"}), lambda _: Plain())
    assert other.version != STUDENT.version
    assert 0 < STUDENT.version < 2**63
