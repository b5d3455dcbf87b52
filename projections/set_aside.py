"""Which words of a family count for nothing: recorded by mistake, or of somebody a court left without a say.

    consent.refused --consent.voided--> never said here --consent.voided, of the voiding--> said after all, and so on
    a person --say.ended, from a day--> neither yes nor no counts --say.restored, from a day--> counts again

A say ends and is restored for a person, by name, and for the day a dose is given: what they said before counts then
as little as what they say since, and a yes of that time does not count afterwards. That a say ended or was restored
is voided like any other word. What the district set aside of these is read twice on the device that wrote it, until
somebody settles it: as if it stood and as if it did not, and whichever stops a dose or a sharing counts (docs/law.md).
Mirrored by web/src/projections/set_aside.ts.
"""

from typing import NamedTuple

from events.catalog.consents import ConsentVoided, SayEnded, SayRestored
from events.ids import EventId
from projections.consenting import person_of
from projections.fold import Fact
from projections.said import not_after_receipt
from projections.shelf import Shelf


class EndedSay(NamedTuple):
    """Of whom, on what ground, from which day, and until the day before ``until``; empty where it goes on."""

    fact: Fact
    told: SayEnded
    person: str
    since: str
    until: str

    def holds_on(self, day: str) -> bool:
        return self.since <= day and (not self.until or day < self.until)


def voiding(shelf: Shelf, event: EventId) -> tuple[Fact, ConsentVoided] | None:
    """The word that an entry was a mistake, unless that word was one itself."""
    said: dict[EventId, list[tuple[Fact, ConsentVoided]]] = {}
    named = [event]
    for one in named:
        said[one] = shelf.about(one, ConsentVoided)
        named += [fact.id for fact, _ in said[one] if fact.id not in said]
    stands: dict[EventId, tuple[Fact, ConsentVoided] | None] = {}
    for one in reversed(named):
        stands[one] = next((void for void in said[one] if stands.get(void[0].id) is None), None)
    return stands[event]


def ended_says(shelf: Shelf) -> tuple[EndedSay, ...]:
    """Everybody who has or had no say, in log order; restored, from the earliest day somebody named."""
    found = []
    for fact, told in shelf.of(SayEnded):
        if voiding(shelf, fact.id) is not None:
            continue
        backs = shelf.about(fact.id, SayRestored)
        days = [back.on for said, back in backs if voiding(shelf, said.id) is None]
        found.append(EndedSay(fact, told, person_of(told.person, "parent"), _since(fact, told), min(days, default="")))
    return tuple(found)


def without_aside(shelf: Shelf) -> Shelf | None:
    """The record without what the district set aside of these words; None where it is the same."""
    told = (*shelf.of(ConsentVoided), *shelf.of(SayEnded), *shelf.of(SayRestored))
    aside = {fact.id for fact, _ in told if fact.is_aside}
    return Shelf(fact for fact in shelf.facts if fact.id not in aside) if aside else None


def _since(fact: Fact, told: SayEnded) -> str:
    """The day of the order; of one that was not to come when it was written down, not after the log received it."""
    is_to_come = told.since > fact.header.recorded_at[:10]
    return told.since if is_to_come else not_after_receipt(told.since, fact)
