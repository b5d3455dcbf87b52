"""Browsers of other engines, driven through their own protocols: just enough to touch and look.

    with firefox(profile) as tab:      Debian's firefox-esr, by WebDriver BiDi
    with webkit() as tab:              WebKitGTK's MiniBrowser (Safari's engine), by WebDriver; needs a display: xvfb

Neither can cut its own network, so the server stands behind a ``Wire`` that can be pulled.
"""

import itertools
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
from websockets.sync.client import ClientConnection, connect

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.15
MINI_BROWSER = Path("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser")
SETTINGS = 'user_pref("network.manage-offline-status", false);\n'
"""Firefox would call itself offline on a machine whose only network is its own."""

HANDS = """
const isSeen = (one) => one.getClientRects().length > 0;
const field = (label) => [...document.querySelectorAll("label")]
  .filter((one) => isSeen(one) && one.textContent.trim().startsWith(label))
  .map((one) => one.control ?? one.querySelector("input"))[0];
const type = (one, words) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(one, words);
  one.dispatchEvent(new Event("input", { bubbles: true }));
};
const isReady = (one) => isSeen(one) && !one.disabled && one.ariaDisabled !== "true";
const button = (words) => [...document.querySelectorAll("button")]
  .find((one) => isReady(one) && one.textContent.trim().startsWith(words));
"""


class Tab:
    """A page. ``evaluate`` runs the body of a function over ``given`` and answers what it returns."""

    def __init__(self, evaluate: Callable[[str, list[str]], Any], goto: Callable[[str], object]) -> None:
        self._evaluate, self.goto = evaluate, goto

    def look(self, body: str, *given: str) -> Any:
        return self._evaluate(f"{HANDS}{body}", list(given))

    def until(self, body: str, *given: str) -> Any:
        """Look again and again until it is so. Raises AssertionError with what the page shows instead."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with suppress(ProtocolError):  # a page that is just going away
                if found := self.look(body, *given):
                    return found
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"never so: {body} {given}\n{self.look('return document.body.innerText')}")

    def fill(self, label: str, words: str) -> None:
        self.until("const one = field(given[0]); if (one) type(one, given[1]); return Boolean(one)", label, words)

    def press(self, words: str) -> None:
        self.until("const one = button(given[0]); one?.click(); return Boolean(one)", words)

    def press_until(self, words: str, seen: str) -> None:
        """At the foot of a screen, which takes no tap in its first moments."""
        body = "const is = document.body.innerText.includes(given[1]); if (!is) button(given[0])?.click(); return is"
        self.until(body, words, seen)

    def check(self, label: str) -> None:
        self.until("const one = field(given[0]); if (one && !one.checked) one.click(); return Boolean(one)", label)

    def sees(self, words: str) -> None:
        self.until("return document.body.innerText.includes(given[0])", words)

    def go(self, place: str) -> None:
        self.look("location.hash = `#/${given[0]}`", place)


class ProtocolError(Exception):
    """The browser could not do what it was asked."""


class Wire:
    """A cable between a browser and the server at ``port``, that can be pulled and put back."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._is_in = True
        self._ends: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        self._is_in = False
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def put_back(self) -> None:
        self._is_in = True

    def close(self) -> None:
        self.pull()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                if not self._is_in:
                    here.close()
                    continue
                there = socket.create_connection(("127.0.0.1", self._server))
                self._ends |= {here, there}
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65_536):
                other.sendall(said)
        for end in (one, other):
            self._ends.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(*words: str, **environment: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, stdout=quiet, stderr=quiet, env={**os.environ, **environment})
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def tried(deed: Callable[[], Any]) -> Any:
    """Its answer once the program just started listens."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return deed()
        except (OSError, httpx.TransportError):
            if time.monotonic() > end:
                raise
            time.sleep(LOOK_SECONDS)


@contextmanager
def firefox(profile: Path) -> Iterator[Tab]:
    """https://w3c.github.io/webdriver-bidi/"""
    profile.mkdir()
    (profile / "user.js").write_text(SETTINGS, "utf-8")
    port = free_port()
    words = [
        "firefox-esr",
        "--headless",
        "--no-remote",
        "--remote-debugging-port",
        str(port),
        "--profile",
        str(profile),
    ]
    place = f"ws://127.0.0.1:{port}/session"
    with running(*words, HOME=str(profile)), tried(lambda: connect(place, max_size=None)) as wire:
        yield by_bidi(wire)


def by_bidi(wire: ClientConnection) -> Tab:
    numbers = itertools.count(1)

    def command(method: str, **params: object) -> Any:
        number = next(numbers)
        wire.send(msgspec.json.encode({"id": number, "method": method, "params": params}).decode())
        while True:
            told = msgspec.json.decode(wire.recv(timeout=PATIENCE_SECONDS))
            if told.get("id") == number:
                if told["type"] == "error":
                    raise ProtocolError(told["message"])
                return told["result"]

    def evaluate(body: str, given: list[str]) -> Any:
        told = msgspec.json.encode(given).decode()
        whole = f"JSON.stringify((() => {{ const given = {told}; {body} }})() ?? null)"
        answer = command("script.evaluate", expression=whole, target={"context": page}, awaitPromise=True)
        if answer["type"] == "exception":
            raise ProtocolError(answer["exceptionDetails"]["text"])
        return msgspec.json.decode(answer["result"]["value"])

    command("session.new", capabilities={})
    page = command("browsingContext.getTree")["contexts"][0]["context"]
    return Tab(evaluate, lambda url: command("browsingContext.navigate", context=page, url=url, wait="complete"))


@contextmanager
def webkit() -> Iterator[Tab]:
    """https://www.w3.org/TR/webdriver2/"""
    port, display = free_port(), f":{free_port()}"
    with (
        running("Xvfb", display),
        running("WebKitWebDriver", f"--port={port}", DISPLAY=display),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as http,
    ):

        def command(method: str, path: str, body: object = None) -> Any:
            answer = http.request(method, path, json=body).json()["value"]
            if isinstance(answer, dict) and "error" in answer:
                raise ProtocolError(answer["message"])
            return answer

        options = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = "/session/" + tried(lambda: command("POST", "/session", asked))["sessionId"]

        def evaluate(body: str, given: list[str]) -> Any:
            script = f"const given = arguments[0]; {body}"
            return command("POST", f"{session}/execute/sync", {"script": script, "args": [given]})

        yield Tab(evaluate, lambda url: command("POST", f"{session}/url", {"url": url}))
        command("DELETE", session)


def is_here(engine: str) -> bool:
    """Whether this machine has the browser and what it needs."""
    if engine == "firefox":
        return shutil.which("firefox-esr") is not None
    return MINI_BROWSER.exists() and all(shutil.which(one) for one in ("WebKitWebDriver", "Xvfb"))
