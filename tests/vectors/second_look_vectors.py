"""Vectors of the second look at a dose copied from paper: who may compare it, and what a correction does to that.

    python -m tests.vectors.second_look_vectors      writes tests/vectors/projections/second_look.json

Anna copies, Ben and Cleo compare or correct; the phone is Anna's, the tablet theirs.
"""

import json
from pathlib import Path
from typing import Any

from events.catalog.doses import DoseCorrected, DoseVerified
from projections.fold import Fact
from projections.student import fold
from tests.projections.given import PHONE, TABLET, Given, make_id
from tests.vectors.fold_vectors import fact_words

PATH = Path(__file__).parent / "projections" / "second_look.json"
ANNA, BEN, CLEO = make_id(31), make_id(32), make_id(33)


def looks(log: Given, dose: Fact, who: str, agrees: bool = True, seen: int | None = None) -> None:
    device = PHONE if who == ANNA else TABLET
    log.add(DoseVerified(event=dose.id, agrees=agrees, note=""), author=who, device=device, seen=seen)


def corrects(log: Given, dose: Fact, who: str, lot: str = "B2") -> None:
    device = PHONE if who == ANNA else TABLET
    log.add(DoseCorrected(event=dose.id, reason="read again", lot=lot), author=who, device=device)


def cases() -> dict[str, Given]:
    """Each case by name: what was done, in log order, to a dose that Anna copied."""
    found: dict[str, Given] = {}

    def case(name: str, *done: Any) -> None:
        log = found[name] = Given()
        log.registered()
        dose = log.dose("03", "2026-09-01", author=ANNA, from_paper=True)
        for deed in done:
            deed(log, dose)

    def by(deed: Any, *who: Any, **more: Any) -> Any:
        return lambda log, dose: deed(log, dose, *who, **more)

    case("nobody looked")
    case("who copied it looks", by(looks, ANNA))
    case("another looks", by(looks, BEN))
    case("it does not agree", by(looks, BEN, False))
    case("verified, then corrected by who verified it", by(looks, BEN), by(corrects, BEN))
    case("verified, then corrected by who copied it", by(looks, BEN), by(corrects, ANNA))
    case("corrected, and who corrected it looks", by(corrects, BEN), by(looks, BEN))
    case("corrected, and who copied it looks", by(corrects, BEN), by(looks, ANNA))
    case("corrected, and a third person looks", by(corrects, BEN), by(looks, CLEO))
    case("it did not agree, was put right, and agrees", by(looks, BEN, False), by(corrects, ANNA), by(looks, BEN))
    case("corrected twice, who corrected it first looks", by(corrects, BEN), by(corrects, ANNA, "B3"), by(looks, BEN))
    case("looked at without knowing of the correction", by(corrects, ANNA), by(looks, BEN, seen=2))
    return found


def make() -> list[dict[str, Any]]:
    return [_case(name, log) for name, log in cases().items()]


def _case(name: str, log: Given) -> dict[str, Any]:
    [dose] = fold(log.facts).doses
    return {
        "name": name,
        "facts": [fact_words(fact) for fact in log.facts],
        "verified": dose.verified,
        "to_verify": dose.is_to_verify,
    }


def text() -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
