"""What families were sent: which exact words, in which language, how, and whether it arrived (E4 to E9)."""

from typing import Literal

from events.catalog.event_type import (
    OFFICE,
    RUNNERS,
    Address,
    EventType,
    Instant,
    Language,
    Name,
    Payload,
    Sha256,
    Text,
)
from events.ids import EventId, StudentId


class TemplatePublished(Payload, frozen=True, kw_only=True):
    """A notice's words, by hash, and the measured proof that exemptions stand beside requirements."""

    template: Name
    version: int
    language: Language
    sha256: Sha256
    same_page: bool
    requirement_points: float
    """Font size in points of the requirements in the produced page."""
    exemption_points: float
    """Font size in points of the exemptions in the produced page."""
    translator: str = ""


class NoticeSent(Payload, frozen=True, kw_only=True):
    """One notice to one family: SHA-256 of the paper as sent, and what it said is missing."""

    student: StudentId
    template: Name
    version: int
    language: Language
    paper_sha256: Sha256
    deficiencies: tuple[Text, ...]
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
