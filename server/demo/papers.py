"""The papers of the demo's files: record statements, in-process statements, exemptions.

Each is what somebody brought on a day; whether the office accepted it is another fact (``district.py``).
"""

from datetime import date, timedelta
from random import Random
from typing import Literal

from events.catalog.event_type import Antigen, Told
from events.catalog.statements import Notary, PlannedDose, StatementReceived
from server.demo.names import CLINICS
from server.demo.people import DemoChild

PHYSICIANS = ("Dr. Solomon Achterberg", "Dr. Evangeline Moreau", "Dr. Padmini Ranganathan", "Dr. Clarence Tofteland")
EVERYTHING: tuple[Antigen, ...] = (
    *("diphtheria", "tetanus", "pertussis", "polio", "measles", "mumps", "rubella"),
    *("hib", "hepatitis_b", "varicella"),
)
NOTARIES = ("Gwendolyn Applegate", "Bartholomew Steinmetz")


def record_paper(rng: Random, began: date, parent: bool) -> StatementReceived:
    return StatementReceived(
        kind="immunization",
        signer="Parent or guardian" if parent else rng.choice(PHYSICIANS),
        standing="parent" if parent else "physician",
        received_on=began.isoformat(),
        signed_on=(began - timedelta(days=rng.randrange(1, 30))).isoformat(),
        told=told_of(rng, "parent" if parent else "clinic_record"),
    )


def told_of(rng: Random, source: Literal["paper", "parent", "clinic_record"]) -> Told:
    return Told(source=source, recorder="Pakou Yang-Sayavong", detail=rng.choice(CLINICS))


def in_process_paper(rng: Random, began: date) -> StatementReceived:
    """A physician's statement that series have begun, with the days of the next doses (subd. 1(2))."""
    return StatementReceived(
        kind="in_process",
        signer=rng.choice(PHYSICIANS),
        standing="physician",
        received_on=began.isoformat(),
        signed_on=(began - timedelta(days=6)).isoformat(),
        told=told_of(rng, "clinic_record"),
        planned=(
            PlannedDose(("diphtheria", "tetanus", "pertussis"), (began + timedelta(days=200)).isoformat()),
            PlannedDose(("polio",), (began + timedelta(days=200)).isoformat()),
            PlannedDose(("hepatitis_b",), (began + timedelta(days=120)).isoformat()),
        ),
    )


def conscientious_paper(rng: Random, child: DemoChild, received: date, only_mmr: bool) -> StatementReceived:
    """A parent's notarized statement of beliefs, against MMR alone or against everything (subd. 3(d))."""
    signed = (received - timedelta(days=3)).isoformat()
    return StatementReceived(
        kind="conscientious",
        signer=f"Parent of {child.name.given} {child.name.family}",
        standing="parent",
        received_on=received.isoformat(),
        signed_on=signed,
        told=told_of(rng, "paper"),
        notary=Notary(name=rng.choice(NOTARIES), on=signed),
        antigens=("measles", "mumps", "rubella") if only_mmr else EVERYTHING,
    )


def exemption_paper(rng: Random, began: date, medical: bool) -> StatementReceived:
    """A contraindication to MMR, or a laboratory's proof of immunity to hepatitis B (subd. 3(c))."""
    return StatementReceived(
        kind="medical" if medical else "laboratory",
        signer=rng.choice(PHYSICIANS),
        standing="physician",
        received_on=began.isoformat(),
        signed_on=(began - timedelta(days=12)).isoformat(),
        told=told_of(rng, "paper"),
        antigens=("measles", "mumps", "rubella") if medical else ("hepatitis_b",),
    )
