"""What the district decided and the state ordered, each with its dates: read off the district's stream.

Fold only the facts known on a day and you have the policy as then known; ask for a civil day and you
have what was in force. Of two decisions in force on one day the one with the later first day wins, then
the one recorded later. Nothing here overrides a statute: the rule set caps what a policy may say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from events.catalog.policy import (
    ConscientiousInTransfer,
    DistrictFounded,
    ExclusionSchedule,
    PolicyAdopted,
    Reading,
    RecommendedList,
    RetentionSchedule,
    RuleSetAdopted,
    SuspensionIssued,
    TimeZone,
    TransferGrace,
)
from events.errors import Refused
from projections.fold import Fact
from projections.shelf import Shelf

Value = TypeVar(
    "Value",
    ConscientiousInTransfer,
    ExclusionSchedule,
    Reading,
    RecommendedList,
    RetentionSchedule,
    RuleSetAdopted,
    TimeZone,
    TransferGrace,
)


class Policy(msgspec.Struct, frozen=True, dict=True):
    """The district as its own stream tells of it. Make it with ``policy_of``."""

    facts: tuple[Fact, ...] = ()

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.facts)

    @cached_property
    def founded(self) -> DistrictFounded | None:
        founded = self.shelf.of(DistrictFounded)
        return founded[0][1] if founded else None

    @property
    def kind(self) -> str:
        """``school_district``, ``nonpublic_school`` or ``child_care``; empty before the founding is known."""
        return self.founded.kind if self.founded else ""

    @property
    def name(self) -> str:
        return self.founded.name if self.founded else ""

    @cached_property
    def suspensions(self) -> tuple[tuple[Fact, SuspensionIssued], ...]:
        return tuple(self.shelf.of(SuspensionIssued))

    def decisions(self, kind: type[Value]) -> list[tuple[Fact, PolicyAdopted, Value]]:
        """Everything ever decided about one matter, in log order."""
        return [
            (fact, adopted, adopted.value)
            for fact, adopted in self.shelf.of(PolicyAdopted)
            if isinstance(adopted.value, kind)
        ]

    def in_force(self, kind: type[Value], on: date) -> Value | None:
        """What holds of one matter on a civil day."""
        found = self.all_in_force(kind, on)
        return found[-1] if found else None

    def all_in_force(self, kind: type[Value], on: date) -> list[Value]:
        """All decisions of a kind that hold on a day, the one that wins last."""
        day = on.isoformat()
        held = [
            (adopted.effective_from, fact.order, value)
            for fact, adopted, value in self.decisions(kind)
            if adopted.effective_from <= day and (adopted.effective_to is None or day <= adopted.effective_to)
        ]
        return [value for _, _, value in sorted(held, key=lambda one: one[:2])]

    def grace_days(self, on: date) -> int | None:
        """Days a transferred child may attend while papers follow; None when nothing was adopted (A-11)."""
        grace = self.in_force(TransferGrace, on)
        return grace.days if grace is not None else None

    def conscientious_travels(self, on: date) -> bool:
        """Whether conscientious statements go into transfer files; they stay until the district decides (law, 3.3)."""
        switch = self.in_force(ConscientiousInTransfer, on)
        return switch is not None and switch.included

    def time_zone(self, on: date) -> str:
        """The IANA zone of the district's civil day; UTC before the founding is known."""
        adopted = self.in_force(TimeZone, on)
        if adopted is not None:
            return adopted.name
        return self.founded.time_zone if self.founded else "UTC"

    def civil_day(self, moment: datetime) -> date:
        """The district's calendar day at an instant (the zone in force on the UTC day decides)."""
        return moment.astimezone(zone(self.time_zone(moment.astimezone(UTC).date()))).date()

    def end_of_day(self, day: date) -> datetime:
        """The instant at which a civil day ends (aware, UTC): what was known on it was received before."""
        midnight = datetime.combine(day + timedelta(days=1), time(0), zone(self.time_zone(day)))
        return midnight.astimezone(UTC)


def policy_of(facts: Iterable[Fact]) -> Policy:
    """The policy told by the facts of the district's stream; facts of other streams are passed over."""
    return Policy(Shelf(fact for fact in facts if fact.stream == "district").facts)


def zone(name: str) -> ZoneInfo:
    """An IANA zone. Raises Refused for a name nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused("unknown-time-zone", f"{name!r} is no time zone this machine knows: use an IANA name") from error
