"""Who lives in the demo district: three facilities, staff for every role, and the children of each grade.

Children are drawn first and their histories after, so that a change to a story never renames anybody.
The school year turns on 1 September; a child of grade g turned g + 5 before that day.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import msgspec

from events.catalog.event_type import Address, PersonName
from events.catalog.facilities import FacilityOpened
from events.catalog.people import RoleGranted, StaffRegistered
from events.catalog.students import FacilityKind, Identifier
from events.ids import FacilityId, StaffId, StudentId, uuid7
from server.demo.names import COMMUNITIES, STREETS, TOWN, Community

CHILDREN_PER_GRADE = 45
CHILDREN_IN_CHILD_CARE = 62
FORMER_STUDENTS = 10


class DemoFacility(msgspec.Struct, frozen=True, kw_only=True):
    """One facility and the event that opens it."""

    id: FacilityId
    opened: FacilityOpened

    @property
    def kind(self) -> FacilityKind:
        return self.opened.kind


class DemoStaff(msgspec.Struct, frozen=True, kw_only=True):
    """One member of staff, the roles held, and the password the demo sets. Never use it elsewhere."""

    id: StaffId
    registered: StaffRegistered
    roles: tuple[RoleGranted, ...]
    password: str

    @property
    def login(self) -> str:
        return self.registered.login


class DemoChild(msgspec.Struct, frozen=True, kw_only=True):
    """A child before any history: ``grade`` is today's, or ``POST`` for one who has left for good."""

    id: StudentId
    name: PersonName
    born: date
    sex: str
    community: Community
    identifiers: tuple[Identifier, ...]
    facility: FacilityId
    kind: FacilityKind
    grade: str
    address: Address
    phone: str


class Minter:
    """Ids from the seed: the same run makes the same ids."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.moment = datetime.combine(today, time(12), UTC)

    def id(self) -> str:
        self.moment += timedelta(milliseconds=1)
        return uuid7(self.moment, self.rng.randbytes(10))


def school_year_start(today: date) -> int:
    """The calendar year in which the school year of a day began (it turns on 1 September)."""
    return today.year if today.month >= 9 else today.year - 1


def first_school_day(year: int) -> date:
    """The Tuesday after Labor Day."""
    september = date(year, 9, 1)
    return september + timedelta(days=(7 - september.weekday()) % 7 + 1)


def make_facilities(mint: Minter) -> tuple[DemoFacility, ...]:
    rows: tuple[tuple[str, FacilityKind, str, tuple[str, ...]], ...] = (
        ("Tamarack Elementary School", "elementary", "410 Tamarack Street", ("K", "1", "2", "3", "4", "5", "6")),
        ("Aspen Prairie Secondary School", "secondary", "1200 Prairie Avenue", ("7", "8", "9", "10", "11", "12")),
        ("Little Loons Child Care", "child_care", "27 Lakeshore Drive", ("PREK",)),
    )
    return tuple(
        DemoFacility(
            id=FacilityId(mint.id()),
            opened=FacilityOpened(
                name=name,
                kind=kind,
                address=Address(lines=(street,), city=TOWN, state="MN", postal_code="55999"),
                phone=f"218-555-01{number:02}",
                identifiers=(Identifier("sis", f"org-{number}"),),
                grades=grades,
            ),
        )
        for number, (name, kind, street, grades) in enumerate(rows, start=1)
    )


def make_staff(mint: Minter, facilities: tuple[DemoFacility, ...]) -> tuple[DemoStaff, ...]:
    """One person at least for every role; two nurses, because two devices go to the clinic."""
    secondary = facilities[1].id
    rows: tuple[tuple[str, str, str, tuple[RoleGranted, ...]], ...] = (
        ("nurse.amina", "Amina Warfa-Holm", "RN", (RoleGranted(role="nurse"),)),
        ("nurse.kari", "Kari Tveit-Olsen", "LSN", (RoleGranted(role="nurse"),)),
        ("office", "Dolores Quintanilla", "Health office lead", (RoleGranted(role="health_office"),)),
        ("records", "Pakou Yang-Sayavong", "Records clerk", (RoleGranted(role="records"),)),
        (
            "principal",
            "Stuart Oftedahl",
            "Principal",
            (RoleGranted(role="administrator", facility=secondary),),
        ),
        ("auditor", "Ruthanne Bellefleur", "Compliance auditor", (RoleGranted(role="auditor"),)),
        ("agency", "Winifred Castleberry", "County public health nurse", (RoleGranted(role="agency"),)),
        ("admin", "Reinhold Dahlgaard", "District administrator", (RoleGranted(role="district_admin"),)),
    )
    address = facilities[0].opened.address
    assert address is not None
    return tuple(
        DemoStaff(
            id=StaffId(mint.id()),
            registered=StaffRegistered(name=name, title=title, address=address, login=login),
            roles=roles,
            password=f"demo-{login.replace('.', '-')}-2026",
        )
        for login, name, title, roles in rows
    )


def make_children(mint: Minter, facilities: tuple[DemoFacility, ...], today: date) -> tuple[DemoChild, ...]:
    """Every child of the district, in a fixed order: child care, grades K to 12, then those who have left."""
    elementary, secondary, child_care = facilities
    year = school_year_start(today)
    places: list[tuple[DemoFacility, str, date, int]] = []
    for _ in range(CHILDREN_IN_CHILD_CARE):
        places.append((child_care, "PREK", today - timedelta(days=130), 4 * 365 + 120))
    for grade in range(13):
        place = elementary if grade < 7 else secondary
        youngest = date(year - grade - 5, 8, 31)
        places += [(place, str(grade) if grade else "K", youngest, 364)] * CHILDREN_PER_GRADE
    for _ in range(FORMER_STUDENTS):
        places.append((secondary, "POST", date(year - 18, 8, 31), 7 * 365))
    taken: set[str] = set()
    return tuple(_child(mint, number, place, taken) for number, place in enumerate(places, start=1))


def _child(mint: Minter, number: int, place: tuple[DemoFacility, str, date, int], taken: set[str]) -> DemoChild:
    facility, grade, youngest, spread_days = place
    rng = mint.rng
    community = rng.choices(COMMUNITIES, weights=[c.share for c in COMMUNITIES])[0]
    sex = rng.choice(("female", "male"))
    identifiers = [Identifier("sis", f"{100_000 + number}"), Identifier("state", f"{2_710_000_000_000 + number * 37}")]
    if rng.random() < 0.7:
        identifiers.append(Identifier("registry", f"{3_000_000 + number * 11}"))
    return DemoChild(
        id=StudentId(mint.id()),
        name=_name(rng, community, sex, taken),
        born=youngest - timedelta(days=rng.randrange(spread_days)),
        sex=sex,
        community=community,
        identifiers=tuple(identifiers),
        facility=facility.id,
        kind=facility.kind,
        grade=grade,
        address=Address(
            lines=(f"{rng.randrange(100, 4000)} {rng.choice(STREETS)} Lane",),
            city=TOWN,
            state="MN",
            postal_code="55999",
        ),
        phone=f"218-555-01{rng.randrange(100):02}",
    )


def _name(rng: Random, community: Community, sex: str, taken: set[str]) -> PersonName:
    """A name nobody else has: a middle name, then another family name, sets namesakes apart."""
    givens = community.girls if sex == "female" else community.boys
    while True:
        given, family = rng.choice(givens), rng.choice(community.families)
        middle = rng.choice(givens) if rng.random() < 0.5 else ""
        full = f"{given} {middle} {family}"
        if middle != given and full not in taken:
            taken.add(full)
            return PersonName(given=given, family=family, middle=middle)
