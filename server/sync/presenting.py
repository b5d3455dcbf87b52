"""Receipts of an epoch that a restored back-up ended: what was known then was known since then.

    pushed again, its old receipt beside it --> signed by our key, of an earlier epoch, older than what the log says?
        --> receipt.presented, in the stream of the device that showed it

A receipt that does not verify, or proves nothing the log does not know, is passed over: it harms nobody, and the
event itself was judged like any other.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from events.catalog import Payload
from events.catalog.devices import ReceiptPresented
from events.checkpoint import epoch_of
from events.errors import BadCheckpoint, BadProof, MalformedEvent
from events.ids import Hash, Stream, stream_of
from events.receipt import parse_entry, verify_receipt
from events.wire import Presented, Proof, unb64
from server.district import District
from server.identity.enrolment import Bearer
from server.live import Live

NEVER = datetime.max.replace(tzinfo=UTC)


class Presenting:
    """Writes down what old receipts prove. One per process."""

    def __init__(self, district: District, live: Live) -> None:
        self._district = district
        self._live = live

    async def keep(self, bearer: Bearer, presented: Sequence[Presented], placed: Mapping[Hash, Proof | None]) -> None:
        """Record each receipt that shows its event was known earlier than the log says.

        ``placed`` are this turn's; None for what was set aside: once it is let in nobody shows its receipt again.
        """
        stream = stream_of("device", bearer.device)
        facts: list[tuple[Stream, Payload]] = []
        for one in presented:
            since = self._since(one)
            if since is None or one.event_hash not in placed:
                continue
            if since < self._known(one.event_hash, placed[one.event_hash]):
                facts.append((stream, ReceiptPresented(event_hash=one.event_hash, receipt=one.receipt)))
        if facts:
            await self._district.record(facts)
            await self._live.catch_up()

    def _since(self, one: Presented) -> datetime | None:
        """When the event was received in an earlier epoch of this very log; None where the receipt proves nothing."""
        try:
            proven = verify_receipt(one.receipt, one.event_hash, self._district.keys.log_verifier)
            theirs, _, _ = proven.checkpoint.origin.rpartition("/")
            ours, _, _ = self._live.head.checkpoint.origin.rpartition("/")
            is_earlier = epoch_of(proven.checkpoint.origin) < epoch_of(self._live.head.checkpoint.origin)
        except (BadProof, BadCheckpoint, MalformedEvent):
            return None
        return proven.received_at if theirs == ours and is_earlier else None

    def _known(self, event_hash: Hash, proof: Proof | None) -> datetime:
        received_at = NEVER if proof is None else parse_entry(unb64(proof.entry))[1]
        return self._live.known_since.of(event_hash, received_at)
