"""Today's clinic in the demo: its place and staff, whom it expects, what it may give and has in its boxes.

The roster is made of children who lack something, then of others who come for influenza vaccine, so that
eighty doses given there change many verdicts and not all.
"""

from datetime import date, datetime, timedelta
from random import Random

import msgspec

from events.catalog.clinics import ClinicPlanned, ClinicStaffed, OrderIssued, RosterAdded
from events.catalog.consents import ConsentGiven
from events.catalog.doses import Route, Site
from events.catalog.stock import StockLoaded, TemperatureRead
from events.dates import write_instant
from events.ids import ClinicId, StudentId
from server.demo.people import DemoChild, DemoFacility, DemoStaff, Minter
from server.demo.stories import History

ROSTER_CHILDREN = 150
IN_PROCESS_CHILDREN = 30
INFLUENZA = "150"
CONTAINERS = ("Cooler 1", "Cooler 2")
_ARMS: tuple[Site, ...] = ("left_deltoid", "right_deltoid")
_NEEDLE: tuple[tuple[str, str, str, Route, int, int | None], ...] = (
    ("115", "PMC", "U7421AC", "IM", 84, None),
    ("20", "SKB", "9K4T2", "IM", 2, 83),
    ("10", "PMC", "X1E881M", "IM", 2, None),
    ("03", "MSD", "W028843", "SC", 12, None),
    ("08", "MSD", "Y011562", "IM", 0, 239),
    (INFLUENZA, "SEQ", "P100739405", "IM", 6, None),
)
"""CVX, manufacturer, lot, route, and the ages in months of the standing order."""


class DemoClinic(msgspec.Struct, frozen=True, kw_only=True):
    """The clinic and the facts that open it. ``wanted``: the CVX codes each child on the roster comes for."""

    id: ClinicId
    on: date
    planned: ClinicPlanned
    staffed: ClinicStaffed
    roster: RosterAdded
    orders: tuple[OrderIssued, ...]
    stock: tuple[StockLoaded, ...]
    consents: dict[StudentId, ConsentGiven]
    wanted: dict[StudentId, tuple[str, ...]]

    def packed(self, now: datetime) -> tuple[TemperatureRead, ...]:
        """The readings with which its boxes leave, at whatever hour the demo is played."""
        return tuple(
            TemperatureRead(container=box, at=write_instant(now), celsius=celsius, occasion="start")
            for box, celsius in zip(CONTAINERS, (4.2, 5.1), strict=True)
        )


def make_clinic(
    mint: Minter,
    facility: DemoFacility,
    staff: tuple[DemoStaff, ...],
    files: list[tuple[DemoChild, History]],
    today: date,
) -> DemoClinic:
    """A clinic held today at a school of the district."""
    clinic = ClinicId(mint.id())
    wanted = _wanted(mint.rng, files)
    nurses = [person for person in staff if person.roles[0].role == "nurse"]
    address = facility.opened.address
    assert address is not None
    return DemoClinic(
        id=clinic,
        on=today,
        planned=ClinicPlanned(
            name="Catch-up clinic, gymnasium",
            facility=facility.id,
            address=address,
            on=today.isoformat(),
            opens="08:00",
            closes="15:00",
            operator="Aspen Prairie School District",
            vaccines=tuple(row[0] for row in _NEEDLE),
        ),
        staffed=ClinicStaffed(staff=((nurses[0].id, "lead"), (nurses[1].id, "vaccinator"))),
        roster=RosterAdded(students=tuple(wanted), reason="missing a dose, or asked for influenza vaccine"),
        orders=tuple(_order(row, today) for row in _NEEDLE),
        stock=tuple(_lot(row, container, today) for row in _NEEDLE for container in CONTAINERS),
        consents=_consents(mint.rng, clinic, wanted, files, today),
        wanted=wanted,
    )


def _wanted(rng: Random, files: list[tuple[DemoChild, History]]) -> dict[StudentId, tuple[str, ...]]:
    """150 children in school today, those who lack a dose first; nobody with a refusal on file."""
    here = [(child, file) for child, file in files if child.kind != "child_care" and file.last_day is None]
    begun = [(child, file.missing) for child, file in here if file.missing and file.story == "in_process"]
    lacking = [(child, file.missing) for child, file in here if file.missing and file.story != "in_process"]
    lacking += begun[:IN_PROCESS_CHILDREN]
    settled = [(child, (INFLUENZA,)) for child, file in here if file.story in ("complete", "complete_parent")]
    rng.shuffle(settled)
    chosen = (lacking + settled)[:ROSTER_CHILDREN]
    return {child.id: codes for child, codes in sorted(chosen, key=lambda pair: pair[0].id)}


def _order(row: tuple[str, str, str, Route, int, int | None], today: date) -> OrderIssued:
    cvx, _, _, route, months_from, months_to = row
    return OrderIssued(
        prescriber="Dr. Evangeline Moreau",
        cvx=cvx,
        valid_from=today.replace(month=1, day=1).isoformat(),
        valid_to=(today + timedelta(days=300)).isoformat(),
        dose_ml=0.5,
        route=route,
        sites=_ARMS,
        age_months_from=months_from,
        age_months_to=months_to,
    )


def _lot(row: tuple[str, str, str, Route, int, int | None], container: str, today: date) -> StockLoaded:
    cvx, mvx, lot, *_ = row
    return StockLoaded(
        container=container,
        cvx=cvx,
        mvx=mvx,
        lot=f"{lot}{container[-1]}",
        expires_on=(today + timedelta(days=260)).isoformat(),
        doses=60 if cvx == INFLUENZA else 40,
        funding="vfc",
    )


def _consents(
    rng: Random,
    clinic: ClinicId,
    wanted: dict[StudentId, tuple[str, ...]],
    files: list[tuple[DemoChild, History]],
    today: date,
) -> dict[StudentId, ConsentGiven]:
    """Nine of ten families have sent the form back."""
    families = {child.id: child.name.family for child, _ in files}
    return {
        student: ConsentGiven(
            cvx=codes,
            signer=f"Parent or guardian {families[student]}",
            standing="parent",
            form="paper",
            on=(today - timedelta(days=rng.randrange(2, 15))).isoformat(),
            clinic=clinic,
        )
        for student, codes in wanted.items()
        if rng.random() < 0.9
    }
