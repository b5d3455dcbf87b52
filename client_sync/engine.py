"""The sync engine: one pure function from what a device knows and what happened to what it does next.

    step(state, input, now, chance) -> (state', effects)

      LocalEvent ----------> KeepOwn --------------------------+
      Online Tick Refresh News Follow -------------------------+--> Send(turn n)   one turn at a time
      Answer(n): checkpoint, then receipts, then page --> writes +--> or Wake at
      Failure(n) or deadline --> back off, smaller batch -------+

The driver puts a step's writes on disk in one transaction, then adopts state', then sends. After a crash
``restart(saved)`` gives the state back; what was under way is simply asked for again.

Invariants, checked around every step (``client_sync.invariants``):

  I1  An own event leaves the outbox only in the step that proved, under the pinned log key, that the log
      holds it or the record of its quarantine, and that writes the receipt down.
  I2  The outbox holds each seq once, none above the chain's head; the head only moves forward, by one.
  I3  At most one turn is under way. It pushes 1 to PUSH_EVENTS_MAX events or none, each of them in the outbox.
  I4  The held checkpoint is only ever replaced by an extension of it, or by one of a later epoch.
  I5  In alarm nothing is under way, nothing leaves the outbox, and nothing enters the replica.
  I6  A scope's cursor only moves forward, or back to the beginning, and then the scope is pulled anew, whole.
  I7  Waiting is bounded: no moment to try again is further off than BACKOFF_SECONDS_MAX, unless the server said so.
  I8  A step that does nothing but wait names the moment it waits for, unless only an input can help.

``now`` is monotonic seconds, ``chance`` a number in [0, 1) for the jitter. Pure: no I/O, clock or randomness.
"""

from typing import assert_never

from msgspec.structs import replace

from client_sync.backoff import backoff_seconds
from client_sync.effects import (
    DeliverAgain,
    DropScope,
    Effects,
    KeepAlarm,
    KeepComplaint,
    KeepOwn,
    KeepScope,
    Write,
)
from client_sync.inputs import (
    Answer,
    Compared,
    Damaged,
    Failure,
    Follow,
    Input,
    LocalEvent,
    News,
    Offline,
    Online,
    Reconsider,
    Refresh,
    Tick,
    Unfollow,
)
from client_sync.invariants import check_state, check_step
from client_sync.mending import kept_wrong, mend, start_over, take_heart
from client_sync.outbox import row_of
from client_sync.planning import PULL_LIMIT, larger_page, plan_turn, smaller_page, wake_moment
from client_sync.response import fall_behind, take_answer
from client_sync.state import Saved, ScopeState, State
from events.chain import Head
from events.checkpoint import open_checkpoint
from events.envelope import parse_header
from events.ids import Hash
from events.wire import PUSH_EVENTS_MAX

POLL_SECONDS = 60.0
"""Without news, each scope is asked for again after so long."""
SERVER_WAIT_SECONDS_MAX = 3600.0

_Step = tuple[State, tuple[Write, ...]]


def restart(saved: Saved) -> State:
    """The state of a device that has just been switched on, offline, from what its store kept."""
    rows = [row_of(own.event, own.attempts, own.complaint, own.receipt) for own in saved.outbox]
    checkpoint = open_checkpoint(saved.note, saved.identity.log_key) if saved.note else None
    scopes = {
        kept.scope: ScopeState(
            kept.scope, kept.cursor, kept.forgetting, kept.complete, heals=kept.heals, wrong=kept.wrong
        )
        for kept in saved.scopes
    }
    state = State(
        identity=saved.identity,
        head=saved.head,
        note=saved.note,
        checkpoint=checkpoint,
        outbox={row.event_hash: row for row in rows},
        scopes=scopes,
        alarm=saved.alarm,
        wanted=saved.wanted,
    )
    check_state(state)
    return state


def reload(state: State, saved: Saved) -> State:
    """As ``restart``, within one process: turns go on counting, so that an old answer never fits a new turn."""
    return replace(restart(saved), turns=state.turns)


def step(state: State, given: Input, now: float, chance: float) -> tuple[State, Effects]:
    """What the device knows and does after an input."""
    taken, writes = _take(state, given, now, chance)
    writes += kept_wrong(state, taken)
    if any(isinstance(write, DeliverAgain) for write in writes):
        effects = Effects(writes, reload=True)
    else:
        taken, send = plan_turn(taken, now)
        effects = Effects(writes, send, wake_moment(taken))
    check_step(state, given, taken, effects, now)
    return taken, effects


def is_quiet(state: State) -> bool:
    """Nothing to deliver and nothing known to be missing: the outbox empty, every scope that is given complete."""
    behind = any(kept.behind and not kept.refused for kept in state.scopes.values())
    return not state.outbox and state.turn is None and not behind and not state.asks


def _take(state: State, given: Input, now: float, chance: float) -> _Step:
    match given:
        case LocalEvent():
            return _local(state, given)
        case Follow(scope=scope):
            return _follow(state, scope)
        case Unfollow(scope=scope):
            return _unfollow(state, scope)
        case Online():
            return replace(state, online=True, not_before=min(state.not_before, now), poll_at=now + POLL_SECONDS), ()
        case Offline():
            return replace(state, online=False, turn=None), ()
        case Tick():
            return _tick(state, now, chance)
        case Refresh():
            return _refresh(state, now), ()
        case News():
            return _news(state, given), ()
        case Answer():
            return _answer(state, given, now, chance)
        case Failure():
            return _failure(state, given, now, chance)
        case Compared():
            return mend(state, given)
        case Damaged(scope=scope, streams=streams):
            return start_over(state, scope, streams)
        case Reconsider():
            return replace(state, alarm=None, problem=""), (() if state.alarm is None else (KeepAlarm(None),))
        case _:
            assert_never(given)


# Recording and following


def _local(state: State, given: LocalEvent) -> _Step:
    row = row_of(given.event)
    if (row.seq, parse_header(given.event.header).prev) != (state.head.seq + 1, state.head.hash):
        raise ValueError("the event does not follow this device's last one")
    outbox = {**state.outbox, row.event_hash: row}
    taken = replace(state, outbox=outbox, head=Head(row.seq, row.event_hash))
    return taken, (KeepOwn(row.seq, row.event_hash, given.event),)


def _follow(state: State, scope: str) -> _Step:
    if scope in state.scopes:
        return state, ()
    return replace(state, scopes={**state.scopes, scope: ScopeState(scope)}), (KeepScope(scope),)


def _unfollow(state: State, scope: str) -> _Step:
    if scope not in state.scopes:
        return state, ()
    scopes = {name: kept for name, kept in state.scopes.items() if name != scope}
    return replace(state, scopes=scopes), (DropScope(scope),)


def _refresh(state: State, now: float) -> State:
    """A person asks: no back-off stands in the way, only a wait the server asked of a scope."""
    rows = {known: replace(row, not_before=min(row.not_before, now)) for known, row in state.outbox.items()}
    return _behind(replace(state, outbox=rows, not_before=min(state.not_before, now)))


def _behind(state: State) -> State:
    scopes = {name: replace(kept, behind=True) for name, kept in state.scopes.items()}
    return replace(state, scopes=scopes, asks=True)


def _news(state: State, news: News) -> State:
    held = state.checkpoint
    if held is not None and (held.origin, held.size) == (news.origin, news.size):
        return fall_behind(state, news.origin, news.size)
    return fall_behind(replace(state, asks=True, heard=(news.origin, news.size)), news.origin, news.size)


def _tick(state: State, now: float, chance: float) -> _Step:
    if state.turn is not None and now >= state.turn.deadline:
        return _failure(state, Failure(state.turn.number, "unreachable", "no answer came in time"), now, chance)
    if state.online and now >= state.poll_at:
        return _behind(replace(state, poll_at=now + POLL_SECONDS)), ()
    return state, ()


# The end of a turn


def _answer(state: State, given: Answer, now: float, chance: float) -> _Step:
    turn = state.turn
    if turn is None or given.turn != turn.number:
        return state, ()
    after, writes, fault = take_answer(replace(state, turn=None), turn, given.response, now, chance)
    if fault:
        return _back_off(after, now, chance, fault), writes
    after = take_heart(after, given.response.wanted)
    grown = min(PUSH_EVENTS_MAX, max(1, after.batch_max) * 2)
    pull_max = after.pull_max if turn.scope is None else larger_page(after.pull_max)
    rested = replace(after, failures=0, not_before=now, batch_max=grown, pull_max=pull_max)
    return replace(rested, asks=_has_news(after), problem=""), writes


def _has_news(state: State) -> bool:
    """Whether news came during the turn that tell of more than its answer did."""
    held = state.checkpoint
    if state.heard is None or held is None:
        return state.heard is not None
    origin, size = state.heard
    return origin != held.origin or size > held.size


def _failure(state: State, given: Failure, now: float, chance: float) -> _Step:
    turn = state.turn
    if turn is None or given.turn != turn.number:
        return state, ()
    after = replace(
        state,
        turn=None,
        batch_max=max(1, len(turn.pushed) // 2) if turn.pushed else state.batch_max,
        pull_max=state.pull_max if turn.scope is None else smaller_page(state.pull_max or PULL_LIMIT),
    )
    writes: tuple[Write, ...] = ()
    if given.kind == "refused" and len(turn.pushed) == 1:
        after, writes = _suspect(after, turn.pushed[0], given.why, now, chance)
    after = _back_off(after, now, chance, given.why)
    if given.after_seconds > 0:
        wait = min(given.after_seconds, SERVER_WAIT_SECONDS_MAX)
        after = replace(after, not_before=max(after.not_before, now + wait))
    return after, writes


def _suspect(state: State, known: Hash, why: str, now: float, chance: float) -> _Step:
    """The request failed with this event alone in it: from now on it travels apart from the others."""
    row = state.outbox.get(known)
    if row is None:
        return state, ()
    attempts = row.attempts + 1
    marked = replace(row, attempts=attempts, complaint=why, not_before=now + backoff_seconds(attempts, chance))
    return replace(state, outbox={**state.outbox, known: marked}), (KeepComplaint(known, attempts, why),)


def _back_off(state: State, now: float, chance: float, why: str) -> State:
    failures = state.failures + 1
    return replace(state, failures=failures, not_before=now + backoff_seconds(failures, chance), problem=why)
