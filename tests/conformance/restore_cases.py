"""What a client must do where the server's disk was lost and a back-up put back (docs/sync.md, "A new epoch")."""

from events.receipt import parse_entry, parse_receipt
from tests.conformance.bench import Bench, Case, sync_until_settled
from tests.conformance.client_cases import overreach
from tests.conformance.meddler import PhotoAsked, Told, honestly
from tests.conformance.picture_cases import Send, lose, picture, pictures


def what_was_receipted_is_delivered_again_with_its_old_receipt(bench: Bench) -> None:
    """Of each event its own; the proof of a record of quarantine proves nothing of the event it is about."""
    bench.client.record(bench.dose(), overreach(bench), bench.dose("21"))
    bench.client.sync()
    before = ["receipted", "quarantined", "receipted"]
    assert bench.client.states() == before
    headers = [event["header"] for event in bench.meddler.pushed()]
    bench.restore()
    begun = len(bench.meddler.asked)
    for _ in range(3):
        bench.client.sync()
    assert bench.client.states() == before
    again = bench.meddler.asked[begun:]
    assert [event["header"] for asked in again for event in asked.get("push", ())] == headers, "each once, as signed"
    shown = [one for asked in again for one in asked.get("presented", ())]
    assert len(shown) == 2, "both receipted events, and nothing of the other"
    for one in shown:
        receipt = parse_receipt(one["receipt"])
        assert parse_entry(receipt.entry)[0] == one["event_hash"]


def a_picture_that_a_restored_server_lacks_is_carried_again(bench: Bench) -> None:
    """With its event, of the very same bytes; until the log's new epoch has receipted it, it is not called so."""
    bench.client.record(bench.paper("Dr. A", picture(2)))
    sync_until_settled(bench)
    before, former = _carried(bench), bench.meddler.notes[-1]
    bench.meddler.photos.clear()
    bench.restore()
    bench.meddler.photo_rule = lose
    for _ in range(3):
        bench.client.sync()
    assert (bench.client.states(), pictures(bench)) == (["receipted"], ["on_device"])

    def remember(_: PhotoAsked, __: Send) -> Told:
        return 200, {"pieces": 2, "bytes_here": len(before), "note": former, "version": 1}

    bench.meddler.photo_rule = remember
    bench.client.sync()
    assert pictures(bench) == ["on_device"], "freed by the word of an earlier epoch"
    bench.meddler.photos.clear()
    bench.meddler.photo_rule = honestly
    sync_until_settled(bench)
    assert _carried(bench) == before
    assert bench.meddler.notes[-1] != former


def _carried(bench: Bench) -> bytes:
    """Of one picture, all that went over the network."""
    return b"".join(asked.piece for asked in bench.meddler.photos if asked.number is not None)


RESTORE_CASES: tuple[Case, ...] = (
    what_was_receipted_is_delivered_again_with_its_old_receipt,
    a_picture_that_a_restored_server_lacks_is_carried_again,
)
