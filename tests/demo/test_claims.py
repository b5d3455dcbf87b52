"""What the demo says at its end holds, or it ends with exit code 1 and names what does not."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from events.errors import Refused
from events.ids import Position, StudentId
from projections.discrepancy import Discrepancy
from server.commands import demo as command
from server.demo.clinic import ROSTER_CHILDREN
from server.demo.day import DOSES_PER_DEVICE
from server.demo.play import Change, Day, DeviceDay, Recorded
from server.district import found_district, open_district, wall_clock
from server.settings import read_settings
from server.store.fsck import Fault, Verified

ROOT = Path(__file__).parents[2]
DEVICE = DeviceDay("gym-tablet-1", "Amina", 2_904, 41, 41, 41, 100, 140)
TWICE = Discrepancy(
    kind="duplicate_dose",
    severity="hard",
    sides=(),
    concurrent=True,
    owner="health_office",  # type: ignore[arg-type]
    raised_on=date(2026, 11, 21),
    says="IPV is on record twice",
)
VERIFIED = Verified(
    origin="log.example/demo/0", size=200, root="00", checked=200, signatures=200, destroyed=0, gaps=(), fault=None
)
HOLDS = Day(
    students=650,
    roster=ROSTER_CHILDREN,
    recorded=Recorded(2 * DOSES_PER_DEVICE, 1, 1),
    devices=(DEVICE, DEVICE),
    duplicate=(TWICE,),
    changes=(Change(StudentId("x"), "Ana", "not_compliant", "complete", "subd. 1"),),
    statuses_before={},
    statuses_after={},
    verified=VERIFIED,
)
BROKEN = {
    "students": 599,
    "roster": 149,
    "recorded": Recorded(2 * DOSES_PER_DEVICE - 1, 1, 1),
    "devices": (DEVICE, msgspec.structs.replace(DEVICE, receipted=40)),
    "duplicate": (),
    "changes": (),
    "verified": msgspec.structs.replace(VERIFIED, fault=Fault(Position(7), "a byte was changed")),
}


def test_setup_r05_a_day_that_holds_breaks_no_claim() -> None:
    """SETUP-R05"""
    assert HOLDS.broken() == []


@pytest.mark.parametrize(
    "broken",
    [
        *({field: value} for field, value in BROKEN.items()),
        {"recorded": Recorded(2 * DOSES_PER_DEVICE, 0, 1)},
        {"recorded": Recorded(2 * DOSES_PER_DEVICE, 1, 0)},
        {"devices": (msgspec.structs.replace(DEVICE, waiting_offline=0), DEVICE)},
        {"duplicate": (msgspec.structs.replace(TWICE, concurrent=False),)},
        {"changes": (msgspec.structs.replace(HOLDS.changes[0], after="not_compliant"),)},
        {"verified": msgspec.structs.replace(VERIFIED, gaps=("device x lacks 3",))},
    ],
    ids=lambda broken: "-".join(broken),
)
def test_setup_r05_each_claim_can_fail(broken: dict[str, object]) -> None:
    """SETUP-R05"""
    assert len(msgspec.structs.replace(HOLDS, **broken).broken()) == 1


def environment(home: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "DOSELEDGER_HOME": str(home), **more}


def test_setup_r05_a_day_that_does_not_hold_is_told_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SETUP-R05: exit code 1 and the claim, whatever else went well."""

    async def played(*_: object) -> Day:
        return msgspec.structs.replace(HOLDS, roster=149)

    monkeypatch.setattr(command, "play", played)
    monkeypatch.setenv("DOSELEDGER_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        command.demo.main(["--no-serve"], standalone_mode=False, obj=read_settings())
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "DOES NOT HOLD: the clinic expected 150 children" in told
    assert "Everything above holds" not in told


def test_demo_r05_a_taken_port_is_said_before_anything_is_removed(tmp_path: Path) -> None:
    """DEMO-R05"""
    (tmp_path / command.MARK).write_text("")
    (tmp_path / "ledger.db").write_text("precious")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = subprocess.run(
            [sys.executable, "-m", "server.cli", "demo"],
            env=environment(tmp_path, DOSELEDGER_PORT=port),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
        )
    assert (ran.returncode, (tmp_path / "ledger.db").read_text()) == (2, "precious")
    assert port in ran.stderr


async def test_demo_r05_a_home_somebody_works_in_is_left_alone(tmp_path: Path) -> None:
    """DEMO-R05: a second demo would take the databases away from under the first one's server."""
    settings = read_settings({"DOSELEDGER_HOME": str(tmp_path)})
    await found_district(settings, wall_clock, "Demo", "school_district", "America/Chicago")
    (tmp_path / command.MARK).write_text("")
    async with open_district(settings, wall_clock, "server", "server") as district:
        with pytest.raises(Refused, match=r"works in .* just now"):
            command.demo.main(["--no-serve"], standalone_mode=False, obj=settings)
        assert (await district.log.head()).checkpoint.size > 0
        assert (tmp_path / "ledger.db").exists()


async def test_demo_r05_interrupted_it_stops_in_a_word_and_runs_again(tmp_path: Path) -> None:
    """DEMO-R05: Ctrl-C reaches a shell's whole process group; no device and no server is left behind."""
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server.cli", "demo", "--no-serve"),
            env=environment(tmp_path, COLUMNS="120"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=heed_interrupts,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        async with asyncio.timeout(120):
            while b"server up" not in await process.stdout.readline():
                assert not process.stdout.at_eof()
            os.killpg(process.pid, signal.SIGINT)
            said = await process.stderr.read()
            assert await process.wait() == 130
        assert said.strip().splitlines() == [b"Stopped."]


def heed_interrupts() -> None:
    """As in a terminal: whoever runs the tests in the background hands on that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
