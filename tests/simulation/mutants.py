"""Devices and servers with a planted fault: each is a mistake somebody has shipped. The checks must catch every one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from client_sync import carrying, engine, fates, response
from client_sync import courier as picture_courier
from client_sync import photos as client_photos
from client_sync.effects import KeepAlarm
from client_sync.inbox import Read, read_page
from client_sync.inputs import Answer
from client_sync.state import Saved, State, Turn
from events.catalog.devices import SubmissionReleased
from events.chain import Head
from events.codec import decode_payload
from events.envelope import SignedEvent, check_shape
from events.errors import BadProof, MalformedEvent
from events.ids import Hash, Position
from events.proving import Prover
from events.receipt import Proven, encode_receipt, parse_entry
from events.wire import Answer as Answered
from events.wire import Duplicate, Proof, Pull, from_wire, unb64
from server import photos
from server.identity.enrolment import Bearer
from server.live import Live
from server.review import Review
from server.store.port import Appended, LogHead, Refuse
from server.sync import fates as desk
from server.sync import quarantine, turn
from server.sync.pages import Pages
from server.sync.scope import Scopes
from server.sync.submission import Refusal
from tests.simulation.memory_log import MemoryLog, ServerCrash
from tests.simulation.stories import Story, a_back_up_ends_at_a_fork

Mutant = Callable[[], AbstractContextManager[Any]]

_step_answer = engine._answer
_read_page = read_page
_restart = engine.restart
_members_at = Scopes._members_at
_refusal: Any = Pages.refusal
_read_fate: Any = fates._read
_keep = quarantine.Quarantine.keep


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

    def prove(prover: Prover, event_hash: Hash, proof: Proof) -> tuple[str, Proven]:
        try:
            entry = unb64(proof.entry)
            received_at = parse_entry(entry)[1]
        except MalformedEvent:
            return prove(prover, event_hash, replace(proof, entry=_SOME_ENTRY))
        receipt = encode_receipt(entry, proof.position, [unb64(node) for node in proof.path], prover._end[2:])
        return receipt, Proven(event_hash, proof.position, received_at, prover._head)

    return patch.object(Prover, "prove", prove)


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


def delivers_nothing_again_in_a_new_epoch() -> AbstractContextManager[Any]:
    """What had a receipt of the lost log is thought to be safe."""
    faults = ExitStack()
    faults.enter_context(patch.object(engine, "check_step", lambda *_: None))
    faults.enter_context(patch.object(response, "DeliverAgain", lambda: KeepAlarm(None)))
    return faults


def signs_anew_after_a_crash() -> AbstractContextManager[Any]:
    """A device whose chain's head is not taken from the disk numbers its events from the start."""
    return patch.object(engine, "restart", lambda saved: replace(_restart(saved), head=Head()))


def heals_nothing() -> AbstractContextManager[Any]:
    """What the digest finds different is looked at and left."""

    return patch.object(engine, "mend", lambda state, _: (state, ()))


# The server


def names_no_damage() -> AbstractContextManager[Any]:
    """A row that does not open is passed over like a destroyed one."""
    return patch.object(Live, "note_damage", lambda *_: None)


def heals_and_folds_nothing_anew() -> AbstractContextManager[Any]:
    """The row is read again, and what was folded without it stays."""

    async def popped(live: Live) -> None:
        await live.catch_up()
        for one in live._mended:
            live.damaged.pop(Position(one.position), None)

    return patch.object(Live, "unlearn", popped)


def never_takes_heart() -> AbstractContextManager[Any]:
    """A device that found the server's scope wrong never asks again (found by seed 35 with a failing disk)."""
    return patch.object(engine, "take_heart", lambda state, _: state)


def takes_a_duplicate_for_new() -> AbstractContextManager[Any]:
    """A retry is not recognised in the log."""
    faults = ExitStack()
    faults.enter_context(patch.object(MemoryLog, "_append", _append_again))
    faults.enter_context(patch.object(MemoryLog, "find", _find_nothing))
    return faults


def _append_again(log: MemoryLog, event: SignedEvent) -> Appended:
    now = log._clock()
    received_at = max(now, log.disk.rows[-1].received_at) if log.disk.rows else now
    return Appended(log.disk.add(event, received_at), received_at)


async def _find_nothing(*_: object) -> dict[Hash, Position]:
    return {}


def answers_before_it_commits() -> AbstractContextManager[Any]:
    """What a crash strikes between answer and commit had a receipt: here the newest rows are lost with the process."""

    def die(log: MemoryLog, where: str) -> None:
        if not log.is_dead and log._dies(where):
            log.is_dead = True
            disk = log.disk
            rows = disk.rows[: max(1, len(disk.rows) - 2)]
            epoch, trees = disk.epoch, dict(disk.trees)
            disk.restore(len(rows))
            disk.epoch, disk.trees = epoch, trees
        if log.is_dead:
            raise ServerCrash(where)

    return patch.object(MemoryLog, "_die", die)


def keeps_no_refused_bytes() -> AbstractContextManager[Any]:
    """Quarantine keeps a record of what came, and not what came."""
    return patch.object(quarantine, "Refuse", lambda submission, stream, raw: Refuse(Hash("0" * 64), stream, b""))


def puts_no_child_behind_its_arrival() -> AbstractContextManager[Any]:
    """Pages in order of position alone: what a child had before it joined enters behind every cursor."""
    return patch.object(Scopes, "_members_at", lambda *asked: dict.fromkeys(_members_at(*asked), 0))


def believes_any_cursor() -> AbstractContextManager[Any]:
    """A restored server goes on where the device's cursor stands."""

    def refusal(pages: Pages, bearer: Bearer, pull: Pull, head: LogHead) -> Any:
        return _refusal(pages, bearer, replace(pull, cursor=None), head)

    return patch.object(Pages, "refusal", refusal)


def releases_without_letting_in() -> AbstractContextManager[Any]:
    """The office is told that it is in; the event is not."""

    async def let_in(review: Review, opened: Any, submission: Any, reason: str, by: Any) -> Any:
        released = SubmissionReleased(submission=submission.hash, event=opened.header.id, reason=reason, by=by)
        await review._district.record([(submission.stream, released)])
        await review._live.catch_up()
        return opened.header.id

    return patch.object(Review, "_let_in", let_in)


def loses_what_is_carried() -> AbstractContextManager[Any]:
    """The courier takes any answer for a receipt, and the server drops what is sealed."""
    faults = ExitStack()
    faults.enter_context(patch.object(turn, "unseal", lambda *_: []))
    faults.enter_context(patch.object(carrying, "_proven", _believed))
    return faults


def _believed(one: Any, _: Any, prover: Any) -> carrying.Carried:
    return carrying.Carried(one.event_hash, Position(0), prover._end, False)


def vouches_for_a_picture_by_an_older_epoch() -> AbstractContextManager[Any]:
    """The server that was put back gives out the note of before."""
    return patch.object(photos.Photos, "_is_of_this_epoch", lambda _, note: note != "")


def calls_a_picture_delivered_for_ever() -> AbstractContextManager[Any]:
    """A device takes the receipt of any epoch for one."""
    kept = client_photos.KeptPhoto

    def believed(name: Any, seq: Any, size: Any, note: str, is_here: bool, _: bool) -> Any:
        return kept(name, seq, size, note, is_here, note != "")

    return patch.object(client_photos, "KeptPhoto", believed)


def never_asks_what_became_of_its_rows() -> AbstractContextManager[Any]:
    """A phone whose seat was closed shows its rows as waiting for ever."""
    return patch.object(fates, "is_refused", lambda _: False)


def believes_every_fate() -> AbstractContextManager[Any]:
    """What is said of a row is kept, its proof never checked, nor which row it is about."""

    def prove(_: Any, told: Any, prover: Prover) -> Any:
        if told.record is None:
            raise BadProof("nothing is told")
        record, path = from_wire(told.record), [unb64(node) for node in told.proof.path]
        header = check_shape(record)
        payload: Any = decode_payload(header.type, header.schema, record.payload)
        receipt = encode_receipt(unb64(told.proof.entry), told.proof.position, path, prover._end[2:])
        return _read_fate(payload, payload.submission, told.who, receipt)

    return patch.object(fates, "_proven", prove)


def tells_the_record_for_the_last_word() -> AbstractContextManager[Any]:
    """The server answers with what set the row aside, not with what became of it."""
    return patch.object(desk, "_last", lambda one: one.position)


def tells_a_fork_behind_its_record() -> AbstractContextManager[Any]:
    """The record that ends the matter comes first (found by seed 468): cut behind it, no fork is told of again."""

    async def keep(self: quarantine.Quarantine, bearer: Bearer, refusals: Sequence[Refusal]) -> None:
        once = self._district.record_once
        backwards = lambda facts, ids, refused: once(facts[::-1], ids[::-1], refused)  # noqa: E731
        with patch.object(self._district, "record_once", backwards):
            await _keep(self, bearer, refusals)

    return patch.object(quarantine.Quarantine, "keep", keep)


def believes_its_own_clock() -> AbstractContextManager[Any]:
    """A phone that somebody sets a year ahead lets go what it was to keep for thirty days."""
    return patch.object(picture_courier, "may_be_old", lambda *_: False)


def says_less_at_a_retry() -> AbstractContextManager[Any]:
    """A duplicate is old news: what its first answer said, and the network lost, is not said again."""
    answered = turn.Turn._answer

    async def answer(self: turn.Turn, placed: turn.InLog | turn.InQuarantine, proof: Proof) -> Answered:
        said = await answered(self, placed, proof)
        return replace(said, flags=()) if isinstance(said, Duplicate) else said

    return patch.object(turn.Turn, "_answer", answer)


MUTANTS: dict[Mutant, int] = {
    drops_outbox_on_200: 1,
    believes_every_answer: 11,
    believes_late_answers: 1,
    counts_turns_anew: 4,
    skips_the_end_of_a_page: 1,
    forgets_nobody: 3,
    loses_the_last_on_restart: 1,
    delivers_nothing_again_in_a_new_epoch: 8,
    signs_anew_after_a_crash: 1,
    heals_nothing: 6,
    takes_a_duplicate_for_new: 1,
    answers_before_it_commits: 2,
    keeps_no_refused_bytes: 1,
    puts_no_child_behind_its_arrival: 3,
    believes_any_cursor: 4,
    releases_without_letting_in: 15,
    loses_what_is_carried: 5,
    names_no_damage: 1,
    heals_and_folds_nothing_anew: 33,
    never_takes_heart: 35,
    never_asks_what_became_of_its_rows: 1,
    vouches_for_a_picture_by_an_older_epoch: 1,
    calls_a_picture_delivered_for_ever: 1,
    believes_every_fate: 131,
    tells_the_record_for_the_last_word: 1,
    says_less_at_a_retry: 2,
    believes_its_own_clock: 31,
}
"""Each with a seed that found it when this was written, to be tried first."""

DIRECTED: dict[Mutant, Story] = {tells_a_fork_behind_its_record: a_back_up_ends_at_a_fork}
"""What chance alone meets too seldom: each with the story that finds it, and that holds without it."""
