"""A device's chain: what extends it, what leaves a gap, what forks it."""

import pytest

from events.chain import Head, Link, link
from events.envelope import Header
from events.ids import NO_HASH, Hash
from tests.events.making import at

A, B, C = (Hash(letter * 64) for letter in "abc")
FIRST = at(1, NO_HASH)
NEW = Hash("d" * 64)


@pytest.mark.parametrize(
    ("head", "arriving", "expected"),
    [
        (Head(), FIRST, Link.NEXT),
        (Head(1, A), at(2, A), Link.NEXT),
        (Head(1, A), at(2, B), Link.FORK),
        (Head(1, A), at(3, B), Link.GAP),
        (Head(), at(2, A), Link.GAP),
    ],
    ids=["first", "next", "another past", "gap", "gap before anything"],
)
def test_chain_r01_an_event_past_the_head(head: Head, arriving: Header, expected: Link) -> None:
    """CHAIN-R01: next, gap or fork, by seq and prev alone."""
    assert link(head, arriving, NEW) is expected


def test_chain_r02_an_event_at_a_known_seq() -> None:
    """CHAIN-R02: the same event again is a repeat; another one is a fork."""
    assert link(Head(2, B), at(2, A), B, at_seq=B) is Link.REPEAT
    assert link(Head(2, B), at(2, A), C, at_seq=B) is Link.FORK
    assert link(Head(1, A), FIRST, B, at_seq=A) is Link.FORK


def test_chain_r03_a_late_arrival_completes_the_chain_or_contradicts_it() -> None:
    """CHAIN-R03: nothing known at its seq: its neighbours, where known, must agree."""
    head = Head(3, C)
    late = at(2, A)
    assert link(head, late, B) is Link.NEXT
    assert link(head, late, B, before=A, wanted=B) is Link.NEXT
    assert link(head, late, B, before=C) is Link.FORK
    assert link(head, late, B, before=A, wanted=C) is Link.FORK
    assert link(head, FIRST, A, before=NO_HASH, wanted=A) is Link.NEXT


def test_chain_r01_a_whole_chain_links_event_by_event() -> None:
    head = Head()
    for seq in range(1, 20):
        arriving = at(seq, head.hash)
        name = Hash(f"{seq:064x}")
        assert link(head, arriving, name) is Link.NEXT
        head = Head(seq, name)
