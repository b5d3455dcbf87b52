"""Every place of the phone's app, as an address and something that shows that it is there."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from events.catalog.doses import ReactionObserved
from events.catalog.incidents import IncidentOpened
from events.catalog.stock import StockBorrowed
from events.ids import stream_of
from tests.browser.school import ALLERGIC, CONTESTED, NO_CONSENT, NOT_SCREENED, School
from tests.server.making import a_dose

ROUTES = Path(__file__).resolve().parents[2] / "web/src/screens/routes.json"
FORM = "00c0ffee-44"


def routes() -> set[str]:
    """What the app's own table names: `stock`, `child/dose`, `plan/staff`."""
    told: dict[str, list[str]] = json.loads(ROUTES.read_text(encoding="utf-8"))
    parts = {f"{where}/{part}" for where in ("child", "plan") for part in told[where]}
    return parts | set(told["day"]) | set(told["office"]) | set(told["clinic"])


def route_of(place: str) -> str:
    """The row of the table that an address belongs to: `child/<id>/dose` is `child/dose`."""
    where, *rest = place.split("/")
    return f"{where}/{rest[1]}" if where in ("child", "plan") and len(rest) > 1 else where


def places(school: School) -> Iterator[tuple[str, str]]:
    """Every place of the app and something that shows that it is there."""
    yield from (("roster", "button.child"), ("watch", "h1"), ("outbox", "h1"), ("more", ".linkrow"))
    yield from (("settings", "dl"), ("clinics", ".linkrow"), ("register", ".foot"), ("emergency", "table"))
    yield from (("stock", "h1"), ("ready", "h1"), ("closing", "h1"), ("orders", "h1"), ("nurses", "li.dose"))
    yield from (("papers", "h1"), ("packets", "h1"), ("scan", ".scanner"), ("scan/vaccinator", ".scanner"))
    yield (f"form/{FORM}", "input[type=search]")
    yield from (("plan", ".checks"), (f"plan/{school.clinic}", ".facts"))
    yield from ((f"plan/{school.clinic}/{part}", "h1") for part in ("edit", "roster", "staff"))
    for given in ("Ada", NO_CONSENT, CONTESTED, ALLERGIC, NOT_SCREENED, "Mohamed"):
        yield f"child/{school.child(given).id}", "#history"
    child = school.child(NO_CONSENT).id
    for deed in (
        "dose",
        "paper",
        "grid",
        "screening",
        "consent",
        "sharing",
        "not-given",
        "alerts",
        "leaving",
        "packet",
        "eligibility",
        "statement",
        "slip",
    ):
        yield f"child/{child}/{deed}", "main"
    yield f"form/{FORM}/{child}", ".foot"
    yield f"child/{child}/scanned/vaccinator", ".foot"
    yield f"child/{child}/scanned/vaccinator/marked", ".notice.bad"
    yield f"child/{child}/dose/form/{FORM}", ".foot"
    yield f"child/{child}/not-given/form/{FORM}", "input[type=date]"
    yield f"emergency/{child}", ".taps"


def unfinished(school: School) -> list[tuple[str, str]]:
    """Places that show what a day still owes: a reaction, a copied dose, a loan."""
    child, today = school.child("Gus"), school.today.isoformat()
    here = a_dose("115", given_on=today)
    copied = msgspec.structs.replace(here, clinic=school.clinic, lot="U7421AC", from_paper=True, scribe="Anna")
    [dose] = school.run(school.district.record([(child.stream, copied)]))
    moment = f"{today}T05:00:00.000Z"
    seen = ReactionObserved(doses=(dose,), began_at=moment, description="hives")
    [reaction] = school.run(school.district.record([(child.stream, seen)]))
    lent = StockBorrowed(
        lot="U7421AC", cvx="115", from_funding="vfc", to_funding="private", doses=1, reason="r", student=child.id
    )
    school.tell(stream_of("clinic", school.clinic), lent)
    opened = IncidentOpened(dose=dose, stops=("refused",), reason="r", follow_up=("call the parent",))
    [incident] = school.run(school.district.record([(child.stream, opened)]))
    return [
        (f"child/{child.id}/incident/{incident}", ".foot"),
        (f"child/{child.id}/reaction/{reaction}", "#assess"),
        (f"child/{child.id}/correct/{dose}", "#second-look"),
        ("closing", "#loans"),
    ]
