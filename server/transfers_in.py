"""A transfer file that comes in: verified, its child found, what is new recorded with where it came from.

One commit: the facts together with the checkpoint they were proven under, by the first who takes the file in. A log's
name is anybody's to write, its key is not: a file under another key than an earlier one of the same log is refused.
"""

from pathlib import Path
from typing import Literal

import msgspec

from events.catalog import Payload
from events.catalog.retention import DestructionCompleted
from events.catalog.transfers import TransferReceived
from events.checkpoint import open_checkpoint
from events.errors import BadCheckpoint, Refused
from events.ids import Stream, StudentId, stream_of
from projections.student import Student
from server.bundle import verify_bundle
from server.bundle.verify import BundleReport
from server.desk import Desk, typed
from server.taking_in import Source, attended, child_of, plan
from server.transfer_match import came_before, match


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
    is_enrolled: bool
    """Whether the child attends here: a file enrolls nobody, since that starts legal clocks."""
    dry_run: bool


async def import_file(desk: Desk, file: Path, wanted: Wanted) -> Imported:
    """Verify the file, find the child, record what is new. Raises Refused for a bad file or an unclear child."""
    report = verify_bundle(file, wanted.log_key or None)
    if report.manifest.district == desk.district.id and report.log_key == desk.district.keys.log_verifier:
        raise Refused("own-file", "this file is of our own district: its facts are here already")
    child, ours = child_of(report), desk.records.students()
    _check_same_log(desk, report, ours)
    held = _held(desk, report, child, wanted, ours)
    found = plan(report, child, held, desk.today.isoformat())
    student = held.id if held is not None and held.id is not None else StudentId(desk.new_id())
    doubts = _doubts(report, child)
    if not wanted.dry_run:
        facts = found.facts(stream_of("student", student), held)
        await _take_in(desk, report, child, student, facts, doubts, _deed(desk, report, child, held))
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
        is_enrolled=held is not None and any(line.ended is None for line in held.attendance.lines),
        dry_run=wanted.dry_run,
    )


async def _take_in(
    desk: Desk,
    report: BundleReport,
    child: Student,
    student: StudentId,
    facts: list[tuple[Stream, Payload]],
    doubts: tuple[str, ...],
    deed: str,
) -> None:
    """Write the facts and the receipt of the file, in one commit; nothing at all when nothing is new.

    Raises Refused where somebody else took a file of this child in since the record was read.
    """
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
        facts.append((stream_of("transfer", desk.new_id()), received))
        await desk.district.record_first(facts, [f"{deed}: {at}" for at in range(len(facts))])
    await desk.viewed([desk.records.student(student)], "transfer import")


def _deed(desk: Desk, report: BundleReport, child: Student, held: Student | None) -> str:
    """What taking the file in does, as the record stood when it was read: the next word about this child of theirs.

    For a child that is new here the last record that was destroyed is looked at: it may have been this one's.
    """
    if held is None:
        last = [fact for fact, _ in desk.records.policy.shelf.of(DestructionCompleted)]
    else:
        last = [one for one in desk.records.transfer_facts(held) if isinstance(one.payload, TransferReceived)]
    where = f"as {held.id}" if held is not None else "anew"
    after = max(last, key=lambda fact: fact.order).id if last else "nothing"
    return f"take in {report.manifest.origin} {child.id} {where} after {after}"


def _check_same_log(desk: Desk, report: BundleReport, ours: list[Student]) -> None:
    """Whoever forges a log's name has another key; what came from that log before says which is the right one."""
    for fact in (fact for one in ours for fact in desk.records.transfer_facts(one)):
        if isinstance(fact.payload, TransferReceived) and fact.payload.origin == report.manifest.origin:
            try:
                open_checkpoint(fact.payload.checkpoint, report.log_key)
            except BadCheckpoint as error:
                if not report.is_pinned:
                    raise Refused(
                        "other-log-key",
                        "an earlier file of this log was signed under another key: ask that district for its key "
                        "and give it with --log-key",
                    ) from error


def _held(desk: Desk, report: BundleReport, child: Student, wanted: Wanted, ours: list[Student]) -> Student | None:
    """The child of ours the file is about, as the clerk says or as it matches; None: a new one."""
    source = Source(report)
    keys = {source.key(fact) for fact in child.facts}
    if wanted.student:
        return desk.records.student(desk.records.find(wanted.student))
    if not wanted.as_new:
        return match(child, keys, ours)
    if before := came_before(keys, ours):
        raise Refused("came-before", f"a file of this child came in before, for {before[0].id}: leave --new out")
    return None


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
    if child.not_understood:
        doubts.append(f"{len(child.not_understood)} events are of a kind this program is too old to read: upgrade")
    return tuple(doubts)


def _was_received(desk: Desk, origin: str, student: StudentId) -> bool:
    """Whether a file of that log about this child came in before."""
    facts = desk.records.transfer_facts(desk.records.student(student))
    return any(isinstance(fact.payload, TransferReceived) and fact.payload.origin == origin for fact in facts)
