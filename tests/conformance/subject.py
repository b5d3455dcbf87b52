"""The server under test, and the small device that asks it: raw messages out, verified answers in."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from events.catalog import TYPE_OF, Payload
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Address, Giver
from events.checkpoint import Checkpoint, open_checkpoint
from events.codec import encode_payload
from events.commitment import commit
from events.dates import write_instant
from events.digest import Vouched, open_vouched
from events.envelope import SALT_BYTES, Header, Seen, SignedEvent, event_hash
from events.ids import NO_HASH, EventId, Hash, Position, Stream, StudentId, stream_of, uuid7
from events.merkle import verify_consistency
from events.packing import Pulled, digest_of, unpack
from events.receipt import encode_receipt, verify_receipt
from events.signing import SigningKey, sign_event
from events.wire import (
    Answer,
    Cursor,
    Enrolled,
    EnrollRequest,
    FatesRequest,
    Page,
    PhotoState,
    Problem,
    Pull,
    Quarantined,
    Reset,
    SyncResponse,
    b64,
    fates_asked,
    from_wire,
    to_wire,
    unb64,
)

GIVER = Giver(name="C. Conformance", title="RN", address=Address(lines=("1 Main St",)))


class Subject:
    """A server, a clinic at it, a child on that clinic's roster, codes for a nurse who works there, and an office."""

    def __init__(
        self,
        url: str,
        http: httpx.AsyncClient,
        scope: str,
        child: StudentId,
        code: Callable[[], str],
        close: Callable[[str], None],
    ) -> None:
        self.url, self.http, self.scope, self.child = url.rstrip("/"), http, scope, child
        self._code, self._close = code, close

    async def close(self, submission: str) -> None:
        """Somebody in the office closes a submission without letting it in."""
        await asyncio.to_thread(self._close, submission)

    async def enroll(self, label: str = "conformance") -> "SmallDevice":
        key = SigningKey(os.urandom(32))
        asked = EnrollRequest(self._code(), key.public.hex(), label)
        answer = await self.http.post(f"{self.url}/enroll", content=msgspec.json.encode(asked))
        assert answer.status_code == 200, answer.text
        return SmallDevice(self, msgspec.json.decode(answer.content, type=Enrolled), key)


ServerCase = Callable[[Subject], Awaitable[None]]


class SmallDevice:
    """One enrolment: signs, asks, and believes nothing it has not verified."""

    def __init__(self, subject: Subject, enrolled: Enrolled, key: SigningKey) -> None:
        self.subject, self.enrolled, self.key = subject, enrolled, key
        self.seq, self.prev = 0, NO_HASH
        self.head: Checkpoint | None = None

    # Making

    def dose(self, **changed: Any) -> SignedEvent:
        """The device's next event: a dose for the suite's child. ``changed`` header fields are signed as given."""
        given = DoseAdministered(
            cvx="03", given_on=datetime.now(UTC).date().isoformat(), lot="A1", mvx="MSD", site="left_deltoid",
            route="IM", dose_ml=0.5, giver=GIVER,
        )  # fmt: skip
        return self.write(stream_of("student", self.subject.child), given, **changed)

    def write(self, stream: Stream, payload: Payload, **changed: Any) -> SignedEvent:
        return self.write_raw(stream, TYPE_OF[type(payload)].name, encode_payload(payload), **changed)

    def write_raw(self, stream: Stream, name: str, payload: bytes, **changed: Any) -> SignedEvent:
        now, salt, enrolled = datetime.now(UTC), os.urandom(SALT_BYTES), self.enrolled
        self.seq += 1
        fields: dict[str, Any] = {
            "id": EventId(uuid7(now, os.urandom(10))),
            "district": enrolled.district,
            "stream": stream,
            "type": name,
            "schema": 1,
            "author": enrolled.staff,
            "device": enrolled.device,
            "seq": self.seq,
            "prev": self.prev,
            "recorded_at": write_instant(now),
            "seen": Seen(0, 0 if self.head is None else self.head.size),
            "commitment": commit(salt, payload),
        }
        event = sign_event(Header(**(fields | changed)), payload, salt, self.key)
        self.prev = event_hash(event)
        return event

    # Asking

    async def post(self, body: bytes, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.enrolled.token if token is None else token}"}
        return await self.subject.http.post(f"{self.subject.url}/sync", content=body, headers=headers)

    async def turn(self, *push: SignedEvent | bytes, pull: Pull | None = None, **more: Any) -> SyncResponse:
        """One turn; the answer's checkpoint is verified as an extension of the last."""
        elements = [one if isinstance(one, bytes) else msgspec.json.encode(to_wire(one)) for one in push]
        since = None if self.head is None else self.head.size
        body = {"push": [msgspec.Raw(one) for one in elements], "pull": pull, "since": since, "version": 1, **more}
        answer = await self.post(msgspec.json.encode(body))
        assert answer.status_code == 200, answer.text
        response = msgspec.json.decode(answer.content, type=SyncResponse)
        self._extend(response)
        assert len(response.answers) == len(elements)
        return response

    async def push(self, *events: SignedEvent | bytes) -> tuple[Answer, ...]:
        """The answers, each proven under the answer's checkpoint."""
        response = await self.turn(*events)
        for answer in response.answers:
            self.prove(answer, response.checkpoint)
        return response.answers

    async def fates(self, *submissions: Hash, key: SigningKey | None = None) -> httpx.Response:
        """POST /fates, signed by the seat's own key or another."""
        signature = (key or self.key).sign(fates_asked(self.enrolled.seat, submissions))
        body = msgspec.json.encode(FatesRequest(submissions, b64(signature)))
        headers = {"Authorization": f"Bearer {self.enrolled.token}"}
        return await self.subject.http.post(f"{self.subject.url}/fates", content=body, headers=headers)

    async def photo(
        self, name: str, number: int | None = None, piece: bytes = b"", size: int = 0, at: int | None = None
    ) -> httpx.Response:
        """How much of a sealed picture is there; with ``number`` send that piece, or what it has from ``at`` on."""
        headers, url = {"Authorization": f"Bearer {self.enrolled.token}"}, f"{self.subject.url}/photos/{name}"
        if number is None:
            return await self.subject.http.get(url, headers=headers)
        params = {"size": size} if at is None else {"size": size, "at": at}
        return await self.subject.http.put(f"{url}/{number}", params=params, content=piece, headers=headers)

    async def page(self, cursor: Cursor | None = None, limit: int = 500, digests: bool = False) -> "Taken":
        """A page of the clinic, its note verified against what came."""
        response = await self.turn(pull=Pull(self.subject.scope, cursor, limit, digests))
        assert isinstance(response.page, Page), response.page
        pulled, said = unpack(response.page.events), open_vouched(response.page.note, self.enrolled.log_key)
        begin = (0, -1) if cursor is None else (cursor.effective, cursor.position)
        until = (response.page.cursor.effective, response.page.cursor.position)
        assert (said.origin, said.scope) == (response.page.cursor.origin, self.subject.scope)
        assert (said.after, said.until) == (begin, until), "the note is of other places"
        assert said.page == digest_of(pulled, response.page.forget), "the note is of other events"
        assert (said.whole is None) is not response.page.done, "the whole scope's digest stands on its last page only"
        return Taken(response.page, pulled, said)

    async def everything(self, limit: int = 500) -> "tuple[list[Pulled], Taken]":
        """All of the clinic's events, and the last page."""
        taken = await self.page(None, limit)
        events = list(taken.events)
        while not taken.page.done:
            taken = await self.page(taken.page.cursor, limit)
            events += taken.events
        return events, taken

    async def reset(self, cursor: Cursor, scope: str = "") -> Reset:
        response = await self.turn(pull=Pull(scope or self.subject.scope, cursor))
        assert isinstance(response.page, Reset), response.page
        return response.page

    def prove(self, answer: Answer, note: str) -> Position:
        """Verify the answer's receipt as a device does; where its event (or the record) stands."""
        named = event_hash(from_wire(answer.record)) if isinstance(answer, Quarantined) else answer.event_hash
        path = [unb64(node) for node in answer.proof.path]
        receipt = encode_receipt(unb64(answer.proof.entry), answer.proof.position, path, note)
        return verify_receipt(receipt, named, self.enrolled.log_key).position

    def _extend(self, response: SyncResponse) -> None:
        shown = open_checkpoint(response.checkpoint, self.enrolled.log_key)
        if self.head is not None:
            path = [unb64(node) for node in response.consistency]
            verify_consistency(self.head.size, shown.size, path, self.head.root, shown.root)
        self.head = shown


class Taken:
    """A verified page."""

    def __init__(self, page: Page, events: Sequence[Pulled], said: Vouched) -> None:
        self.page, self.events, self.said = page, events, said


def photo_state(response: httpx.Response) -> PhotoState:
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=PhotoState)


def problem_of(response: httpx.Response) -> Problem:
    assert response.headers["content-type"].startswith("application/problem+json"), response.text
    return msgspec.json.decode(response.content, type=Problem)


def raw(event: SignedEvent) -> bytes:
    return msgspec.json.encode(to_wire(event))


def hashes_by_stream(events: Sequence[Pulled]) -> dict[str, list[Hash]]:
    """Each stream's event hashes by position."""
    held: dict[str, dict[int, Hash]] = {}
    for one in events:
        held.setdefault(one.stream, {})[one.position] = one.event_hash
    return {stream: [of[at] for at in sorted(of)] for stream, of in held.items()}
