"""What a school knew of a child on one day, of another day, under which law: the auditor's question.

    known on D   the log prefix received before D ends in the district's time zone (design, section 9)
    true on T    the record as of T: what had happened by then, judged on T
    both at once, and beside them what had happened by T but was only learned after D (law, 3.3)

The policy is folded from the same prefix, so a later decision cannot reach back. Beside it stands what was not known
then: devices that held the child and had not reported, and doses that a back-up lost and a receipt proves.
"""

from datetime import date, datetime

import msgspec

from events.dates import write_instant
from events.ids import DISTRICT_STREAM, StudentId, stream_of
from projections.compliance import judge
from projections.deadlines import Deadline, deadlines_of
from projections.freshness import Reports, Silent
from projections.known_since import KnownSince
from projections.retention import timeline_of
from projections.student import Student
from projections.summary import DoseRow, PaperRow, Summary, summary_of
from projections.verdict_words import VerdictRow, verdict_row
from server.district import District
from server.live import Live
from server.records import Records


class ProvenDose(msgspec.Struct, frozen=True):
    """A dose the log holds later than the district first had it."""

    dose: DoseRow
    known_since: str


class Witnesses(msgspec.Struct, frozen=True):
    """What the whole log says about when things were known: devices' reports, and receipts of earlier epochs."""

    reports: Reports
    known_since: KnownSince


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """One child as then known. ``learned_later`` are doses and papers of before ``true_on`` not yet known."""

    true_on: str
    known_on: str
    known_size: int
    log_size: int
    known: Summary | None
    """None: nothing was known of the child."""
    otherwise: VerdictRow | None
    """The verdict under another rule set, when one was asked for."""
    later_doses: tuple[DoseRow, ...]
    later_papers: tuple[PaperRow, ...]
    known_by_receipt: tuple[ProvenDose, ...]
    """Of the later ones: what a back-up lost, and an older receipt proves was known by then."""
    devices: tuple[Silent, ...]
    """Devices that then held the child and had last reported when: what they made since was not known."""


def replay(
    then: Records,
    now: Records,
    student: StudentId,
    true_on: date,
    known_on: date,
    rule_set: str = "",
    witnesses: Witnesses | None = None,
) -> Replay:
    """The child in ``then`` (the prefix) beside the child in ``now`` (everything), on the day asked."""
    streams = now.student(student).streams
    past = next((found for one in streams if (found := then.student(one)).facts), None)
    known = summary_on(then, past, true_on) if past is not None else None
    full = summary_on(now, now.student(student), true_on)
    doses = {row.event for row in known.doses} if known else set()
    papers = {row.event for row in known.papers} if known else set()
    later = tuple(row for row in full.doses if row.event not in doses and row.counts)
    until = now.policy.end_of_day(known_on)
    return Replay(
        true_on=true_on.isoformat(),
        known_on=known_on.isoformat(),
        known_size=then.size,
        log_size=now.size,
        known=known,
        otherwise=_otherwise(then, past, true_on, rule_set),
        later_doses=later,
        later_papers=tuple(row for row in full.papers if row.event not in papers),
        known_by_receipt=_proven(later, now.student(student), until, witnesses) if witnesses else (),
        devices=witnesses.reports.silent(streams, then.size) if witnesses else (),
    )


async def replay_of(
    district: District,
    live: Live,
    student: StudentId,
    true_on: date | None,
    known_on: date | None,
    rule_set: str,
    now: datetime,
) -> Replay:
    """One child off its own rows, days by default today. Raises ProjectionPaused, Refused (no such rule set)."""
    streams = [stream_of("student", one) for one in live.scopes.linked(student)]
    places = [stream_of("facility", one) for one in live.directory.facilities]
    about = live.about.streams(live.scopes.linked(student))
    facts, size = await district.reading.some([DISTRICT_STREAM, *streams, *about, *places])
    facts += [fact for fact in live.clinic_words.facts if fact.position < size]
    full = Records(facts, size)
    today = full.policy.civil_day(now)
    known_day = known_on or today
    cut = await district.reading.size_before(full.policy.end_of_day(known_day))
    then = Records([fact for fact in facts if fact.position < cut], min(cut, size))
    witnesses = Witnesses(live.reports, live.known_since)
    return replay(then, full, student, true_on or today, known_day, rule_set, witnesses)


def _proven(
    later: tuple[DoseRow, ...], child: Student, until: datetime, witnesses: Witnesses
) -> tuple[ProvenDose, ...]:
    """Which of the doses the log received later were known before ``until`` by an older receipt."""
    rows, found = {row.event: row for row in later}, []
    for line in child.doses:
        received = line.fact.received_at
        if line.event in rows and received is not None:
            since = witnesses.known_since.of(line.fact.event_hash, received)
            if since < min(received, until):
                found.append(ProvenDose(rows[line.event], write_instant(since)))
    return tuple(found)


def summary_on(records: Records, student: Student, on: date) -> Summary:
    """A child's whole summary on a civil day, as these records tell it."""
    judgment = judge(student, records.policy, on, cases=records.cases(student))
    names = {facility: name for facility, (name, _) in records.facilities.items()}
    return summary_of(student, judgment, on, records.clinic_words, open_deadlines(records, student, on), names)


def open_deadlines(records: Records, student: Student, on: date) -> tuple[Deadline, ...]:
    """The deadlines of a child as they stand on a civil day; what had not begun by then is left out."""
    transfers = [one for one in records.transfers(student) if one.day_0 <= on]
    judgment = judge(student, records.policy, on, cases=records.cases(student))
    timeline = timeline_of(student, records.policy, on, open_matters(records, student, on))
    return deadlines_of(student, judgment, transfers, timeline, on)


def open_matters(records: Records, student: Student, on: date) -> list[str]:
    """What stops a destruction beyond placed holds: an open case, a file still to be moved."""
    matters = [
        f"a file still to move, due {one.due_on}" for one in records.transfers(student) if one.state(on) != "done"
    ]
    return matters + records.open_cases(student)


def _otherwise(then: Records, past: Student | None, on: date, rule_set: str) -> VerdictRow | None:
    if past is None or not rule_set:
        return None
    return verdict_row(judge(past, then.policy, on, rule_set, then.cases(past)))
