"""A transfer file: the bundle of one child's immunization file for the next school.

What is in it is decided by the allow-list (``projections.disclosure``), the district's dated switch, and
nothing else. The summary and the page are folded from exactly the events that go, so they cannot tell
what was left out.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import metadata

import msgspec

from events.dates import write_instant
from projections.clinic_words import ClinicWords
from projections.compliance import judge
from projections.disclosure import TRANSFER_TYPES, Selection, select_for_transfer
from projections.law.library import rule_set_files
from projections.policy import Policy
from projections.student import Student, fold
from projections.summary import summary_of
from server.bundle.gather import gather
from server.bundle.make import Contents, make_bundle
from server.bundle.page import make_page
from server.store.port import Log


class TransferFile(msgspec.Struct, frozen=True):
    """A finished transfer file and what went into it."""

    content: bytes
    selection: Selection
    log_size: int


async def make_transfer_file(
    log: Log,
    student: Student,
    policy: Policy,
    now: datetime,
    district: str,
    log_key: str,
    sign_note: Callable[[str], str],
) -> TransferFile:
    """The child's transfer file as of now. ``log_key`` is the verifier key ``sign_note`` signs under."""
    on = policy.civil_day(now)
    selection = select_for_transfer(student.facts, student.streams, policy.conscientious_travels(on))
    places = {fact.position for fact in selection.included}
    rows = await log.read_streams(
        sorted({fact.stream for fact in selection.included}), (await log.head()).checkpoint.size
    )
    gathered = await gather(log, [row for row in rows if row.position in places])
    shown = fold(selection.included)
    judgment = judge(shown, policy, on)
    summary = summary_of(shown, judgment, on, ClinicWords())
    head, made_at, name = gathered.head, write_instant(now), policy.name or district
    page = make_page(
        f"Immunization file of {shown.full_name}",
        [summary],
        gathered.events,
        log_key,
        head.note,
        f"Transfer file made by {name} on {made_at[:10]} (Minn. Stat. 121A.15, subd. 7). "
        "It may not be passed on except as 34 CFR 99.33 allows.",
    )
    contents = Contents(
        purpose="transfer",
        district=district,
        district_name=name,
        origin=head.checkpoint.origin,
        log_size=head.checkpoint.size,
        checkpoint=head.note,
        log_key=log_key,
        made_at=made_at,
        program=f"doseledger {metadata.version('doseledger')}",
        students=student.streams,
        selection=tuple(sorted(TRANSFER_TYPES)),
        conscientious_included=selection.conscientious,
        events=gathered.events,
        rules={name: content for name, content in rule_set_files() if name == judgment.rule_set.file},
        summary=msgspec.json.format(msgspec.json.encode(summary), indent=1),
        page=page,
    )
    return TransferFile(make_bundle(contents, sign_note), selection, head.checkpoint.size)
