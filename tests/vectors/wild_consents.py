"""Vectors of random consent histories: what a slow reader of docs/phone.md says, for the phone's fold to say too.

    python -m tests.vectors.wild_consents      writes tests/vectors/projections/consents_wild.json

The reader (tests/projections/test_consent_reading) holds Python's fold to the same histories and many more.
"""

import json
import random
from pathlib import Path
from typing import Any

from projections.consents import consent_for, words_of
from projections.student import fold
from tests.projections.test_consent_reading import YES_TO, may_be_aside, set_aside, wild
from tests.vectors.consent_vectors import GYM, ON
from tests.vectors.fold_vectors import fact_words

PATH = Path(__file__).parent / "projections" / "consents_wild.json"
CASES = 90
ASIDE_EVERY = 3
"""One history in so many has its orders and corrections set aside."""


def make(cases: int = CASES) -> dict[str, Any]:
    return {"clinic": GYM, "on": ON, "cases": [_case(seed) for seed in range(cases)]}


def _case(seed: int) -> dict[str, Any]:
    facts = wild(random.Random(seed)).facts
    if seed % ASIDE_EVERY == 0:
        facts = [set_aside(fact) if may_be_aside(fact) else fact for fact in facts]
    words = words_of(fold(facts).shelf)
    return {
        "name": f"history {seed}",
        "facts": [fact_words(fact) for fact in facts],
        "consents": {cvx: consent_for(words, cvx, ON, GYM)._asdict() for cvx in YES_TO},
    }


def text() -> str:
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
