"""Who signed each event, and does each device's chain fit: followed along the log, for ``doseledger verify``.

    seat     opened before by the system, itself certified by the log key, and not closed before this position
    chain    each event of a device names the one before it; what is missing is reported, not a fault of the log

Fed every event in log order, those that no longer open too (``pass_over``).
"""

from events.catalog.devices import SeatOpened, seat_binding
from events.chain import Head, Link, link
from events.envelope import SYSTEM_AUTHOR, Header, SignedEvent
from events.errors import DoseledgerError
from events.ids import DeviceId, DistrictId, Hash, stream_id
from events.signing import verify, verify_event
from events.wire import unb64
from projections.directory import Directory
from projections.fold import Fact


class Wrong(DoseledgerError):
    """The sentence of a fault at the event at hand."""


class Signers:
    """Seats and chains after the events so far. ``gaps`` are devices with a missing predecessor, in words."""

    def __init__(self, district: DistrictId, log_key: bytes) -> None:
        self._district = district
        self._log_key = log_key
        self._directory = Directory()
        self._heads: dict[str, Head] = {}
        self._hashes: dict[tuple[str, int], Hash] = {}
        self.signatures = 0
        self.gaps: list[str] = []

    def check(self, event: SignedEvent, fact: Fact) -> None:
        """Take the next event. Raises Wrong when its signature is not by an open seat of its author on its device."""
        self._check_signature(event, fact)
        self._check_chain(fact.header, fact.event_hash)
        self._directory.apply(fact)

    def pass_over(self, device: str, seq: int, named: Hash) -> None:
        """The device's chain goes on behind an event that no longer opens."""
        self._hashes[device, seq] = named
        if seq > self._heads.get(device, Head()).seq:
            self._heads[device] = Head(seq, named)

    def _check_signature(self, event: SignedEvent, fact: Fact) -> None:
        header, payload = fact.header, fact.payload
        if isinstance(payload, SeatOpened) and payload.author == SYSTEM_AUTHOR:
            self._check_certificate(header, payload)
        seats = self._directory.seats(header.device, header.author)
        candidates = [seat.public_key for seat in seats if seat.closed_at is None]
        if not seats and isinstance(payload, SeatOpened) and stream_id(header.stream) == header.device:
            if payload.author != header.author or header.author != SYSTEM_AUTHOR or header.seq != 1:
                raise Wrong("only a system seat introduces itself, with its first event")
            candidates = [bytes.fromhex(payload.public_key)]
        if not candidates:
            raise Wrong(f"no open seat of author {header.author} on device {header.device}")
        if not any(verify_event(event, key) for key in candidates):
            raise Wrong("the signature is not by the seat of its author on its device")
        self.signatures += 1

    def _check_certificate(self, header: Header, opened: SeatOpened) -> None:
        binding = seat_binding(self._district, DeviceId(stream_id(header.stream)), SYSTEM_AUTHOR, opened.public_key)
        if not verify(self._log_key, unb64(opened.certificate), binding):
            raise Wrong("a system seat introduces itself without the log key's certificate")

    def _check_chain(self, header: Header, named: Hash) -> None:
        head = self._heads.get(header.device, Head())
        found = link(head, header, named, self._hashes.get((header.device, header.seq)))
        if found is Link.FORK:
            self.gaps.append(f"device {header.device}: event {header.seq} names another predecessor than the log has")
        if found is Link.GAP:
            self.gaps.append(f"device {header.device}: event {head.seq + 1} is missing before {header.seq}")
        self.pass_over(header.device, header.seq, named)
