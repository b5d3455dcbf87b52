"""Hold `holds_until` to its word, in Python and in Node: no day before it answers otherwise, the day itself does.

    python -m tests.law.holds --records 2000 [--seed 0] [--days 400]

From the day asked every day is judged anew for `--days` days; then days drawn at random as far as sixty years on, and
those just before the end. Node does the same with the browser's program (`run.mjs holds`). Every rule set meets every
kind of facility; one record in two is wild. Prints the first failures and the count; exit 1 when there is one.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from projections.law.evaluate import evaluate
from projections.law.library import rule_set_named
from projections.law.record import Record
from projections.law.verdict import Verdict
from tests.law.compare import Question, by_node
from tests.law.records import SETS, random_record
from tests.law.wild import LAST, wild_record

FACILITIES = (
    "school", "home_school", "online", "early_childhood", "child_care", "family_child_care", "group_family_child_care",
)  # fmt: skip
FAR_DAYS = 60 * 366
RECORDS_PER_RUN = 500
SHOWN_MAX = 5


class Watch(msgspec.Struct, frozen=True):
    """A question and the later days on which it is asked again."""

    record: Record
    rule_set: str
    as_of: str
    days: tuple[str, ...]


class Seen(msgspec.Struct, frozen=True):
    """What was seen: the end the verdict named, and the first day watched that answered otherwise (empty: none)."""

    holds_until: str | None
    changed_on: str


def question(rule_set: str, facility: str, seed: int) -> Question:
    """A record of a kind of facility, on a day of the rule set or a little outside."""
    rng = random.Random(f"{rule_set} {facility} {seed}")
    first, last = SETS[rule_set]
    as_of = first + timedelta(days=rng.randint(-60, (last - first).days + 60))
    record = (wild_record if rng.random() < 0.5 else random_record)(rng, as_of)
    return Question(msgspec.structs.replace(record, facility=facility), rule_set, as_of.isoformat())


def watch(asked: Question, seed: int, days: int) -> Watch:
    """The days to look at: each of the first, then some at random, and the last before the end, the end included."""
    rng, start = random.Random(seed), date.fromisoformat(asked.as_of)
    until = _judged(asked, start).holds_until
    end = date.fromisoformat(until) if until else min(LAST, start + timedelta(days=FAR_DAYS))
    ahead = set(range(1, days + 1)) | {rng.randint(1, FAR_DAYS) for _ in range(days // 8)}
    ahead |= {(end - start).days - back for back in range(4)}
    later = sorted(one for one in ahead if 0 < one <= (end - start).days)
    return Watch(
        asked.record, asked.rule_set, asked.as_of, tuple((start + timedelta(one)).isoformat() for one in later)
    )


def seen(one: Watch) -> Seen:
    """What Python sees."""
    asked = Question(one.record, one.rule_set, one.as_of)
    verdict = _judged(asked, date.fromisoformat(one.as_of))
    for day in one.days:
        then = _judged(asked, date.fromisoformat(day))
        if without_dates(then) != without_dates(verdict) or then.holds_until != verdict.holds_until:
            return Seen(verdict.holds_until, day)
    return Seen(verdict.holds_until, "")


def exact(found: Seen) -> bool:
    """Whether the first change seen is the one named."""
    return found.changed_on == (found.holds_until or "")


def without_dates(verdict: Verdict) -> Verdict:
    """What a verdict says but for the day it was asked and its end."""
    return msgspec.structs.replace(verdict, as_of="", holds_until=None)


def _judged(asked: Question, on: date) -> Verdict:
    loaded = rule_set_named(asked.rule_set)
    if loaded is None:
        raise ValueError(f"no rule set {asked.rule_set}")
    return evaluate(asked.record, loaded, on)


def failures(seeds: range, days: int) -> Iterator[str]:
    """The records of these seeds whose end is not exact, as Python or Node sees it."""
    kinds = [(rule_set, facility) for rule_set in SETS for facility in FACILITIES]
    for start in range(seeds.start, seeds.stop, RECORDS_PER_RUN):
        own = range(start, min(start + RECORDS_PER_RUN, seeds.stop))
        watches = [watch(question(*kinds[seed % len(kinds)], seed), seed, days) for seed in own]
        with by_node("holds", [msgspec.json.encode(one) for one in watches]) as answers:
            ours = [seen(one) for one in watches]
        theirs = [msgspec.json.decode(line, type=Seen) for line in answers()]
        for seed, one, mine, other in zip(own, watches, ours, theirs, strict=True):
            if not exact(mine) or mine != other:
                asked = msgspec.json.encode(Question(one.record, one.rule_set, one.as_of)).decode()
                yield f"seed {seed}: Python {mine}, Node {other}\n  {asked}"


def main() -> None:
    """Watch, print, and exit 1 on a failure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--days", type=int, default=400)
    wanted = parser.parse_args()
    count = 0
    for found in failures(range(wanted.seed, wanted.seed + wanted.records), wanted.days):
        count += 1
        if count <= SHOWN_MAX:
            print(found, flush=True)
    print(f"{wanted.records} records from seed {wanted.seed}, {wanted.days} days each, {count} failures")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
