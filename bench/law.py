"""Verdicts a second on one core, in Python and in Node, next to the floor of decoding the same records.

    python -m bench.law [--students 50000] [--rule-set mn-current --rule-set mn-2006]

Believable records: 13 grades, about 20 doses each, four exemptions in a hundred, some short, some in process, a few
with month-only dates; a rule set judges them on an October day on which it is in force. The promise (issue 3): a
district of 50,000 students in at most 5 s on one core in Python, memory flat. Time is processor time of the one
thread; memory is what the process holds after each fifth of the students. Node runs the browser's own evaluator
(`web/src/law/run.mjs`) over the same lines in the same run.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

import msgspec

from bench.measure import write_result
from projections.law.evaluate import evaluate
from projections.law.library import rule_set_named
from projections.law.record import Dose, Exemption, Record

ROUTINE = (
    ("20", (2, 4, 6, 15, 54)),
    ("10", (2, 4, 15, 54)),
    ("03", (12, 54)),
    ("21", (12, 54)),
    ("08", (0, 2, 6)),
    ("48", (2, 4, 12)),
    ("133", (2, 4)),
)
DAYS = {
    "mn-1980": date(1985, 10, 1),
    "mn-1988": date(1989, 10, 2),
    "mn-2006": date(2006, 10, 2),
    "mn-current": date(2024, 10, 1),
}
TEENS = {"mn-current": ("115", "136")}
PARTS = 5
RUN = Path(__file__).resolve().parent.parent / "web" / "src" / "law" / "run.mjs"


class Figure(msgspec.Struct, frozen=True):
    """One evaluator under one rule set: the whole district, and each second of it."""

    runtime: str
    rule_set: str
    as_of: str
    students: int
    doses_each: float
    overall: dict[str, int]
    decode_seconds: float
    decode_and_evaluate_seconds: float
    verdicts_per_second: int
    decodes_per_second: int
    times_the_floor: float
    memory_mib: tuple[float, ...]


def believable(rng: random.Random, rule_set: str) -> Record:
    """One student in kindergarten through grade 12, usually well vaccinated."""
    as_of, grade = DAYS[rule_set], rng.randrange(13)
    born = as_of - timedelta(days=365 * (5 + grade) + rng.randrange(30, 395))
    doses: list[Dose] = []
    visits = {
        month: born + timedelta(days=int(month * 30.5) + rng.randrange(2, 25)) for month in (0, 2, 4, 6, 12, 15, 54)
    }
    for code, months in ROUTINE:
        for month in months:
            if rng.random() < 0.994:
                text = visits[month].isoformat()[: 7 if rng.random() < 0.002 else 10]
                doses.append(Dose(code=code, given_on=text, source="parent"))
    if grade >= 7 and rng.random() < 0.95:
        teen = born + timedelta(days=11 * 365 + rng.randrange(5, 300))
        doses += [Dose(code=code, given_on=teen.isoformat()) for code in TEENS.get(rule_set, ("09",))]
    if grade == 12 and rng.random() < 0.9:
        doses.append(Dose(code="136", given_on=(born + timedelta(days=16 * 365 + 40)).isoformat()))
    exemptions: tuple[Exemption, ...] = ()
    if rng.random() < 0.04:
        named = rng.choice((("ALL",), ("MMR",)))
        doses = [dose for dose in doses if dose.code != "03" and (dose.code != "21" or named == ("MMR",))]
        on = (as_of - timedelta(days=200)).isoformat()
        kind, signer = rng.choice((("conscience", "parent"), ("medical", "physician")))
        exemptions = (
            Exemption(
                kind=kind, antigens=named, signer=signer, notarized=True,
                signed_on=on, received_on=on, accepted_on=on,
            ),
        )  # fmt: skip
    source = "physician" if rng.random() < 0.3 else "parent"
    entered = as_of.year - grade
    return Record(
        born_on=born.isoformat(), sex=rng.choice("FM"), grade="K" if grade == 0 else str(grade),
        enrolled_on=f"{entered}-09-03", kg_term=f"{entered}-{entered + 1}",
        g7_term=f"{entered + 7}-{entered + 8}" if grade >= 7 else "",
        statement_source=source, doses=tuple(doses), exemptions=exemptions,
    )  # fmt: skip


def held_mib() -> float:
    """What this process holds in memory now."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return round(int(status.partition("VmRSS:")[2].split()[0]) / 1024, 1)


def in_python(lines: list[bytes], rule_set: str) -> dict[str, object]:
    """Decode all, then decode and judge all: seconds of one core, whatever else the machine does."""
    loaded = rule_set_named(rule_set)
    if loaded is None:
        raise SystemExit(f"no rule set {rule_set}")
    decoder, as_of = msgspec.json.Decoder(Record), DAYS[rule_set]
    started = time.process_time()
    for line in lines:
        decoder.decode(line)
    decoding = time.process_time() - started
    overall: dict[str, int] = {}
    memory: list[float] = []
    both = 0.0
    for part in range(PARTS):
        own = lines[part * len(lines) // PARTS : (part + 1) * len(lines) // PARTS]
        started = time.process_time()
        for line in own:
            verdict = evaluate(decoder.decode(line), loaded, as_of)
            overall[verdict.overall] = overall.get(verdict.overall, 0) + 1
        both += time.process_time() - started
        memory.append(held_mib())
    return {
        "runtime": f"Python {platform.python_version()}",
        "overall": overall,
        "decode_seconds": decoding,
        "decode_and_evaluate_seconds": both,
        "memory_mib": memory,
    }


def in_node(lines: list[bytes], rule_set: str) -> dict[str, object]:
    """The same by the browser's evaluator. Raises when Node or the web's packages are not set up."""
    program = shutil.which("node")
    if program is None:
        raise SystemExit("node is not there: see the set-up in README.md")
    command = [program, str(RUN), "measure", rule_set, DAYS[rule_set].isoformat(), str(PARTS)]
    run = subprocess.run(command, input=b"\n".join(lines), stdout=subprocess.PIPE, check=True)
    found: dict[str, object] = json.loads(run.stdout)
    return found


def figure(found: dict[str, object], lines: list[bytes], rule_set: str) -> Figure:
    """A measurement with what is reckoned from it."""
    decoding, both = float(str(found["decode_seconds"])), float(str(found["decode_and_evaluate_seconds"]))
    doses = sum(line.count(b'"given_on"') for line in lines) / len(lines)
    return msgspec.convert(
        {
            **found,
            "rule_set": rule_set,
            "as_of": DAYS[rule_set].isoformat(),
            "students": len(lines),
            "doses_each": round(doses, 1),
            "decode_seconds": round(decoding, 3),
            "decode_and_evaluate_seconds": round(both, 2),
            "verdicts_per_second": round(len(lines) / (both - decoding)),
            "decodes_per_second": round(len(lines) / decoding),
            "times_the_floor": round(both / decoding, 1),
        },
        Figure,
    )


def measured(students: int, rule_set: str) -> list[Figure]:
    """Both evaluators over the same district."""
    rng = random.Random(20241001)
    lines = [msgspec.json.encode(believable(rng, rule_set)) for _ in range(students)]
    return [figure(run(lines, rule_set), lines, rule_set) for run in (in_python, in_node)]


def told(one: Figure) -> str:
    """A figure as a line to read."""
    return (
        f"{one.rule_set:11}{one.runtime:16}{one.students:,} students in {one.decode_and_evaluate_seconds:5.2f} s: "
        f"{one.verdicts_per_second:,} verdicts/s, {one.times_the_floor} times the floor "
        f"({one.decodes_per_second:,} decodes/s); memory MiB {', '.join(map(str, one.memory_mib))}"
    )


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=50_000)
    parser.add_argument("--rule-set", action="append", choices=sorted(DAYS))
    wanted = parser.parse_args()
    figures: list[Figure] = []
    for rule_set in wanted.rule_set or ("mn-current", "mn-2006"):
        for one in measured(wanted.students, rule_set):
            print(told(one), flush=True)
            figures.append(one)
    print(f"kept in {write_result('law', msgspec.to_builtins(figures))}")


if __name__ == "__main__":
    main()
