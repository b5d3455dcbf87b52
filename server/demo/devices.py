"""The demo's two devices: processes of their own (``python -m client_sync``) that meet the server only by HTTP."""

import asyncio
import os
import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from events.catalog import TYPE_OF, Payload
from events.errors import DoseledgerError
from events.ids import Stream

Result = TypeVar("Result")

UNREACHABLE = "http://127.0.0.1:9"
"""Where the server is while the gym has no network: the discard port, which refuses."""


class DeviceFailed(DoseledgerError):
    """A step of a device ended with an error; the message is what it printed."""


class DemoDevice:
    """One device: its file, its passphrase (in memory only), and whether it has a network."""

    def __init__(self, folder: Path, name: str, server: str) -> None:
        self.name = name
        self._file = folder / f"{name}.db"
        self._server = server
        self._secret = secrets.token_hex(16)
        self.online = True

    async def enroll(self, code: str) -> dict[str, Any]:
        return await self._step(dict[str, Any], "enroll", code, "--label", self.name)

    async def follow(self, scope: str) -> dict[str, Any]:
        return await self._step(dict[str, Any], "follow", scope)

    async def record(self, facts: Sequence[tuple[Stream, Payload]]) -> list[str]:
        """Record without a network; the ids printed are on the device's disk."""
        lines = [
            msgspec.json.encode({"stream": stream, "type": TYPE_OF[type(payload)].name, "payload": payload})
            for stream, payload in facts
        ]
        return await self._step(list[str], "record", stdin=b"\n".join(lines))

    async def sync(self) -> dict[str, Any]:
        return await self._step(dict[str, Any], "sync")

    async def outbox(self) -> list[dict[str, Any]]:
        return await self._step(list[dict[str, Any]], "outbox")

    async def receipts(self) -> list[dict[str, Any]]:
        return await self._step(list[dict[str, Any]], "receipts")

    async def _step(self, kind: type[Result], *words: str, stdin: bytes = b"") -> Result:
        server = self._server if self.online else UNREACHABLE
        command = [sys.executable, "-m", "client_sync", "--file", str(self._file), "--server", server, *words]
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "DOSELEDGER_DEVICE_SECRET": self._secret},
            start_new_session=True,  # Ctrl-C is for the demo, which then ends its devices
        )
        try:
            out, errors = await process.communicate(stdin)
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise DeviceFailed(f"{self.name}: {words[0]} failed: {errors.decode().strip()}")
        return msgspec.json.decode(out, type=kind)
