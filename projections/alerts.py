"""What a nurse must know before a dose: allergies, contraindications, and severe reactions to an earlier one.

Each stands until somebody lifts it. Mirrored by web/src/projections/alerts.ts.
"""

import re
from typing import Literal

import msgspec

from events.catalog.students import AllergyRecorded, ContraindicationLifted, ContraindicationRecorded
from events.ids import EventId
from projections.components import holding, is_live, is_made_with
from projections.fold import Fact
from projections.history import dose_lines
from projections.law.codes import ANTIGENS, CODES, GROUPS
from projections.reactions import Reaction, reactions_of
from projections.shelf import Shelf

_GRAVE = frozenset(("life_threatening", "died"))
_NAMED = re.compile(r"\bana(ph|f)", re.IGNORECASE)
_DENIED = re.compile(r"\b(no|not|non|never|without|denies|denied|sin|nunca|jamás|niega|negó)\b", re.IGNORECASE)


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An allergy or contraindication. ``lifted`` says why it no longer stands; None while it does.

    A severe reaction is a contraindication of the vaccines it came ``after``, without anybody writing one down.
    """

    fact: Fact
    kind: Literal["allergy", "contraindication"]
    text: str
    anaphylaxis: bool = False
    antigens: tuple[str, ...] = ()
    cvx: tuple[str, ...] = ()
    until: str = ""
    after: tuple[EventId, ...] = ()
    lifted: str | None = None
    lifted_by: Fact | None = None

    def forbids(self, cvx: str) -> bool:
        """Whether it speaks against a vaccine: one named or what brings it, any if none is; what holds an allergen.

        After a severe reaction nobody knows to what in the vaccine: whatever shares something (ACIP: Td after Tdap), or
        is made with what it brings (MenACWY after Tdap, for its toxoid).
        """
        if self.kind == "allergy":
            return self.anaphylaxis and holding(self.text, cvx) == "holds"
        if not self.cvx and not self.antigens:
            return True
        held = {*(CODES.antigens_of(cvx) or ()), *CODES.groups_of(cvx)}
        antigens = {table[name] for name in self.antigens for table in (ANTIGENS, GROUPS) if name in table}
        is_near = _shares if self.after else _brings
        return any(is_near(cvx, named) for named in self.cvx) or not held.isdisjoint(antigens)

    def stands_on(self, day: str) -> bool:
        return self.lifted is None and self.is_for(day)

    def is_for(self, day: str) -> bool:
        """Whether it is for that day, lifted or not."""
        return not self.until or day <= self.until


def _shares(cvx: str, named: str) -> bool:
    return CODES.overlap(cvx, named) or is_made_with(cvx, named)


def _brings(cvx: str, named: str) -> bool:
    """That of a live vaccine is none of one that is not live: asthma speaks against the spray, not the shot."""
    return CODES.brings(cvx, named) and (is_live(cvx) or not is_live(named))


def alerts_of(shelf: Shelf) -> tuple[Alert, ...]:
    """Allergies and contraindications in the order they were recorded."""
    found = [
        Alert(
            fact=fact,
            kind="allergy",
            text=told.substance,
            anaphylaxis=told.anaphylaxis or says_anaphylaxis(told.substance),
        )
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
    found += _severe_reactions(shelf)
    return tuple(sorted((_lift(alert, shelf) for alert in found), key=lambda alert: alert.fact.order))


def _lift(alert: Alert, shelf: Shelf) -> Alert:
    lifted = shelf.about(alert.fact.id, ContraindicationLifted)
    return msgspec.structs.replace(alert, lifted=lifted[0][1].reason, lifted_by=lifted[0][0]) if lifted else alert


def _severe_reactions(shelf: Shelf) -> list[Alert]:
    severe = [one for one in reactions_of(shelf) if _is_severe(one)]
    given = {dose.event: dose.cvx for dose in dose_lines(shelf) if dose.is_standing and dose.cvx} if severe else {}
    return [
        Alert(fact=one.fact, kind="contraindication", text=one.told.description, cvx=cvx, after=one.told.doses)
        for one in severe
        if (cvx := tuple(dict.fromkeys(given[dose] for dose in one.told.doses if dose in given)))
    ]


def _is_severe(reaction: Reaction) -> bool:
    """Anaphylaxis by name or by its treatment, or a danger to life as it was assessed."""
    results = reaction.assessed.results if reaction.assessed is not None else ()
    told = reaction.told
    is_grave = bool(told.epinephrine_at) or not _GRAVE.isdisjoint(results)
    return is_grave or says_anaphylaxis(told.description)


def says_anaphylaxis(written: str) -> bool:
    """Whether words name it, in English or Spanish, and none of them says no."""
    return _NAMED.search(written) is not None and _DENIED.search(written) is None
