"""Vectors of random histories of sharing with the registry: what Python's fold says, for the phone's fold to say too.

python -m tests.vectors.wild_sharing      writes tests/vectors/projections/sharing_wild.json
"""

import json
import random
from pathlib import Path
from typing import Any

import msgspec

from events.catalog.consents import ConsentGiven, ConsentVoided, ConsentWithdrawn, SayEnded, SayRestored
from events.catalog.disclosures import DisclosureConsented, DisclosureRevoked
from events.ids import EventId
from projections.fold import Fact
from projections.sharing import REGISTRY, may_share, permissions_of
from projections.student import fold
from tests.projections.given import CHILD, make_id
from tests.projections.test_consent_reading import DAYS, NAMES, may_be_aside, set_aside, wild
from tests.vectors.consent_vectors import ON
from tests.vectors.fold_vectors import fact_words

PATH = Path(__file__).parent / "projections" / "sharing_wild.json"
CASES = 60
ELSEWHERE = EventId(make_id(77))
"""A paper that is not on this record."""


def some_word(chance: random.Random, known: list[Fact], now: str) -> Any:
    """A paper, a tick on a consent, or something said of an earlier word."""
    who, on, kind = chance.choice(NAMES), chance.choice((*DAYS, now, now)), chance.random()
    papers = [one.id for one in known if isinstance(one.payload, DisclosureConsented | ConsentGiven)]
    ended = [one.id for one in known if isinstance(one.payload, SayEnded)]
    if kind < 0.2:
        return DisclosureRevoked(event=chance.choice([*papers, ELSEWHERE]), on=on, by=who)
    if kind < 0.32:
        named: Any = chance.choice(((), ("03",), ("21",)))
        by: Any = chance.choice(("", "", "parent", "other"))
        at = f"{on}T{chance.choice(('03', '15', '23'))}:00:00.000Z"
        return ConsentWithdrawn(event=chance.choice([*papers, ELSEWHERE]), by=who, at=at, cvx=named, standing=by)
    if kind < 0.42:
        return ConsentVoided(event=chance.choice(known).id, reason="another child's")
    if kind < 0.48:
        return SayEnded(person=who, since=on, document="order seen")
    if kind < 0.52 and ended:
        return SayRestored(event=chance.choice(ended), on=on, reason="new order")
    standing = chance.choice(("parent", "parent", "guardian", "student_adult", "emancipated", "other"))
    said: dict[str, Any] = {"signer": who, "standing": standing, "on": on}
    said["until"] = chance.choice((None, None, "2026-08-31", ON))
    if kind < 0.7:
        cvx = chance.choice((("03",), ("03", "21")))
        form: Any = chance.choice(("paper", "paper", "verbal"))
        return ConsentGiven(cvx=cvx, form=form, registry_sharing=chance.random() < 0.8, **said)
    party = chance.choice((REGISTRY, REGISTRY, REGISTRY, "Clinic"))
    return DisclosureConsented(student=CHILD, party=party, what="doses given here", **said)


def make(cases: int = CASES) -> dict[str, Any]:
    return {"on": ON, "cases": [_case(seed) for seed in range(cases)]}


def _case(seed: int) -> dict[str, Any]:
    facts = wild(random.Random(seed), some_word).facts
    if seed % 3 == 0:
        facts = [set_aside(fact) if may_be_aside(fact) else fact for fact in facts]
    found = permissions_of(fold(facts).shelf, ON)
    return {
        "name": f"history {seed}",
        "facts": [fact_words(fact) for fact in facts],
        "permissions": [msgspec.to_builtins(one) for one in found],
        "may_share": may_share(found),
    }


def text() -> str:
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
