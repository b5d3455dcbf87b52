"""The next turn: what to ask the server now, or when to look again.

One turn carries a push, a pull, both, or neither (then it only asks how the log stands). A suspect event
travels alone and without a pull, taking turns with the scopes, so that neither holds up the other.
"""

from msgspec.structs import replace

from client_sync.effects import Send
from client_sync.outbox import next_batch, next_due
from client_sync.state import Row, ScopeState, State, Turn
from events.wire import PUSH_EVENTS_MAX, Page, Presented, Pull, SyncRequest, SyncResponse, to_wire

TURN_SECONDS_MAX = 60.0
"""A turn without an answer for so long is given up; it may have been carried out."""
PULL_LIMIT = 1000
PULL_LIMIT_MIN = 50
"""So few come through the slowest link in the time an answer may take."""


def plan_turn(state: State, now: float) -> tuple[State, Send | None]:
    """Begin the next turn if there is something to ask and nothing forbids it now."""
    if not _may_send(state) or now < state.not_before:
        return state, None
    batch = next_batch(state.outbox, state.batch_max or PUSH_EVENTS_MAX, now)
    alone = len(batch) == 1 and batch[0].attempts > 0
    scope = _next_scope(state, now)
    if alone and scope is not None:
        return _turn(state, (), scope, now) if state.turns % 2 else _turn(state, batch, None, now)
    if not batch and scope is None and not state.asks:
        return state, None
    return _turn(state, batch, scope, now)


def _may_send(state: State) -> bool:
    return state.online and state.turn is None and state.alarm is None


def _next_scope(state: State, now: float) -> ScopeState | None:
    """The scope that has waited longest among those behind, by turns."""
    waiting = [kept for kept in state.scopes.values() if kept.behind and kept.not_before <= now]
    return waiting[state.turns % len(waiting)] if waiting else None


def _turn(state: State, batch: tuple[Row, ...], scope: ScopeState | None, now: float) -> tuple[State, Send]:
    number = state.turns + 1
    pull = None if scope is None else Pull(scope.scope, scope.cursor, state.pull_max or PULL_LIMIT, scope.doubted)
    since = None if state.checkpoint is None else state.checkpoint.size
    request = SyncRequest(
        push=tuple(to_wire(row.event) for row in batch),
        presented=tuple(Presented(row.event_hash, row.receipt) for row in batch if row.receipt),
        pull=pull,
        since=since,
    )
    pushed = tuple(row.event_hash for row in batch)
    name = None if scope is None else scope.scope
    turn = Turn(number, pushed, name, now + TURN_SECONDS_MAX, scope is not None and scope.doubted)
    return replace(state, turn=turn, turns=number, heard=None), Send(number, request)


def ask_ahead(state: State, asked: SyncRequest, answer: SyncResponse) -> SyncRequest | None:
    """What this device asks next if everything in the answer holds: the page after this one.

    To be asked while this one is checked and written. Nothing is believed by that: its answer is the next turn's only
    when the engine then asks the very same.
    """
    page, behind = answer.page, [kept for kept in state.scopes.values() if kept.behind]
    if asked.pull is None or asked.push or state.outbox or len(behind) != 1 or not isinstance(page, Page) or page.done:
        return None
    pull = replace(asked.pull, cursor=page.cursor, limit=larger_page(asked.pull.limit))
    return SyncRequest(pull=pull, since=page.cursor.size)


def smaller_page(limit: int) -> int:
    """What to ask for where so many did not come through."""
    return max(min(PULL_LIMIT_MIN, limit), limit // 2)


def larger_page(limit: int) -> int:
    """What to ask for once so many came."""
    return min(PULL_LIMIT, limit * 2)


def wake_moment(state: State) -> float | None:
    """When the next Tick is due, from what the device waits for."""
    if state.turn is not None:
        return state.turn.deadline
    if not _may_send(state):
        return None
    moments = [] if next_due(state.outbox) is None else [max(state.not_before, next_due(state.outbox) or 0.0)]
    moments += [max(state.not_before, kept.not_before) for kept in state.scopes.values() if kept.behind]
    moments.append(state.not_before if state.asks else state.poll_at)
    return min(moments)
