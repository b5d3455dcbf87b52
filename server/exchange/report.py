"""What an import says at its end: counts, what to look at, and the file of refused rows.

The refused file names file, line, column, kind of value, reason and fix, and holds no name and no value:
whoever mends a row opens the source at that line. It is written for its owner alone (mode 0600).
"""

import csv
import os
from collections import Counter
from datetime import datetime
from pathlib import Path

import msgspec

from events.catalog import Payload
from events.catalog.facilities import FacilityCorrected, FacilityOpened
from events.catalog.students import StudentRegistered
from server.exchange.places import RENAMED
from server.exchange.rows import Flag, Refusal
from server.exchange.step import Outcome, Step

OUTCOMES: tuple[Outcome, ...] = ("new", "unchanged", "changed", "refused")
SUBJECTS = ("facility", "student", "dose", "statement", "row")
PLURALS = {**{subject: f"{subject}s" for subject in SUBJECTS}, "facility": "facilities"}
SHOWN_MAX = 5
REFUSED_COLUMNS = ("file", "line", "column", "value class", "reason", "fix")
PRIVATE_FILE = 0o600


class Notice(msgspec.Struct, frozen=True):
    """One reason for a refusal or a flag: how often, and the first places."""

    column: str
    reason: str
    fix: str
    count: int
    places: tuple[str, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a run. ``counts`` is subject to outcome to rows; ``events`` is how many were written."""

    counts: dict[str, dict[str, int]]
    events: int
    dry_run: bool
    refused: tuple[Notice, ...]
    look_at: tuple[Notice, ...]
    refused_file: str | None = None

    def total(self, outcome: Outcome) -> int:
        return sum(rows.get(outcome, 0) for rows in self.counts.values())


class Tally:
    """Counts steps as they come; keeps refusals for the file and the first places of each reason."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {subject: Counter() for subject in SUBJECTS}
        self.refusals: list[Refusal] = []
        self.existing = self.corrected = self.events = 0
        self._reasons: dict[tuple[str, str, str, str], tuple[int, tuple[str, ...]]] = {}

    def step(self, step: Step) -> None:
        self.counts[step.subject][step.outcome] += 1
        if step.subject != "student":
            self.counts["student"]["new"] += sum(isinstance(told, StudentRegistered) for _, told in step.entries)
        self.counts["facility"]["new"] += sum(isinstance(told, FacilityOpened) for _, told in step.entries)
        self.counts["facility"]["changed"] += sum(_is_renamed(told) for _, told in step.entries)
        self.existing += step.outcome in ("unchanged", "changed")
        self.corrected += step.corrects
        self.events += len(step.entries)
        if step.refusal is not None:
            self._refused(step.refusal)
        for flag in step.flags:
            self.flag(flag)

    def refusal(self, refusal: Refusal) -> None:
        """A row its reader could not take."""
        self.counts["row"]["refused"] += 1
        self._refused(refusal)

    def flag(self, flag: Flag) -> None:
        self._note("flag", flag.column, flag.reason, "", str(flag.place))

    def summary(self, dry_run: bool, events: int, refused_file: Path | None) -> Summary:
        return Summary(
            counts={subject: dict(+rows) for subject, rows in self.counts.items() if rows.total()},
            events=events,
            dry_run=dry_run,
            refused=self._notices("refusal"),
            look_at=self._notices("flag"),
            refused_file=None if refused_file is None else str(refused_file),
        )

    def _refused(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)
        self._note("refusal", refusal.column, refusal.reason, refusal.fix, str(refusal.place))

    def _note(self, kind: str, column: str, reason: str, fix: str, place: str) -> None:
        key = (kind, column, reason, fix)
        count, places = self._reasons.get(key, (0, ()))
        self._reasons[key] = (count + 1, (*places, place) if len(places) < SHOWN_MAX else places)

    def _notices(self, kind: str) -> tuple[Notice, ...]:
        found = [
            Notice(column, reason, fix, count, places)
            for (its_kind, column, reason, fix), (count, places) in self._reasons.items()
            if its_kind == kind
        ]
        return tuple(sorted(found, key=lambda notice: -notice.count))


def _is_renamed(told: Payload) -> bool:
    return isinstance(told, FacilityCorrected) and told.reason == RENAMED


def write_refused(folder: Path, now: datetime, refusals: list[Refusal]) -> Path | None:
    """The CSV of refused rows under ``folder``, or None when there are none."""
    if not refusals:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    name = f"refused-{now:%Y%m%dT%H%M%S}"
    taken = sum(one.name.startswith(name) for one in folder.iterdir())
    path = folder / (f"{name}-{taken + 1}.csv" if taken else f"{name}.csv")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(REFUSED_COLUMNS)
        for one in refusals:
            words = (one.column, one.value_class, one.reason, one.fix)
            writer.writerow([_inert(one.place.file), one.place.line, *map(_inert, words)])
    return path


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell
