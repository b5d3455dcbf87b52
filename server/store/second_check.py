"""Second copies of the log's rows, believed only where the signed tree bears them out. Pure; each store reads.

    copies, and rows stored elsewhere with the same bytes --leaf of a full tile | subtree of the newest--> what stands

A copy that the tree knows nothing of is passed over and named. A row stored elsewhere is a moved one, unless the tree
holds it there too: the same bytes appended once more while the first row was lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, islice

import structlog

from events.tiles import TILE_WIDTH
from server.store.grouping import HeadRow
from server.store.mending import Known, known_of_edge, leaf_of, root_of
from server.store.second_rows import LogRow, SecondRows

TRIES_MAX = 1_000
"""Which of the copies in one subtree of the newest entries are true: all, all but one, and so on."""

_log = structlog.get_logger(__name__)


def tiles_of(rows: Iterable[LogRow], size: int) -> list[int]:
    """The tiles of level 0 that say whether these rows are true; the last may be the newest, which is not full."""
    return sorted({row.position // TILE_WIDTH for row in rows if 0 <= row.position < size})


def believe(
    second: SecondRows,
    copies: Sequence[LogRow],
    elsewhere: Sequence[LogRow],
    tiles: Mapping[int, bytes],
    head: HeadRow,
    newest: Mapping[int, LogRow],
) -> None:
    """Know the copies that the tree bears out, the newest of a position last.

    ``tiles`` are the full ones by number, ``newest`` the stored rows of the one that is not.
    """
    size = head.edge.size
    known = known_of_edge(size, head.edge.hashes, TILE_WIDTH)

    def is_true(row: LogRow) -> bool:
        hashes, at = tiles.get(row.position // TILE_WIDTH, b""), row.position % TILE_WIDTH * 32
        return 0 <= row.position < size and leaf_of(row) == hashes[at : at + 32]

    def true_of(rows: Sequence[LogRow]) -> list[LogRow]:
        of_newest = [row for one in known for row in _of_subtree(one, rows, newest)]
        return [row for row in rows if is_true(row) or row in of_newest]

    true = true_of(copies)
    places = {row.position for row in copies}
    second.know(true, true_of([row for row in elsewhere if row.position not in places]), len(copies))
    for row in copies:
        if row not in true and second.is_news(row):
            _log.error("log.second_row_unproven", position=row.position)


def _of_subtree(known: Known, rows: Sequence[LogRow], stored: Mapping[int, LogRow]) -> Sequence[LogRow]:
    """Those of the rows under ``known`` that make it what it is. All, where nothing does: then the stored rows are
    not proven either, and who opens the log examines them all (mending.py)."""
    places = range(known.start, known.start + known.count)
    mine = [row for row in rows if row.position in places]
    tries = (some for count in range(len(mine), -1, -1) for some in combinations(mine, count))
    for some in islice(tries, TRIES_MAX):
        there = dict(stored) | {row.position: row for row in some}
        if all(at in there for at in places) and root_of([there[at] for at in places]) == known.hash:
            return some
    return mine
