"""What the records office does with transfer files that go out: asked for, made and sent.

Each deed is one commit to the log: an export records the file's hash and its leaving before the file is
in its place, so no file ever leaves that the log does not know. Files that come in: ``transfers_in``.
"""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from events.catalog import Payload
from events.catalog.transfers import TransferPrepared, TransferRequested, TransferSent
from events.checkpoint import sign_note
from events.dates import write_instant
from events.errors import Refused
from events.ids import Stream, StudentId, stream_of
from projections.student import Student
from projections.transfer import Paperwork, paperwork_of
from server.bundle.sums import sha256
from server.bundle.transfer import TransferFile, make_transfer_file
from server.desk import Desk, day_or_none, typed

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


async def request_file(desk: Desk, student: str, to: str, told: Mapping[str, str]) -> str:
    """Record a request; what follows, in words."""
    child = desk.records.student(desk.records.find(student))
    requested_on = day_or_none(told.get("requested_on", "")) or desk.today.isoformat()
    if requested_on > desk.today.isoformat():
        raise Refused("bad-date", f"the request is dated {requested_on}, and today is {desk.today}")
    asked = typed(
        TransferRequested,
        student=child.id,
        to=to,
        requested_by=told.get("requested_by") or to,
        requested_on=requested_on,
        transfer_on=day_or_none(told.get("transfer_on", "")),
        channel=told.get("channel") or "letter",
    )
    await _record_next(desk, child, [(_new_stream(desk), asked)])
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
    facts: list[tuple[Stream, Payload]] = [(stream, _prepared(child.id, made, digest))]
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
    with _in_its_place_after(path, made.content):
        await _record_next(desk, child, facts)
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


async def _record_next(desk: Desk, child: Student, facts: Sequence[tuple[Stream, Payload]]) -> None:
    """The next words about moving this child's file. Raises Refused where others were recorded since it was read."""
    last = max(desk.records.transfer_facts(child), key=lambda fact: fact.order, default=None)
    deed = f"move file of {child.id} after {last.id if last else 'nothing'}"
    await desk.district.record_first(facts, [f"{deed}: {at}" for at in range(len(facts))])


def _is_open(paperwork: Paperwork) -> bool:
    return paperwork.sent is None and paperwork.cancelled is None


def _prepared(child: StudentId, made: TransferFile, digest: str) -> TransferPrepared:
    return TransferPrepared(
        student=child,
        bundle_sha256=digest,
        bundle_bytes=len(made.content),
        events=len(made.selection.included),
        withheld=made.selection.withheld,
        log_size=made.log_size,
        conscientious_included=made.selection.conscientious,
    )


def _destination(child: Student) -> str:
    ended = [line.ended for line in child.attendance.lines if line.ended is not None]
    return ended[-1].destination if ended else ""


def _new_stream(desk: Desk) -> Stream:
    return stream_of("transfer", desk.new_id())


@contextmanager
def _in_its_place_after(path: Path, content: bytes) -> Iterator[None]:
    """The file is in its place once the block is through; if it fails, nothing of the file is left."""
    waiting = _write_beside(path, content)
    try:
        yield
        os.replace(waiting, path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise


def _write_beside(path: Path, content: bytes) -> Path:
    """The content in a file of its own beside its place, readable by its owner only, on disk before it counts."""
    waiting = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise Refused("cannot-write", f"{path}: {error.strerror or error}") from error
    return waiting
