"""The engine, step by step: what it asks, what it believes, and what it never gives up."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from client_sync import outbox
from client_sync.backoff import BACKOFF_SECONDS_MAX, backoff_seconds
from client_sync.effects import DeliverAgain, KeepRefusal
from client_sync.engine import POLL_SECONDS, SERVER_WAIT_SECONDS_MAX, is_quiet
from client_sync.inputs import Answer, Failure, Follow, News, Offline, Online, Reconsider, Refresh, Tick
from client_sync.outbox import PUSH_BYTES_MAX
from client_sync.planning import TURN_SECONDS_MAX, ask_ahead, wake_moment
from client_sync.response import RESET_SECONDS_MAX
from events.catalog.doses import DoseRecorded
from events.catalog.event_type import Told
from events.ids import Hash, StudentId, stream_of
from events.packing import pack
from events.signing import SigningKey
from events.wire import PUSH_EVENTS_MAX, Reset, SyncResponse, to_wire
from tests.client_sync.rig import CHILD, DISTRICT, Rig
from tests.server.making import Writer, a_dose, make_id
from tests.simulation.memory_log import Disk

OTHER_CHILD = StudentId(make_id("other child"))


def online(rig: Rig) -> Rig:
    rig.go_online()
    return rig


def following() -> Rig:
    """A device that follows a log of one event."""
    rig = Rig()
    rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    rig.feed(Follow("district"))
    return rig


def test_events_wait_on_the_device_until_there_is_a_network() -> None:
    """CLIENT-R05"""
    rig = Rig()
    made = rig.record(3)
    assert rig.sent is None
    rig.go_online()
    assert rig.sent is not None
    assert [to_wire(rig.disk.own[known].write.event) for known in made] == list(rig.sent.request.push)
    rig.talk()
    assert is_quiet(rig.state)
    assert {known for known, _ in rig.disk.receipts} == set(made)


@pytest.mark.parametrize("lie", ["path", "entry", "position", "swapped", "silent", "stranger"])
def test_an_answer_that_proves_nothing_frees_nothing(lie: str) -> None:
    """CLIENT-R01: and the event beside it, whose answer does prove something, goes its way."""
    rig = Rig()
    one, other = rig.record(2)
    send = rig.go_online()
    assert send is not None
    honest = rig.honest(send)
    first, second = honest.answers
    lies = {
        "path": replace(first, proof=replace(first.proof, path=())),
        "entry": replace(first, proof=replace(first.proof, entry=first.proof.entry[:-2])),
        "position": replace(first, proof=replace(first.proof, position=1)),
        "swapped": replace(first, proof=second.proof),
        "stranger": replace(first, event_hash=Hash("0" * 64)),
    }
    told = (second,) if lie == "silent" else (lies[lie], second)
    rig.answer(replace(honest, answers=told))
    assert set(rig.state.outbox) == {one}
    assert rig.disk.own[one].complaint
    assert {known for known, _ in rig.disk.receipts} == {other}
    rig.now += BACKOFF_SECONDS_MAX
    rig.feed(Tick())
    rig.talk()
    assert not rig.state.outbox


def test_quarantine_frees_the_outbox_only_by_a_record_of_this_event() -> None:
    """CLIENT-R08"""
    rig = Rig()
    one, other = rig.record(2)
    send = rig.go_online()
    assert send is not None
    good, foreign = rig.quarantined(one), rig.quarantined(other, named=one)
    good = replace(good, proof=rig.proof(0))
    rig.answer(rig.response(send, answers=(good, foreign)))
    assert set(rig.state.outbox) == {other}
    (refusal,) = [write for write in rig.writes if isinstance(write, KeepRefusal)]
    assert (refusal.event_hash, refusal.reason, refusal.owner) == (one, "not_authorised", "health_office")
    assert "another submission" in rig.disk.own[other].complaint


def a_fork(rig: Rig, size: int) -> Disk:
    """Another history signed by the same key."""
    log, stranger = Disk(DISTRICT, rig.log.key), Writer(make_id("stranger"))
    for _ in range(size):
        log.add(stranger.write(stream_of("student", CHILD), a_dose()), rig.log.rows[0].received_at)
    return log


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_log_that_contradicts_itself_raises_the_alarm(size: int) -> None:
    """CLIENT-R03: shrunk, forked at the same size, and longer without being an extension."""
    rig = Rig()
    rig.record(2)
    online(rig).talk()
    honest, rig.log = rig.log, a_fork(rig, size)
    (made,) = rig.record(1)
    assert rig.sent is not None
    rig.answer(rig.honest(rig.sent))
    assert rig.state.alarm is not None
    assert rig.sent is None
    assert set(rig.state.outbox) == {made}
    rig.restart()
    rig.record(1)
    assert rig.go_online() is None, "an alarmed device asks nothing"
    assert len(rig.state.outbox) == 2
    rig.log = honest
    rig.feed(Reconsider())
    rig.talk()
    assert rig.disk.alarm is None
    assert is_quiet(rig.state)


def test_an_older_epoch_or_another_log_raises_the_alarm() -> None:
    """CLIENT-R03"""
    for epoch, district in ((0, DISTRICT), (1, "isd-901")):
        rig = Rig()
        rig.log.epoch = 1
        rig.record(1)
        online(rig).talk()
        rig.log.epoch, rig.log.district = epoch, district
        rig.log.signed.clear()
        rig.feed(Refresh())
        rig.talk()
        assert rig.state.alarm is not None


def test_a_checkpoint_by_a_stranger_is_no_answer_at_all() -> None:
    """CLIENT-R03: a proxy's or a portal's word raises no alarm and is not believed."""
    rig = Rig()
    made = rig.record(1)
    send = rig.go_online()
    assert send is not None
    key, rig.log.key = rig.log.key, SigningKey(bytes(31) + b"\x09")
    rig.answer(rig.honest(send))
    assert rig.state.alarm is None
    assert list(rig.state.outbox) == made
    rig.log.key = key
    rig.log.signed.clear()
    rig.feed(Refresh())
    rig.talk()
    assert not rig.state.outbox


def test_a_new_epoch_brings_every_own_event_once_more() -> None:
    """CLIENT-R17: and an answer from before it fits no turn after it."""
    rig = Rig()
    made = rig.record(4)
    online(rig).talk()
    turns = rig.state.turns
    rig.log.restore(2)
    rig.feed(Refresh())
    sent = []
    while rig.sent is not None:
        sent.append(rig.sent)
        rig.answer(rig.honest(rig.sent))
    assert any(isinstance(write, DeliverAgain) for write in rig.writes)
    again = [send.request.presented for send in sent if send.request.presented]
    assert [[one.event_hash for one in presented] for presented in again] == [made], "each with its old receipt"
    assert is_quiet(rig.state)
    assert rig.state.turns > turns
    assert set(rig.log.by_hash) == set(made)
    assert len(rig.disk.receipts) == 8, "the receipts of the old epoch are kept beside the new ones"


def test_a_server_that_names_the_wait_is_given_it() -> None:
    """CLIENT-R16: within reason; who is not let in is no fault of what it brought."""
    rig = Rig()
    rig.record(1)
    rig.chance = 0.0
    for named, waited in ((90.0, 90.0), (10.0**9, SERVER_WAIT_SECONDS_MAX)):
        send = rig.go_online()
        assert send is not None
        rig.feed(Failure(send.turn, "denied", "the token is unknown", named))
        rig.now += waited - 1
        assert rig.feed(Tick()).send is None
        rig.now += 1
        assert rig.feed(Tick()).send is not None
        rig.feed(Offline())
    assert [row.attempts for row in rig.state.outbox.values()] == [0]


def test_a_page_that_does_not_come_through_is_asked_for_smaller() -> None:
    """CLIENT-R51: down to a few events, and larger again as they come; what is asked ahead is what is asked next."""
    rig = following()
    rig.chance = 0.0
    limits = []
    for _ in range(7):
        send = rig.go_online()
        assert send is not None
        assert send.request.pull is not None
        limits.append(send.request.pull.limit)
        rig.feed(Failure(send.turn, "unreachable", "no answer came in time"))
        rig.feed(Tick())
    assert limits == [1000, 500, 250, 125, 62, 50, 50]
    assert rig.sent is not None
    page = replace(rig.page("district", None), done=False)
    ahead = ask_ahead(rig.state, rig.sent.request, SyncResponse("", page=page))
    assert ahead is not None
    assert ahead.pull is not None
    assert ahead.pull.limit == 100
    rig.talk()
    limits = []
    for _ in range(5):
        rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
        rig.feed(Refresh())
        assert rig.sent is not None
        assert rig.sent.request.pull is not None
        limits.append(rig.sent.request.pull.limit)
        rig.talk()
    assert limits == [100, 200, 400, 800, 1000]


def test_a_poison_event_blocks_nothing() -> None:
    """CLIENT-R08: the server fails on every request that carries it; the others are delivered, then it waits alone."""
    rig = Rig()
    made = rig.record(40)
    poison = made[17]
    rig.chance = 0.001
    rig.feed(Follow("district"))
    rig.go_online()
    for _ in range(60):
        rig.now += 1.0
        send = rig.sent
        if send is None:
            rig.feed(Tick())
        elif rig.state.turn is not None and poison in rig.state.turn.pushed:
            rig.feed(Failure(send.turn, "refused", "500"))
        else:
            rig.answer(rig.honest(send))
    assert set(rig.state.outbox) == {poison}
    assert rig.disk.own[poison].attempts > 1
    assert len(rig.disk.scopes["district"].events) == 39
    rig.now += BACKOFF_SECONDS_MAX
    rig.feed(Tick())
    rig.talk()
    assert is_quiet(rig.state)


def test_a_suspect_waits_out_a_pause_of_its_own() -> None:
    """CLIENT-R08, CLIENT-R16: longer each time, though all else goes well; a person who asks ends it."""
    rig = Rig()
    rig.chance = 0.9
    (poison,) = rig.record()
    rig.go_online()
    pushed: list[float] = []
    while len(pushed) < 6:
        if rig.state.turn is None:
            moment = wake_moment(rig.state)
            assert moment is not None
            assert moment > rig.now
            rig.now = moment
            rig.feed(Tick())
        elif poison in rig.state.turn.pushed:
            pushed.append(rig.now)
            rig.feed(Failure(rig.state.turn.number, "refused", "500"))
            rig.record()
        else:
            assert rig.sent is not None
            rig.answer(rig.honest(rig.sent))
    waits = [later - earlier for earlier, later in pairwise(pushed)]
    assert waits == pytest.approx([backoff_seconds(failures, rig.chance) for failures in range(1, 6)])
    rig.feed(Refresh())
    rig.talk()
    assert is_quiet(rig.state)


def test_of_two_suspects_the_one_that_was_tried_less_goes_first() -> None:
    """CLIENT-R08"""
    rig = Rig()
    first, second = rig.record(2)
    rig.go_online()
    tried: list[Hash] = []
    while len(tried) < 6:
        if rig.state.turn is None:
            rig.now += BACKOFF_SECONDS_MAX
            rig.feed(Tick())
        assert rig.state.turn is not None
        tried += rig.state.turn.pushed if len(rig.state.turn.pushed) == 1 else ()
        rig.feed(Failure(rig.state.turn.number, "refused", "500"))
    assert tried == [first, second] * 3


def test_a_lost_answer_is_retried_in_smaller_batches() -> None:
    """CLIENT-R07"""
    rig = Rig()
    made = rig.record(8)
    send = rig.go_online()
    assert send is not None
    late = rig.honest(send)
    rig.now += TURN_SECONDS_MAX
    rig.feed(Tick())
    rig.now += BACKOFF_SECONDS_MAX
    rig.feed(Tick())
    assert rig.sent is not None
    assert rig.sent.turn != send.turn
    assert len(rig.sent.request.push) == 4
    assert not rig.feed(Answer(send.turn, late)).writes, "the answer to a turn given up says nothing"
    rig.talk()
    assert not rig.state.outbox
    assert set(rig.log.by_hash) == set(made)


def test_a_push_keeps_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """CLIENT-R16"""
    rig = Rig()
    rig.record(PUSH_EVENTS_MAX + 30)
    send = rig.go_online()
    assert send is not None
    assert len(send.request.push) == PUSH_EVENTS_MAX
    rig.talk()
    note = DoseRecorded(told=Told(source="paper", recorder="N", detail="ä" * 4000), as_written="ä" * 4000)
    rig.feed(Offline())
    rig.record(30, payload=replace(note, told=replace(note.told, detail="ä" * 4000)))
    one = max(row.wire_bytes for row in rig.state.outbox.values())
    for most, at_once in ((one - 1, 1), (7 * one, 7), (PUSH_BYTES_MAX, 30)):
        monkeypatch.setattr(outbox, "PUSH_BYTES_MAX", most)
        rig.feed(Offline())
        rig.go_online()
        assert rig.state.turn is not None
        assert len(rig.state.turn.pushed) == at_once, "at least one, be it larger; else no more bytes than may be"


def test_backing_off_is_jittered_and_bounded() -> None:
    """CLIENT-R16"""
    assert backoff_seconds(1, 0.0) == 0.0
    assert all(backoff_seconds(failures, 0.999) <= BACKOFF_SECONDS_MAX for failures in range(200))
    assert backoff_seconds(3, 0.5) == 2.0
    with pytest.raises(ValueError, match="chance"):
        backoff_seconds(1, 1.0)


def test_a_child_who_leaves_is_forgotten_after_the_own_events_are_delivered() -> None:
    """CLIENT-R15"""
    rig = Rig()
    rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    rig.append(rig.office.write(stream_of("student", OTHER_CHILD), a_dose()))
    rig.feed(Follow("district"))
    online(rig).talk()
    rig.feed(Offline())
    made = rig.record(1)
    rig.feed(Refresh())
    online(rig)
    assert rig.sent is not None
    assert rig.sent.request.pull is not None
    page = rig.page("district", rig.sent.request.pull.cursor, forget=(CHILD, OTHER_CHILD))
    rig.answer(rig.response(rig.sent, page=page))
    streams = {event.stream for event in rig.disk.scopes["district"].events.values()}
    assert streams == {stream_of("student", CHILD)}, "what an undelivered event is about stays"
    assert rig.disk.scopes["district"].forgetting == {CHILD}
    rig.restart()
    send = rig.go_online()
    assert send is not None
    rig.answer(replace(rig.honest(send), page=None))
    assert not rig.disk.scopes["district"].events
    assert (made[0], rig.log.head().checkpoint.origin) in rig.disk.receipts


def test_a_reset_takes_the_download_and_nothing_else() -> None:
    """CLIENT-R09"""
    rig = following()
    online(rig).talk()
    rig.feed(Offline())
    made = rig.record(1)
    rig.feed(Refresh())
    online(rig)
    assert rig.sent is not None
    rig.answer(rig.response(rig.sent, page=Reset("district", "cursor_ahead", after_seconds=30)))
    assert rig.disk.scopes["district"].cursor is None
    assert len(rig.disk.scopes["district"].events) == 1, (
        "until the new beginning is here, the old is better than nothing"
    )
    assert set(rig.state.outbox) == set(made)
    rig.feed(Tick())
    pulls = rig.sent is not None and rig.sent.request.pull is not None
    assert not pulls, "200 devices do not reset at once"
    rig.now += 31
    rig.feed(Refresh())
    rig.talk()
    assert is_quiet(rig.state)
    assert len(rig.disk.scopes["district"].events) == 2


@pytest.mark.parametrize(("named", "waited"), [(30, 30.0), (10**9, RESET_SECONDS_MAX)])
def test_a_reset_that_names_a_wait_is_given_it_within_reason(named: int, waited: float) -> None:
    """SYNC-R22: nothing else of this device waits."""
    rig = following()
    send = rig.go_online()
    assert send is not None
    rig.answer(rig.response(send, page=Reset("district", "root_differs", after_seconds=named)))
    rig.now += waited - 1
    rig.record(1)
    assert rig.sent is not None
    assert (len(rig.sent.request.push), rig.sent.request.pull) == (1, None)
    rig.talk()
    rig.now += 1
    rig.feed(Refresh())
    assert rig.sent is not None
    assert rig.sent.request.pull is not None


def test_a_child_who_left_and_came_back_meanwhile_is_not_forgotten() -> None:
    """CLIENT-R15: an own event about it is still on its way."""
    rig = following()
    online(rig).talk()
    rig.feed(Offline())
    rig.record(1)
    rig.feed(Refresh())
    send = rig.go_online()
    assert send is not None
    left = rig.page("district", rig.state.scopes["district"].cursor, (CHILD,))
    rig.answer(rig.response(send, page=left))
    assert rig.state.scopes["district"].forgetting == {CHILD}
    rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    rig.now += BACKOFF_SECONDS_MAX
    rig.feed(Refresh())
    while rig.sent is not None and rig.sent.request.pull is None:
        rig.answer(rig.response(rig.sent))
        rig.now += BACKOFF_SECONDS_MAX
        rig.feed(Refresh())
    assert rig.sent is not None
    rig.answer(rig.honest(rig.sent, keep=False))
    assert rig.state.outbox
    assert rig.state.scopes["district"].forgetting == frozenset()


@pytest.mark.parametrize(
    "fault",
    [
        "scope", "order", "cursor", "origin", "beyond", "payload", "salt", "place", "forget", "note", "columns", "cut",
        "of another scope", "of an earlier moment", "behind another place", "goes nowhere",
    ],
)  # fmt: skip
def test_a_page_that_breaks_the_contract_is_not_kept(fault: str) -> None:
    """CLIENT-R14: whatever is changed on the way, and whatever is out of order though the log signed it."""
    rig = Rig()
    for _ in range(3):
        rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    rig.feed(Follow("district"))
    send = rig.go_online()
    assert send is not None
    whole, earlier = bytes(32), rig.page("district", None)
    rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    rows, page = rig.rows(), rig.page("district", None)
    events, until = page.events, page.cursor
    beyond = replace(rows[2], position=9, effective=9)
    short, second = replace(until, effective=0, position=0), replace(until, effective=1, position=1)
    honest, rig.log.key = rig.log.key, SigningKey(bytes(31) + b"\x09")
    forged = rig.vouched("district", rows, None, until, whole).note
    rig.log.key = honest
    pages = {
        "scope": replace(page, scope="clinic/x"),
        "order": rig.vouched("district", rows[::-1], None, until, whole),
        "cursor": rig.vouched("district", rows, None, short, whole),
        "origin": replace(page, cursor=replace(page.cursor, origin="elsewhere/isd-900/0")),
        "beyond": rig.vouched("district", [*rows[:2], beyond], None, until, whole),
        "payload": replace(page, events=replace(events, payload=(events.payload[0] + " ", *events.payload[1:]))),
        "salt": replace(page, events=replace(events, salts="B" + events.salts[1:])),
        "place": replace(page, events=replace(events, received_at=(0, *events.received_at[1:]))),
        "forget": replace(page, forget=(CHILD,)),
        "note": replace(page, note=forged),
        "columns": replace(page, events=replace(events, seq=events.seq[1:])),
        "cut": replace(page, events=pack(rows[:2])),
        "of another scope": replace(rig.vouched("clinic/x", rows, None, until, whole), scope="district"),
        "behind another place": rig.vouched("district", rows[2:], second, until, whole),
        "goes nowhere": rig.vouched("district", [], None, replace(until, effective=0, position=-1), None),
        "of an earlier moment": replace(earlier, cursor=replace(earlier.cursor, size=until.size, root=until.root)),
    }
    rig.answer(rig.response(send, page=pages[fault]))
    assert not rig.disk.scopes["district"].events
    assert rig.disk.scopes["district"].cursor is None
    assert rig.state.problem
    rig.feed(Refresh())
    rig.talk()
    assert len(rig.disk.scopes["district"].events) == 4


def test_growth_learned_from_one_scope_is_fetched_for_the_others() -> None:
    """CLIENT-R13: found by the simulator's seed 17; news of a size already known brought no pull."""
    rig = Rig()
    rig.feed(Follow("district"))
    rig.feed(Follow("clinic/x"))
    online(rig).talk()
    rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    checkpoint = rig.log.head().checkpoint
    rig.feed(News(checkpoint.origin, checkpoint.size))
    rig.talk()
    assert [len(scope.events) for scope in rig.disk.scopes.values()] == [1, 1]


def test_without_news_and_scopes_the_head_is_still_looked_at() -> None:
    """CLIENT-R12: found by the simulator's seed 6; a restored server would never have heard of lost events."""
    rig = Rig()
    rig.record(2)
    online(rig).talk()
    rig.log.restore(0)
    rig.now += POLL_SECONDS
    rig.feed(Tick())
    rig.talk()
    assert is_quiet(rig.state)
    assert len(rig.log.rows) == 2


def test_news_that_come_during_a_turn_are_followed_after_it() -> None:
    """CLIENT-R47"""
    rig = Rig()
    rig.feed(Follow("district"))
    send = rig.go_online()
    assert send is not None
    honest = rig.honest(send)
    rig.append(rig.office.write(stream_of("student", CHILD), a_dose()))
    grown = rig.log.head().checkpoint
    rig.feed(News(grown.origin, grown.size))
    rig.answer(honest)
    assert rig.sent is not None, "the answer was given before what the news tell of"
    rig.talk()
    assert is_quiet(rig.state)
    assert len(rig.disk.scopes["district"].events) == 1


def test_news_that_the_answer_covers_cost_no_further_turn() -> None:
    """CLIENT-R47"""
    rig = Rig()
    rig.record(1)
    send = rig.go_online()
    assert send is not None
    honest = rig.honest(send)
    grown = rig.log.head().checkpoint
    rig.feed(News(grown.origin, grown.size))
    rig.answer(honest)
    assert rig.sent is None
    assert is_quiet(rig.state)


def test_the_engine_always_says_when_it_wants_to_be_woken() -> None:
    rig = Rig()
    rig.record(1)
    effects = rig.feed(Online())
    assert effects.wake_at == TURN_SECONDS_MAX
    rig.now += TURN_SECONDS_MAX
    effects = rig.feed(Tick())
    assert effects.wake_at is not None
    assert rig.now <= effects.wake_at <= rig.now + BACKOFF_SECONDS_MAX


def test_nonsense_for_an_answer_changes_nothing() -> None:
    rig = Rig()
    made = rig.record(1)
    rig.go_online()
    rig.answer(SyncResponse(checkpoint=""))
    assert set(rig.state.outbox) == set(made)
    assert rig.state.alarm is None
    assert rig.state.problem
