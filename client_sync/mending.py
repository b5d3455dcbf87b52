"""What is held of a scope and what the log signed differ: find out where, and pull the scope anew.

    equal                     --> nothing to do
    different, nobody named   --> the next pull asks for the digest of every stream     (doubted)
    different, streams named  --> start over, remember which streams were wrong
    different after HEALS_MAX --> alarm: the log gives another scope than the one it signs

The difference may be this disk's (a flipped bit, a lost row) or the server's (an event it withholds): starting
over heals the first, and cannot heal the second, so it is tried only so often.
"""

from msgspec.structs import replace

from client_sync.effects import KeepAlarm, StartOver, Write
from client_sync.inputs import Compared
from client_sync.state import Alarm, ScopeState, State

HEALS_MAX = 2

Step = tuple[State, tuple[Write, ...]]


def mend(state: State, found: Compared) -> Step:
    """What a comparison asks for. One that a later page has overtaken says nothing."""
    kept = state.scopes.get(found.scope)
    if kept is None or kept.cursor is None or kept.cursor.size != found.size:
        return state, ()
    if found.equal:
        return _with(state, replace(kept, heals=0, doubted=False)), ()
    if found.differing is None:
        return _with(state, replace(kept, doubted=True, behind=True)), ()
    if kept.heals >= HEALS_MAX:
        named = ", ".join(found.differing[:3]) or "no stream in particular"
        alarm = Alarm(f"the log gives another {kept.scope} than the one it signs: {named}", state.note, state.note)
        return replace(state, alarm=alarm, turn=None), (KeepAlarm(alarm),)
    return start_over(state, found.scope, found.differing)


def start_over(state: State, scope: str, differing: tuple[str, ...]) -> Step:
    """Pull a scope from the beginning; what is held stays until the first page is here."""
    kept = state.scopes.get(scope)
    if kept is None:
        return state, ()
    fresh = ScopeState(scope, forgetting=kept.forgetting, not_before=kept.not_before, heals=kept.heals + 1)
    return _with(state, fresh), (StartOver(scope, differing),)


def _with(state: State, kept: ScopeState) -> State:
    return replace(state, scopes={**state.scopes, kept.scope: kept})
