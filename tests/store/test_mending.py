"""Rows of the log made good from tree, vault and neighbours: what the contract's tests of both stores do not reach."""

from datetime import timedelta

import pytest

from events.dates import to_milliseconds
from events.envelope import SignedEvent, event_hash, parse_header
from events.merkle import Edge, leaf_hash, node_hash
from events.tiles import TILE_WIDTH
from server.store import mending
from server.store.mending import Found, Known, examine, known_of_edge
from server.store.second_rows import LogRow, entry_of
from tests.contract.place import doses
from tests.server.making import START

MIDNIGHT = to_milliseconds(START)
HOUR = to_milliseconds(START + timedelta(hours=1)) - MIDNIGHT


def row_of(event: SignedEvent, position: int, received_at: int) -> LogRow:
    header = parse_header(event.header)
    event_id, device = (bytes.fromhex(one.replace("-", "")) for one in (header.id, header.device))
    return LogRow(position, event_id, device, header.seq, bytes.fromhex(event_hash(event)), received_at)


def leaf(row: LogRow) -> bytes:
    return leaf_hash(entry_of(row.event_hash, row.received_at))


def test_a_lost_time_is_found_between_its_neighbours() -> None:
    """STORE-R43: whatever it was changed to; times of receipt never go back."""
    (event,) = doses(1)
    true = row_of(event, 7, MIDNIGHT + 12_345)
    for stored in (None, row_of(event, 7, 0), row_of(event, 7, MIDNIGHT + 99_999)):
        (verdict,) = examine(Known(7, 1, leaf(true)), [Found(7, stored, event)], MIDNIGHT, MIDNIGHT + 20_000)
        assert verdict.row == true


def test_a_time_is_not_guessed_at_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """STORE-R44: named where its neighbours are too far apart."""
    monkeypatch.setattr(mending, "TIMES_MAX", 1_000)
    (event,) = doses(1)
    true = row_of(event, 7, MIDNIGHT + 12_345)
    (verdict,) = examine(Known(7, 1, leaf(true)), [Found(7, None, event)], MIDNIGHT, MIDNIGHT + HOUR)
    assert (verdict.position, verdict.row) == (7, None)


def test_nothing_is_believed_that_the_tree_does_not_bear_out() -> None:
    """STORE-R43: a whole and well-formed event that the tree knows nothing of."""
    event, other = doses(2)
    true = row_of(event, 7, MIDNIGHT)
    (verdict,) = examine(Known(7, 1, leaf(true)), [Found(7, row_of(other, 7, MIDNIGHT), other)], MIDNIGHT, MIDNIGHT)
    assert verdict.row is None


@pytest.mark.parametrize("harmed", range(4))
def test_in_the_newest_tile_the_subtree_tells_which(harmed: int) -> None:
    """STORE-R43: where no leaf is kept, one wrong time among four, and all four hashes at once."""
    events = doses(4)
    true = [row_of(event, at, MIDNIGHT + at) for at, event in enumerate(events)]
    left, right = (node_hash(leaf(true[at]), leaf(true[at + 1])) for at in (0, 2))
    stored = [LogRow(row.position, row.id, row.device, row.seq, bytes(32), row.received_at) for row in true]
    stored[harmed] = LogRow(harmed, b"", b"", 9, bytes(32), MIDNIGHT + HOUR)
    found = [Found(at, row, event) for at, (row, event) in enumerate(zip(stored, events, strict=True))]
    verdicts = examine(Known(0, 4, node_hash(left, right)), found, MIDNIGHT, MIDNIGHT + 10)
    assert [one.row for one in verdicts] == true


@pytest.mark.parametrize("size", [1, 255, 256, 257, 300, 511, 512, 65_536 + 300])
def test_the_edge_says_all_there_is_of_the_newest_tile(size: int) -> None:
    """STORE-R43"""
    edge = Edge(size, tuple(bytes([nr]) * 32 for nr in range(size.bit_count())))
    known = known_of_edge(size, edge.hashes, TILE_WIDTH)
    assert sum(one.count for one in known) == size % TILE_WIDTH
    at = size - size % TILE_WIDTH
    for one in known:
        assert one.start == at
        at += one.count
