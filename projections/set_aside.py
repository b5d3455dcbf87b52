"""Which words of a family count for nothing: recorded by mistake, or of somebody a court left without a say.

    consent.refused --consent.voided--> never said here --consent.voided, of the voiding--> said after all
    a person --say.ended, from a day--> neither yes nor no counts --say.restored, from a day--> counts again

A say ends and is restored for a person, by name, and for the day a dose is given: what they said before counts then
as little as what they say since. Mirrored by web/src/projections/set_aside.ts.
"""

from typing import NamedTuple

from events.catalog.consents import ConsentVoided, SayEnded, SayRestored
from events.ids import EventId
from projections.consenting import person_of
from projections.fold import Fact
from projections.shelf import Shelf


class EndedSay(NamedTuple):
    """Of whom, on what ground, from which day, and until the day before ``until``; empty where it goes on."""

    fact: Fact
    told: SayEnded
    person: str
    until: str

    def holds_on(self, day: str) -> bool:
        return self.told.since <= day and (not self.until or day < self.until)


def voiding(shelf: Shelf, event: EventId) -> tuple[Fact, ConsentVoided] | None:
    """The word that an entry was a mistake, unless that word was one itself."""
    said = shelf.about(event, ConsentVoided)
    return next((one for one in said if not shelf.about(one[0].id, ConsentVoided)), None)


def ended_says(shelf: Shelf) -> tuple[EndedSay, ...]:
    """Everybody who has or had no say, in log order; restored, from the earliest day somebody named."""
    found = []
    for fact, told in shelf.of(SayEnded):
        days = [back.on for _, back in shelf.about(fact.id, SayRestored)]
        found.append(EndedSay(fact, told, person_of(told.person, "parent"), min(days, default="")))
    return tuple(found)
