"""An off-site clinic: a place and a day, its roster, its staff, the orders it works under, its close."""

from typing import Annotated, Literal

import msgspec

from events.catalog.doses import LotNumber, Route, Site
from events.catalog.event_type import (
    CARE,
    DOSES_MAX,
    Address,
    CivilDate,
    ClockTime,
    Cvx,
    DoseMl,
    EventType,
    Few,
    Instant,
    Label,
    Many,
    Name,
    Note,
    Payload,
    Roster,
    Sha256,
    Text,
)
from events.ids import DeviceId, EventId, FacilityId, StaffId, StudentId
from events.roles import Role

Station = Literal["check_in", "screening", "vaccinator", "scribe", "observer", "lead"]
"""A place of work at a clinic."""


AgeMonths = Annotated[int, msgspec.Meta(ge=0, le=1800)]
"""An age in whole months."""


class ClinicPlanned(Payload, frozen=True, kw_only=True):
    """A clinic will be held. ``address`` is what one tells 911; hours are local to the district."""

    name: Name
    facility: FacilityId | None
    address: Address
    on: CivilDate
    opens: ClockTime = ""
    closes: ClockTime = ""
    operator: Label = ""
    vaccines: Few[Cvx] = ()
    phone: Label = ""
    """Whom a family calls about this clinic; the facility's number where it is empty."""


class RosterAdded(Payload, frozen=True, kw_only=True):
    """Children put on the clinic's list: their records come to its devices."""

    students: Roster[StudentId]
    reason: Note = ""


class RosterRemoved(Payload, frozen=True, kw_only=True):
    """Children taken off the list: devices forget them, except what they have not delivered."""

    students: Roster[StudentId]
    reason: Note = ""


class ClinicStaffed(Payload, frozen=True, kw_only=True):
    """Who works at the clinic, and at which stations. Replaces the list before it."""

    staff: Many[tuple[StaffId, Station]]


class OrderIssued(Payload, frozen=True, kw_only=True):
    """A standing order: who may give what to whom, until when. Ages in months, volume in millilitres."""

    prescriber: Name
    cvx: Cvx
    valid_from: CivilDate
    valid_to: CivilDate
    dose_ml: DoseMl
    route: Route
    sites: Few[Site]
    age_months_from: AgeMonths = 0
    age_months_to: AgeMonths | None = None


class OrderWithdrawn(Payload, frozen=True, kw_only=True):
    """A standing order holds no longer: on this day and after it nothing is given under it."""

    event: EventId
    on: CivilDate
    by: Name
    """The prescriber, or who speaks for them."""
    reason: Text
    entered_by: StaffId | None = None
    """Who entered it, where the office did."""


LotDoses = Annotated[int, msgspec.Meta(ge=0, le=DOSES_MAX)]
"""Doses counted of one lot, from 0."""


ContainerName = Annotated[str, msgspec.Meta(max_length=40)]
"""A container's name in a count, its first 40 characters; empty where it is not known."""


class LotCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Doses of one lot in one container of one fund: loaded = given + wasted + drawn_not_given + returned."""

    lot: LotNumber
    loaded: LotDoses
    given: LotDoses
    wasted: LotDoses
    drawn_not_given: LotDoses
    returned: LotDoses
    container: ContainerName = ""
    funding: Literal["private", "vfc", "state", "other", ""] = ""


class ConsentCount(msgspec.Struct, frozen=True, kw_only=True):
    """Consents that came in, one per child and vaccine: consents = given + not_given + open."""

    consents: LotDoses
    given: LotDoses
    not_given: LotDoses
    open: LotDoses


class ClinicCounted(Payload, frozen=True, kw_only=True):
    """Lots counted that a close has no room for: part of the close of the same device, number after number before it.

    The order: as many of these as are needed, what goes back (``stock.returned``), then ``clinic.closed``.
    """

    counts: Many[LotCount]


class ClinicClosed(Payload, frozen=True, kw_only=True):
    """The day's close: stock and consents counted, children not seen, two people answer for it.

    More lots than ``counts`` may list were counted by the same device right before (``clinic.counted``). A day may be
    closed anew: the close that the log holds last counts, with what it sends back, and the earlier ones stay.
    """

    at: Instant
    signed_by: tuple[Name, Name]
    counts: Many[LotCount] = ()
    consents: ConsentCount | None = None
    not_seen: Roster[StudentId] = ()
    note: Note = ""


class ClinicCountersigned(Payload, frozen=True, kw_only=True):
    """The second of the two who close a day signs it with a PIN of their own.

    ``event``: the close as they saw it; one that follows it is signed anew.
    Of who wrote the close it counts for nothing.
    """

    event: EventId


class SlipMarked(Payload, frozen=True, kw_only=True):
    """A child's printed slip was marked at a station: what stops a second dose while devices cannot talk."""

    student: StudentId
    station: Station
    at: Instant
    device: DeviceId | None = None
    """The device at which somebody saw the mark of a dose it does not know; none where who gave it marked it."""


class ProtocolSigned(Payload, frozen=True, kw_only=True):
    """The emergency protocol for the clinic was signed; SHA-256 of the exact words."""

    prescriber: Name
    sha256: Sha256
    valid_to: CivilDate


class Epinephrine(msgspec.Struct, frozen=True, kw_only=True):
    """Auto-injectors of one strength (milligrams a dose), or vials of 1 mg/mL, as they lie in the kit."""

    size: Literal["0.1 mg", "0.15 mg", "0.3 mg", "1 mg/mL"]
    pieces: Annotated[int, msgspec.Meta(ge=1, le=100)]
    expires_on: CivilDate


class EpinephrineChecked(Payload, frozen=True, kw_only=True):
    """Somebody looked into the emergency kit before the clinic left: what it holds, each with its expiry."""

    kit: Few[Epinephrine]
    at: Instant


class PapersPacked(Payload, frozen=True, kw_only=True):
    """The paper fallback was printed and lies with what goes to the clinic."""

    papers: Few[Literal["blank_forms", "roster", "protocol"]]
    at: Instant


class LackAccepted(Payload, frozen=True, kw_only=True):
    """This device goes to the clinic although something is not there: somebody decided so, and said why.

    Epinephrine and the signed protocol are not among what can be left without.
    """

    lacking: Literal["storage"]
    """Storage: the browser does not promise to keep what is recorded here."""
    reason: Text
    at: Instant


class ClinicCancelled(Payload, frozen=True, kw_only=True):
    """The clinic will not be held."""

    reason: Text


_PLANNERS = (*CARE, Role.DISTRICT_ADMIN)

TYPES = (
    EventType("clinic.planned", ClinicPlanned, "clinic", _PLANNERS, "design 2; issue 6"),
    EventType("clinic.cancelled", ClinicCancelled, "clinic", _PLANNERS, "issue 6"),
    EventType("clinic.roster_added", RosterAdded, "clinic", _PLANNERS, "design 7, scopes"),
    EventType("clinic.roster_removed", RosterRemoved, "clinic", _PLANNERS, "design 7, scopes"),
    EventType("clinic.staffed", ClinicStaffed, "clinic", _PLANNERS, "issue 6"),
    EventType("clinic.order_issued", OrderIssued, "clinic", _PLANNERS, "Minn. Stat. 151.37 subd. 2; issue 6"),
    EventType("clinic.order_withdrawn", OrderWithdrawn, "clinic", _PLANNERS, "Minn. Stat. 151.37 subd. 2; issue 6"),
    EventType("clinic.protocol_signed", ProtocolSigned, "clinic", _PLANNERS, "issue 6"),
    EventType("clinic.epinephrine_checked", EpinephrineChecked, "clinic", CARE, "issue 6"),
    EventType("clinic.papers_packed", PapersPacked, "clinic", CARE, "issue 6"),
    EventType("clinic.lack_accepted", LackAccepted, "clinic", CARE, "issue 6"),
    EventType("clinic.slip_marked", SlipMarked, "clinic", CARE, "issue 6"),
    EventType("clinic.counted", ClinicCounted, "clinic", CARE, "issue 6"),
    EventType("clinic.closed", ClinicClosed, "clinic", CARE, "issue 6"),
    EventType("clinic.countersigned", ClinicCountersigned, "clinic", CARE, "issue 6"),
)
