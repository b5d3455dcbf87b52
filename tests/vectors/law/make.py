"""Write the vectors both evaluators run, or stream many more for a comparison.

    python -m tests.vectors.law.make                  rewrite the committed files
    python -m tests.vectors.law.make --random 100000  one JSON line per random case on stdout

Each case is `{"record", "rule_set", "as_of", "verdict"}`, all in full. `random-*.json` come from seeds (see
`tests/law/records.py`), `worked.json` from the rows of `tests/law/test_statements.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from projections.law.evaluate import evaluate
from projections.law.library import rule_set_named
from projections.law.record import Record
from projections.law.verdict import Verdict
from tests.law.records import SETS, random_case

HERE = Path(__file__).resolve().parent
PER_RULE_SET = 45


class VectorCase(msgspec.Struct):
    """One case of the files."""

    record: Record
    rule_set: str
    as_of: str
    verdict: Verdict


def case(rule_set: str, as_of: date, record: Record) -> VectorCase:
    """Judge and bind together."""
    loaded = rule_set_named(rule_set)
    if loaded is None:
        raise SystemExit(f"no rule set {rule_set}")
    return VectorCase(record, rule_set, as_of.isoformat(), evaluate(record, loaded, as_of))


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


def files() -> dict[str, bytes]:
    """Every committed file by name, as it should be now."""
    made = {f"random-{name}.json": list(random_cases(name, PER_RULE_SET)) for name in SETS}
    made["worked.json"] = list(worked_cases())
    return {name: _lines(cases) for name, cases in made.items()}


def _lines(cases: list[VectorCase]) -> bytes:
    return b"[\n" + b",\n".join(msgspec.json.encode(one) for one in cases) + b"\n]\n"


def main() -> None:
    """Rewrite the files, or stream random cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    if wanted.random:
        for seed in range(wanted.seed, wanted.seed + wanted.random):
            sys.stdout.buffer.write(msgspec.json.encode(case(*random_case(seed))) + b"\n")
        return
    for name, content in files().items():
        (HERE / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
