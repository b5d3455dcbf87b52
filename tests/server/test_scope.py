"""Pages of a scope: what enters, in which order, what leaves, and that a cursor misses nothing."""

import heapq

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.catalog.clinics import RosterAdded, RosterRemoved
from events.catalog.retention import DestructionRequested
from events.catalog.students import EnrollmentBegan, EnrollmentEnded, StudentLinked, StudentUnlinked
from events.codec import encode_payload
from events.digest import Place
from events.ids import DISTRICT_STREAM, EventId, FacilityId, Position, StudentId, stream_of
from server.sync.scope import BEFORE_ALL, Scopes
from tests.server.making import LittleLog, a_dose, make_id, office

CLINIC = stream_of("clinic", make_id("clinic"))
SCHOOL = FacilityId(make_id("school"))
ADA, BEA, CAL = (StudentId(make_id(name)) for name in ("ada", "bea", "cal"))


class Ward:
    """A log, its scopes, and one device that pulls the clinic into ``held``."""

    def __init__(self, scope: str = CLINIC) -> None:
        self.scope = scope
        self.log, self.writer, self.scopes = LittleLog(), office(), Scopes()
        self.after: Place | None = None
        self.known_size = 0
        self.held: dict[int, StudentId | None] = {}

    def dose(self, student: StudentId) -> int:
        return self._add(self.writer.write(stream_of("student", student), a_dose()))

    def roster(self, *students: StudentId) -> int:
        return self._add(self.writer.write(CLINIC, RosterAdded(students=students)))

    def off_roster(self, *students: StudentId) -> int:
        return self._add(self.writer.write(CLINIC, RosterRemoved(students=students)))

    def link(self, one: StudentId, other: StudentId) -> int:
        return self._add(self.writer.write(stream_of("student", one), StudentLinked(other=other, evidence="same")))

    def unlink(self, one: StudentId, other: StudentId) -> int:
        return self._add(self.writer.write(stream_of("student", one), StudentUnlinked(other=other, reason="not")))

    def _add(self, event: object) -> int:
        fact = self.log.add(event)  # type: ignore[arg-type]
        self.scopes.apply(fact)
        return fact.position

    def pull(self, limit: int = 100) -> tuple[list[Place], bool]:
        plan = self.scopes.plan(self.scope, self.after, self.known_size, limit)
        for student in plan.forget:
            self.held = {position: held for position, held in self.held.items() if held != student}
        for _, position in plan.places:
            stream = self.log.facts[position].stream
            self.held[position] = StudentId(stream[8:]) if stream.startswith("student/") else None
        self.after = plan.places[-1] if plan.places else (self.after or (0, -1))
        self.known_size = self.scopes.size
        return list(plan.places), plan.done

    def pull_all(self, limit: int = 100) -> None:
        while not self.pull(limit)[1]:
            pass

    def of(self, student: StudentId) -> list[int]:
        return sorted(position for position, held in self.held.items() if held == student)


def test_what_a_child_had_before_enters_with_the_child() -> None:
    """SYNC-R10"""
    ward = Ward()
    earlier = [ward.dose(ADA), ward.dose(BEA), ward.dose(ADA)]
    joined = ward.roster(ADA)
    places, done = ward.pull()
    assert places == [(joined, earlier[0]), (joined, earlier[2]), (joined, joined)]
    assert done


def test_a_child_who_joins_later_arrives_past_the_cursor() -> None:
    ward = Ward()
    old = ward.dose(BEA)
    ward.roster(ADA)
    ward.pull_all()
    ward.dose(ADA)
    ward.roster(BEA)
    ward.pull_all()
    assert ward.of(BEA) == [old]


def test_a_page_ends_anywhere_and_goes_on_there() -> None:
    ward = Ward()
    wanted = [ward.dose(ADA) for _ in range(5)]
    ward.roster(ADA)
    seen = []
    for _ in range(6):
        places, done = ward.pull(limit=1)
        seen += [position for _, position in places]
    assert seen[:5] == wanted
    assert done


def test_a_child_who_left_is_forgotten_and_may_come_back() -> None:
    """SYNC-R11"""
    ward = Ward()
    first = ward.dose(ADA)
    ward.roster(ADA, BEA)
    ward.pull_all()
    ward.off_roster(ADA)
    ward.pull_all()
    assert ward.of(ADA) == []
    second = ward.dose(ADA)
    ward.roster(ADA)
    ward.pull_all()
    assert ward.of(ADA) == [first, second]


def test_linked_records_come_together_and_part_again() -> None:
    ward = Ward()
    other = ward.dose(BEA)
    ward.roster(ADA)
    link = ward.link(BEA, ADA)
    ward.pull_all()
    assert ward.of(BEA) == [other, link]
    ward.unlink(ADA, BEA)
    ward.pull_all()
    assert ward.of(BEA) == []


def test_a_record_linked_after_a_pull_enters_behind_the_cursor() -> None:
    """SYNC-R10: at the position of the link, not at that of the child it is linked to."""
    ward = Ward()
    earlier = ward.dose(BEA)
    ward.roster(ADA)
    ward.pull_all()
    link = ward.link(BEA, ADA)
    assert ward.pull() == ([(link, earlier), (link, link)], True)


def test_a_facility_has_who_is_enrolled_there() -> None:
    ward = Ward(stream_of("facility", SCHOOL))
    stream = stream_of("student", ADA)
    began = EnrollmentBegan(facility=SCHOOL, kind="elementary", basis="full", first_day="2026-09-08", grade="K")
    ward._add(ward.writer.write(stream, began))
    ward.pull_all()
    assert ward.of(ADA) == [0]
    ended = EnrollmentEnded(facility=SCHOOL, last_day="2026-10-01", reason="transfer")
    ward._add(ward.writer.write(stream, ended))
    ward.pull_all()
    assert ward.of(ADA) == []


def test_cases_transfers_and_the_access_record_never_travel() -> None:
    """SYNC-R12"""
    ward = Ward("district")
    for stream in (
        stream_of("case", make_id("case")),
        stream_of("transfer", make_id("transfer")),
        stream_of("access", f"{make_id('staff')}/2026-11"),
    ):
        ward._add(ward.writer.write_raw(stream, "case.opened", b"{}"))
    kept = ward.dose(ADA)
    assert ward.pull()[0] == [(kept, kept)]


def test_once_destruction_is_requested_the_child_is_gone_everywhere() -> None:
    ward, district = Ward(), Ward("district")
    for one in (ward, district):
        one.dose(ADA)
        one.roster(ADA)
        one.pull_all()
        requested = DestructionRequested(student=ADA, approval=EventId(make_id("approval")))
        one._add(one.writer.write(DISTRICT_STREAM, requested))
        one.pull_all()
        assert one.of(ADA) == []
        assert one.scopes.is_hidden(stream_of("student", ADA))


deeds = st.lists(
    st.tuples(
        st.sampled_from(["dose", "roster", "off_roster", "link", "unlink", "pull"]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(deeds, st.integers(1, 5))
def test_whatever_happens_between_pulls_a_device_ends_with_exactly_its_scope(
    deeds: list[tuple[str, int, int]], limit: int
) -> None:
    """SYNC-R10, SYNC-R11: no interleaving of pages with joins, leaves and links loses or keeps an event."""
    ward, children = Ward(), (ADA, BEA, CAL)
    for deed, one, other in deeds:
        match deed:
            case "dose" | "roster" | "off_roster":
                getattr(ward, deed)(children[one])
            case "link" | "unlink" if one != other:
                getattr(ward, deed)(children[one], children[other])
            case "pull":
                ward.pull(limit)
            case _:
                pass
    ward.pull_all(limit)
    members = ward.scopes.members(CLINIC, ward.scopes.size)
    wanted = [
        fact.position
        for fact in ward.log.facts
        if fact.stream == CLINIC or (fact.stream.startswith("student/") and fact.stream[8:] in members)
    ]
    assert sorted(ward.held) == wanted


def test_a_late_joiner_with_forty_thousand_events_pages_correctly_at_any_size() -> None:
    """SYNC-R30: they all stand at the one effective position at which the child joined."""
    log, scopes, child = LittleLog(), Scopes(), StudentId(make_id("late joiner"))
    log.add(office().write(stream_of("student", child), a_dose()))
    history = 40_000
    first = log.facts[0]
    for position in range(history):
        scopes.apply(replace(first, position=Position(position)))
    header = replace(first.header, stream=CLINIC, type="clinic.roster_added")
    joining = encode_payload(RosterAdded(students=(child,)))
    scopes.apply(replace(first, position=Position(history), header=header, written=joining))
    whole = scopes.plan(CLINIC, None, 0, history + 10)
    assert whole.done
    assert [position for _, position in whole.places] == list(range(history + 1))
    assert {effective for effective, _ in whole.places} == {history}
    for limit in (1, 7, 500, 977, 1000, history):
        after, got = BEFORE_ALL, list[tuple[int, int]]()
        while True:
            plan = scopes.plan(CLINIC, after, history + 1, limit)
            got += plan.places
            if plan.done:
                break
            after = plan.places[-1]
        assert got == list(whole.places), f"{limit} a page"
    scopes._orders.clear()  # and by the walk that a device on the way gets, where no order is kept
    for start in (0, 1, 17_000, history - 501, history - 1):
        for limit in (1, 7, 500):
            plan = scopes.plan(CLINIC, whole.places[start], history + 1, limit)
            assert plan.places == whole.places[start + 1 : start + 1 + limit], f"{limit} a page"
            assert plan.done == (start + limit >= history)


@settings(max_examples=100, deadline=None)
@given(deeds, st.integers(1, 5))
def test_an_order_made_for_one_device_serves_the_next_while_the_log_grows(
    deeds: list[tuple[str, int, int]], limit: int
) -> None:
    """SYNC-R23: what one device has put in order gives another the places its own walk would have."""
    ward, children = Ward(), (ADA, BEA, CAL)
    ward.roster(ADA, BEA)
    for deed, one, _ in deeds:
        match deed:
            case "dose" | "roster" | "off_roster":
                getattr(ward, deed)(children[one])
            case "pull":
                ward.scopes.plan(CLINIC, None, 0, limit)
            case _:
                pass
    after, got = BEFORE_ALL, list[Place]()
    while not (plan := ward.scopes.plan(CLINIC, after, 0, limit)).done:
        got += plan.places
        after = plan.places[-1]
    got += plan.places
    ward.scopes._orders.clear()
    assert got == sorted(heapq.merge(*ward.scopes._walks(CLINIC, BEFORE_ALL)))
