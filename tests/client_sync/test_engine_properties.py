"""Whatever happens in whatever order, an event is on the device or proven to be in the log (hypothesis)."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from client_sync.backoff import BACKOFF_SECONDS_MAX
from client_sync.effects import Send
from client_sync.engine import is_quiet
from client_sync.inputs import Answer, Failure, Follow, News, Offline, Refresh, Tick, Unfollow
from events.envelope import event_hash
from events.ids import Hash, stream_of
from events.receipt import verify_receipt
from events.wire import SyncResponse
from tests.client_sync.rig import CHILD, IDENTITY, Rig
from tests.server.making import a_dose


class AnyOrder(RuleBasedStateMachine):
    """CLIENT-R01, CLIENT-R02, CLIENT-R04: the engine checks its own invariants at every step besides."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig()
        self.made: set[Hash] = set()
        self.first_bytes: dict[Hash, bytes] = {}
        self.late: list[tuple[int, SyncResponse]] = []

    @property
    def asked(self) -> Send | None:
        return self.rig.sent

    @rule(count=st.integers(1, 4))
    def record(self, count: int) -> None:
        self.made.update(self.rig.record(count))

    @rule()
    def go_online(self) -> None:
        self.rig.go_online()

    @rule()
    def go_offline(self) -> None:
        self.rig.feed(Offline())
        self.rig.sent = None

    @rule(seconds=st.sampled_from([0.1, 5.0, 61.0, BACKOFF_SECONDS_MAX]), chance=st.floats(0, 0.99))
    def wait(self, seconds: float, chance: float) -> None:
        self.rig.now += seconds
        self.rig.chance = chance
        self.rig.feed(Tick())

    @rule()
    def refresh(self) -> None:
        self.rig.feed(Refresh())

    @rule(scope=st.sampled_from(["district", "clinic/x"]), follow=st.booleans())
    def follow(self, scope: str, follow: bool) -> None:
        self.rig.feed(Follow(scope) if follow else Unfollow(scope))

    @rule()
    def somebody_else_writes(self) -> None:
        self.rig.append(self.rig.office.write(stream_of("student", CHILD), a_dose()))
        checkpoint = self.rig.log.head().checkpoint
        self.rig.feed(News(checkpoint.origin, checkpoint.size))

    @precondition(lambda self: self.asked is not None)
    @rule()
    def answer_honestly(self) -> None:
        if self.asked is not None:
            self.rig.answer(self.rig.honest(self.asked))

    @precondition(lambda self: self.asked is not None)
    @rule()
    def lose_the_answer(self) -> None:
        """The server did it; the answer may turn up later."""
        if self.asked is not None:
            self.late.append((self.asked.turn, self.rig.honest(self.asked)))
            self.rig.feed(Failure(self.asked.turn, "unreachable", "lost"))

    @precondition(lambda self: self.asked is not None)
    @rule(kind=st.sampled_from(["unreachable", "refused", "denied"]))
    def fail(self, kind: str) -> None:
        if self.asked is not None:
            self.rig.feed(Failure(self.asked.turn, kind, "failed"))  # type: ignore[arg-type]

    @precondition(lambda self: self.asked is not None)
    @rule(at=st.integers(0, 3), shift=st.booleans())
    def answer_falsely(self, at: int, shift: bool) -> None:
        """Proofs of other events' places, or none at all; nothing was appended."""
        if self.asked is None:
            return
        honest = self.rig.honest(self.asked, keep=False)
        proofs = [answer.proof for answer in honest.answers]
        moved = proofs[1:] + proofs[:1]
        answers = [replace(answer, proof=proof) for answer, proof in zip(honest.answers, moved, strict=True)]
        self.rig.answer(replace(honest, answers=tuple(answers[:at] if shift else answers)))

    @precondition(lambda self: bool(self.late))
    @rule()
    def a_late_answer_arrives(self) -> None:
        turn, response = self.late.pop()
        if self.rig.state.turn is None or self.rig.state.turn.number != turn:
            assert not self.rig.feed(Answer(turn, response)).writes

    @rule()
    def crash_and_restart(self) -> None:
        self.late.clear()
        self.rig.restart()

    @invariant()
    def nothing_is_lost_and_nothing_changes(self) -> None:
        for known, own in self.rig.disk.own.items():
            assert event_hash(own.write.event) == known
            assert self.first_bytes.setdefault(known, own.write.event.payload) == own.write.event.payload
        delivered = {known for known, _ in self.rig.disk.receipts}
        assert set(self.rig.disk.own) == self.made
        assert self.made == delivered | set(self.rig.state.outbox)
        for (known, _), kept in self.rig.disk.receipts.items():
            verify_receipt(kept.receipt, known, IDENTITY.log_key)
            assert self.rig.log.by_hash[known] == kept.position

    def teardown(self) -> None:
        """In the end, with an honest server and time, everything is delivered and fetched."""
        for _ in range(30):
            self.rig.now += BACKOFF_SECONDS_MAX
            self.rig.go_online()
            self.rig.feed(Refresh())
            self.rig.talk(400)
            if is_quiet(self.rig.state):
                break
        assert self.rig.state.alarm is None
        assert is_quiet(self.rig.state)
        assert self.made <= self.rig.log.by_hash.keys()
        for scope in self.rig.disk.scopes.values():
            assert {event.event_hash for event in scope.events.values()} == self.rig.log.by_hash.keys()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40, deadline=None, derandomize=True)
