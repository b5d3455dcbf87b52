"""What a nurse must know before a dose: allergies, contraindications, and who allowed or refused what.

Consent is per vaccine. The latest word per signer counts; where one signer's yes stands against
another's no, the no blocks until a person settles it (design, section 8). A withdrawal names the consent
it ends, from its own moment on; of several the earliest.
"""

from typing import Literal

import msgspec

from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentWithdrawn
from events.catalog.students import AllergyRecorded, ContraindicationLifted, ContraindicationRecorded
from events.ids import ClinicId
from projections.components import holding
from projections.fold import Fact
from projections.law.codes import ANTIGENS, CODES, GROUPS
from projections.shelf import Shelf


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An allergy or contraindication. ``lifted`` says why it no longer stands; None while it does."""

    fact: Fact
    kind: Literal["allergy", "contraindication"]
    text: str
    anaphylaxis: bool = False
    antigens: tuple[str, ...] = ()
    cvx: tuple[str, ...] = ()
    until: str = ""
    lifted: str | None = None

    def forbids(self, cvx: str) -> bool:
        """Whether it speaks against a vaccine: one named or what brings it, any if none is; what holds an allergen."""
        if self.kind == "allergy":
            return self.anaphylaxis and holding(self.text, cvx) == "holds"
        if not self.cvx and not self.antigens:
            return True
        held = {*(CODES.antigens_of(cvx) or ()), *CODES.groups_of(cvx)}
        antigens = {(ANTIGENS | GROUPS)[name] for name in self.antigens}
        return any(CODES.brings(cvx, named) for named in self.cvx) or not held.isdisjoint(antigens)

    def stands_on(self, day: str) -> bool:
        return self.lifted is None and (not self.until or day <= self.until)


class ConsentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person's word on one vaccine. ``given`` is None for a refusal."""

    fact: Fact
    cvx: str
    signer: str
    on: str
    given: ConsentGiven | None
    withdrawn: ConsentWithdrawn | None = None
    withdrawn_by: Fact | None = None

    def allows(self, day: str, clinic: ClinicId | None) -> bool:
        """Whether it is a yes that holds on that civil day, at that clinic."""
        if self.given is None or self.withdrawn is not None or day < self.on:
            return False
        in_time = self.given.until is None or day <= self.given.until
        return in_time and (self.given.clinic is None or self.given.clinic == clinic)


def alerts_of(shelf: Shelf) -> tuple[Alert, ...]:
    """Allergies and contraindications in the order they were recorded."""
    found = [
        Alert(fact=fact, kind="allergy", text=told.substance, anaphylaxis=told.anaphylaxis)
        for fact, told in shelf.of(AllergyRecorded)
    ]
    found += [
        Alert(
            fact=fact,
            kind="contraindication",
            text=told.reason,
            antigens=tuple(told.antigens),
            cvx=told.cvx,
            until=told.until or "",
        )
        for fact, told in shelf.of(ContraindicationRecorded)
    ]
    return tuple(sorted((_lift(alert, shelf) for alert in found), key=lambda alert: alert.fact.order))


def _lift(alert: Alert, shelf: Shelf) -> Alert:
    lifted = shelf.about(alert.fact.id, ContraindicationLifted)
    return msgspec.structs.replace(alert, lifted=lifted[0][1].reason) if lifted else alert


def consent_lines(shelf: Shelf) -> tuple[ConsentLine, ...]:
    """Every word on every vaccine, one line a vaccine, in log order."""
    lines: list[ConsentLine] = []
    for fact, yes in shelf.of(ConsentGiven):
        ends = sorted(shelf.about(fact.id, ConsentWithdrawn), key=lambda told: (told[1].at, told[0].order))
        by, withdrawn = ends[0] if ends else (None, None)
        lines += [
            ConsentLine(
                fact=fact, cvx=cvx, signer=yes.signer, on=yes.on, given=yes, withdrawn=withdrawn, withdrawn_by=by
            )
            for cvx in yes.cvx
        ]
    for fact, no in shelf.of(ConsentRefused):
        lines += [ConsentLine(fact=fact, cvx=cvx, signer=no.signer, on=no.on, given=None) for cvx in no.cvx]
    return tuple(sorted(lines, key=lambda line: (*line.fact.order, line.cvx)))


def latest_consents(lines: tuple[ConsentLine, ...]) -> dict[str, tuple[ConsentLine, ...]]:
    """Per vaccine the last word of each signer (case of the name aside), in log order."""
    last: dict[tuple[str, str], ConsentLine] = {}
    for line in lines:
        last[(line.cvx, line.signer.casefold().strip())] = line
    found: dict[str, tuple[ConsentLine, ...]] = {}
    for (cvx, _), line in sorted(last.items(), key=lambda pair: pair[1].fact.order):
        found[cvx] = (*found.get(cvx, ()), line)
    return found
