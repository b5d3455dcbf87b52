"""What is held of a scope and what the log signed differ: find out where, and pull the scope anew.

    equal                     --> nothing to do
    different, nobody named   --> the next pull asks for the digest of every stream     (doubted)
    different, streams named  --> start over, remember which streams were wrong
    different after HEALS_MAX --> wrong: the server gives another scope than the one it signs; people are told which
                                  streams, deliveries go on, and every later pull compares again
    the server has healed a row --> try anew                                            (take_heart)
    a day later                 --> try anew, should it be healed unsaid                (checking.scrub)

How often it was tried and what is wrong outlives the process (``kept_wrong``).

The difference may be this disk's (a flipped bit, a lost row) or the server's (an event it withholds): starting
over heals the first, and cannot heal the second, so it is tried only so often.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from client_sync.effects import KeepWanted, KeepWrong, StartOver, Write
from client_sync.inputs import Compared
from client_sync.state import ScopeState, State
from events.ids import Hash

HEALS_MAX = 2

Step = tuple[State, tuple[Write, ...]]


def mend(state: State, found: Compared) -> Step:
    """What a comparison asks for. One that a later page has overtaken says nothing."""
    kept = state.scopes.get(found.scope)
    if kept is None or kept.cursor is None or kept.cursor.size != found.size:
        return state, ()
    if found.equal:
        return _with(state, replace(kept, heals=0, doubted=False, wrong=())), ()
    if found.differing is None:
        return _with(state, replace(kept, doubted=True, behind=True)), ()
    if kept.heals >= HEALS_MAX:
        return _with(state, replace(kept, wrong=found.differing, doubted=False)), ()
    return start_over(state, found.scope, found.differing)


def take_heart(state: State, wanted: Sequence[Hash]) -> State:
    """Of what the server had lost it has something again: what differed may be whole now, so it is tried anew."""
    still = frozenset(wanted)
    scopes = state.scopes
    if state.wanted - still:
        scopes = {
            name: replace(kept, heals=0, behind=True) if kept.wrong or kept.heals else kept
            for name, kept in scopes.items()
        }
    return state if still == state.wanted else replace(state, wanted=still, scopes=scopes)


def start_over(state: State, scope: str, differing: tuple[str, ...]) -> Step:
    """Pull a scope from the beginning; what is held stays until the first page is here."""
    kept = state.scopes.get(scope)
    if kept is None:
        return state, ()
    fresh = ScopeState(
        scope,
        forgetting=kept.forgetting,
        not_before=kept.not_before,
        heals=min(kept.heals + 1, HEALS_MAX),
        wrong=kept.wrong,
    )
    return _with(state, fresh), (StartOver(scope, differing),)


def kept_wrong(before: State, after: State) -> tuple[Write, ...]:
    """What a restart has to know of it, where a step changed that."""
    known, now = _told(before), _told(after)
    changed = [now.get(name, KeepWrong(name)) for name in sorted(known.keys() | now.keys())]
    writes = tuple(one for one in changed if one != known.get(one.scope, KeepWrong(one.scope)))
    return writes if before.wanted == after.wanted else (*writes, KeepWanted(tuple(sorted(after.wanted))))


def _told(state: State) -> dict[str, KeepWrong]:
    return {name: KeepWrong(name, kept.heals, kept.wrong) for name, kept in state.scopes.items()}


def _with(state: State, kept: ScopeState) -> State:
    return replace(state, scopes={**state.scopes, kept.scope: kept})
