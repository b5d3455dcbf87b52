"""Engines with a planted fault: each is a mistake somebody has shipped. The checks must catch every one."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from client_sync import engine, response
from client_sync.effects import KeepReceipt
from client_sync.inbox import Read, read_page
from client_sync.inputs import Answer
from client_sync.state import Row, Saved, State, Turn
from events.receipt import encode_receipt, parse_entry
from events.wire import Answer as WireAnswer
from events.wire import unb64

Mutant = Callable[[], AbstractContextManager[Any]]

_step_answer = engine._answer
_read_page = read_page
_restart = engine.restart


def drops_outbox_on_200() -> AbstractContextManager[Any]:
    """The server answered, so everything sent is surely there. The engine's own invariants are switched off."""

    def settle(state: State, turn: Turn, *_: object) -> tuple[State, tuple[()], str]:
        rest = {known: row for known, row in state.outbox.items() if known not in turn.pushed}
        return replace(state, outbox=rest), (), ""

    faults = ExitStack()
    faults.enter_context(patch.object(engine, "check_step", lambda *_: None))
    faults.enter_context(patch.object(response, "_settle", settle))
    return faults


def believes_every_answer() -> AbstractContextManager[Any]:
    """A receipt is written down, its proof never checked."""

    def prove(row: Row, answer: WireAnswer, note: str, _: str) -> KeepReceipt:
        proof = answer.proof
        try:
            entry = unb64(proof.entry)
            received_at = parse_entry(entry)[1]
        except Exception:
            return prove(row, replace(answer, proof=replace(proof, entry=_SOME_ENTRY)), note, _)
        receipt = encode_receipt(entry, proof.position, [unb64(node) for node in proof.path], note)
        return KeepReceipt(row.event_hash, note.partition("\n")[0], proof.position, received_at, receipt)

    return patch.object(response, "prove", prove)


_SOME_ENTRY = "AQ" + "A" * 53


def believes_late_answers() -> AbstractContextManager[Any]:
    """Whatever arrives is taken for the answer to the turn under way."""

    def take(state: State, given: Answer, now: float, chance: float) -> Any:
        turn = given.turn if state.turn is None else state.turn.number
        return _step_answer(state, Answer(turn, given.response), now, chance)

    return patch.object(engine, "_answer", take)


def counts_turns_anew() -> AbstractContextManager[Any]:
    """After a new epoch turns begin at 1 again (found by seed 8 of this simulator's first day)."""
    return patch.object(engine, "reload", lambda _, saved: _restart(saved))


def skips_the_end_of_a_page() -> AbstractContextManager[Any]:
    """The cursor moves past an event that was not kept."""

    def read(*arguments: Any) -> Any:
        found = _read_page(*arguments)
        return replace(found, events=found.events[:-1]) if isinstance(found, Read) else found

    return patch.object(response, "read_page", read)


def forgets_nobody() -> AbstractContextManager[Any]:
    """Children who left the clinic stay on the phone."""
    return patch.object(response, "_part_by_delivery", lambda *_: ((), ()))


def loses_the_last_on_restart() -> AbstractContextManager[Any]:
    """After a crash the newest undelivered event is not taken up again."""

    def restart(saved: Saved) -> State:
        return _restart(replace(saved, outbox=saved.outbox[:-1]))

    return patch.object(engine, "restart", restart)


MUTANTS: tuple[Mutant, ...] = (
    drops_outbox_on_200,
    believes_every_answer,
    believes_late_answers,
    counts_turns_anew,
    skips_the_end_of_a_page,
    forgets_nobody,
    loses_the_last_on_restart,
)
