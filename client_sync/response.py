"""An answer, taken in the only safe order: its checkpoint, then what it says of pushed events, then its page.

Nothing of an answer is used before its checkpoint is signed by the pinned key and shown to extend the one
held. After that each part stands for itself: a receipt that proves something is kept even if the page beside
it breaks the contract, and a page even if one event's answer cannot be believed.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from client_sync.backoff import backoff_seconds
from client_sync.effects import (
    CompareScope,
    DeliverAgain,
    Forget,
    KeepAlarm,
    KeepCheckpoint,
    KeepComplaint,
    KeepForgetting,
    KeepPage,
    KeepReports,
    KeepScope,
    StartOver,
    Write,
)
from client_sync.inbox import Broken as BrokenPage
from client_sync.inbox import read_page
from client_sync.outbox import Unproven, match_answers, prove
from client_sync.state import Alarm, Row, ScopeState, State, Turn
from client_sync.witness import Broken, Extends, NewEpoch, Unsigned, examine_checkpoint
from events.checkpoint import Checkpoint
from events.envelope import parse_header
from events.ids import StudentId, stream_id, stream_kind, stream_of
from events.proving import Prover
from events.wire import Page, Reset, SyncResponse

RESET_SECONDS_MAX = 300.0
REFUSED_SCOPE_SECONDS = 60.0
"""A scope the server does not give is asked for again after so long at the earliest."""

Taken = tuple[State, tuple[Write, ...], str]
"""The state after, the writes, and what was wrong with the answer (empty if nothing)."""


def take_answer(state: State, turn: Turn, response: SyncResponse, now: float, chance: float) -> Taken:
    """Everything an answer to ``turn`` proves, and nothing else."""
    finding = examine_checkpoint(state.identity, state.checkpoint, response.checkpoint, response.consistency)
    match finding:
        case Unsigned(why=why):
            return state, (), f"the answer's checkpoint is not the log's: {why}"
        case Broken(why=why):
            alarm = Alarm(why, state.note, response.checkpoint)
            return replace(state, alarm=alarm), (KeepAlarm(alarm),), why
        case NewEpoch(checkpoint=checkpoint):
            state, writes = _hold(state, checkpoint, response.checkpoint)
            return state, (*writes, DeliverAgain()), ""
        case Extends(checkpoint=checkpoint):
            state, writes = _hold(state, checkpoint, response.checkpoint)
    state, settled, complaint = _settle(state, turn, response, now, chance)
    state, paged, fault = _page(state, turn, response, checkpoint, now)
    state, forgotten = _forget_delivered(fall_behind(state, checkpoint.origin, checkpoint.size))
    return state, (*writes, *settled, *paged, *forgotten), fault or complaint


def _hold(state: State, checkpoint: Checkpoint, note: str) -> tuple[State, tuple[Write, ...]]:
    if checkpoint == state.checkpoint:
        return state, ()
    return replace(state, checkpoint=checkpoint, note=note), (KeepCheckpoint(checkpoint.origin, checkpoint.size, note),)


def fall_behind(state: State, origin: str, size: int) -> State:
    """The log is known to have grown to ``size``: scopes pulled under a smaller one may miss something."""
    scopes = dict(state.scopes)
    for name, kept in state.scopes.items():
        if kept.cursor is None or kept.cursor.origin != origin or kept.cursor.size < size:
            scopes[name] = replace(kept, behind=True)
    return replace(state, scopes=scopes)


# Answers to what was pushed


def _settle(
    state: State, turn: Turn, response: SyncResponse, now: float, chance: float
) -> tuple[State, tuple[Write, ...], str]:
    """Free what is proven; whoever was pushed and is not becomes suspect, and the others go on."""
    outbox = dict(state.outbox)
    writes: list[Write] = []
    why_not = {known: "the server's answer does not name it" for known in turn.pushed if known in outbox}
    prover = Prover(response.checkpoint, state.identity.log_key)
    for row, answer in match_answers(state.outbox, turn.pushed, response.answers):
        outcome = prove(row, answer, prover)
        if isinstance(outcome, Unproven):
            why_not[row.event_hash] = outcome.why
        else:
            writes.append(outcome)
            del outbox[row.event_hash], why_not[row.event_hash]
    for known, why in why_not.items():
        outbox[known], complaint = _doubted(outbox[known], why, now, chance)
        writes.append(complaint)
    problem = next(iter(why_not.values()), "")
    freed = len(outbox) < len(state.outbox)
    fault = f"an answer could not be believed: {problem}" if problem and not freed else ""
    return replace(state, outbox=outbox), tuple(writes), fault


def _doubted(row: Row, why: str, now: float, chance: float) -> tuple[Row, KeepComplaint]:
    attempts = row.attempts + 1
    wait = now + backoff_seconds(attempts, chance)
    doubted = replace(row, attempts=attempts, complaint=why, not_before=wait)
    return doubted, KeepComplaint(row.event_hash, attempts, why)


# The page


def _page(
    state: State, turn: Turn, response: SyncResponse, checkpoint: Checkpoint, now: float
) -> tuple[State, tuple[Write, ...], str]:
    """Take in the page that was asked for; another one, or none, is a fault of the answer."""
    kept = None if turn.scope is None else state.scopes.get(turn.scope)
    if kept is None:
        return state, (), ""
    match response.page:
        case Page() as page:
            state, writes, fault = _take_page(state, kept, page, checkpoint, turn.asks_digests)
            told = (KeepReports(kept.scope, response.devices),) if page.done and not fault else ()
            return state, (*writes, *told), fault
        case Reset() as reset if reset.scope == kept.scope:
            return _reset(state, kept, reset, now)
        case _:
            return state, (), f"the answer holds no page of {kept.scope}"


def _take_page(
    state: State, kept: ScopeState, page: Page, checkpoint: Checkpoint, asks_digests: bool
) -> tuple[State, tuple[Write, ...], str]:
    read = read_page(page, kept.scope, kept.cursor, checkpoint, state.identity.log_key, asks_digests)
    if isinstance(read, BrokenPage):
        return state, (), read.why
    forget, later = _part_by_delivery(state, page.forget)
    waiting = frozenset[StudentId]() if kept.cursor is None else kept.forgetting
    gone = waiting | set(later)
    returned = {event.stream for event in read.events} if gone else set()
    forgetting = frozenset(student for student in gone if stream_of("student", student) not in returned)
    complete = kept.complete or page.done
    scope = replace(
        kept,
        cursor=page.cursor,
        forgetting=forgetting,
        complete=complete,
        behind=not page.done,
        refused="",
        doubted=kept.doubted and not page.done,
    )
    writes: list[Write] = [KeepScope(kept.scope)] if kept.cursor is None else []
    writes += [Forget(kept.scope, forget)] if forget else []
    if forgetting != waiting:
        writes.append(KeepForgetting(kept.scope, tuple(sorted(forgetting))))
    writes.append(KeepPage(kept.scope, read.events, page.cursor, complete))
    if read.whole is not None:
        leaving = tuple(sorted(forgetting))
        writes.append(CompareScope(kept.scope, checkpoint.size, read.whole, leaving, page.digests))
    return replace(state, scopes={**state.scopes, kept.scope: scope}), tuple(writes), ""


def _reset(state: State, kept: ScopeState, reset: Reset, now: float) -> tuple[State, tuple[Write, ...], str]:
    """Start the scope over, when the server says; the outbox is not touched.

    What may not be had any more goes at once; else it stays until what replaces it is here.
    """
    refused = reset.reason if reset.reason in ("scope_unknown", "scope_not_allowed") else ""
    wait = max(min(float(reset.after_seconds), RESET_SECONDS_MAX), REFUSED_SCOPE_SECONDS if refused else 0.0)
    scope = ScopeState(kept.scope, not_before=now + wait, refused=refused)
    write: Write = KeepScope(kept.scope) if refused else StartOver(kept.scope)
    return replace(state, scopes={**state.scopes, kept.scope: scope}), (write,), ""


# Forgetting


def _part_by_delivery(
    state: State, students: Iterable[StudentId]
) -> tuple[tuple[StudentId, ...], tuple[StudentId, ...]]:
    """Whom to forget now, and whom only once the own events about them are delivered."""
    awaited = students_awaited(state.outbox.values())
    forget = tuple(student for student in students if student not in awaited)
    return forget, tuple(student for student in students if student in awaited)


def students_awaited(rows: Iterable[Row]) -> frozenset[StudentId]:
    """The students that undelivered events are about."""
    streams = [parse_header(row.event.header).stream for row in rows]
    return frozenset(StudentId(stream_id(stream)) for stream in streams if stream_kind(stream) == "student")


def _forget_delivered(state: State) -> tuple[State, tuple[Write, ...]]:
    """Catch up with forgetting that waited for deliveries."""
    writes: list[Write] = []
    scopes = dict(state.scopes)
    for name, kept in state.scopes.items():
        forget, later = _part_by_delivery(state, sorted(kept.forgetting))
        if forget:
            scopes[name] = replace(kept, forgetting=frozenset(later))
            writes += [Forget(name, forget), KeepForgetting(name, later)]
    return replace(state, scopes=scopes), tuple(writes)
