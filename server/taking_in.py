"""Taking in another district's transfer file: what it tells becomes facts of ours, each with its source.

    verified bundle --Student, child of ours--> plan: new doses, changed ones, papers, contraindications

Nothing is copied as if we had written it. A dose becomes ``dose.recorded`` told by ``other_school``, with the
origin and position of the event it stands on as its source key, so a second run finds it again and adds
nothing; a dose corrected or voided over there since is corrected or voided here, unless somebody here
already did. A paper acts here from the day it arrives and is for us to check. Pure: facts in, facts out.
"""

from typing import Literal

import msgspec

from events.catalog import Payload
from events.catalog.doses import DoseCorrected, DoseRecorded, DoseVoided
from events.catalog.event_type import Told
from events.catalog.statements import StatementReceived
from events.catalog.students import ContraindicationRecorded, Identifier, StudentRegistered
from events.dates import PartialDate, is_full
from events.errors import Refused
from events.ids import Stream
from projections.fold import Fact
from projections.history import DoseLine
from projections.lawful import facility_word
from projections.papers import PaperLine
from projections.student import Student, fold, linked_streams
from server.bundle.verify import BundleReport
from server.transfer_match import SHARED_NUMBERS, cited

_COMPARED = ("cvx", "given_on", "lot", "mvx")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What taking the file in would write of one child."""

    registration: StudentRegistered | None
    papers: tuple[StatementReceived, ...]
    doses: tuple[DoseRecorded, ...]
    corrections: tuple[DoseCorrected, ...]
    voids: tuple[DoseVoided, ...]
    contraindications: tuple[ContraindicationRecorded, ...]
    unchanged: int

    def facts(self, stream: Stream, held: Student | None) -> list[tuple[Stream, Payload]]:
        """Everything, the registration in front; what corrects or voids a dose beside it, should records be parted."""
        beside = {line.event: line.fact.stream for line in held.doses} if held is not None else {}
        first: tuple[Payload, ...] = (self.registration,) if self.registration is not None else ()
        changes: tuple[DoseCorrected | DoseVoided, ...] = (*self.corrections, *self.voids)
        new = (*first, *self.papers, *self.doses, *self.contraindications)
        return [*((stream, one) for one in new), *((beside[one.event], one) for one in changes)]


class Attended(msgspec.Struct, frozen=True):
    """What the former school told of attendance: kept in ``transfer.received``."""

    came_from: Literal["school", "child_care", "home_school", ""]
    left_on: str | None
    first_minnesota_enrollment: str | None
    kindergarten_term: str
    grade_7_term: str


def child_of(report: BundleReport) -> Student:
    """The child a transfer file is about. Raises Refused when it is about nobody, or is another kind of bundle."""
    child = fold(report.child_facts)
    if report.manifest.purpose != "transfer" or not child.is_registered or not child.birth_date:
        raise Refused("not-a-transfer-file", "this bundle is no transfer file of one registered child")
    linked = linked_streams(child.streams[0], child.links)
    if not set(child.streams) <= set(linked):
        raise Refused("not-a-transfer-file", "this bundle speaks of two children whom nobody there linked")
    return child


def plan(report: BundleReport, child: Student, held: Student | None, today: str) -> Plan:
    """What is new in the file beside what is held; ``today`` is the civil day the papers arrived."""
    source = Source(report)
    doses = {line.source_key: line for line in held.doses if line.source_key} if held is not None else {}
    known = cited(held) if held is not None else set()
    told = [(line, source.key(line.fact)) for line in child.doses]
    unmet = [line for line, key in told if line.is_standing and key not in doses]
    new = tuple(source.dose(line) for line in unmet if not _is_on_record(line, held))
    changed = [(line, doses[key]) for line, key in told if key in doses and _settled_here(doses[key])]
    papers = tuple(
        source.paper(line, today)
        for line in child.papers
        if line.state in ("review", "accepted") and source.key(line.fact) not in known
    )
    alerts = tuple(
        ContraindicationRecorded(
            reason=alert.text,
            told=source.told(alert.fact),
            antigens=alert.antigens,  # type: ignore[arg-type]
            cvx=alert.cvx,
            until=alert.until or None,
        )
        for alert in child.alerts
        if alert.kind == "contraindication" and alert.lifted is None and source.key(alert.fact) not in known
    )
    corrections = tuple(filter(None, (_correction(theirs, ours) for theirs, ours in changed if theirs.is_standing)))
    voids = tuple(
        DoseVoided(event=ours.event, reason=f"voided by the school that told it: {theirs.void_reason}")
        for theirs, ours in changed
        if not theirs.is_standing
    )
    return Plan(
        registration=source.registration(child) if held is None else None,
        papers=papers,
        doses=new,
        corrections=corrections,
        voids=voids,
        contraindications=alerts,
        unchanged=len(changed) - len(corrections) - len(voids) + len(unmet) - len(new),
    )


def attended(child: Student) -> Attended:
    """Attendance as told: where it came from, when it left, and what clocks and terms count from."""
    lines = child.attendance.lines
    if not lines:
        return Attended("", None, None, "", "")
    last = lines[-1]
    left = (last.ended.transfer_on or last.ended.last_day) if last.ended is not None else None
    told = [day for line in lines for day in (line.began.first_minnesota_enrollment, line.began.first_day) if day]
    kindergarten = [grade.kindergarten_term for line in lines for grade in line.grades if grade.kindergarten_term]
    seventh = [grade.grade_7_term for line in lines for grade in line.grades if grade.grade_7_term]
    word = facility_word(last.began)
    came: Literal["school", "child_care", "home_school"] = "school"
    if word in ("child_care", "family_child_care"):
        came = "child_care"
    elif word == "home_school":
        came = "home_school"
    return Attended(came, left, min(told), (kindergarten or [""])[-1], (seventh or [""])[-1])


class Source:
    """How the facts of one bundle are cited in ours."""

    def __init__(self, report: BundleReport) -> None:
        self._origin = report.manifest.origin
        self._district = report.manifest.district_name

    def key(self, fact: Fact) -> str:
        """Origin and position: the same event has the same key in every file of that district."""
        return f"{self._origin}#{fact.position}"

    def told(self, fact: Fact, words: str = "") -> Told:
        detail = f"{self.key(fact)}; {words}" if words else self.key(fact)
        return Told(source="other_school", recorder=self._district, detail=detail[:254])

    def registration(self, child: Student) -> StudentRegistered:
        identity = child.identity
        if identity.name is None:
            raise Refused("not-a-transfer-file", "the file does not name the child")
        sex = "female" if identity.sex == "female" else "male" if identity.sex == "male" else "unknown"
        return StudentRegistered(
            name=identity.name,
            birth_date=child.birth_date,
            sex=sex,  # type: ignore[arg-type]
            identifiers=tuple(self._number(number) for number in child.identifiers),
            aliases=identity.aliases,
            language=identity.language,
            told=self.told(child.facts[0]),
        )

    def dose(self, line: DoseLine) -> DoseRecorded:
        """A dose as told: who gave it, or who had told them, stays in the words."""
        if line.giver is not None:
            words = f"given by {line.giver.name}, {line.giver.title}"
        else:
            words = f"there told by {line.told.source} ({line.told.recorder})" if line.told else ""
        return DoseRecorded(
            told=self.told(line.fact, words),
            cvx=line.cvx or None,
            given_on=line.given_on or None,
            as_written=line.as_written,
            lot=line.lot,
            mvx=line.mvx,
            provider=line.giver.name if line.giver else line.provider,
            source_key=self.key(line.fact),
        )

    def paper(self, line: PaperLine, today: str) -> StatementReceived:
        """The paper as it arrives here: it acts from today and is ours to check."""
        words = f"there {line.state}, received {line.paper.received_on}"
        return msgspec.structs.replace(
            line.paper, received_on=today, told=self.told(line.fact, words), photo=None, filed_here=False
        )

    def _number(self, number: Identifier) -> Identifier:
        """A number of their own system is not one of ours."""
        if number.system in SHARED_NUMBERS:
            return number
        return Identifier(f"{number.system}@{self._origin}"[:200], number.value)


def _is_on_record(line: DoseLine, held: Student | None) -> bool:
    """Whether the same vaccine on the same whole day stands here already, told by somebody else."""
    if held is None or not line.cvx or not line.given_on or not is_full(PartialDate(line.given_on)):
        return False
    return any((one.cvx, one.given_on) == (line.cvx, line.given_on) for one in held.standing_doses)


def _settled_here(ours: DoseLine) -> bool:
    """Whether the line is still as told: nobody here has voided it or corrected it on other grounds."""
    return ours.is_standing and all(one.reason.startswith(_REASON) for one in ours.corrections)


_REASON = "corrected by the school that told it"


def _correction(theirs: DoseLine, ours: DoseLine) -> DoseCorrected | None:
    new = {name: getattr(theirs, name) for name in _COMPARED if getattr(theirs, name) != getattr(ours, name)}
    new = {name: value for name, value in new.items() if value}
    return DoseCorrected(event=ours.event, reason=_REASON, **new) if new else None
