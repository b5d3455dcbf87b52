"""Facts for tests, said the way a nurse would: ``given.registered(...)``, ``given.dose(...)``.

One ``Given`` is one little log: each call appends a fact at the next position and returns it. Nothing is
signed here; folds do not look at signatures.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from events.catalog import TYPE_OF, Payload
from events.catalog.doses import DoseAdministered, DoseCorrected, DoseRecorded, DoseVoided
from events.catalog.event_type import Address, Giver, PersonName, Told
from events.catalog.statements import Notary, StatementChecked, StatementReceived, StatementWithdrawn
from events.catalog.students import EnrollmentBegan, EnrollmentEnded, StudentRegistered
from events.dates import write_instant
from events.envelope import Header, Seen
from events.ids import (
    NO_HASH,
    DeviceId,
    DistrictId,
    EventId,
    FacilityId,
    Hash,
    Position,
    Stream,
    StudentId,
    stream_of,
    uuid7,
)
from projections.fold import Fact

START = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def make_id(number: int) -> str:
    """A UUIDv7 that is the same in every run."""
    return uuid7(START, hashlib.sha256(str(number).encode()).digest()[:10])


CHILD = StudentId(make_id(1))
OTHER_CHILD = StudentId(make_id(2))
SCHOOL = FacilityId(make_id(10))
OTHER_SCHOOL = FacilityId(make_id(11))
PHONE = DeviceId(make_id(20))
TABLET = DeviceId(make_id(21))
NURSE = make_id(30)
PAPER = Told(source="paper", recorder="A. Clerk")
GIVER = Giver(name="N. Nurse", title="RN", address=Address(lines=("1 Main St",), city="Minneapolis"))


class Given:
    """A little log. ``at`` moves on by a minute an event; set it to say when the next ones are received."""

    def __init__(self, student: StudentId = CHILD) -> None:
        self.student = student
        self.at = START
        self.facts: list[Fact] = []
        self.seqs: dict[str, int] = {}

    @property
    def size(self) -> int:
        return len(self.facts)

    def add(
        self,
        payload: Payload,
        *,
        stream: Stream | None = None,
        device: DeviceId = PHONE,
        author: str = NURSE,
        seen: int | None = None,
        type_name: str = "",
    ) -> Fact:
        """Append any payload; ``seen`` is the log size its device had verified (all before it, if not given)."""
        seq = self.seqs.get(device, 0) + 1
        self.seqs[device] = seq
        number = 1000 + len(self.facts)
        header = Header(
            id=EventId(make_id(number)),
            district=DistrictId("isd-900"),
            stream=stream or stream_of("student", self.student),
            type=type_name or TYPE_OF[type(payload)].name,
            schema=1 if type_name else TYPE_OF[type(payload)].schema,
            author=author,
            device=device,
            seq=seq,
            prev=NO_HASH,
            recorded_at=write_instant(self.at),
            seen=Seen(epoch=0, size=len(self.facts) if seen is None else seen),
            commitment=Hash(hashlib.sha256(str(number).encode()).hexdigest()),
        )
        fact = Fact(
            Position(len(self.facts)),
            self.at,
            Hash(hashlib.sha256(f"hash {number}".encode()).hexdigest()),
            header,
            msgspec.json.encode(payload),
        )
        self.facts.append(fact)
        self.at += timedelta(minutes=1)
        return fact

    def not_understood(self, name: str = "dose.telepathic") -> Fact:
        """An event of a type this program does not know."""
        return self.add(Payload(), type_name=name)

    def registered(
        self, birth_date: str = "2015-06-15", given: str = "Ada", family: str = "Okafor", **more: Any
    ) -> Fact:
        payload = StudentRegistered(name=PersonName(given=given, family=family), birth_date=birth_date, **more)
        return self.add(payload)

    def enrolled(self, first_day: str = "2021-09-07", grade: str = "K", **more: Any) -> Fact:
        settings: dict[str, Any] = {"facility": SCHOOL, "kind": "elementary", "basis": "full"} | more
        return self.add(EnrollmentBegan(first_day=first_day, grade=grade, **settings))

    def left(self, last_day: str, facility: FacilityId = SCHOOL, reason: Any = "transfer", **more: Any) -> Fact:
        return self.add(EnrollmentEnded(facility=facility, last_day=last_day, reason=reason, **more))

    def told_dose(self, cvx: str, given_on: str | None, device: DeviceId = PHONE, **more: Any) -> Fact:
        seen = more.pop("seen", None)
        settings: dict[str, Any] = {"told": PAPER} | more
        return self.add(DoseRecorded(cvx=cvx, given_on=given_on, **settings), device=device, seen=seen)

    def dose(self, cvx: str, given_on: str, device: DeviceId = PHONE, **more: Any) -> Fact:
        """A dose given here; ``seen`` says what its device knew."""
        seen, author = more.pop("seen", None), more.pop("author", NURSE)
        settings: dict[str, Any] = {
            "lot": "A1", "mvx": "MSD", "site": "left_deltoid", "route": "IM", "dose_ml": 0.5, "giver": GIVER,
        } | more  # fmt: skip
        payload = DoseAdministered(cvx=cvx, given_on=given_on, **settings)
        return self.add(payload, device=device, seen=seen, author=author)

    def corrected(self, dose: Fact, reason: str = "read again", **fields: Any) -> Fact:
        return self.add(DoseCorrected(event=dose.id, reason=reason, **fields))

    def voided(self, dose: Fact, reason: str = "another child") -> Fact:
        return self.add(DoseVoided(event=dose.id, reason=reason))

    def paper(self, kind: Any = "conscientious", received_on: str = "2026-09-01", **more: Any) -> Fact:
        notary = Notary(name="M. Notary", on=received_on) if kind == "conscientious" else None
        settings: dict[str, Any] = {
            "signer": "B. Okafor",
            "standing": "parent" if kind == "conscientious" else "physician",
            "told": PAPER,
            "signed_on": received_on,
            "notary": notary,
        } | more
        return self.add(StatementReceived(kind=kind, received_on=received_on, **settings))

    def checked(self, paper: Fact, outcome: Any = "accepted", **more: Any) -> Fact:
        return self.add(StatementChecked(event=paper.id, outcome=outcome, **more))

    def withdrawn(self, paper: Fact, on: str, **more: Any) -> Fact:
        return self.add(StatementWithdrawn(event=paper.id, by="B. Okafor", on=on, **more))


KINDER_DOSES = (
    ("20", "2015-08-15"), ("20", "2015-10-15"), ("20", "2015-12-15"), ("20", "2016-09-15"), ("20", "2019-07-01"),
    ("10", "2015-08-15"), ("10", "2015-10-15"), ("10", "2016-09-15"), ("10", "2019-07-01"),
    ("03", "2016-07-01"), ("03", "2019-07-01"), ("08", "2015-06-15"), ("08", "2015-08-15"), ("08", "2016-01-15"),
    ("21", "2016-07-01"), ("21", "2019-07-01"),
)  # fmt: skip
"""A child of 2015-06-15, complete for kindergarten."""

__all__ = ["CHILD", "GIVER", "KINDER_DOSES", "NURSE", "OTHER_CHILD", "OTHER_SCHOOL", "PHONE", "SCHOOL", "TABLET"]
__all__ += ["Given", "make_id"]
