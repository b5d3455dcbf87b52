"""A network between a client and an honest server: it carries what it likes, as often and as changed as it likes.

client --HTTP--> Meddler --HTTP--> server        rule(request, answer or None) -> answer, or None for none at all
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import msgspec

Json = dict[str, Any]
Rule = Callable[[Json, Json], Json | None]
"""What becomes of an honest answer to POST /sync or POST /fates; None loses it."""


class Meddler:
    """Every request reaches the server; what comes back is the rule's."""

    def __init__(self, server_url: str) -> None:
        self.rule: Rule = honest
        self.fates_rule: Rule = honest
        self.asked: list[Json] = []
        self._server_url = server_url
        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._httpd.server_address[1]}"

    def serve(self) -> None:
        self._httpd.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()

    def carry(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, str] | None:
        with httpx.Client(timeout=30) as http:
            answer = http.request(method, self._server_url + path, headers=headers, content=body)
        kind = answer.headers.get("content-type", "application/json")
        if path not in ("/sync", "/fates") or answer.status_code != 200:
            return answer.status_code, answer.content, kind
        request = msgspec.json.decode(body)
        if path == "/sync":
            self.asked.append(request)
        rule = self.rule if path == "/sync" else self.fates_rule
        told = rule(request, msgspec.json.decode(answer.content))
        return None if told is None else (200, msgspec.json.encode(told), kind)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        meddler = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing: the server under it logs."""

            def do_GET(self) -> None:
                self._carry("GET")

            def do_POST(self) -> None:
                self._carry("POST")

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


def honest(_: Json, answer: Json) -> Json:
    return answer


@contextmanager
def meddling(server_url: str) -> Iterator[Meddler]:
    meddler = Meddler(server_url)
    thread = threading.Thread(target=meddler.serve, daemon=True)
    thread.start()
    try:
        yield meddler
    finally:
        meddler.stop()
        thread.join()
