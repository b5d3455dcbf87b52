"""Pictures of papers in the simulation: the courier that ships, between the two stores that ship, over a bad network.

    attached to an own event --client_sync.courier--> loss · a lost answer · a changed note · a side dies --> server
    the server is put back: its pictures are those of the last back-up that is no newer than the log's

Chances are its own and virtual time stands still during a round, so that events have the same story with and without.
Both stores are SQLite in memory with their own statements and triggers.
"""

from __future__ import annotations

import hashlib
import sqlite3
from asyncio import Lock
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from client_sync.courier import Courier
from client_sync.errors import ServerRefused, Unreachable
from client_sync.opening import SCHEMA
from client_sync.photos import Photos, SealedPhoto
from events.catalog.event_type import Photo
from events.ids import Hash
from events.photos import open_photo_note
from events.wire import PhotoState
from server import photos
from server.api.problems import ProblemError
from tests.simulation.device import Device
from tests.simulation.memory_log import LOG_NAME
from tests.simulation.people import YEAR_SECONDS
from tests.simulation.server import InlineLoop

if TYPE_CHECKING:
    from tests.simulation.world import World

SIZES = (*[900, 50_000, 110_000] * 5, 600_000)
ATTACHED_MAX, TURNS_MAX, ROUNDS, ROUND_SECONDS_MAX = 2, 3, 2, 400.0
CALM_ROUNDS_MAX = 3
DIES, FULL = 0.03, 0.2


class Died(Exception):
    """The process is gone in the middle of a step."""


class _Rows:
    """What server.photos needs of the district's small tables. ``dies`` says whether the process does, at a write."""

    def __init__(self, dies: Callable[[], bool]) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(photos.SCHEMA)
        self._dies = dies

    def put_back(self, backup: bytes) -> None:
        """Another file, opened by another process."""
        self.db.close()
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.deserialize(backup)

    async def one(self, query: str, *given: Any) -> Any:
        return self.db.execute(query, given).fetchone()

    async def write(self, statement: str, *given: Any) -> int:
        if self._dies():
            raise Died
        return self.db.execute(statement, given).rowcount


class _Phone:
    """A device's pictures: what the courier needs of its store. Its disk may fill up, its clock be set a year off."""

    def __init__(self, device: Device, is_full: bool, dies: Callable[[], bool]) -> None:
        self.device = device
        self.is_full = self.was_full = is_full
        self.clock_off = timedelta()
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.executescript(SCHEMA.read_text())
        self._dies = dies
        self.photos = Photos(self)  # type: ignore[arg-type]

    async def execute(self, statement: str, given: Iterable[Any] = ()) -> None:
        self._db.execute(statement, tuple(given))

    async def executemany(self, statement: str, given: Iterable[Any]) -> None:
        self._db.executemany(statement, given)

    async def execute_fetchall(self, query: str, given: Iterable[Any] = ()) -> list[Any]:
        return self._db.execute(query, tuple(given)).fetchall()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[_Phone]:
        self._db.execute("BEGIN")
        try:
            yield self
            if self._dies():
                raise Died
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def is_nearly_full(self) -> bool:
        return self.is_full

    def was_receipted(self, name: str) -> bool:
        (is_noted,) = self._db.execute("SELECT note <> '' FROM photos WHERE name = ?", (name,)).fetchone()
        return bool(is_noted)

    def know(self, origin: str) -> None:
        """The newest epoch that the device has verified."""
        self._db.execute(
            "INSERT OR IGNORE INTO checkpoints VALUES (?, 0, '', (SELECT count(*) FROM checkpoints))", (origin,)
        )


class Pictures:
    """Every picture of the district: on its devices, at the server, in its back-ups."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = Random(f"{world.seed}/pictures")
        self.made, self.again, self.lost, self.turned = 0, 0, 0, 0
        self._is_calm = False
        self._loop = InlineLoop()
        self._rows = _Rows(self._dies)
        self._backups: list[tuple[int, bytes]] = [(0, self._rows.db.serialize())]
        self._phones: dict[str, _Phone] = {}
        self._couriers: dict[str, tuple[int, Courier]] = {}

    def storm(self, seconds: float) -> None:
        """Plan what is photographed, and when phones find the time to carry it."""
        self._is_calm = False
        for _ in range(self.random.randint(0, ATTACHED_MAX)):
            self.world.at(self.random.uniform(0, seconds), self._attach)
        for _ in range(self.random.randint(0, TURNS_MAX)):
            self.world.at(self.random.uniform(0, seconds), self._turn_clock)
        if self.random.random() < FULL:
            self.world.at(self.random.uniform(0, seconds), self._fill)

    def _turn_clock(self) -> None:
        """Somebody sets a phone a year off, or right again."""
        if self._phones:
            off = self.random.choice((0, 180, -YEAR_SECONDS, YEAR_SECONDS, YEAR_SECONDS))
            self.random.choice(list(self._phones.values())).clock_off = timedelta(seconds=off)
            self.turned += 1

    def _fill(self) -> None:
        """A disk fills up, or has room again."""
        if self._phones:
            phone = self.random.choice(list(self._phones.values()))
            phone.is_full = not phone.is_full
            phone.was_full = True

    def _attach(self) -> None:
        making = [device for device in self.world.town.living() if device.state is not None and device.made]
        if not making:
            return
        device = self.random.choice(making)
        phone = self._phone(device)
        sealed = self.random.randbytes(self.random.choice(SIZES))
        name = hashlib.sha256(sealed).hexdigest()
        picture = SealedPhoto(Photo(sha256=name, size_bytes=len(sealed), sealed=name, key=None), sealed)
        self.made += 1
        self._run(phone.photos.keep(device.disk.own[device.made[-1]].write.seq, picture))
        for _ in range(ROUNDS):
            self.world.at(self.random.uniform(1, ROUND_SECONDS_MAX), lambda: self._round(device))

    def put_back(self, size: int) -> None:
        """The log has so many rows of before; the pictures are of the last back-up that is no newer."""
        before = next(kept for at, kept in reversed(self._backups) if at <= size)
        self._backups = [(at, kept) for at, kept in self._backups if at <= size]
        self._rows.put_back(before)

    def rest(self) -> None:
        """A quiet period: whatever waits is carried, and each picture is found where it must be."""
        self._is_calm = True
        for device in self.world.town.living():
            phone = self._phones.get(self._key(device))
            if phone is not None:
                for _ in range(CALM_ROUNDS_MAX):
                    self._round(device)
                self._check(device, phone)

    def _check(self, device: Device, phone: _Phone) -> None:
        """Every picture made is at the server, under its word of this epoch, or is still on the living device."""
        origin = self.world.server.disk.head().checkpoint.origin
        for photo in self._run(phone.photos.all()):
            there = self._run(self._server().read(photo.name))
            is_there = there is not None and hashlib.sha256(there).hexdigest() == photo.name
            if photo.is_receipted:
                said = open_photo_note(photo.note, device.identity.log_key)
                assert (said.origin, said.name) == (origin, photo.name), "a receipt of another picture or epoch"
                assert is_there, f"{device.name} has a receipt of a picture that the server lacks"
            else:
                is_gone = photo.note and not photo.is_here and phone.was_full
                assert is_gone, f"{device.name} did not deliver a picture"
                assert not is_there, f"{device.name} did not ask for a picture that the server has"
                self.lost += 1

    # A round of the courier

    def _round(self, device: Device) -> None:
        state, phone = device.state, self._phone(device)
        if state is None or state.checkpoint is None or not state.online:
            return
        key = self._key(device)
        phone.know(state.checkpoint.origin)
        life, courier = self._couriers.get(key, (0, None))
        if courier is None or life != device.life:
            courier = self._courier(phone, key)
            self._couriers[key] = device.life, courier
        try:
            self._run(courier.carry())
        except Died:
            self._couriers.pop(key)

    def _courier(self, phone: _Phone, token: str) -> Courier:
        device: Any = phone.device
        store: Any = phone
        enrolled: Any = SimpleNamespace(token=token, log_key=device.identity.log_key)
        clock = lambda: self.world.clock() + phone.clock_off  # noqa: E731
        return Courier(store, self, enrolled, Lock(), lambda: device.state, lambda: 0.5, clock)  # type: ignore[arg-type]

    async def photo(self, token: str, name: str) -> PhotoState:
        return await self._ask(token, lambda server, _: server.state(Hash(name)))

    async def send_piece(self, token: str, name: str, number: int, size_bytes: int, part: bytes, at: int) -> PhotoState:
        self.again += self._phones[token].was_receipted(name)
        return await self._ask(
            token, lambda server, device: server.take(device, Hash(name), number, size_bytes, part, at)
        )

    async def _ask(self, token: str, work: Any) -> PhotoState:
        """One request: it, or its answer, may be lost; the server may die over it, and what it says may be changed."""
        phone, weather = self._phones[token], self.world.weather
        if not self.world.server.is_up or phone.device.name in self.world.cut or self.random.random() < weather.loss:
            raise Unreachable("simulated: lost")
        try:
            state: PhotoState = await work(self._server(), phone.device.identity.device)
        except Died as died:
            raise Unreachable("simulated: the server died") from died
        except ProblemError as problem:
            raise ServerRefused(400, "bad-request", str(problem)) from problem
        if state.note:
            self._backups.append((len(self.world.server.disk.rows), self._rows.db.serialize()))
        if self.random.random() < weather.loss:
            raise Unreachable("simulated: the answer was lost")
        if state.note and self.random.random() < weather.garble:
            return PhotoState(state.pieces, state.note.replace("/photo/v1\n", "/photo/v1\n1", 1), state.bytes_here)
        return state

    def _server(self) -> photos.Photos:
        keys: Any = SimpleNamespace(name=LOG_NAME, log=self.world.server.key)
        rows: Any = self._rows
        disk = self.world.server.disk
        return photos.Photos(rows, keys, lambda: disk.head().checkpoint.origin, self.world.server_clock)

    def _phone(self, device: Device) -> _Phone:
        key = self._key(device)
        if key not in self._phones:
            self._phones[key] = _Phone(device, self.random.random() < FULL, self._dies)
        return self._phones[key]

    def _key(self, device: Device) -> str:
        """Two twins of one device have one name."""
        return str(self.world.town.devices.index(device))

    def _dies(self) -> bool:
        return not self._is_calm and self.random.random() < DIES

    def close(self) -> None:
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)
