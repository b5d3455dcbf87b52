"""What the log says of facilities, as an import needs it: found by the source's key, else by name.

A facility opened by hand carries no key; the first roster that names it leaves its key there, so that it is
found again under another name. Beside the name in force stands the one an import last gave (``sourced``):
a roster that still says that changes nothing, even after a person has renamed the facility.
"""

from collections.abc import Callable
from dataclasses import dataclass

from events.catalog import Payload
from events.catalog.facilities import FacilityCorrected, FacilityOpened
from events.catalog.students import FacilityKind, Identifier
from events.ids import FacilityId, Stream, stream_of
from server.exchange.rows import School

LINKED = "the roster's number of it"
RENAMED = "the roster says otherwise"
_SYSTEM = "sis"

FacilityEntry = tuple[Stream, Payload]


@dataclass
class KnownFacility:
    """A facility: what is in force, and the name an import last gave."""

    id: FacilityId
    kind: FacilityKind
    name: str
    sourced_name: str = ""
    numbers: tuple[Identifier, ...] = ()

    @property
    def is_keyed(self) -> bool:
        return any(one.system == _SYSTEM for one in self.numbers)


class Places:
    """Changed in place by its one owner, in log order."""

    def __init__(self) -> None:
        self.facilities: dict[FacilityId, KnownFacility] = {}
        self._by_key: dict[Identifier, FacilityId] = {}
        self._unkeyed: dict[str, FacilityId] = {}

    def learn(self, facility: FacilityId, payload: Payload) -> None:
        """Take in one payload, from the log or about to be written."""
        if isinstance(payload, FacilityOpened):
            held = KnownFacility(facility, payload.kind, payload.name, numbers=payload.identifiers)
            held.sourced_name = held.name if held.is_keyed else ""
            self.facilities[facility] = held
        elif isinstance(payload, FacilityCorrected) and facility in self.facilities:
            held = self.facilities[facility]
            held.name = payload.name or held.name
            held.kind = payload.kind or held.kind
            held.numbers = held.numbers if payload.identifiers is None else payload.identifiers
            held.sourced_name = held.name if payload.reason in (LINKED, RENAMED) else held.sourced_name
        else:
            return
        for number in held.numbers:
            self._by_key.setdefault(number, facility)
        if held.is_keyed:
            self._unkeyed = {name: one for name, one in self._unkeyed.items() if one != facility}
        else:
            self._unkeyed.setdefault(held.name.casefold(), facility)

    def meet(self, school: School, mint: Callable[[], str]) -> tuple[KnownFacility, FacilityEntry | None]:
        """The facility a roster's school is, and what is to be written of it: opened, linked or renamed."""
        key = Identifier(_SYSTEM, school.key)
        found = self._by_key.get(key) or self._unkeyed.get(school.name.casefold())
        told: Payload
        if found is None:
            found = FacilityId(mint())
            told = FacilityOpened(
                name=school.name or f"School {school.key[:100]}", kind=school.kind, identifiers=(key,)
            )
        else:
            held = self.facilities[found]
            if key not in held.numbers:
                told = FacilityCorrected(name=held.name, identifiers=(*held.numbers, key), reason=LINKED)
            elif school.name and school.name not in (held.name, held.sourced_name):
                told = FacilityCorrected(name=school.name, reason=RENAMED)
            else:
                return held, None
        self.learn(found, told)
        return self.facilities[found], (stream_of("facility", found), told)
