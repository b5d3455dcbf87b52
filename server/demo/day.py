"""What the two nurses record at the clinic: who gets what, from which lot, and the three things that go wrong.

Each device has forty doses. The last child of the first device is also the first of the second (two nurses,
one dose, no network to tell them); one child brings an old paper; one lot was typed wrongly and is corrected.
"""

from events.catalog import Payload
from events.catalog.doses import DoseAdministered, DoseCorrected, DoseRecorded, VisGiven
from events.catalog.event_type import Giver, Told
from events.catalog.stock import StockLoaded
from events.ids import Stream, StudentId, stream_of
from projections.law.codes import CODES
from server.demo.district import DemoDistrict
from server.demo.people import DemoStaff

DOSES_PER_DEVICE = 40
VIS_EDITION = "2025-01-31"
CARD = "clinic card shown at check-in"

Fact = tuple[Stream, Payload]
Needle = tuple[StudentId, str]


def needles(demo: DemoDistrict) -> tuple[list[Needle], list[Needle]]:
    """Child and vaccine, in the order of the queue, for each device; one of them stands in both lists."""
    queue = [
        (child, cvx) for child, codes in demo.clinic.wanted.items() if child in demo.clinic.consents for cvx in codes
    ]
    first = queue[:DOSES_PER_DEVICE]
    return first, [first[-1], *queue[DOSES_PER_DEVICE : 2 * DOSES_PER_DEVICE - 1]]


def given(demo: DemoDistrict, queue: list[Needle], nurse: DemoStaff, container: str) -> list[Fact]:
    """The doses of one device, in order."""
    return [(stream_of("student", child), _dose(demo, cvx, nurse, container)) for child, cvx in queue]


def old_paper(demo: DemoDistrict, child: StudentId, nurse: DemoStaff) -> Fact:
    """A parent brought a card from a former clinic: a historical dose, with its source and recorder."""
    born = next(one.child.born for one in demo.students if one.id == child)
    told = Told(source="paper", recorder=nurse.registered.name, detail=CARD)
    day = born.replace(year=born.year + 1, day=min(born.day, 28), month=born.month)
    return stream_of("student", child), DoseRecorded(
        told=told, cvx="21", given_on=f"{day:%Y-%m}", as_written="varicella"
    )


def correction(line: int, child: StudentId, lot: str) -> Fact:
    """The lot of the dose on a line (from 1) was typed wrongly."""
    payload = DoseCorrected(event=f"#{line}", reason="lot number misread at the vial", lot=lot)  # type: ignore[arg-type]
    return stream_of("student", child), payload


def _dose(demo: DemoDistrict, cvx: str, nurse: DemoStaff, container: str) -> DoseAdministered:
    lot = _lot(demo, cvx, container)
    order = next(order for order in demo.clinic.orders if order.cvx == cvx)
    today = demo.clinic.on.isoformat()
    return DoseAdministered(
        cvx=cvx,
        given_on=today,
        lot=lot.lot,
        mvx=lot.mvx,
        expires_on=lot.expires_on,
        site=order.sites[0],
        route=order.route,
        dose_ml=order.dose_ml,
        giver=Giver(
            name=nurse.registered.name,
            title=nurse.registered.title,
            address=nurse.registered.address,
            staff=nurse.id,
        ),
        clinic=demo.clinic.id,
        vis=(VisGiven(CODES.name(cvx), VIS_EDITION, today),),
        funding=lot.funding,
    )


def _lot(demo: DemoDistrict, cvx: str, container: str) -> StockLoaded:
    return next(lot for lot in demo.clinic.stock if lot.cvx == cvx and lot.container == container)
