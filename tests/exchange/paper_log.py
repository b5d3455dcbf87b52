"""A log on paper for import tests: keeps what a run records as encoded events, without keys or a disk."""

import hashlib
import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from events.catalog import TYPE_OF, Payload
from events.catalog.doses import DoseRecorded
from events.catalog.event_type import PersonName
from events.catalog.students import Identifier, StudentRegistered
from events.codec import decode_payload, encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.envelope import Header, Seen, SignedEvent, encode_header, event_hash
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, Position, stream_of, uuid7
from server.exchange.formats import Reader, dose_reader, roster_reader
from server.exchange.reconcile import Options
from server.exchange.report import Summary
from server.exchange.run import Run, run_import
from server.exchange.step import Entry
from server.store.port import StoredEvent

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SALT = bytes(16)
NURSE = uuid7(NOW, b"nurse here")


class PowerCut(Exception):
    """The machine stops in the middle of an import."""


class PaperLog:
    """Events in order. ``batches`` counts commits; ``cut_after`` is how many more there will be."""

    def __init__(self) -> None:
        self.stored: list[StoredEvent] = []
        self.batches = 0
        self.cut_after: int | None = None
        self.minted = (
            uuid7(NOW, hashlib.sha256(str(n).encode()).digest()[:10]) for n in itertools.count()
        )  # the same in every test

    def add(self, entry: Entry, author: str = "system") -> EventId:
        stream, payload = entry
        body = encode_payload(payload)
        header = Header(
            id=EventId(next(self.minted)),
            district=DistrictId("isd-900"),
            stream=stream,
            type=TYPE_OF[type(payload)].name,
            schema=1,
            author=author,
            device=DeviceId(NURSE),
            seq=len(self.stored) + 1,
            prev=self.stored[-1].event_hash if self.stored else NO_HASH,
            recorded_at=write_instant(NOW),
            seen=Seen(0, 0),
            commitment=commit(SALT, body),
        )
        event = SignedEvent(encode_header(header), bytes(64), SALT, body)
        self.stored.append(StoredEvent(Position(len(self.stored)), event_hash(event), NOW, event, header))
        return header.id

    async def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]:
        for one in self.stored[start:end]:
            yield one

    async def record(self, entries: Sequence[Entry]) -> list[EventId]:
        if self.cut_after is not None:
            if self.cut_after == 0:
                raise PowerCut
            self.cut_after -= 1
        self.batches += 1
        return [self.add(entry) for entry in entries]

    def payloads(self, kind: type[Payload]) -> list[Payload]:
        every = (
            decode_payload(one.header.type, 1, one.event.payload) for one in self.stored if one.header and one.event
        )
        return [payload for payload in every if isinstance(payload, kind)]


async def run(
    log: PaperLog,
    reader: Reader,
    out: Path,
    *,
    roster: bool,
    register: bool | None = None,
    dry_run: bool = False,
    accept_changes: bool = False,
    first_day: str = "",
) -> Summary:
    """Run an import against the paper log."""
    return await run_import(
        Run(
            reader=reader,
            options=Options(
                today=TODAY, register=roster if register is None else register, roster=roster, first_day=first_day
            ),
            log=log,
            record=log.record,
            mint=lambda: next(log.minted),
            out=out,
            now=NOW,
            dry_run=dry_run,
            accept_changes=accept_changes,
        )
    )


async def roster(log: PaperLog, path: Path, **options: object) -> Summary:
    return await run(log, roster_reader(path, TODAY), path.parent / "out", roster=True, **options)  # type: ignore[arg-type]


async def doses(log: PaperLog, path: Path, **options: object) -> Summary:
    return await run(log, dose_reader(path, TODAY), path.parent / "out", roster=False, **options)  # type: ignore[arg-type]


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


USERS = (
    "sourcedId,status,givenName,familyName,middleName,identifier,role,orgSourcedIds,agentSourcedIds,grades,phone,email"
)
ORGS = "sourcedId,status,name,type,parentSourcedId\norg-1,active,Maple School,school,\n"
DEMOGRAPHICS = "sourcedId,status,birthDate,sex"


def roster_folder(folder: Path, children: Sequence[tuple[str, str, str, str, str]], extra_users: str = "") -> Path:
    """A OneRoster 1.1 folder; children are (sourcedId, given, family, birth date, grade)."""
    folder.mkdir(parents=True, exist_ok=True)
    users = [f"{key},active,{given},{family},,,student,org-1,,{grade},," for key, given, family, _, grade in children]
    write(folder / "users.csv", "\n".join([USERS, *users, extra_users]) + "\n")
    write(folder / "orgs.csv", ORGS)
    write(
        folder / "demographics.csv",
        "\n".join([DEMOGRAPHICS, *(f"{key},active,{born},female" for key, _, _, born, _ in children)]) + "\n",
    )
    return folder


def class_of(count: int) -> list[tuple[str, str, str, str, str]]:
    return [(f"s-{n}", f"Solveig{n}", f"Nygaard{n}", f"2016-03-{n % 27 + 1:02}", "04") for n in range(count)]


def log_with_hodan(*identifiers: Identifier) -> PaperLog:
    log = PaperLog()
    child = StudentRegistered(
        name=PersonName(given="Hodan", family="Warsame"), birth_date="2015-04-03", identifiers=identifiers
    )
    log.add((stream_of("student", next(log.minted)), child), author=NURSE)
    return log


def recorded(log: PaperLog) -> list[DoseRecorded]:
    return [one for one in log.payloads(DoseRecorded) if isinstance(one, DoseRecorded)]


def patient(identity: str = "p1", **more: object) -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "id": identity,
        "name": [{"family": "Warsame", "given": ["Hodan"]}],
        "birthDate": "2015-04-03",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-11-2222"}],
        **more,
    }


def immunization(identity: str = "i1", reference: str = "Patient/p1", **more: object) -> dict[str, object]:
    return {
        "resourceType": "Immunization",
        "id": identity,
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "03"}]},
        "patient": {"reference": reference},
        "occurrenceDateTime": "2016-05-06T09:00:00-05:00",
        **more,
    }
