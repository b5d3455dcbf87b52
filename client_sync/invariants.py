"""The engine's invariants (numbered in ``client_sync.engine``) as checks around every step.

A broken one is a bug of this program, never of the network or the server: it raises ``BrokenInvariant``
before anything is written or sent, so that a device stops with what it has on disk instead of losing it.
"""

from collections.abc import Iterator

from client_sync.backoff import BACKOFF_SECONDS_MAX
from client_sync.effects import (
    Effects,
    KeepAlarm,
    KeepOwn,
    KeepPage,
    KeepReceipt,
    KeepRefusal,
    KeepScope,
    StartOver,
)
from client_sync.inputs import Input, LocalEvent
from client_sync.state import State
from events.checkpoint import epoch_of
from events.errors import DoseledgerError
from events.ids import Hash
from events.wire import PUSH_EVENTS_MAX


class BrokenInvariant(DoseledgerError):
    """The engine contradicted itself; the message names the invariant."""


def check_state(state: State) -> None:
    """What must hold of a state by itself: I2, I3, I5."""
    _raise(_state_faults(state))


def check_step(before: State, given: Input, after: State, effects: Effects, now: float) -> None:
    """What must hold between two states: I1 to I8."""
    _raise(_state_faults(after))
    _raise(_step_faults(before, given, after, effects, now))


def _raise(faults: Iterator[str]) -> None:
    fault = next(faults, None)
    if fault is not None:
        raise BrokenInvariant(fault)


def _state_faults(state: State) -> Iterator[str]:
    seqs = {row.seq for row in state.outbox.values()}
    if len(seqs) != len(state.outbox) or max(seqs, default=0) > state.head.seq:
        yield "I2: the outbox holds a seq twice or one above the chain's head"
    turn = state.turn
    if turn is not None and (len(turn.pushed) > PUSH_EVENTS_MAX or any(h not in state.outbox for h in turn.pushed)):
        yield "I3: the turn pushes too much, or what is not in the outbox"
    if state.alarm is not None and turn is not None:
        yield "I5: a turn is under way in alarm"


def _step_faults(before: State, given: Input, after: State, effects: Effects, now: float) -> Iterator[str]:
    freed = before.outbox.keys() - after.outbox.keys()
    if freed != _proven(effects):
        yield "I1: the outbox lost an event without writing down its proof"
    added = after.outbox.keys() - before.outbox.keys()
    if added != {write.event_hash for write in effects.writes if isinstance(write, KeepOwn)}:
        yield "I2: the outbox and its store differ"
    if after.head.seq != before.head.seq + len(added) or (added and not isinstance(given, LocalEvent)):
        yield "I2: the chain's head moved without an event"
    if not _only_forward(before, after):
        yield "I4: the held checkpoint went back"
    if after.alarm is not None and (freed or any(isinstance(write, KeepPage) for write in effects.writes)):
        yield "I5: something of an answer was used in alarm"
    if (before.alarm != after.alarm) != any(isinstance(write, KeepAlarm) for write in effects.writes):
        yield "I5: an alarm is not what the store remembers"
    yield from _cursor_faults(before, after, effects)
    yield from _waiting_faults(before, after, effects, now)


def _proven(effects: Effects) -> set[Hash]:
    return {write.event_hash for write in effects.writes if isinstance(write, KeepReceipt | KeepRefusal)}


def _only_forward(before: State, after: State) -> bool:
    old, new = before.checkpoint, after.checkpoint
    if old is None or old == new:
        return True
    return new is not None and (epoch_of(old.origin), old.size) <= (epoch_of(new.origin), new.size)


def _cursor_faults(before: State, after: State, effects: Effects) -> Iterator[str]:
    restarted = {write.scope for write in effects.writes if isinstance(write, KeepScope | StartOver)}
    for name, kept in after.scopes.items():
        old = before.scopes[name].cursor if name in before.scopes else None
        if old is None or name in restarted or kept.cursor == old:
            continue
        if kept.cursor is None or (kept.cursor.effective, kept.cursor.position) < (old.effective, old.position):
            yield f"I6: the cursor of {name} went back"


def _waiting_faults(before: State, after: State, effects: Effects, now: float) -> Iterator[str]:
    bound = max(now, before.not_before) + BACKOFF_SECONDS_MAX
    if any(row.not_before > bound for row in after.outbox.values()):
        yield "I7: an event waits longer than any back-off"
    waits = after.turn is not None or (after.online and after.alarm is None and bool(after.outbox))
    if waits and effects.wake_at is None and not effects.reload:
        yield "I8: something waits and nothing will wake it"
