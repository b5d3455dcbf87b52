"""What a server tells of own events in quarantine counts only as far as the log proves it, each word by itself."""

import pytest
from msgspec.structs import replace

from client_sync import writes
from client_sync.fates import proven, submission_of
from client_sync.store import OwnEvent
from events.catalog import Payload
from events.catalog.devices import SubmissionAssigned, SubmissionClosed, SubmissionReleased
from events.errors import BadCheckpoint
from events.ids import EventId, Hash, Position, StaffId, stream_of
from events.signing import SigningKey
from events.wire import Fate, Fates, to_wire
from tests.client_sync.rig import IDENTITY, Rig
from tests.server.making import a_dose, make_id

STREAM = stream_of("device", IDENTITY.device)
BO, LET_IN = StaffId(make_id("bo")), EventId(make_id("let in"))


class Asked:
    """A device with two rows in quarantine, and the log it asks."""

    def __init__(self) -> None:
        self.rig = Rig()
        own = [
            OwnEvent(at, known, self.rig.state.outbox[known].event, "quarantined", 0, "")
            for at, known in enumerate(self.rig.record(2), 1)
        ]
        self.rows = {submission_of(one): one for one in own}
        self.one, self.other = self.rows

    def put_on_record(self, payload: Payload) -> Position:
        return self.rig.append(self.rig.office.write(STREAM, payload))

    def told(self, position: Position, submission: Hash) -> Fate:
        """What stands there, told of a submission; its proof is under the head of now."""
        event = self.rig.log.rows[position].event
        assert event is not None
        return Fate(submission, to_wire(event), self.rig.proof(position), "Bo Ek")

    def proven(self, *told: Fate) -> dict[Hash, writes.Fate]:
        return proven(self.rows, Fates(self.rig.log.head().note, told), IDENTITY.log_key)


@pytest.fixture
def asked() -> Asked:
    return Asked()


def closed(submission: Hash) -> SubmissionClosed:
    return SubmissionClosed(submission=submission, by=BO, reason="entered by hand")


def test_what_is_proven_is_taken_beside_what_nobody_asked_about_or_settled(asked: Asked) -> None:
    """QUARANTINE-R08: neither stands in its way."""
    stranger = Hash("ab" * 32)
    places = [(asked.put_on_record(closed(name)), name) for name in (stranger, asked.one)]
    of_a_stranger, told = [asked.told(*place) for place in places]
    found = asked.proven(of_a_stranger, Fate(asked.other), told)
    assert [(known, one.state, one.who, one.why) for known, one in found.items()] == [
        (asked.rows[asked.one].event_hash, "closed", "Bo Ek", "entered by hand")
    ]


@pytest.mark.parametrize("state", ["open", "released", "closed"])
def test_a_word_counts_only_for_the_submission_it_names(asked: Asked, state: str) -> None:
    """QUARANTINE-R08: each of the three, as it stands in the log, is none of the row beside."""
    words: dict[str, Payload] = {
        "open": SubmissionAssigned(submission=asked.one, owner="records", by=BO),
        "released": SubmissionReleased(submission=asked.one, event=LET_IN, by=BO, reason="hers after all"),
        "closed": closed(asked.one),
    }
    position = asked.put_on_record(words[state])
    assert [one.state for one in asked.proven(asked.told(position, asked.one)).values()] == [state]
    assert asked.proven(asked.told(position, asked.other)) == {}


@pytest.mark.parametrize("lie", ["payload", "proof", "record", "no record", "no proof"])
def test_a_record_that_is_changed_or_another_or_not_proven_says_nothing(asked: Asked, lie: str) -> None:
    """QUARANTINE-R08: the words are those its header commits to, and that header is in the log."""
    at, beside = asked.put_on_record(closed(asked.one)), asked.put_on_record(a_dose())
    told, another = asked.told(at, asked.one), asked.told(beside, asked.one)
    assert len(asked.proven(told)) == 1
    assert told.record is not None
    payload = told.record.payload.replace("by hand", "by mail")
    lies = {
        "payload": replace(told, record=replace(told.record, payload=payload)),
        "proof": replace(told, proof=another.proof),
        "record": another,
        "no record": replace(told, record=None),
        "no proof": replace(told, proof=None),
    }
    assert asked.proven(lies[lie]) == {}


def test_what_was_let_in_comes_with_its_own_place_in_the_log(asked: Asked) -> None:
    """QUARANTINE-R08: another place makes the whole word none."""
    at = asked.rig.append(asked.rows[asked.one].event)
    released = SubmissionReleased(submission=asked.one, event=LET_IN, by=BO, reason="hers after all")
    told = asked.told(asked.put_on_record(released), asked.one)
    kept = replace(told, kept=asked.rig.proof(at))
    assert [one.position for one in asked.proven(kept).values()] == [at]
    assert asked.proven(replace(told, kept=told.proof)) == {}


def test_under_a_head_that_the_log_did_not_sign_nothing_is_told(asked: Asked) -> None:
    """QUARANTINE-R08"""
    told = asked.told(asked.put_on_record(closed(asked.one)), asked.one)
    asked.rig.log.key = SigningKey(bytes(31) + b"\x09")
    with pytest.raises(BadCheckpoint):
        asked.proven(told)
