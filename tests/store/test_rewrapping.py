"""The wrapping key is changed whole, or the same command brings the change to its end."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.errors import Refused
from events.ids import Position, stream_of
from server.backup import make_backup
from server.cli import doseledger
from server.district import found_district, open_district, wall_clock
from server.home import Home
from server.keys import unwrap
from server.settings import Settings
from server.store.connection import connect
from server.store.rewrapping import Rewrapped, change_wrapping_key
from server.store.wrapping import bound_to
from tests.server.house import ADA, BEA, settings_for
from tests.server.making import a_dose

STEPS_MAX = 60
ROOT = Path(__file__).parents[2]
FORMER, NEXT, OTHER = "11" * 32, "22" * 32, "33" * 32
ENVIRONMENT = {"DOSELEDGER_WRAPPING_KEY": FORMER, "DOSELEDGER_NEXT_WRAPPING_KEY": NEXT}


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOSELEDGER_WRAPPING_KEY", raising=False)


async def write_two_doses(settings: Settings) -> None:
    await found_district(settings, wall_clock, "Aspen", "school_district", "America/Chicago")
    async with open_district(settings, wall_clock, "command", "test") as district:
        await district.record([(stream_of("student", one), a_dose()) for one in (ADA, BEA)])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A district of two children whose wrapping key lies in its home."""
    settings = settings_for(tmp_path / "home")
    asyncio.run(write_two_doses(settings))
    return settings


async def readable(settings: Settings) -> int:
    """How many events open, after one more was written."""
    async with open_district(settings, wall_clock, "command", "test") as district:
        await district.record([(stream_of("student", BEA), a_dose("21"))])
        rows = [row async for row in district.log.read(Position(0))]
        return len([row for row in rows if row.event is not None])


def change(settings: Settings, environment: dict[str, str] | None = None) -> Rewrapped:
    return asyncio.run(change_wrapping_key(settings, environment or {}, os.urandom))


def wrapped(home: Home) -> Iterator[tuple[bytes, bytes]]:
    """Everything that lies under the wrapping key, and what each is bound to."""
    for path in (*home.keys.glob("*.log"), *home.keys.glob("*.sealing")):
        yield path.read_bytes(), path.name.encode()
    with closing(connect(home.keyring)) as ring:
        for district, stream, key_id, row in ring.execute("SELECT * FROM stream_key"):
            yield row, bound_to(district, stream, key_id)


def opened_by(home: Home, key: str) -> set[bool]:
    cipher = AESGCM(bytes.fromhex(key))
    return {unwrap(cipher, row, bound) is not None for row, bound in wrapped(home)}


def key_of(home: Home) -> str:
    return (home.keys / "wrapping.key").read_text()


def test_store_r52_the_next_key_opens_everything_and_the_former_nothing(settings: Settings) -> None:
    """STORE-R52: in the home; what is written afterwards lies under the next key too."""
    home, former = Home(settings.home), key_of(Home(settings.home))
    events = asyncio.run(readable(settings))
    done = change(settings)
    assert (done.files, done.in_environment) == (2, False)
    assert key_of(home) != former
    assert asyncio.run(readable(settings)) > events
    assert opened_by(home, former) == {False}
    assert opened_by(home, key_of(home)) == {True}
    assert former not in [path.read_text() for path in home.keys.glob("wrapping*")]


def test_store_r52_a_key_moves_from_the_home_into_the_environment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R52: and from one value there to another; no file holds it then."""
    home = Home(settings.home)
    assert change(settings, {"DOSELEDGER_NEXT_WRAPPING_KEY": FORMER}).in_environment
    assert list(home.keys.glob("wrapping*")) == []
    assert change(settings, ENVIRONMENT).files == 2
    assert change(settings, ENVIRONMENT) == Rewrapped(0, 0, True), "said again, it changes nothing"
    assert opened_by(home, NEXT) == {True}
    monkeypatch.setenv("DOSELEDGER_WRAPPING_KEY", NEXT)
    assert asyncio.run(readable(settings)) > 2


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"DOSELEDGER_WRAPPING_KEY": OTHER, "DOSELEDGER_NEXT_WRAPPING_KEY": NEXT}, "neither the wrapping key"),
        ({"DOSELEDGER_WRAPPING_KEY": OTHER}, "set DOSELEDGER_NEXT_WRAPPING_KEY"),
        ({"DOSELEDGER_NEXT_WRAPPING_KEY": "22"}, "64 hexadecimal digits"),
    ],
)
def test_store_r52_a_wrong_key_changes_nothing(settings: Settings, environment: dict[str, str], says: str) -> None:
    """STORE-R52"""
    before = sorted(wrapped(Home(settings.home)))
    with pytest.raises(Refused, match=says):
        change(settings, environment)
    assert sorted(wrapped(Home(settings.home))) == before
    assert asyncio.run(readable(settings)) > 2


def test_store_r52_the_key_in_use_is_no_next_one(settings: Settings) -> None:
    """STORE-R52"""
    with pytest.raises(Refused, match="is the key in use"):
        change(settings, {"DOSELEDGER_NEXT_WRAPPING_KEY": key_of(Home(settings.home))})


async def test_store_r52_nobody_else_may_be_at_work(settings: Settings) -> None:
    """STORE-R52: what a running server seals would lie under the former key."""
    async with open_district(settings, wall_clock, "server", "test"):
        with pytest.raises(Refused, match="stop it first"):
            await change_wrapping_key(settings, {}, os.urandom)


def test_store_r52_a_keyring_under_another_key_is_not_written_to(settings: Settings, tmp_path: Path) -> None:
    """STORE-R52: another machine whose copy of keys/ is older."""
    home, older = Home(settings.home), tmp_path / "keys"
    shutil.copytree(home.keys, older)
    change(settings)
    shutil.rmtree(home.keys)
    shutil.copytree(older, home.keys)
    before = sorted(wrapped(home))
    with pytest.raises(Refused, match="this wrapping key does not open"):
        asyncio.run(readable(settings))
    assert sorted(wrapped(home)) == before


@contextmanager
def rewrapper(settings: Settings, environment: dict[str, str]) -> Iterator[Callable[[int], bool]]:
    """Whether a change that is to be killed at so many-th step was killed."""
    command = [sys.executable, "-m", "tests.store.rewrapper", str(settings.home), *environment.values()]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        told, answers = process.stdin, process.stdout
        assert told is not None
        assert answers is not None

        def killed_at(step: int) -> bool:
            print(step, file=told, flush=True)
            answer = answers.readline().strip()
            assert answer in ("killed", "done")
            return answer == "killed"

        yield killed_at


@pytest.mark.parametrize("environment", [{}, {"DOSELEDGER_NEXT_WRAPPING_KEY": NEXT}], ids=["home", "environment"])
def test_store_r52_cut_off_anywhere_it_opens_or_is_brought_to_its_end(
    settings: Settings, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """STORE-R52: kill -9 before each change of the disk. Until the end nothing opens the home, nor backs it up."""
    home, whole, former = Home(settings.home), tmp_path / "whole", key_of(Home(settings.home))
    shutil.copytree(settings.home, whole)
    half = 0
    with rewrapper(settings, environment) as killed_at:
        for step in range(STEPS_MAX):
            shutil.rmtree(settings.home)
            shutil.copytree(whole, settings.home)
            was_killed = killed_at(step)
            if (home.keys / "wrapping.next").exists():
                half += 1
                with pytest.raises(Refused, match="run 'doseledger keys rotate-wrapping' again"):
                    asyncio.run(readable(settings))
                with pytest.raises(Refused, match="run 'doseledger keys rotate-wrapping' again"):
                    asyncio.run(make_backup(settings, tmp_path / f"{step}", tmp_path / f"{step}-keys", wall_clock()))
                change(settings, environment)
            elif was_killed and opened_by(home, former) == {True}:
                change(settings, environment)
            assert opened_by(home, former) == {False}
            key = environment.get("DOSELEDGER_NEXT_WRAPPING_KEY", "") or key_of(home)
            assert opened_by(home, key) == {True}
            with monkeypatch.context() as patched:
                patched.setenv("DOSELEDGER_WRAPPING_KEY", key)
                assert asyncio.run(readable(settings)) > 4
            if not was_killed:
                break
        else:
            pytest.fail(f"the change has more than {STEPS_MAX} steps")
    assert half >= 6, "the change was cut off between stream keys, both key files and the wrapping key"


def test_store_r52_another_key_is_not_begun_in_the_middle_of_a_change(settings: Settings) -> None:
    """STORE-R52: what lies under the one that was begun would be lost."""
    home = Home(settings.home)
    (home.keys / "wrapping.next").write_text(NEXT)
    with pytest.raises(Refused, match="end that first"):
        change(settings, {"DOSELEDGER_NEXT_WRAPPING_KEY": OTHER})
    assert change(settings).files == 2
    assert key_of(home) == NEXT


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "Keep keys/wrapping.key safe"),
        ({"DOSELEDGER_NEXT_WRAPPING_KEY": NEXT}, "Set DOSELEDGER_WRAPPING_KEY to the next key"),
    ],
)
def test_store_r52_the_command_says_where_the_key_is_kept_now(
    settings: Settings, environment: dict[str, str], says: str
) -> None:
    """STORE-R52: and shows no key."""
    home = Home(settings.home)
    variables = {"DOSELEDGER_HOME": str(home.path), "DOSELEDGER_DISTRICT": settings.district, **environment}
    ran = CliRunner(env=variables).invoke(doseledger, ["keys", "rotate-wrapping", "--yes"])
    assert ran.exit_code == 0, ran.output
    assert "2 key files" in ran.output
    assert says in ran.output
    key = environment.get("DOSELEDGER_NEXT_WRAPPING_KEY") or key_of(home)
    assert key not in ran.output
    assert opened_by(home, key) == {True}
