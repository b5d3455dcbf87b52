"""Which submissions are events of this log: the whole of acceptance, without a socket, disk or clock.

    raw --open_submission--> Opened --examine--> Candidate --(signature)--> settle --> Sound
              |                        |                                       |
              v                        v                                       v
           Refusal      Known | RefusedBefore | Refusal                     Refusal

``examine`` and ``settle`` are kept apart because checking a signature is the one costly step: the caller
does it for a whole batch in threads, in between.

A Desk judges one batch: it reads the directory as of the log's head and follows each device's chain through
the batch. Scope limits download, never acceptance, so no clinic or facility is asked for here.
"""

from collections.abc import Callable, Container

import msgspec

from events.catalog import CATALOG
from events.chain import Head, Link, link
from events.codec import decode_payload
from events.envelope import SYSTEM_AUTHOR, Header, Seen
from events.errors import MalformedEvent
from events.ids import DeviceId, DistrictId, Hash, StaffId, Stream, stream_kind, stream_of
from events.roles import Role
from events.signing import verify_event
from projections.actors import Chain, Seat
from projections.directory import Directory
from server.sync.submission import Fork, Opened, Refusal, refuse

_UNCERTAIN = "what the log says of this device or person is damaged: let it in once that is healed, if the seat is open"


class Known(msgspec.Struct, frozen=True):
    """Already an event of the log, byte for byte."""

    hash: Hash


class RefusedBefore(msgspec.Struct, frozen=True):
    """These very bytes are in quarantine: they get the answer they got, until a person settles it."""

    submission: Hash


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """Everything fits but the signature, which is still to be checked against these seats."""

    opened: Opened
    seats: tuple[Seat, ...]


class Sound(msgspec.Struct, frozen=True, gc=False):
    """An event to append. What a person should look at of it the log's alarms tell (``projections.alarms``)."""

    opened: Opened


def signing_seat(candidate: Candidate) -> Seat | None:
    """The seat whose key made the signature; a seat still open is preferred. Costly: call it in a thread."""
    for seat in sorted(candidate.seats, key=lambda seat: seat.closed_at is not None):
        if verify_event(candidate.opened.event, seat.public_key):
            return seat
    return None


class Desk:
    """Judges the submissions of one batch, in order, as of the directory's size of the log."""

    def __init__(
        self,
        directory: Directory,
        district: DistrictId,
        is_ended: Callable[[Stream], bool],
        is_lacking: Callable[[Stream], bool],
    ) -> None:
        """``is_ended`` says of a stream that its destruction has begun, ``is_lacking`` that the directory was folded
        without a damaged row of it."""
        self._directory = directory
        self._district = district
        self._is_ended = is_ended
        self._is_lacking = is_lacking
        self._chains: dict[DeviceId, Chain] = {}
        self._rights: dict[tuple[str, Seen], frozenset[Role]] = {}

    def examine(
        self, opened: Opened, known: Container[Hash], refused: Container[Hash]
    ) -> Candidate | Known | RefusedBefore | Refusal:
        """Everything that needs no signature. A duplicate is recognised before any right is asked for."""
        header = opened.header
        if opened.hash in known:
            return Known(opened.hash)
        if opened.hash in refused:
            return RefusedBefore(opened.hash)
        if header.district != self._district:
            return refuse(opened, "wrong_district", f"this log is {self._district}'s, the event {header.district}'s")
        if self._is_ended(header.stream):
            return refuse(opened, "destroyed_stream", "this record was destroyed; the records office decides")
        unreadable = self._unreadable(opened)
        if unreadable is not None:
            return unreadable
        if any(map(self._is_lacking, _records_of(header))):
            return refuse(opened, "unknown_seat", _UNCERTAIN)
        seats = self._directory.seats(header.device, header.author)
        if not seats:
            return refuse(opened, "unknown_seat", "no key was ever opened for this author on this device")
        return Candidate(opened, seats)

    def _unreadable(self, opened: Opened) -> Refusal | None:
        """A type or schema newer than this program, or a payload its type forbids."""
        header = opened.header
        row = CATALOG.get(header.type)
        if row is None or header.schema > row.schema:
            return refuse(opened, "newer_type", f"{header.type} schema {header.schema} is newer than this server")
        if stream_kind(header.stream) != row.stream:
            return refuse(opened, "malformed", f"{header.type} belongs in a {row.stream} stream")
        try:
            decode_payload(header.type, header.schema, opened.event.payload)
        except MalformedEvent as error:
            return refuse(opened, "malformed", str(error)[:500])
        return None

    def settle(self, candidate: Candidate, seat: Seat | None) -> Sound | Refusal:
        """With the signature's seat found (or not): the key's validity, the author's rights, the chain."""
        opened = candidate.opened
        if seat is None:
            if all(known.closed_at is not None for known in candidate.seats):
                return refuse(opened, "revoked_key", "every key of this author on this device was closed")
            return refuse(opened, "bad_signature", "no key of this author on this device made the signature")
        if seat.closed_at is not None:
            return refuse(opened, "revoked_key", f"the key was closed at position {seat.closed_at}")
        device = self._directory.devices.get(opened.header.device)
        if device is not None and device.last_seq is not None and opened.header.seq > device.last_seq:
            return refuse(opened, "revoked_key", f"the device was closed at its event {device.last_seq}")
        return self._with_rights(opened)

    def _with_rights(self, opened: Opened) -> Sound | Refusal:
        header = opened.header
        row = CATALOG[header.type]
        known = self._rights.get((header.author, header.seen))
        if known is None:
            known = self._rights[header.author, header.seen] = self._roles(header.author, header.seen)
        if known.isdisjoint(row.authors):
            wanted = ", ".join(role.value for role in row.authors)
            return refuse(opened, "not_authorised", f"{header.type} is written by: {wanted}")
        return self._in_chain(opened)

    def _roles(self, author: str, seen: Seen) -> frozenset[Role]:
        """Held at some size of the log since what the author had seen."""
        if author == SYSTEM_AUTHOR:
            return frozenset({Role.SYSTEM})
        first = self._directory.size_seen(seen.epoch, seen.size)
        return self._directory.roles_within(StaffId(author), first, self._directory.size)

    def _in_chain(self, opened: Opened) -> Sound | Refusal:
        """A missing predecessor stops nothing, another past is refused; a late arrival completes what was missing."""
        header = opened.header
        held = self._chains.get(header.device) or self._directory.chains.get(header.device, Chain())
        if link(Head(held.seq, held.hash), header, opened.hash) is Link.FORK:
            fork = Fork(header.device, header.seq, held.hash, opened.hash)
            return refuse(opened, "conflict_seq", f"event {header.seq} names another past of its device", fork)
        if header.seq > held.seq:
            self._chains[header.device] = Chain(header.seq, opened.hash)
        return Sound(opened)


def _records_of(header: Header) -> list[Stream]:
    """Where the log says whether the author may sign on the device."""
    device = stream_of("device", header.device)
    return [device] if header.author == SYSTEM_AUTHOR else [device, stream_of("staff", StaffId(header.author))]
