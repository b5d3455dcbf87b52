"""Write the vectors both evaluators run. `tests/law/compare.py` compares them on as many records as wanted.

    python -m tests.vectors.law.make

Each case is `{"record", "rule_set", "as_of", "verdict"}`, all in full; one in `TOLD_EVERY` also has its explanation in
English and Spanish, `"told"`. `random-*.json` come from seeds (see `tests/law/records.py`), `worked.json` from the
rows of `tests/law/test_statements.py`, `edges.json` from `tests/law/edges.py`. `made-up/` holds a law made up for a
test, in its own file, and cases under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from projections.law.evaluate import evaluate
from projections.law.explain import Explanation, explain
from projections.law.library import rule_set_named
from projections.law.record import Record
from projections.law.ruleset import Loaded, load_rule_set
from projections.law.verdict import Verdict
from tests.law.edges import EDGES
from tests.law.records import SETS, random_case

HERE = Path(__file__).resolve().parent
PER_RULE_SET = 45
TOLD_EVERY = 9


class VectorCase(msgspec.Struct):
    """One case of the files."""

    record: Record
    rule_set: str
    as_of: str
    verdict: Verdict
    told: tuple[Explanation, Explanation] | msgspec.UnsetType = msgspec.UNSET  # English, Spanish


def case(rule_set: str, as_of: date, record: Record) -> VectorCase:
    """Judge and bind together."""
    return VectorCase(record, rule_set, as_of.isoformat(), evaluate(record, loaded(rule_set), as_of))


@cache
def made_up() -> Loaded:
    """The law made up for a test, read from its file like any other."""
    return load_rule_set((HERE / "made-up" / "mn-2009.json").read_bytes(), "mn-2009.json")


def loaded(rule_set: str) -> Loaded:
    """A packaged rule set, or the one made up."""
    found = made_up() if rule_set == "mn-2009" else rule_set_named(rule_set)
    if found is None:
        raise SystemExit(f"no rule set {rule_set}")
    return found


def random_cases(rule_set: str, count: int) -> Iterator[VectorCase]:
    """The first cases, by seed, that fall to a rule set."""
    seed = 0
    while count:
        name, as_of, record = random_case(seed)
        if name == rule_set:
            yield case(name, as_of, record)
            count -= 1
        seed += 1


def worked_cases() -> Iterator[VectorCase]:
    """The worked examples: the statement rows of the test suite."""
    from tests.law.statements import STATEMENTS

    for row in STATEMENTS:
        yield case(row.rule_set, date.fromisoformat(row.as_of), row.record())


def edge_cases() -> Iterator[VectorCase]:
    """Records on which the two evaluators once differed, and the ends of the calendar."""
    for rule_set, as_of, record in EDGES:
        yield case(rule_set, date.fromisoformat(as_of), record)


def made_up_cases() -> Iterator[VectorCase]:
    """Random records of 2006 and today, judged in 2009 by a law the program has never seen."""
    for seed in range(50):
        name, as_of, record = random_case(seed)
        if name in ("mn-2006", "mn-current"):
            yield case("mn-2009", as_of.replace(year=2009, day=min(as_of.day, 28)), record)


def files() -> dict[str, bytes]:
    """Every committed file by name, as it should be now."""
    made = {f"random-{name}.json": list(random_cases(name, PER_RULE_SET)) for name in SETS}
    made["edges.json"] = list(edge_cases())
    made["made-up/cases.json"] = list(made_up_cases())
    made["worked.json"] = list(worked_cases())
    return {name: _lines(_told(cases)) for name, cases in made.items()}


def _told(cases: list[VectorCase]) -> list[VectorCase]:
    for one in cases[::TOLD_EVERY]:
        rules = loaded(one.rule_set)
        one.told = explain(one.verdict, one.record, rules, "en"), explain(one.verdict, one.record, rules, "es")
    return cases


def _lines(cases: list[VectorCase]) -> bytes:
    return b"[\n" + b",\n".join(msgspec.json.encode(one) for one in cases) + b"\n]\n"


def main() -> None:
    """Rewrite the files."""
    for name, content in files().items():
        (HERE / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
