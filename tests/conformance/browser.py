"""The browser client for the suite: the phone's own store and sync, in a real Chromium, one command a step.

    Chromium (a profile on disk) --tab--> web/tests/conformance/phone.ts --fetch--> the suite's network --> server

    python -m tests.conformance.browser --chromium 127.0.0.1:9222 --server URL enroll CODE --label TEXT
    python -m tests.conformance.browser --chromium 127.0.0.1:9222 --server URL follow SCOPE | record | sync | outbox

Each command opens a tab, which reads the phone anew from IndexedDB, and closes it; the address it is served from is
the phone's disk (one origin, one store). The server must serve the page, built by ``build_page``, as its web app.
"""

import argparse
import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from websockets.sync.client import ClientConnection, connect

WEB = Path(__file__).parents[2] / "web"
PATIENCE_MS = 2_000
ANSWER_SECONDS_MAX = 60
START_SECONDS_MAX = 30
FLAGS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0")


def build_page(folder: Path) -> Path:
    """The page with the phone's store and sync, as a web app a server can serve."""
    config = "tests/conformance/vite.config.ts"
    command = ["node", "node_modules/vite/bin/vite.js", "build", "--config", config, "--outDir", str(folder)]
    subprocess.run([*command, "--logLevel", "error"], cwd=WEB, check=True, timeout=120)
    return folder


class Chromium:
    """A browser on a profile of its own, and where it can be spoken to."""

    def __init__(self, program: str, profile: Path) -> None:
        self._program, self._profile = program, profile
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self) -> None:
        told = self._profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        words = [self._program, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS_MAX
        while not (told.exists() and told.read_text().count("\n")):
            assert self._process.poll() is None, "Chromium ended at once"
            assert time.monotonic() < until, "Chromium did not start"
            time.sleep(0.05)
        self.address = f"127.0.0.1:{told.read_text().split()[0]}"

    def kill(self) -> None:
        """SIGKILL, as a battery that falls out."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        for lock in self._profile.glob("Singleton*"):
            lock.unlink()


@contextmanager
def running(program: str, profile: Path) -> Iterator[Chromium]:
    profile.mkdir(parents=True, exist_ok=True)
    browser = Chromium(program, profile)
    browser.start()
    try:
        yield browser
    finally:
        browser.kill()


class Tab:
    """One life of the page: spoken to over Chromium's own protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0

    def open(self, url: str) -> None:
        self._ask("Page.enable")
        self._ask("Page.navigate", url=url)
        while self._hear().get("method") != "Page.loadEventFired":
            pass

    def run(self, name: str, *arguments: Any) -> Any:
        """What ``phone.<name>(…)`` comes to. Raises RuntimeError with the page's own words."""
        words = ", ".join(json.dumps(one) for one in arguments)
        expression = f"phone.{name}({words})"
        told = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            thrown = told["exceptionDetails"].get("exception", {})
            raise RuntimeError(thrown.get("description") or told["exceptionDetails"]["text"])
        return told["result"].get("value")

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while (heard := self._hear()).get("id") != self._number:
            pass
        if "error" in heard:
            raise RuntimeError(heard["error"]["message"])
        result: dict[str, Any] = heard["result"]
        return result

    def _hear(self) -> dict[str, Any]:
        heard: dict[str, Any] = json.loads(self._socket.recv(timeout=ANSWER_SECONDS_MAX))
        return heard


@contextmanager
def tab(chromium: str, url: str) -> Iterator[Tab]:
    made = json.loads(_tell(chromium, "PUT", "/json/new"))
    try:
        with connect(made["webSocketDebuggerUrl"], max_size=None) as socket:
            opened = Tab(socket)
            opened.open(url)
            yield opened
    finally:
        with suppress(OSError):
            _tell(chromium, "GET", f"/json/close/{made['id']}")


def _tell(chromium: str, method: str, path: str) -> bytes:
    with urlopen(Request(f"http://{chromium}{path}", method=method), timeout=ANSWER_SECONDS_MAX) as answer:
        told: bytes = answer.read()
        return told


def fact(line: str) -> dict[str, Any]:
    """A line of ``record`` for the page, which sees no files: a picture's bytes in base64."""
    told: dict[str, Any] = json.loads(line)
    if "picture" not in told:
        return told
    return told | {"picture": base64.b64encode(Path(told["picture"]).read_bytes()).decode()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.browser")
    parser.add_argument("--chromium", required=True, help="host:port of a Chromium's remote debugging")
    parser.add_argument("--server", required=True)
    verbs = parser.add_subparsers(dest="verb", required=True)
    enroll = verbs.add_parser("enroll")
    enroll.add_argument("code")
    enroll.add_argument("--label", required=True)
    verbs.add_parser("follow").add_argument("scope")
    for verb in ("record", "sync", "outbox"):
        verbs.add_parser(verb)
    asked = parser.parse_args()
    arguments: dict[str, list[Any]] = {
        "enroll": [getattr(asked, "code", ""), getattr(asked, "label", "")],
        "follow": [getattr(asked, "scope", ""), PATIENCE_MS],
        "sync": [PATIENCE_MS],
        "outbox": [],
    }
    if asked.verb == "record":
        arguments["record"] = [[fact(line) for line in sys.stdin if line.strip()]]
    try:
        with tab(asked.chromium, asked.server) as page:
            print(json.dumps(page.run(asked.verb, *arguments[asked.verb])))
    except (RuntimeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
