"""Schools, child care facilities, and the superintendent's office that files for home schools."""

from events.catalog.event_type import RUNNERS, Address, CivilDate, EventType, Few, Label, Name, Note, Payload
from events.catalog.students import FacilityKind, Grade, Identifier


class FacilityOpened(Payload, frozen=True, kw_only=True):
    """A facility of the district. ``kind`` decides which clauses hold there (121A.15 subd. 9)."""

    name: Name
    kind: FacilityKind
    address: Address | None = None
    phone: Label = ""
    identifiers: Few[Identifier] = ()
    grades: Few[Grade] = ()


class FacilityCorrected(Payload, frozen=True, kw_only=True):
    """The fields present replace the old."""

    name: Name | None = None
    kind: FacilityKind | None = None
    address: Address | None = None
    phone: Label | None = None
    identifiers: Few[Identifier] | None = None
    reason: Note = ""


class FacilityClosed(Payload, frozen=True, kw_only=True):
    """The facility holds no more files after this day; ``successor`` says who does."""

    on: CivilDate
    successor: Label = ""


TYPES = (
    EventType("facility.opened", FacilityOpened, "facility", RUNNERS, "121A.15 subd. 9"),
    EventType("facility.corrected", FacilityCorrected, "facility", RUNNERS, "design 2"),
    EventType("facility.closed", FacilityClosed, "facility", RUNNERS, "121A.15 subd. 7"),
)
