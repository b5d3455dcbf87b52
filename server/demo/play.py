"""The clinic day, step by step, on a real server with two real devices; says nothing, returns what happened.

    found -> people -> server -> enroll and pull -> offline: 40 doses each -> first comes back -> second comes back
          -> fold before and after -> verify from position 0

Every claim the demo prints is a field here and a condition of ``Day.holds``.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from events.ids import StudentId, stream_of
from projections.clinic import clinic_discrepancies, clinic_of, visits
from projections.compliance import judge
from projections.discrepancy import Discrepancy
from projections.student import Student
from server.bundle.gather import fact_of_row
from server.demo.clinic import CONTAINERS, ROSTER_CHILDREN
from server.demo.day import CARD, DOSES_PER_DEVICE, Fact, correction, given, needles, old_paper
from server.demo.devices import DemoDevice
from server.demo.district import KIND, NAME, TIME_ZONE, DemoDistrict, demo_district
from server.district import District, found_district, open_district, wall_clock
from server.identity.credentials import Credentials
from server.identity.enrolment import Enrolment
from server.identity.passwords import Passwords
from server.identity.tokens import show_code
from server.records import Records, read_records
from server.settings import Settings
from server.store.checking import check_log
from server.store.fsck import Verified

SEED = 20_261
RULE_SET = "mn-2006"
"""The verified text the demo's stories are written for; any other can be asked of ``doseledger replay``."""

Say = Callable[[str], None]


class DeviceDay(msgspec.Struct, frozen=True):
    """What one device did: own events, those with a verified receipt, and the span of their positions."""

    name: str
    nurse: str
    pulled: int
    recorded: int
    waiting_offline: int
    receipted: int
    first_position: int
    last_position: int


class Change(msgspec.Struct, frozen=True):
    """One child whose status the day changed, with the clause that decides it now."""

    student: StudentId
    name: str
    before: str
    after: str
    clause: str


class Recorded(msgspec.Struct, frozen=True):
    """What of the clinic day is on the children's records afterwards."""

    given: int
    corrected: int
    from_paper: int


class Day(msgspec.Struct, frozen=True):
    """Everything that happened."""

    students: int
    roster: int
    recorded: Recorded
    devices: tuple[DeviceDay, ...]
    duplicate: tuple[Discrepancy, ...]
    changes: tuple[Change, ...]
    statuses_before: dict[str, int]
    statuses_after: dict[str, int]
    verified: Verified

    def broken(self) -> list[str]:
        """Which of the demo's claims do not hold; empty when all do."""
        claims = {
            "both devices held forty doses and more offline": all(
                d.waiting_offline > DOSES_PER_DEVICE for d in self.devices
            ),
            "every event has a verified receipt": all(d.receipted == d.recorded for d in self.devices),
            "the clinic expected 150 children": self.roster == ROSTER_CHILDREN,
            "every dose of both devices is on record": self.recorded.given == DOSES_PER_DEVICE * len(self.devices),
            "the paper and the correction are on record": (self.recorded.from_paper, self.recorded.corrected) == (1, 1),
            "the one dose recorded twice was found": [one.concurrent for one in self.duplicate] == [True],
            "statuses changed": len(self.changes) > 0,
            "no child's status got worse": not [c for c in self.changes if c.after == "not_compliant"],
            "at least 600 students": self.students >= 600,
            "the log verifies from position 0": self.verified.fault is None and not self.verified.gaps,
        }
        return [claim for claim, holds in claims.items() if not holds]


def civil_day() -> date:
    """Today where the demo's district lies: the clinic is held there, wherever this machine stands."""
    return wall_clock().astimezone(ZoneInfo(TIME_ZONE)).date()


async def found(settings: Settings, today: date) -> DemoDistrict:
    """Found the district, record its people and papers, set the demo passwords."""
    await found_district(settings, wall_clock, NAME, KIND, TIME_ZONE)
    demo = demo_district(SEED, today)
    async with open_district(settings, wall_clock, "command", "demo people") as district:
        await district.record(demo.following(await district.record(demo.opening)))
        await district.record(demo.packed(wall_clock()))
        async with district.identities() as identities:
            credentials = Credentials(identities, Passwords())
            for person in demo.staff:
                await credentials.set_password(person.id, person.password, wall_clock())
    return demo


async def code_for(district: District, demo: DemoDistrict, login: str) -> str:
    """A one-time enrollment code, as the office would hand it to a nurse."""
    person = next(one for one in demo.staff if one.login == login)
    async with district.identities() as identities:
        code, _ = await Enrolment(identities, os.urandom).issue(person.id, wall_clock())
    return show_code(code)


async def play(settings: Settings, district: District, demo: DemoDistrict, url: str, folder: Path, say: Say) -> Day:
    """Two devices at the clinic, from enrollment to the verified log."""
    nurses = [one for one in demo.staff if one.login.startswith("nurse.")][:2]
    devices = [DemoDevice(folder, name, url) for name in ("gym-tablet-1", "gym-tablet-2")]
    pulled: list[int] = []
    for device, nurse in zip(devices, nurses, strict=True):
        await device.enroll(await code_for(district, demo, nurse.login))
        report = await device.follow(f"clinic/{demo.clinic.id}")
        pulled.append(report["downloaded"])
        say(f"{device.name}: {nurse.registered.name} enrolled, pulled the clinic ({report['downloaded']} events)")
    before = await read_records(district)
    recorded = []
    for i, device in enumerate(devices):
        device.online = False
        recorded.append(len(await device.record(_facts(demo, i))))
        say(f"{device.name}: network cut, {recorded[-1]} events recorded and signed on the device")
    waiting = [[row["state"] for row in await device.outbox()].count("on_device") for device in devices]
    days = []
    for i, device in enumerate(devices):
        device.online = True
        await device.sync()
        receipts = [row for row in await device.receipts() if not row["is_quarantine"]]
        places = [row["position"] for row in receipts] or [0]
        name = nurses[i].registered.name
        days.append(
            DeviceDay(device.name, name, pulled[i], recorded[i], waiting[i], len(receipts), min(places), max(places))
        )
        say(f"{device.name}: back, {len(receipts)} receipts verified")
    after = await read_records(district)
    return await _told(settings, district, demo, before, after, tuple(days))


def _facts(demo: DemoDistrict, which: int) -> list[Fact]:
    nurses = [one for one in demo.staff if one.login.startswith("nurse.")]
    queue = needles(demo)[which]
    facts = given(demo, queue, nurses[which], CONTAINERS[which])
    if which == 0:
        facts.append(old_paper(demo, queue[0][0], nurses[0]))
    else:
        child, cvx = queue[1]
        other = next(lot for lot in demo.clinic.stock if lot.cvx == cvx and lot.container == CONTAINERS[0])
        facts.append(correction(2, child, other.lot))
    return facts


async def _told(
    settings: Settings,
    district: District,
    demo: DemoDistrict,
    before: Records,
    after: Records,
    days: tuple[DeviceDay, ...],
) -> Day:
    clinic_stream = stream_of("clinic", demo.clinic.id)
    rows = await district.log.read_streams([clinic_stream], after.size)
    clinic = clinic_of(fact for row in rows if (fact := fact_of_row(row)) is not None)
    students = after.students()
    found = clinic_discrepancies(visits(clinic, students))
    changes, was, now = _changes(before, after, demo.clinic.on)
    verified = await check_log(settings, district.keys, _quietly)
    duplicates = tuple(one for one in found if one.kind == "duplicate_dose")
    recorded = _recorded(demo, students)
    return Day(len(students), len(clinic.roster), recorded, days, duplicates, changes, was, now, verified)


def _recorded(demo: DemoDistrict, students: list[Student]) -> Recorded:
    lines = [line for student in students for line in student.standing_doses]
    here = [line for line in lines if line.clinic == demo.clinic.id]
    papers = [line for line in lines if line.told is not None and line.told.detail == CARD]
    return Recorded(len(here), sum(bool(line.corrections) for line in here), len(papers))


def _changes(before: Records, after: Records, on: date) -> tuple[tuple[Change, ...], dict[str, int], dict[str, int]]:
    was, now = Counter[str](), Counter[str]()
    changes = []
    for student in after.students():
        assert student.id is not None
        old = judge(before.student(student.id), before.policy, on, RULE_SET).verdict
        judgment = judge(student, after.policy, on, RULE_SET)
        new = judgment.verdict
        was[old.overall] += 1
        now[new.overall] += 1
        if old.overall != new.overall:
            clause = judgment.rule_set.rules.clauses.get(new.clause)
            cite = clause.cite if clause is not None else new.clause
            changes.append(Change(student.id, student.full_name, old.overall, new.overall, cite))
    return tuple(changes), dict(was), dict(now)


def _quietly(_done: int, _size: int) -> None:
    """The demo shows its own progress."""
