"""A row holds the positions of its stream's facts and what its columns go by, taken one by one or all at once."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

import msgspec
import pytest

from events.catalog.clinics import ClinicCancelled, ClinicClosed, ClinicPlanned, RosterAdded, RosterRemoved
from events.catalog.doses import DoseAdministered, DoseRecorded
from events.catalog.event_type import Address, PersonName
from events.catalog.students import StudentCorrected
from events.ids import Position, StudentId, stream_kind, stream_of
from projections.clinic import clinic_of
from projections.fold import Fact
from projections.kept import Kept, StreamProjection
from projections.projection import Plain
from projections.student import fold
from projections.tables import AROUND, CLINIC, PROJECTIONS, STUDENT
from tests.events.examples import MOMENT
from tests.projections.given import CHILD, Given, make_id

Row = TypeVar("Row", bound=Kept)


def one_by_one(projection: StreamProjection[Row], facts: Sequence[Fact]) -> Row:
    """The row as it comes to be while the log grows, through bytes at each step."""
    state = projection.evolve(None, [])
    for fact in facts:
        state = projection.evolve(state, [fact])
        state = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=projection.state)
    return state


def placed(facts: Sequence[Fact]) -> list[Fact]:
    return [msgspec.structs.replace(fact, position=Position(at)) for at, fact in enumerate(facts)]


def test_each_stream_has_one_row_in_one_projection() -> None:
    """PROJ-R44: of children, clinics and what stands around them; readings and devices have none."""
    fact = Given().registered()
    for kind in ("student", "clinic", "district", "facility", "staff", "case", "transfer", "device", "access"):
        stream = "district" if kind == "district" else f"{kind}/{make_id(3)}"
        moved = msgspec.structs.replace(fact, header=msgspec.structs.replace(fact.header, stream=stream))
        taken = [projection.name for projection in PROJECTIONS if projection.keys(moved)]
        assert len(taken) == (0 if kind in ("device", "access") else 1)
    assert stream_kind(fact.stream) == "student"


def test_a_row_holds_every_position_and_its_columns_tell_status_and_count_only() -> None:
    """PROJ-R43, PROJ-R44: also of a fact that this program does not understand."""
    given = Given()
    facts = [given.dose("03", "2020-01-01"), given.registered(), given.dose("03", "2024-01-01")]
    facts += [given.voided(facts[0]), given.not_understood()]
    row = one_by_one(STUDENT, facts)
    assert row.positions == tuple(fact.position for fact in facts)
    assert STUDENT.plain(row) == Plain("registered", "", 1)
    assert AROUND.plain(one_by_one(AROUND, facts)).count == 5
    assert CLINIC.plain(one_by_one(CLINIC, facts)) == Plain("unknown")
    assert STUDENT.keys(facts[0]) == (stream_of("student", CHILD),)


def test_a_row_says_nothing_of_a_person() -> None:
    """PROJ-R43: what a fact says lies in the log and nowhere else."""
    facts = [Given().registered(given="Ada", family="Okafor", birth_date="2015-06-15")]
    written = msgspec.json.encode(one_by_one(STUDENT, facts))
    assert not any(told in written for told in (b"Ada", b"Okafor", b"2015"))


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
    facts = placed(facts)
    row = STUDENT.evolve(None, facts)
    assert row == one_by_one(STUDENT, facts)
    student = fold(facts)
    told = "registered" if student.is_registered else "not_registered"
    assert STUDENT.plain(row) == Plain(told, "", len(student.standing_doses))


@pytest.mark.parametrize("seed", range(40))
def test_a_clinic_s_columns_are_what_the_clinic_says(seed: int) -> None:
    """PROJ-R44, STORE-R36: its state, the day of its latest plan, how many are expected."""
    chance, given, stream = Random(seed), Given(), stream_of("clinic", make_id(7))
    children = [StudentId(make_id(100 + number)) for number in range(5)]
    ends = (ClinicClosed(at=MOMENT, signed_by=("N. Berg", "O. Lund")), ClinicCancelled(reason="snow"))
    told: list[Fact] = []
    for _ in range(chance.randrange(9)):
        some = tuple(chance.sample(children, chance.randint(1, 3)))
        day = date(2026, 10, chance.randint(1, 9)).isoformat()
        plan = ClinicPlanned(name="Gym", facility=None, address=Address(lines=("1 Main St",)), on=day)
        payloads = (plan, RosterAdded(students=some), RosterRemoved(students=some))
        told.append(given.add(chance.choice(payloads), stream=stream))
    told += [given.add(end, stream=stream) for end in ends if chance.random() < 0.3]
    chance.shuffle(told)
    facts = placed(told)
    row, clinic = CLINIC.evolve(None, facts), clinic_of(facts)
    assert row == one_by_one(CLINIC, facts)
    assert CLINIC.plain(row) == Plain(clinic.state, clinic.plan.on if clinic.plan else "", len(clinic.roster))


def test_a_program_that_learns_a_type_builds_its_rows_anew() -> None:
    """PROJ-R45: the version holds the catalogue's fingerprint beside the projection's own revision."""
    other = StreamProjection("student", 99, frozenset({"student"}), Kept)
    assert other.version != STUDENT.version
    assert 0 < STUDENT.version < 2**63
