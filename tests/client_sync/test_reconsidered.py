"""An alarm of a device without a screen, and the command by which a person ends it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from client_sync.cli import SECRET_VARIABLE
from client_sync.effects import KeepAlarm
from client_sync.opening import open_store
from client_sync.replica import open_replica
from client_sync.state import Alarm
from client_sync.transport import HttpTransport
from events.ids import stream_of
from tests.server.house import ADA, CLINIC, open_house
from tests.server.making import a_dose

SECRET = "correct horse battery"
SEEN = Alarm("the log shows another history", "the note it held", "the note it was shown")


async def test_a_person_lets_a_device_go_on_after_its_alarm(tmp_path: Path) -> None:
    """CLIENT-R52: until then it delivers nothing, whatever process asks; what it recorded is still there afterwards."""
    path = tmp_path / "device.db"
    async with open_house(tmp_path / "server") as house, HttpTransport(house.url) as wire:
        async with open_replica(path, SECRET, wire, house.clock) as device:
            await device.enroll(await house.code("anna"), "gym laptop")
            await device.choose(f"clinic/{CLINIC}")
            await device.record(stream_of("student", ADA), a_dose())
        async with open_store(path, SECRET) as store, store.transaction() as transaction:
            await transaction.write([KeepAlarm(SEEN)])
        async with open_replica(path, SECRET, wire, house.clock) as device:
            stopped = await device.sync(1)
            assert (stopped.alarm, stopped.waiting, stopped.receipted) == (SEEN, 1, 0)
        assert await command(path, "reconsider") == msgspec.to_builtins(SEEN)
        assert await command(path, "reconsider") is None
        async with open_replica(path, SECRET, wire, house.clock) as device:
            gone_on = await device.sync()
            assert (gone_on.alarm, gone_on.waiting, gone_on.receipted) == (None, 0, 1)


async def command(path: Path, word: str) -> object:
    """What ``python -m client_sync`` prints."""
    words = [sys.executable, "-m", "client_sync", "--file", str(path), word]
    environment = os.environ | {SECRET_VARIABLE: SECRET}
    done = await asyncio.to_thread(subprocess.run, words, env=environment, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout)
