"""What families were sent: which exact words, in which language, how, and whether it arrived (E4 to E9)."""

from typing import Annotated, Literal

import msgspec

from events.catalog.event_type import (
    OFFICE,
    RUNNERS,
    Address,
    Count,
    EventType,
    Few,
    Instant,
    Label,
    Language,
    Name,
    Payload,
    Sentence,
    Sha256,
    Text,
)
from events.ids import EventId, StudentId

Points = Annotated[float, msgspec.Meta(gt=0, le=200)]
"""A font size in points."""


class TemplatePublished(Payload, frozen=True, kw_only=True):
    """A notice's words, by hash, and the measured proof that exemptions stand beside requirements."""

    template: Name
    version: Count
    language: Language
    sha256: Sha256
    same_page: bool
    requirement_points: Points
    """Font size in points of the requirements in the produced page."""
    exemption_points: Points
    """Font size in points of the exemptions in the produced page."""
    translator: Label = ""


class NoticeSent(Payload, frozen=True, kw_only=True):
    """One notice to one family: SHA-256 of the paper as sent, and what it said is missing."""

    student: StudentId
    template: Name
    version: Count
    language: Language
    paper_sha256: Sha256
    deficiencies: Few[Sentence]
    addressee: Name
    channel: Literal["mail", "certified_mail", "email", "hand", "portal", "phone"]
    sent_at: Instant
    address: Address | None = None


class NoticeDelivered(Payload, frozen=True, kw_only=True):
    """The notice arrived, as far as the channel can tell."""

    event: EventId
    at: Instant
    how_known: Text


class NoticeReturned(Payload, frozen=True, kw_only=True):
    """The notice came back."""

    event: EventId
    at: Instant
    reason: Text


class NoticeAcknowledged(Payload, frozen=True, kw_only=True):
    """Somebody of the family said they have it."""

    event: EventId
    by: Name
    at: Instant


TYPES = (
    EventType("notice.template_published", TemplatePublished, "district", RUNNERS, "121A.15 subd. 3a(a); S1 V.B"),
    EventType("notice.sent", NoticeSent, "case", OFFICE, "S3 Q12, Att 4; E4-E9"),
    EventType("notice.delivered", NoticeDelivered, "case", OFFICE, "S3 Q12; E9"),
    EventType("notice.returned", NoticeReturned, "case", OFFICE, "S3 Q12; E9"),
    EventType("notice.acknowledged", NoticeAcknowledged, "case", OFFICE, "S3 Q12; E9"),
)
