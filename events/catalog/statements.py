"""Papers that satisfy the law, and the exemptions that rest on them (121A.15 subd. 1 to 4).

A paper acts from the day it is received; until it is checked, what it covers is ``review``; acceptance
reaches back to receipt (design, section 9). The doses a statement lists are events of their own that
name it. Who signed, and in what standing, decides which paper can do what.
"""

from typing import Literal

import msgspec

from events.catalog.event_type import (
    FILES,
    OFFICE,
    Antigen,
    CivilDate,
    EventType,
    Few,
    Label,
    Name,
    Note,
    Payload,
    Photo,
    Sentence,
    Told,
)
from events.ids import EventId
from events.roles import Role

StatementKind = Literal["immunization", "in_process", "medical", "laboratory", "disease_history", "conscientious"]
"""``immunization``: subd. 1(1), 2 or 4; ``in_process``: subd. 1(2); the rest are exemptions of subd. 3."""

Standing = Literal["physician", "public_clinic", "parent", "emancipated", "health_care_provider", "other"]
"""In what standing somebody signed."""


class Notary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who notarized, when, and whether in person or remotely."""

    name: Name
    on: CivilDate
    commission_expires: CivilDate | None = None
    remote: bool = False


class PlannedDose(msgspec.Struct, frozen=True):
    """A dose still to come on an in-process statement. Missing it is a reminder, never a verdict."""

    antigens: Few[Antigen]
    on: CivilDate


class StatementReceived(Payload, frozen=True, kw_only=True):
    """A paper reached the school on ``received_on``. ``antigens`` empty means all of them.

    ``filed_here`` is false for one that came with a transfer file.
    """

    kind: StatementKind
    signer: Name
    standing: Standing
    received_on: CivilDate
    told: Told
    signed_on: CivilDate | None = None
    signed: bool = True
    notary: Notary | None = None
    antigens: Few[Antigen] = ()
    planned: Few[PlannedDose] = ()
    disease_on: Label = ""
    """When the disease was, as written (disease history)."""
    photo: Photo | None = None
    filed_here: bool = True


class StatementChecked(Payload, frozen=True, kw_only=True):
    """A person compared the paper with what the law asks of it."""

    event: EventId
    outcome: Literal["accepted", "rejected"]
    findings: Few[Sentence] = ()
    told_parent: Note = ""
    """How and when the parent was told of a rejection."""


class StatementWithdrawn(Payload, frozen=True, kw_only=True):
    """Whoever filed the paper took it back, from ``on``; it acted until then."""

    event: EventId
    by: Name
    on: CivilDate
    reason: Note = ""


class StatementForwarded(Payload, frozen=True, kw_only=True):
    """A conscientious statement was sent to the commissioner of health (subd. 3(d)); no other kind may be (A-23)."""

    event: EventId
    on: CivilDate
    channel: Name


_TAKERS = (Role.NURSE, *FILES, Role.ADMINISTRATOR)

TYPES = (
    EventType("statement.received", StatementReceived, "student", _TAKERS, "121A.15 subd. 1-4"),
    EventType("statement.checked", StatementChecked, "student", OFFICE, "121A.15 subd. 1-4; S1 III-IV"),
    EventType("statement.withdrawn", StatementWithdrawn, "student", _TAKERS, "121A.15 subd. 3(d)"),
    EventType("statement.forwarded", StatementForwarded, "student", OFFICE, "121A.15 subd. 3(d)"),
)
