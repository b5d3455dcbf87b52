"""The client under test: a command, run once for each step, that prints JSON. Ours is ``python -m client_sync``.

    COMMAND enroll CODE --label TEXT     COMMAND follow SCOPE     COMMAND sync     COMMAND outbox
    COMMAND record     reads a fact a line on standard input: {"stream": …, "type": …, "payload": {…}}
                       with "picture": FILE, a JPEG: the event names it in its payload's photo

``{url}`` and ``{file}`` in the command stand for the server's address and a file of the client's own. ``outbox``
prints a list of the events it made; of each at least ``state``: on_device, sent, receipted, quarantined, or how that
ended (released, closed), ``position``, the ``flags`` of its answer, and of one with a picture where that is,
``picture``: on_device, receipted. ``sync`` may print an object; ``wrong_streams`` in it are the streams that it tells
people the server gives otherwise than it signs.
Exit codes other than 0 are allowed for ``sync`` alone.
"""

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

COMMAND_SECONDS_MAX = 120


class Client:
    """One device of the implementation under test."""

    def __init__(self, command: str, url: str, file: Path) -> None:
        self._words = [word.format(url=url, file=file) for word in shlex.split(command)]

    def enroll(self, code: str) -> None:
        self._run("enroll", code, "--label", "conformance")

    def follow(self, scope: str) -> None:
        self._run("follow", scope)

    def record(self, *facts: dict[str, Any]) -> None:
        self._run("record", given="\n".join(json.dumps(fact) for fact in facts) + "\n")

    def sync(self) -> dict[str, Any]:
        """Try to deliver and fetch; whether it works is seen in the outbox. What it printed, if it printed anything."""
        told = self._run("sync", may_fail=True)
        try:
            said = json.loads(told or "{}")
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def outbox(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self._run("outbox"))
        return rows

    def states(self) -> list[str]:
        return [row["state"] for row in self.outbox()]

    def _run(self, *words: str, given: str = "", may_fail: bool = False) -> str:
        done = subprocess.run(
            [*self._words, *words],
            input=given,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS_MAX,
            check=False,
        )
        assert may_fail or done.returncode == 0, f"{words[0]} failed: {done.stderr}"
        return done.stdout
