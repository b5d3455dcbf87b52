"""Which words of a family count for nothing: recorded by mistake, or of somebody a court left without a say.

    consent.refused --consent.voided--> never said here --consent.voided, of the voiding--> said after all, and so on
    a person --say.ended, from a day--> neither yes nor no counts --say.restored, from a day--> counts again

A say ends and is restored for a person, by name, and for the day a dose is given: what they said before counts then
as little as what they say since, and a yes of that time does not count afterwards. That a say ended or was restored
is voided like any other word. What the district set aside counts, on the device that wrote it and until somebody
settles it, against a dose alone: so each word is read as one that lets a dose through (a yes) or stops one (a no), and
the same order may end a father's yes and leave his no standing. Mirrored by web/src/projections/set_aside.ts.
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


def voiding(shelf: Shelf, event: EventId, lets: bool = True) -> tuple[Fact, ConsentVoided] | None:
    """The word that an entry was a mistake, unless that word was one itself. ``lets``: it lets a dose through."""
    said: dict[EventId, list[tuple[Fact, ConsentVoided]]] = {}
    named = [event]
    letting = {event: lets}
    for one in named:
        said[one] = [void for void in shelf.about(one, ConsentVoided) if letting[one] or not void[0].is_aside]
        found = [fact.id for fact, _ in said[one] if fact.id not in letting]
        letting |= dict.fromkeys(found, not letting[one])
        named += found
    stands: dict[EventId, tuple[Fact, ConsentVoided] | None] = {}
    for one in reversed(named):
        stands[one] = next((void for void in said[one] if stands.get(void[0].id) is None), None)
    return stands[event]


def ended_says(shelf: Shelf, lets: bool = True) -> tuple[EndedSay, ...]:
    """Everybody who has or had no say, in log order; restored, from the earliest day somebody named.

    ``lets``: for words that let a dose through (a yes), or for those that stop one.
    """
    found = []
    for fact, told in shelf.of(SayEnded):
        if voiding(shelf, fact.id, not lets) is not None or (fact.is_aside and not lets):
            continue
        backs = [one for one in shelf.about(fact.id, SayRestored) if not (lets and one[0].is_aside)]
        days = [back.on for said, back in backs if voiding(shelf, said.id, lets) is None]
        found.append(EndedSay(fact, told, person_of(told.person, "parent"), _since(fact, told), min(days, default="")))
    return tuple(found)


def _since(fact: Fact, told: SayEnded) -> str:
    """The day of the order; of one that was not to come when it was written down, not after the log received it."""
    is_to_come = told.since > fact.header.recorded_at[:10]
    return told.since if is_to_come else not_after_receipt(told.since, fact)
