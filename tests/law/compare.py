"""Compare the two evaluators on random records, byte for byte: verdict, reasons, `holds_until`, sentences.

    python -m tests.law.compare --records 100000 [--seed 0]

Python judges while Node, asked the same questions, judges with the browser's own program (`web/src/law/run.mjs`);
an answer is the verdict with its explanation in English and Spanish. One seed in two gives a record as `records.py`
makes them, the other a wild one (`wild.py`). Prints the first disagreements with the record and where the answers part,
then the count; exit 1 when there is one.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from projections.law.evaluate import evaluate
from projections.law.explain import Explanation, explain
from projections.law.library import rule_set_named
from projections.law.record import Record
from projections.law.verdict import Verdict
from tests.law.records import random_case
from tests.law.wild import wild_case

PROGRAM = Path(__file__).resolve().parents[2] / "web" / "src" / "law" / "run.mjs"
CASES_PER_RUN = 4000
SHOWN_MAX = 5


class Question(msgspec.Struct, frozen=True):
    """One case as both evaluators are asked it."""

    record: Record
    rule_set: str
    as_of: str


class Answer(msgspec.Struct, frozen=True):
    """Everything an evaluator says of it."""

    verdict: Verdict
    en: Explanation
    es: Explanation


class Disagreement(NamedTuple):
    """A case on which the two differ, and where."""

    seed: int
    question: Question
    where: str


def question(seed: int) -> Question:
    """The case of one seed: wild where the seed is odd."""
    rule_set, as_of, record = wild_case(seed) if seed % 2 else random_case(seed)
    return Question(record, rule_set, as_of.isoformat())


def answer(asked: Question) -> Answer:
    """What Python says."""
    loaded = rule_set_named(asked.rule_set)
    if loaded is None:
        raise ValueError(f"no rule set {asked.rule_set}")
    verdict = evaluate(asked.record, loaded, date.fromisoformat(asked.as_of))
    return Answer(verdict, explain(verdict, asked.record, loaded, "en"), explain(verdict, asked.record, loaded, "es"))


def disagreements(seeds: range) -> Iterator[Disagreement]:
    """The cases of these seeds on which Python and Node do not say the same bytes."""
    for start in range(seeds.start, seeds.stop, CASES_PER_RUN):
        yield from _compared(range(start, min(start + CASES_PER_RUN, seeds.stop)))


def _compared(seeds: range) -> Iterator[Disagreement]:
    asked = [question(seed) for seed in seeds]
    with by_node("answer", [msgspec.json.encode(one) for one in asked]) as answers:
        ours = [msgspec.json.encode(answer(one)) for one in asked]
    for seed, one, mine, theirs in zip(seeds, asked, ours, answers(), strict=True):
        if mine != theirs:
            yield Disagreement(seed, one, parting(msgspec.json.decode(mine), msgspec.json.decode(theirs)))


@contextmanager
def by_node(mode: str, lines: list[bytes]) -> Iterator[Callable[[], list[bytes]]]:
    """Let Node answer lines while the block runs; what is given tells its answers once the block has ended."""
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as answers:
        questions.writelines(line + b"\n" for line in lines)
        questions.seek(0)
        found: list[bytes] = []
        with subprocess.Popen([node(), str(PROGRAM), mode], stdin=questions, stdout=answers) as program:
            yield lambda: found
        if program.returncode != 0:
            raise RuntimeError(f"{PROGRAM.name} {mode} ended with {program.returncode}")
        answers.seek(0)
        found += answers.read().splitlines()


def node() -> str:
    """The Node that set-up asks for. Raises FileNotFoundError when there is none."""
    found = shutil.which("node")
    if found is None:
        raise FileNotFoundError("node is not there: see the set-up in README.md")
    return found


def parting(mine: object, theirs: object, path: str = "") -> str:
    """The first place where two answers differ, with both values."""
    if isinstance(mine, dict) and isinstance(theirs, dict) and list(mine) == list(theirs):
        found = (parting(value, theirs[key], f"{path}/{key}") for key, value in mine.items() if value != theirs[key])
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        pairs = enumerate(zip(mine, theirs, strict=True))
        found = (parting(one, two, f"{path}/{index}") for index, (one, two) in pairs if one != two)
    else:
        return f"{path}: Python {mine!r}, Node {theirs!r}"
    return next(found, f"{path}: the same values in other bytes")


def main() -> None:
    """Compare, print, and exit 1 on a disagreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    count = 0
    for found in disagreements(range(wanted.seed, wanted.seed + wanted.records)):
        count += 1
        if count <= SHOWN_MAX:
            print(f"seed {found.seed}: {found.where}\n  {msgspec.json.encode(found.question).decode()}", flush=True)
    print(f"{wanted.records} records from seed {wanted.seed}, {count} disagreements")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
