"""One import run, from rows to the log.

    1. read for contradictions: one dose number with two contents
    2. read and reconcile in memory: counts, refusals, the brake; a dry run ends here
    3. read and reconcile again, and record in batches under a seat of the run's own

Nothing is recorded when nothing is missing, and so no seat is opened either: a second run adds nothing at
all. A crash between two batches leaves whole events behind; the next run finds them and adds the rest.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from events.errors import Refused
from events.ids import EventId, Position, stream_kind
from projections.fold import fact_of
from server.exchange.formats import Reader
from server.exchange.known import Known
from server.exchange.reconcile import Options, Reconciler, conflicting_keys
from server.exchange.report import Summary, Tally, write_refused
from server.exchange.rows import Flag, Read, Refusal
from server.exchange.step import Entry
from server.store.port import StoredEvent

BATCH_EVENTS_MAX = 400
"""Events of one commit."""
BRAKE_SHARE = 0.20
"""Of the existing records a file mentions, how many may change without ``--accept-changes``."""


class ReadsLog(Protocol):
    """The part of the store's promises a run needs."""

    def read(self, start: Position, end: Position | None = None) -> AsyncIterator[StoredEvent]: ...


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What an import run is given: the file, how to decide, where to write, and who hears of progress."""

    reader: Reader
    options: Options
    log: ReadsLog
    record: Callable[[Sequence[Entry]], Awaitable[list[EventId]]]
    """Signs and appends in one commit; opens the run's seat when first called."""
    mint: Callable[[], str]
    out: Path
    now: datetime
    dry_run: bool = False
    accept_changes: bool = False
    progress: Callable[[str, int], None] = lambda _stage, _rows: None


async def run_import(run: Run) -> Summary:
    """Import a file. Raises UnreadableFile or Refused (the brake) before anything is written."""
    conflicting = conflicting_keys(_counted(run, "checking"))
    tally = await _survey(run, conflicting)
    if run.dry_run:
        return tally.summary(True, 0, None)
    _brake(tally, run.accept_changes)
    written = await _write(run, conflicting) if tally.events else 0
    return tally.summary(False, written, write_refused(run.out, run.now, tally.refusals))


async def read_known(log: ReadsLog) -> Known:
    """Fold what the log says of children and facilities."""
    known = Known()
    async for stored in log.read(Position(0)):
        if stored.event is None or stored.header is None or stream_kind(stored.header.stream) not in _KINDS:
            continue
        known.apply(fact_of(stored.event, stored.position, stored.received_at, stored.header, stored.event_hash))
    return known


_KINDS = ("student", "facility")


async def _survey(run: Run, conflicting: frozenset[str]) -> Tally:
    tally = Tally()
    reconciler = Reconciler(await read_known(run.log), run.options, run.mint, conflicting)
    for read in _counted(run, "comparing"):
        match read:
            case Refusal():
                tally.refusal(read)
            case Flag():
                tally.flag(read)
            case _:
                tally.step(reconciler.step(read))
    return tally


async def _write(run: Run, conflicting: frozenset[str]) -> int:
    """Record everything that is missing; returns how many events were written."""
    reconciler = Reconciler(await read_known(run.log), run.options, run.mint, conflicting)
    waiting: list[Entry] = []
    written = 0
    for read in _counted(run, "recording"):
        if isinstance(read, Refusal | Flag):
            continue
        waiting += reconciler.step(read).entries
        while len(waiting) >= BATCH_EVENTS_MAX:
            batch, waiting = waiting[:BATCH_EVENTS_MAX], waiting[BATCH_EVENTS_MAX:]
            written += len(await run.record(batch))
    if waiting:
        written += len(await run.record(waiting))
    return written


def _counted(run: Run, stage: str) -> Iterator[Read]:
    """The reader's rows, telling the progress every few hundred."""
    rows = 0
    for rows, read in enumerate(run.reader(), start=1):
        if rows % 500 == 0:
            run.progress(stage, rows)
        yield read
    run.progress(stage, rows)


def _brake(tally: Tally, accepted: bool) -> None:
    """More than a fifth of the records a file mentions would change: a wrong file is likelier than that."""
    if accepted or tally.corrected < 2 or tally.corrected <= BRAKE_SHARE * tally.existing:
        return
    raise Refused(
        "too-many-changes",
        f"{tally.corrected} of {tally.existing} existing records would change, more than "
        f"{BRAKE_SHARE:.0%}. Nothing was imported. Look at the file (--dry-run shows what would change); "
        "if it is right, run again with --accept-changes.",
    )
