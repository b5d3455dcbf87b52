"""What the records office does with transfer files: asked for, made and sent, taken in.

Each deed is one commit to the log: an export records the file's hash and its leaving before the file is
in its place, so no file ever leaves that the log does not know; an import records its facts together
with the checkpoint they were proven under.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from events.catalog import Payload
from events.catalog.transfers import TransferPrepared, TransferReceived, TransferRequested, TransferSent
from events.checkpoint import sign_note
from events.dates import write_instant
from events.errors import Refused
from events.ids import Stream, StudentId, stream_of, uuid7
from projections.student import Student
from projections.transfer import Paperwork, paperwork_of
from server.bundle import verify_bundle
from server.bundle.sums import sha256
from server.bundle.transfer import make_transfer_file
from server.bundle.verify import BundleReport
from server.desk import Desk, day_or_none, typed
from server.taking_in import Plan, attended, child_of, match, plan

BASIS = "to the school where the child enrolls: 34 CFR 99.31(a)(2), 99.34; Minn. Stat. 121A.15 subd. 7"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer file as written."""

    path: Path
    sha256: str
    bytes: int
    events: int
    withheld: int
    conscientious: bool
    log_key: str


class Wanted(msgspec.Struct, frozen=True):
    """How a file is to be taken in."""

    student: str = ""
    as_new: bool = False
    log_key: str = ""
    dry_run: bool = False


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a file in came to. ``added`` counts what was written, by kind."""

    student: str
    name: str
    birth_date: str
    outcome: Literal["registered", "matched"]
    from_district: str
    origin: str
    log_size: int
    added: dict[str, int]
    unchanged: int
    doubts: tuple[str, ...]
    dry_run: bool


async def request_file(desk: Desk, student: str, to: str, told: Mapping[str, str]) -> str:
    """Record a request; what follows, in words."""
    child = desk.records.student(desk.records.find(student))
    asked = typed(
        TransferRequested,
        student=child.id,
        to=to,
        requested_by=told.get("requested_by") or to,
        requested_on=day_or_none(told.get("requested_on", "")) or desk.today.isoformat(),
        transfer_on=day_or_none(told.get("transfer_on", "")),
        channel=told.get("channel") or "letter",
    )
    await desk.district.record([(_new_stream(desk), asked)])
    await desk.viewed([child], "transfer request")
    return f"{to} asked for the file of {child.full_name} on {asked.requested_on}. See: doseledger transfer list"


async def export_file(desk: Desk, student: str, to: str, out: Path | None, channel: str, sent: bool) -> Exported:
    """Make the transfer file, record it (and its leaving), and put it in its place."""
    district, records = desk.district, desk.records
    child = records.student(records.find(student))
    if child.id is None or not child.is_registered:
        raise Refused("not-registered", "this child has no registration: there is no file to move")
    paperwork = next((one for one in paperwork_of(records.transfer_facts(child), child) if _is_open(one)), None)
    asked = paperwork.requested if paperwork is not None else None
    receiver = to or (asked.to if asked else "") or _destination(child)
    if sent and not receiver:
        raise Refused("no-receiver", "say where the file goes with --to, or only prepare it with --not-sent")
    made = await make_transfer_file(
        district.log,
        child,
        records.policy,
        district.clock(),
        district.id,
        district.keys.log_verifier,
        lambda text: sign_note(text, district.keys.name, district.keys.log),
    )
    digest = sha256(made.content)
    path = out or district.home.out / f"transfer-{child.id}-{desk.today}.zip"
    stream = paperwork.first.stream if paperwork is not None else _new_stream(desk)
    facts: list[tuple[Stream, Payload]] = [
        (
            stream,
            TransferPrepared(
                student=child.id,
                bundle_sha256=digest,
                bundle_bytes=len(made.content),
                events=len(made.selection.included),
                withheld=made.selection.withheld,
                log_size=made.log_size,
                conscientious_included=made.selection.conscientious,
            ),
        )
    ]
    if sent:
        left = typed(
            TransferSent,
            student=child.id,
            bundle_sha256=digest,
            to=receiver,
            sent_at=write_instant(district.clock()),
            channel=channel,
            basis=BASIS,
        )
        facts.append((stream, left))
    waiting = _write_beside(path, made.content)
    try:
        await district.record(facts)
        os.replace(waiting, path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    await desk.viewed([child], "transfer export")
    return Exported(
        path=path,
        sha256=digest,
        bytes=len(made.content),
        events=len(made.selection.included),
        withheld=made.selection.withheld,
        conscientious=made.selection.conscientious,
        log_key=district.keys.log_verifier,
    )


async def import_file(desk: Desk, file: Path, wanted: Wanted) -> Imported:
    """Verify the file, find the child, record what is new. Raises Refused for a bad file or an unclear child."""
    report = verify_bundle(file, wanted.log_key or None)
    if report.manifest.district == desk.district.id and report.log_key == desk.district.keys.log_verifier:
        raise Refused("own-file", "this file is of our own district: its facts are here already")
    child = child_of(report)
    held = _held(desk, child, wanted)
    found = plan(report, child, held, desk.today.isoformat())
    student = held.id if held is not None and held.id is not None else StudentId(_new_id(desk))
    doubts = _doubts(report, child)
    if not wanted.dry_run:
        await _take_in(desk, report, child, student, found, doubts)
    return Imported(
        student=student,
        name=child.full_name,
        birth_date=child.birth_date,
        outcome="registered" if held is None else "matched",
        from_district=report.manifest.district_name,
        origin=report.manifest.origin,
        log_size=report.checkpoint.size,
        added={
            "registration": int(found.registration is not None),
            "doses": len(found.doses),
            "corrections": len(found.corrections),
            "voids": len(found.voids),
            "papers": len(found.papers),
            "contraindications": len(found.contraindications),
        },
        unchanged=found.unchanged,
        doubts=doubts,
        dry_run=wanted.dry_run,
    )


async def _take_in(
    desk: Desk, report: BundleReport, child: Student, student: StudentId, found: Plan, doubts: tuple[str, ...]
) -> None:
    """Write the facts and the receipt of the file, in one commit; nothing at all when nothing is new."""
    stream = stream_of("student", student)
    facts: list[tuple[Stream, Payload]] = [(stream, payload) for payload in found.payloads]
    if facts or not _was_received(desk, report.manifest.origin, student):
        told = msgspec.to_builtins(attended(child))
        received = typed(
            TransferReceived,
            student=student,
            bundle_sha256=report.sha256,
            from_district=report.manifest.district,
            origin=report.manifest.origin,
            checkpoint=report.note,
            facts=len(facts),
            doubts=list(doubts),
            **told,
        )
        facts.append((_new_stream(desk), received))
        await desk.district.record(facts)
    await desk.viewed([desk.records.student(student)], "transfer import")


def _held(desk: Desk, child: Student, wanted: Wanted) -> Student | None:
    if wanted.student:
        return desk.records.student(desk.records.find(wanted.student))
    return None if wanted.as_new else match(child, desk.records.students())


def _doubts(report: BundleReport, child: Student) -> tuple[str, ...]:
    """What a clerk should know before leaning on the file."""
    doubts = []
    if not report.is_pinned:
        doubts.append(f"the log key was not compared with one that district publishes: {report.log_key}")
    if not report.manifest.conscientious_included:
        doubts.append("the former school sends no conscientious statements: ask the family whether there is one")
    if child.waiting:
        doubts.append("some corrections in the file speak of events that are not in it")
    if any(line.is_standing and not line.given_on for line in child.doses):
        doubts.append("at least one dose has no date")
    return tuple(doubts)


def _was_received(desk: Desk, origin: str, student: StudentId) -> bool:
    """Whether a file of that log about this child came in before."""
    facts = desk.records.transfer_facts(desk.records.student(student))
    return any(isinstance(fact.payload, TransferReceived) and fact.payload.origin == origin for fact in facts)


def _is_open(paperwork: Paperwork) -> bool:
    return paperwork.sent is None and paperwork.cancelled is None


def _destination(child: Student) -> str:
    ended = [line.ended for line in child.attendance.lines if line.ended is not None]
    return ended[-1].destination if ended else ""


def _new_stream(desk: Desk) -> Stream:
    return stream_of("transfer", _new_id(desk))


def _new_id(desk: Desk) -> str:
    return uuid7(desk.district.clock(), os.urandom(10))


def _write_beside(path: Path, content: bytes) -> Path:
    """The content in a new file beside its place, readable by its owner only, on disk before it counts."""
    waiting = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise Refused("cannot-write", f"{path}: {error.strerror or error}") from error
    return waiting
