"""Virtual time, a bad network, and misfortune: everything random comes from one seed.

    storm   faults of every kind while people work          quiet   all is mended; then the checks
    --------------------------------------------------->----------------------------------------> repeat

Virtual seconds pass as the next thing is due; a day costs milliseconds.
"""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from client_sync.effects import Send
from client_sync.engine import is_quiet
from client_sync.inputs import Answer, Failure, News
from events.errors import Refused
from events.ids import DistrictId, Hash
from events.wire import Fates, SyncResponse
from server.identity.rights import knows_scope, may_pull
from server.store.port import LogHead
from tests.simulation.asking import Asking
from tests.simulation.checks import check_all
from tests.simulation.courier import Courier
from tests.simulation.decay import Decay
from tests.simulation.device import Device
from tests.simulation.network import Cut, Request, Weather, garble, garble_fates
from tests.simulation.people import DEVICES_MANY
from tests.simulation.pictures import Pictures
from tests.simulation.server import Facts, Server
from tests.simulation.town import Town

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
DISTRICT = DistrictId("isd-900")
STORM_SECONDS = 600.0
QUIET_SECONDS_MAX = 7200.0
STORMS = 2
STEPS_MAX = 50_000
"""Things that may happen in one run: more means it does not come to rest."""


class NeverQuiet(AssertionError):
    """The world was mended and still did not come to rest."""


class World:
    """One run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        """What people do and what befalls them; everything else has chances of its own, so that a change of the program
        leaves a seed's story as it was."""
        self.chance = Random(f"{seed}/network")
        self.now = 0.0
        self.weather = Weather.calm()
        self.steps = 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._arrived: list[Request] = []
        self.cut: dict[str, Cut] = {}
        """Who is cut off from the server, and what of theirs vanishes, by name of the device."""
        self.kryptonite: set[str] = set()
        self.server_clock_off = timedelta()
        self.verified: set[tuple[Hash, int]] = set()
        self.server = Server(DISTRICT, self.server_clock, Random(f"{seed}/server"), self._server_dies, self._announce)
        self.town = Town(self)
        self.decay = Decay(self)
        self.courier = Courier(self)
        self.pictures = Pictures(self)
        self.asking = Asking(self)

    @property
    def devices(self) -> list[Device]:
        return self.town.devices if hasattr(self, "town") else []

    def clock(self) -> datetime:
        return START + timedelta(seconds=round(self.now, 3))

    def server_clock(self) -> datetime:
        return self.clock() + self.server_clock_off

    # Time

    def at(self, delay: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now + delay, next(self._order), action))

    def run_until(self, moment: float) -> None:
        while self._due and self._due[0][0] <= moment:
            self.steps += 1
            if self.steps > STEPS_MAX:
                raise NeverQuiet(f"{STEPS_MAX} things happened")
            self.now, _, action = heapq.heappop(self._due)
            action()
        self.now = moment

    def run(self) -> None:
        """Storms and quiet periods, the checks after each. Raises AssertionError or BrokenInvariant."""
        try:
            self.town.found()
            for _ in range(STORMS):
                self.weather = Weather.storm(self.random)
                self.town.storm(STORM_SECONDS)
                self.decay.storm(STORM_SECONDS)
                self.pictures.storm(STORM_SECONDS)
                self.run_until(self.now + STORM_SECONDS)
                self.rest()
        finally:
            self.server.close()
            self.pictures.close()

    def rest(self) -> None:
        """A quiet period: everything works again, until nothing is left to do; then the checks."""
        self._mend()
        self._heal()
        self._come_to_rest()
        check_all(self)
        self.pictures.rest()

    def happened(self) -> dict[str, int]:
        """What was planned to happen, and how often it came to something."""
        town, submissions = self.town, self.server.live.quarantine.all()
        came_of_it = {
            "crashes of the server": self.server.crashes,
            "crashes of devices": sum(device.life for device in town.devices) - len(town.devices),
            "forks": len(town.cloned),
            "epochs": self.server.disk.epoch,
            "quarantined": len(submissions),
            "released": sum(one.state == "released" for one in submissions),
            "closed": sum(one.state == "closed" for one in submissions),
            "carried": len(self.courier.receipts),
            "carriers lost": self.courier.lost,
            "healed": sum(len(device.disk.healed) for device in town.devices),
            "harmed rows of the server": self.decay.harmed,
            "healed rows of the server": self.server.healed_rows(),
            "rows from a standby": self.decay.put_back,
            "fates told": self.asking.told(),
            "pictures": self.pictures.made,
            "clocks of phones with pictures turned": self.pictures.turned,
            "pictures carried again": self.pictures.again,
            "pictures of full phones lost": self.pictures.lost,
            "fifty devices": int(len(town.devices) >= DEVICES_MANY),
        }
        return {**town.happened, **came_of_it}

    def _mend(self) -> None:
        self.weather = Weather.calm()
        self.kryptonite.clear()
        self.cut.clear()
        self.server_clock_off = timedelta()
        self.revive()
        self.server.scrub()
        for device in self.town.living():
            device.go_online()
            device.scrub()

    def _heal(self) -> None:
        """Damage of the server's disk ends here: a scope may be held back for as long as it lasts."""
        until = self.now + QUIET_SECONDS_MAX
        while not self.decay.is_healed():
            if self.now >= until:
                raise NeverQuiet("a row stays damaged that a living device could heal")
            self.run_until(self.now + 10.0)
        self.decay.check_and_put_back()

    def _come_to_rest(self) -> None:
        until = self.now + QUIET_SECONDS_MAX
        while not self._is_at_rest():
            if self.now >= until:
                raise NeverQuiet(self._unrest())
            self.run_until(self.now + 10.0)

    def _is_at_rest(self) -> bool:
        size = len(self.server.disk.rows)
        return self.server.is_up and all(
            device.state is not None
            and is_quiet(device.state)
            and device.state.checkpoint is not None
            and (device.state.checkpoint.size, device.state.checkpoint.origin.rpartition("/")[2])
            == (size, str(self.server.disk.epoch))
            and not self._waits_for_a_scope(device)
            and not self.asking.is_behind(device)
            for device in self.town.living()
        )

    def _waits_for_a_scope(self, device: Device) -> bool:
        """Whether it was refused a scope, may have it again, and has not asked since: it does within a minute."""
        directory, state = self.server.live.directory, device.state
        return state is not None and any(
            kept.behind and knows_scope(directory, name) and may_pull(directory, device.bearer, name)
            for name, kept in state.scopes.items()
        )

    def _unrest(self) -> str:
        words = []
        for device in self.town.living():
            state = device.state
            if state is not None and (not is_quiet(state) or state.alarm):
                words.append(f"{device.name}: {len(state.outbox)} waiting, {state.problem}, {state.alarm}")
            if self.asking.is_behind(device):
                words.append(f"{device.name} does not learn what became of its rows")
        return "; ".join(words) or "nobody knows why"

    # The network

    def carry(self, device: Device, life: int, send: Send) -> None:
        """Take a device's turn to the server. Its connection dies with the process that opened it."""

        def answered(answer: SyncResponse) -> None:
            self.decay.lend(device, life, answer)
            if device.life == life:
                device.feed(Answer(send.turn, answer))
            self.asking.after(device, life, answer)

        def failed(kind: str) -> None:
            if device.life == life:
                device.feed(Failure(send.turn, "refused" if kind == "refused" else "unreachable", f"simulated: {kind}"))

        self.send(Request(device.name, device.bearer, msgspec.json.encode(send.request), answered, failed))

    def send(self, request: Request) -> None:
        """Take a request to the server, perhaps twice, perhaps never."""
        copies = self.weather.copies(self.chance)
        if self.cut.get(request.sender) == "asking":
            return
        for _ in range(copies):
            self.at(self.weather.latency(self.chance), lambda: self._arrive(request))

    def dies(self, device: Device) -> bool:
        if self.chance.random() >= self.weather.device_crash:
            return False
        self.at(self.chance.uniform(1, 60), device.go_online)
        return True

    def _arrive(self, request: Request) -> None:
        if not self._arrived:
            self.at(self.chance.uniform(0.0, 0.05), self._serve)
        self._arrived.append(request)

    def _serve(self) -> None:
        """Whatever has arrived is answered together."""
        arrived, self._arrived = self._arrived, []
        taken: list[Request] = []
        for request in arrived:
            if not self.server.is_up:
                self._fail(request, "unreachable")
            elif any(name.encode() in request.body for name in self.kryptonite):
                self._fail(request, "refused")
            else:
                taken.append(request)
        answers = self.server.take(taken) if taken else []
        for request, answer in zip(taken, answers, strict=True):
            if isinstance(answer, Refused):
                self._fail(request, "refused")
            elif answer is not None:
                self._reply(request, answer)
        if not self.server.is_up:
            self.at(self.chance.uniform(1, 30), self.revive)

    def _reply(self, request: Request, answer: SyncResponse | Fates) -> None:
        if self.chance.random() < self.weather.garble:
            match answer:
                case Fates():
                    answer = garble_fates(answer, self.chance)
                case _:
                    answer = garble(answer, self.chance)
        copies = self.weather.copies(self.chance)
        if request.sender in self.cut:
            return
        for _ in range(copies):
            self.at(self.weather.latency(self.chance), lambda: request.answered(answer))

    def _fail(self, request: Request, kind: str) -> None:
        if request.sender not in self.cut:
            self.at(self.weather.latency(self.chance), lambda: request.failed(kind))

    # The server

    def _server_dies(self, _: str) -> bool:
        return self.chance.random() < self.weather.server_crash

    def crash_server(self) -> None:
        self.server.crash()
        self.at(self.chance.uniform(1, 30), self.revive)

    def revive(self) -> None:
        """Start the server, however often it dies over it."""
        while not self.server.is_up:
            self.server.start()

    def revive_with(self, facts: Facts) -> None:
        """Start the server and have it write these facts, however often it dies over them."""
        self.revive()
        while not self.server.record(facts):
            self.revive()

    def _announce(self, head: LogHead) -> None:
        for device in self.devices:
            if self.chance.random() < self.weather.news and device.name not in self.cut:
                news = News(head.checkpoint.origin, head.checkpoint.size)
                self.at(self.weather.latency(self.chance), lambda device=device, news=news: device.feed(news))  # type: ignore[misc]
