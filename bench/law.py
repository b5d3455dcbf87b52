"""Verdicts per second on one core, next to the floor of decoding the same records.

    python bench/law.py [--students 50000] [--rule-set mn-current] [--json FILE]

Believable records: 13 grades, about 20 doses each, four exemptions in a hundred, some short, some in process, a
few with month-only dates. The promise (issue 3): a district of 50,000 students in at most 5 s on one core, memory
flat. The Node line appears when `web/src/law/bench.mjs` is there.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import shutil
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

import msgspec

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
AS_OF = date(2024, 10, 1)


def believable(rng: random.Random) -> Record:
    """One student in kindergarten through grade 12, usually well vaccinated."""
    grade = rng.randrange(13)
    born = AS_OF - timedelta(days=365 * (5 + grade) + rng.randrange(30, 395))
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
        doses += [Dose(code=code, given_on=teen.isoformat()) for code in ("115", "136")]
    if grade == 12 and rng.random() < 0.9:
        doses.append(Dose(code="136", given_on=(born + timedelta(days=16 * 365 + 40)).isoformat()))
    exemptions: tuple[Exemption, ...] = ()
    if rng.random() < 0.04:
        named = rng.choice((("ALL",), ("MMR",)))
        doses = [dose for dose in doses if dose.code != "03" and (dose.code != "21" or named == ("MMR",))]
        on = (AS_OF - timedelta(days=200)).isoformat()
        kind, signer = rng.choice((("conscience", "parent"), ("medical", "physician")))
        exemptions = (
            Exemption(
                kind=kind, antigens=named, signer=signer, notarized=True,
                signed_on=on, received_on=on, accepted_on=on,
            ),
        )  # fmt: skip
    source = "physician" if rng.random() < 0.3 else "parent"
    entered = f"{2024 - grade}-09-03"
    return Record(
        born_on=born.isoformat(), sex=rng.choice("FM"), grade="K" if grade == 0 else str(grade), enrolled_on=entered,
        statement_source=source, doses=tuple(doses), exemptions=exemptions,
    )  # fmt: skip


def measure(students: int, rule_set: str) -> dict[str, object]:
    """Time decoding and judging: seconds of one core, whatever else the machine does."""
    rng = random.Random(20241001)
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Record)
    lines = [encoder.encode(believable(rng)) for _ in range(students)]
    loaded = rule_set_named(rule_set)
    if loaded is None:
        raise SystemExit(f"no rule set {rule_set}")
    started = time.process_time()
    for line in lines:
        decoder.decode(line)
    decoding = time.process_time() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    overall: dict[str, int] = {}
    for line in lines:
        verdict = evaluate(decoder.decode(line), loaded, AS_OF)
        overall[verdict.overall] = overall.get(verdict.overall, 0) + 1
    both = time.process_time() - started
    doses = sum(len(decoder.decode(line).doses) for line in lines[:2000]) / min(students, 2000)
    return {
        "rule_set": rule_set,
        "students": students,
        "doses_each": round(doses, 1),
        "overall": overall,
        "decode_seconds": round(decoding, 2),
        "decode_and_evaluate_seconds": round(both, 2),
        "verdicts_per_second": round(students / (both - decoding)),
        "decodes_per_second": round(students / decoding),
        "times_the_floor": round(both / decoding, 1),
        "memory_growth_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
        "machine": f"{platform.machine()} {platform.python_implementation()} {platform.python_version()}",
    }


def node(students: int, rule_set: str) -> str:
    """The browser evaluator's own measurement, one JSON line, when it is there."""
    script = Path(__file__).resolve().parent.parent / "web" / "src" / "law" / "bench.mjs"
    program = shutil.which("node")
    if program is None or not script.exists():
        return "node: not measured (web/src/law/bench.mjs is absent)"
    run = subprocess.run(
        [program, str(script), str(students), rule_set], capture_output=True, text=True, check=False, timeout=300
    )
    return run.stdout.strip() or f"node: failed: {run.stderr.strip()[:200]}"


def main() -> None:
    """Measure and print; one JSON object per rule set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=50_000)
    parser.add_argument("--rule-set", default="mn-current")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    result = measure(wanted.students, wanted.rule_set)
    print(json.dumps(result, indent=1))
    print(node(wanted.students, wanted.rule_set))
    if wanted.json:
        wanted.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
