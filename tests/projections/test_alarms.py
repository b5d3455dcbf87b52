"""What a person is asked to look at about the log and its devices, until somebody accepts it or it passes."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from events.catalog import Payload
from events.catalog.devices import AlarmAccepted, DeviceClosed, EpochOpened, ForkFound
from events.catalog.event_type import Address
from events.catalog.people import RoleGranted, RoleRevoked, StaffRegistered
from events.ids import DISTRICT_STREAM, Stream, stream_of
from projections.alarms import Alarms
from projections.directory import Directory
from projections.fold import Fact
from tests.projections.given import NURSE, PHONE, TABLET, Given

DIGEST = "ab" * 32


class Town:
    """A little log with its directory and alarms, folded as the server does it."""

    def __init__(self) -> None:
        self.given = Given()
        self.directory = Directory()
        self.alarms = Alarms(self.directory)

    def take(self, fact: Fact) -> Fact:
        self.alarms.apply(fact)
        self.directory.apply(fact)
        return fact

    def dose(self, seq: int) -> datetime:
        fact = self.given.dose("03", "2026-09-01")
        numbered = msgspec.structs.replace(fact, header=msgspec.structs.replace(fact.header, seq=seq))
        assert numbered.received_at is not None
        return self.take(numbered).received_at or numbered.received_at

    def tell(self, stream: Stream, payload: Payload) -> Fact:
        return self.take(self.given.add(payload, stream=stream, author="system", device=TABLET))

    def accept(self, kind: str, about: str, count: int | None = None) -> None:
        told = {"kind": kind, "about": about, "reason": "seen", "count": count}
        self.tell(DISTRICT_STREAM, msgspec.convert(told, AlarmAccepted))

    def kinds(self) -> list[tuple[str, str, int]]:
        return [(one.kind, one.about, one.count) for one in self.alarms.open()]


def test_a_gap_has_an_age_and_closes_as_its_events_arrive() -> None:
    """ALARM-R01: from the first event behind it; filled from either side and from the middle."""
    town = Town()
    town.dose(1)
    since = town.dose(6)
    (gap,) = town.alarms.open()
    assert (gap.kind, gap.device, gap.first, gap.last, gap.count, gap.since) == ("gap", PHONE, 2, 5, 4, since)
    town.dose(4)
    assert town.kinds() == [("gap", f"{PHONE}/2", 2), ("gap", f"{PHONE}/5", 1)]
    assert {one.since for one in town.alarms.open()} == {since}
    for seq in (2, 5, 3):
        town.dose(seq)
    assert town.alarms.open() == ()


def test_flags_stay_as_they_were_when_the_event_came() -> None:
    """ALARM-R01, SYNC-R07: whatever arrives later; only what a destroyed row filled is not called a gap."""
    town = Town()
    for seq in (1, 4, 8, 2, 3):
        town.dose(seq)
    last = town.given.size
    flags = [town.alarms.flags(at) for at in range(last)]
    assert [at for at, told in enumerate(flags) if told == ("gap",)] == [1, 2]
    town.alarms.arrived(PHONE, 7, None)
    assert [at for at in range(last) if town.alarms.flags(at)] == [1]


def test_a_gap_a_person_accepted_rests_while_it_closes() -> None:
    """ALARM-R01, ALARM-R05: and a later one is a new alarm."""
    town = Town()
    town.dose(1)
    town.dose(6)
    town.accept("gap", f"{PHONE}/2")
    town.dose(3)
    assert town.alarms.open() == ()
    town.dose(9)
    assert town.kinds() == [("gap", f"{PHONE}/7", 2)]


@pytest.mark.parametrize("seq", [2**53 - 1, 2**40])
def test_a_number_out_of_all_reason_costs_one_range(seq: int) -> None:
    """ALARM-R01: whatever number a device writes."""
    town = Town()
    town.dose(1)
    town.dose(seq)
    (gap,) = town.alarms.open()
    assert (gap.first, gap.last) == (2, seq - 1)


def test_a_fork_alarms_until_the_device_is_closed_or_a_person_accepts() -> None:
    """ALARM-R02: once a device, with the count; a later one raises it anew."""
    town = Town()
    found = ForkFound(device=PHONE, seq=7, held=DIGEST, other="cd" * 32)
    town.tell(stream_of("device", PHONE), found)
    town.tell(stream_of("device", PHONE), found)
    assert town.kinds() == [("fork", PHONE, 2)]
    town.accept("fork", PHONE)
    assert town.kinds() == []
    town.tell(stream_of("device", PHONE), found)
    assert town.kinds() == [("fork", PHONE, 1)]
    town.tell(stream_of("device", PHONE), DeviceClosed(last_seq=6, reason="forked"))
    assert town.kinds() == []


def test_what_came_between_the_look_and_the_word_rests_for_nobody() -> None:
    """ALARM-R07: an acceptance that knew of fewer events than had come ends nothing; one that knew of all does."""
    town = Town()
    found = ForkFound(device=PHONE, seq=7, held=DIGEST, other="cd" * 32)
    for _ in range(3):
        town.tell(stream_of("device", PHONE), found)
    town.accept("fork", PHONE, 2)
    assert town.kinds() == [("fork", PHONE, 3)]
    town.accept("fork", PHONE, 3)
    assert town.kinds() == []


def test_a_restored_back_up_alarms_until_a_person_accepts() -> None:
    """ALARM-R03: with how much the old head had and the database did not."""
    town = Town()
    opened = EpochOpened(old_checkpoint="log.example/isd-900/0\n90\nAAAA\n", survived=70, reason="disk lost")
    town.tell(DISTRICT_STREAM, opened)
    (alarm,) = town.alarms.open()
    assert (alarm.kind, alarm.about, alarm.count, alarm.first, alarm.says) == ("rollback", "1", 20, 70, "disk lost")
    assert alarm.owner.value == "district_admin"
    town.tell(DISTRICT_STREAM, opened)
    town.accept("rollback", "1")
    assert town.kinds() == [("rollback", "2", 20)]


def test_what_came_after_a_role_ended_is_to_be_looked_at() -> None:
    """ALARM-R04: accepted and flagged, counted per person, named with the records it touches."""
    town = Town()
    staff = stream_of("staff", NURSE)
    town.tell(staff, StaffRegistered(name="N. Berg", title="RN", address=Address(lines=("1 Main St",), city="Elm")))
    town.tell(staff, RoleGranted(role="nurse"))
    town.dose(1)
    assert town.kinds() == []
    town.tell(staff, RoleRevoked(role="nurse", reason="left"))
    since = town.dose(2)
    town.dose(3)
    (alarm,) = town.alarms.open()
    assert (alarm.kind, alarm.staff, alarm.count, alarm.since) == ("role_lost", NURSE, 2, since)
    assert alarm.streams == (stream_of("student", town.given.student),)
    town.accept("role_lost", NURSE)
    assert town.kinds() == []
    assert since - datetime(2026, 9, 1, tzinfo=UTC) < timedelta(days=1)
