"""A network between a client and an honest server: it carries what it likes, as often and as changed as it likes.

client --HTTP--> Meddler --HTTP--> server        rule(request, answer) -> answer, or None for none at all
                                                 photo_rule(asked, send) -> what it likes; send() asks the server
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import msgspec

from tests.conformance.liar import Liar

Json = dict[str, Any]

Rule = Callable[[Json, Json], Json | None]
"""What becomes of an honest answer to POST /sync or POST /fates; None loses it."""
Told = tuple[int, Json]
"""Status and answer to a request about a picture."""
_PHOTO = re.compile(r"/photos/([0-9a-f]+)(?:/(\d+)\?size=\d+(?:&at=\d+)?)?")


class PhotoAsked(msgspec.Struct, frozen=True):
    """GET or PUT /photos: ``number`` is the piece's, None where it is only asked how much is there."""

    name: str
    number: int | None
    piece: bytes
    events_before: int
    """How many events this network had carried by then."""


PhotoRule = Callable[[PhotoAsked, Callable[[bytes], Told]], Told | None]
"""Answers a request about a picture, after asking the server with these bytes or others, or not at all."""


class Meddler:
    """Every request but those for pictures reaches the server; what comes back is the rule's."""

    def __init__(self, server_url: str, liar: Liar | None = None) -> None:
        self.liar = liar
        """Where the network holds the log's key; by ``liar.py``."""
        self.rule: Rule = honest
        self.fates_rule: Rule = honest
        self.photo_rule: PhotoRule = honestly
        self.asked: list[Json] = []
        self.photos: list[PhotoAsked] = []
        self.given: set[tuple[int, str]] = set()
        """Position and stream of every event the server gave."""
        self.notes: list[str] = []
        """Every receipt of a picture that the server gave."""
        self.server_url = server_url
        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._httpd.server_address[1]}"

    def serve(self) -> None:
        self._httpd.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()

    def pushed(self) -> list[Any]:
        """Everything that was ever sent as an event, in order."""
        return [event for request in self.asked for event in request.get("push", ())]

    def carry(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, str] | None:
        photo = _PHOTO.fullmatch(path)
        if photo is not None:
            return self._photo(photo, lambda piece: self._send(method, path, headers, piece), body)
        answer = self._send(method, path, headers, body)
        kind = answer.headers.get("content-type", "application/json")
        if path == "/enroll" and self.liar is not None and answer.status_code == 200:
            return 200, msgspec.json.encode(self.liar.enroll(msgspec.json.decode(answer.content))), kind
        if path not in ("/sync", "/fates") or answer.status_code != 200:
            return answer.status_code, answer.content, kind
        request = msgspec.json.decode(body)
        if path == "/sync":
            self.asked.append(request)
        rule = self.rule if path == "/sync" else self.fates_rule
        answered = msgspec.json.decode(answer.content)
        if path == "/sync":
            self.given |= _given(answered.get("page") or {})
            answered = answered if self.liar is None else self.liar.sign(answered)
        told = rule(request, answered)
        return None if told is None else (200, msgspec.json.encode(told), kind)

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        with httpx.Client(timeout=30) as http:
            return http.request(method, self.server_url + path, headers=headers, content=body)

    def _photo(
        self, path: re.Match[str], send: Callable[[bytes], httpx.Response], piece: bytes
    ) -> tuple[int, bytes, str] | None:
        number = None if path[2] is None else int(path[2])
        asked = PhotoAsked(path[1], number, piece, len(self.pushed()))
        self.photos.append(asked)

        def ask(given: bytes) -> Told:
            answer = send(given)
            content = msgspec.json.decode(answer.content)
            self.notes += [content["note"]] if content.get("note") else []
            return answer.status_code, content

        told = self.photo_rule(asked, ask)
        if told is None:
            return None
        status, answer = told
        return status, msgspec.json.encode(answer), "application/json" if status == 200 else "application/problem+json"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        meddler = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing: the server under it logs."""

            def do_GET(self) -> None:
                self._carry("GET")

            def do_POST(self) -> None:
                self._carry("POST")

            def do_PUT(self) -> None:
                self._carry("PUT")

            def _carry(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                kept = {name: self.headers[name] for name in ("authorization", "content-type") if name in self.headers}
                told = meddler.carry(method, self.path, kept, body)
                if told is None:
                    self.close_connection = True
                    return
                status, content, kind = told
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


def _given(page: Json) -> set[tuple[int, str]]:
    events = page.get("events")
    if events is None:
        return set()
    return {(at, events["streams"][row]) for at, row in zip(events["position"], events["stream"], strict=True)}


def honest(_: Json, answer: Json) -> Json:
    return answer


def honestly(asked: PhotoAsked, send: Callable[[bytes], Told]) -> Told:
    return send(asked.piece)


@contextmanager
def meddling(server_url: str, liar: Liar | None = None) -> Iterator[Meddler]:
    meddler = Meddler(server_url, liar)
    thread = threading.Thread(target=meddler.serve, daemon=True)
    thread.start()
    try:
        yield meddler
    finally:
        meddler.stop()
        thread.join()
