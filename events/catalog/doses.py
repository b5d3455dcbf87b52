"""Doses: given here, or told by somebody; corrected, voided, not given; and what came after.

The two kinds never mix (law, 2.5): an administered dose carries what the statutes ask of its giver, a
historical one its source and recorder. A tick where a date belongs is a dose without a date: kept, and
a date defect. Volumes are millilitres.
"""

from typing import Annotated, Literal

import msgspec

from events.catalog.event_type import (
    CARE,
    CivilDate,
    Cvx,
    DoseMl,
    EventType,
    Few,
    Giver,
    Instant,
    Label,
    Many,
    Mvx,
    Name,
    Note,
    Payload,
    Sentence,
    Text,
    Told,
    WrittenDate,
)
from events.forms import form
from events.ids import ClinicId, EventId
from events.roles import Role

LOT_CHARACTERS_MAX = 40

Site = Literal[
    "left_deltoid",
    "right_deltoid",
    "left_thigh",
    "right_thigh",
    "left_arm",
    "right_arm",
    "mouth",
    "nose",
    "other",
]
"""Where on the body; ``arm`` where the source says no more."""
Route = Literal["IM", "SC", "ID", "PO", "NASAL", "other"]
"""Into muscle, under the skin, into the skin, by mouth, by nose."""
LotNumber = Annotated[str, msgspec.Meta(min_length=1, max_length=LOT_CHARACTERS_MAX)]
"""A lot number as printed, up to 40 characters."""
FormNumber = Annotated[str, form("(?:[0-9a-f]{8}-[0-9]{2})?")]
"""The number beneath the code of a blank form: eight digits and their check; empty where there was no form."""


class VisGiven(msgspec.Struct, frozen=True):
    """One Vaccine Information Statement handed over: its edition and the day (42 U.S.C. 300aa-26)."""

    document: Name
    edition: CivilDate
    given_on: CivilDate


class DoseAdministered(Payload, frozen=True, kw_only=True):
    """A vaccine given by our own staff, with what 42 U.S.C. 300aa-25 asks to be kept for good."""

    cvx: Cvx
    given_on: CivilDate
    lot: LotNumber
    mvx: Mvx
    site: Site
    route: Route
    dose_ml: DoseMl
    giver: Giver
    expires_on: CivilDate | None = None
    clinic: ClinicId | None = None
    container: Label = ""
    """The box it was taken from, as its stock was loaded."""
    product: Label = ""
    vis: Few[VisGiven] = ()
    funding: Literal["private", "vfc", "state", "other", ""] = ""
    order: EventId | None = None
    """The standing order it was given under."""
    consent: EventId | None = None
    scribe: Label = ""
    given_at: Instant | None = None
    """The true moment, where it was written down later than given."""
    from_paper: bool = False
    """Copied afterwards from the clinic's paper form by the scribe; a second person verifies it."""
    paper_form: FormNumber = ""
    """Which form it was copied from: a form is entered once."""
    warnings_overridden: Few[Sentence] = ()
    """What the screen warned of, and the reason the giver had, one sentence each."""


class DoseRecorded(Payload, frozen=True, kw_only=True):
    """A historical dose: somebody says it was given elsewhere.

    ``given_on`` is absent where the source has only a tick. ``cvx`` is absent where the source's words
    could not be understood; ``as_written`` keeps them either way.
    """

    told: Told
    cvx: Cvx | None = None
    given_on: WrittenDate | None = None
    as_written: Note = ""
    lot: Label = ""
    mvx: Label = ""
    provider: Label = ""
    source_key: Label = ""
    """The source's own number of this dose, by which a second import finds it again."""
    statement: EventId | None = None
    """The statement it stands on."""


class DoseCorrected(Payload, frozen=True, kw_only=True):
    """A dose was written down wrongly: the fields present replace those of the event named."""

    event: EventId
    reason: Text
    cvx: Cvx | None = None
    given_on: WrittenDate | None = None
    lot: Label | None = None
    mvx: Label | None = None
    site: Site | None = None
    route: Route | None = None
    dose_ml: DoseMl | None = None
    expires_on: CivilDate | None = None
    told: Told | None = None


class DoseVoided(Payload, frozen=True, kw_only=True):
    """A dose on record never happened, or belongs to another child; or a word that none was given was wrong.

    The event named stays visible and counts for nothing.
    """

    event: EventId
    reason: Text


class DoseNotGiven(Payload, frozen=True, kw_only=True):
    """A child came, or should have come, and a vaccine was not given."""

    clinic: ClinicId
    cvx: Few[Cvx]
    reason: Literal[
        "refused", "absent", "unwell", "contraindicated", "no_consent", "no_stock", "already_given", "other"
    ]
    on: CivilDate
    note: Note = ""
    paper_form: FormNumber = ""
    """The paper form it was copied from."""


class DoseVerified(Payload, frozen=True, kw_only=True):
    """A second person compared a back-entered dose with its paper."""

    event: EventId
    agrees: bool
    note: Note = ""


YesNo = Literal["yes", "no", "unknown"]
"""An answer a form asks for."""
ReactionResult = Literal[
    "office_visit",
    "emergency_room",
    "hospital",
    "longer_hospital",
    "life_threatening",
    "disability",
    "died",
    "birth_defect",
    "none",
]
"""What became of a reaction: item 21 of form VAERS 2.0."""
Race = Literal["american_indian", "asian", "black", "pacific_islander", "white", "unknown", "other"]
"""Item 24 of form VAERS 2.0."""
Ethnicity = Literal["hispanic", "not_hispanic", "unknown"]
"""Item 25 of form VAERS 2.0."""
MilitaryStatus = Literal["active_duty", "reserve", "national_guard", "beneficiary", "other", ""]
"""Item 27 of form VAERS 2.0; empty for who has none."""


class ReactionObserved(Payload, frozen=True, kw_only=True):
    """Something happened after a dose. ``began_at`` in UTC; treatment as told in ``care``."""

    doses: Many[EventId]
    began_at: Instant
    description: Text
    care: Note = ""
    epinephrine_at: Few[Instant] = ()
    emergency_called_at: Instant | None = None
    handed_over_at: Instant | None = None
    parent_called_at: Instant | None = None
    outcome: Note = ""


class ReactionAssessed(Payload, frozen=True, kw_only=True):
    """What a report of a reaction asks beyond the first note; the latest stands.

    The comments name the items of form VAERS 2.0. Its other items (who, when, vaccines, allergies, doses of the
    month before) are read off the record.
    """

    event: EventId
    report: Literal["required", "encouraged", "not_needed"]
    """Required: in the table of reportable events, or listed by the maker as a contraindication."""
    pregnant: YesNo = "unknown"
    """Item 8."""
    medications: Note = ""
    """Item 9: what was taken at the time."""
    illnesses: Note = ""
    """Item 11: ill then, or up to a month before."""
    conditions: Note = ""
    """Item 12: lasting conditions."""
    doctor: Note = ""
    """Item 14: whom to ask about the reaction, and the phone."""
    tests: Note = ""
    """Item 19: tests and their results."""
    recovered: YesNo = "unknown"
    """Item 20."""
    results: Few[ReactionResult] = ()
    """Item 21."""
    hospital: Note = ""
    """Item 21: name, city, state."""
    hospital_days: Annotated[int, msgspec.Meta(ge=0, le=3_650)] | None = None
    died_on: CivilDate | None = None
    earlier_reactions: Note = ""
    """Item 23: after which vaccine, at what age."""
    other_vaccines: Note = ""
    """Item 22: vaccines of the month before that are not on this record."""
    race: Few[Race] = ()
    """Item 24, as the family says."""
    ethnicity: Ethnicity = "unknown"
    """Item 25, as the family says."""
    project_number: Label = ""
    """Item 26: the immunization project's own number, which only a health department fills in."""
    military_status: MilitaryStatus = ""
    """Item 27: for who is in the armed forces or a dependant."""
    military_site: YesNo = "no"
    """Item 28: vaccinated at a military site."""
    note: Note = ""


class VaersReported(Payload, frozen=True, kw_only=True):
    """A report to the Vaccine Adverse Event Reporting System (42 U.S.C. 300aa-25(b))."""

    reaction: EventId
    report_number: Name
    reported_on: CivilDate


class ObservationEnded(Payload, frozen=True, kw_only=True):
    """The child was watched for 15 or 30 minutes after a dose and left."""

    clinic: ClinicId
    minutes: Annotated[int, msgspec.Meta(ge=0, le=240)]
    until: Instant
    note: Note = ""


_TOLD = (*CARE, Role.RECORDS)

TYPES = (
    EventType(
        "dose.administered",
        DoseAdministered,
        "student",
        CARE,
        "42 U.S.C. 300aa-25(a), 300aa-26; 121A.15 subd. 3a",
    ),
    EventType("dose.recorded", DoseRecorded, "student", _TOLD, "121A.15 subd. 1, 4; S3 Att 2"),
    EventType("dose.corrected", DoseCorrected, "student", _TOLD, "FERPA 34 CFR 99.20-99.21"),
    EventType("dose.voided", DoseVoided, "student", _TOLD, "FERPA 34 CFR 99.20-99.21"),
    EventType("dose.not_given", DoseNotGiven, "student", CARE, "clinic practice; issue 6"),
    EventType("dose.verified", DoseVerified, "student", _TOLD, "clinic practice; issue 6"),
    EventType("reaction.observed", ReactionObserved, "student", CARE, "42 U.S.C. 300aa-25(b)"),
    EventType("reaction.assessed", ReactionAssessed, "student", CARE, "42 U.S.C. 300aa-25(b); VAERS 2.0"),
    EventType("vaers.reported", VaersReported, "student", CARE, "42 U.S.C. 300aa-25(b)"),
    EventType("observation.ended", ObservationEnded, "student", CARE, "clinic practice; issue 6"),
)
