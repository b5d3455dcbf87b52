"""GET /metrics for Prometheus, and GET /ready for a load balancer. Numbers only: no id, no name, no place.

Counters are this process's own; gauges of the log are the district's, the same at every process. Keep the
address inside the network: numbers of a small district tell something too.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import metadata

import msgspec
import structlog
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from events.checkpoint import epoch_of
from server.district import District
from server.live import Live
from server.logs import where
from server.sync.hub import Hub

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNREPORTED_KINDS = frozenset({"phone", "tablet", "laptop", "kiosk"})
"""Devices a person carries; servers, imports and commands come and go."""

_log = structlog.get_logger(__name__)


class Meters:
    """What is measured; each name is explained in docs/operations.md."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        gauge, counter = self._gauge, self._counter
        self.version = gauge("version_info", "Program version, as a label.", "version")
        self.size = gauge("log_size", "Events in the log.")
        self.epoch = gauge("log_epoch", "Epoch of the log; a new one follows a restored back-up.")
        self.appended = counter("appended_events", "Events this process appended.")
        self.groups = counter("append_groups", "Transactions they took (group commit).")
        self.waiting = gauge("append_queue", "Callers waiting for an append at this process.")
        self.lag = gauge("projection_lag", "Events a projection has not read yet.", "projection")
        self.paused = gauge("projection_paused", "1 while a projection stands still before a fact.", "projection")
        self.quarantine = gauge("quarantine_open", "Submissions that wait for a person.")
        self.alarms = gauge("alarms_open", "Alarms that wait for a person.", "kind")
        self.unreported = gauge("oldest_unreported_device_seconds", "Since the most silent open device reported.")
        self.listeners = gauge("listeners", "Open news sockets at this process.")

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"doseledger_{name}", words, labels, registry=self.registry)

    def _counter(self, name: str, words: str) -> Counter:
        return Counter(f"doseledger_{name}", words, registry=self.registry)


class Ready(msgspec.Struct, frozen=True):
    """``ready`` is false with 503 while this process should be given no requests."""

    ready: bool


def metrics_routes(district: District, live: Live, hub: Hub, clock: Callable[[], datetime]) -> list[HTTPRouteHandler]:
    """GET /metrics and GET /ready."""
    meters = Meters()
    meters.version.labels(metadata.version("doseledger")).set(1)
    told = _Told()

    @get("/metrics", tags=["health"], media_type=MEDIA_TYPE)
    async def metrics() -> Response[bytes]:
        """What this process counts, in Prometheus's text form."""
        head = live.head.checkpoint
        meters.size.set(head.size)
        meters.epoch.set(epoch_of(head.origin))
        counts = district.log.counts
        meters.appended.inc(counts.events - told.events)
        meters.groups.inc(counts.groups - told.groups)
        told.events, told.groups = counts.events, counts.groups
        meters.waiting.set(counts.waiting)
        for name, reached in district.reading.reached.items():
            meters.lag.labels(name).set(max(0, head.size - reached.position))
            meters.paused.labels(name).set(1 if reached.paused else 0)
        meters.quarantine.set(len(live.quarantine.waiting()))
        for kind, count in live.alarms.counts().items():
            meters.alarms.labels(kind).set(count)
        meters.unreported.set(_unreported_seconds(live, clock()))
        meters.listeners.set(hub.count)
        return Response(generate_latest(meters.registry), media_type=MEDIA_TYPE)

    @get("/ready", tags=["health"])
    async def ready() -> Response[Ready]:
        """Whether this process takes requests now: the log answers and the folds stand at a head of it."""
        try:
            size = (await district.log.head()).checkpoint.size
            is_ready = live.head.checkpoint.size <= size
        except Exception as error:
            _log.error("ready.failing", error=type(error).__name__, where=where(error))
            is_ready = False
        return Response(Ready(is_ready), status_code=200 if is_ready else 503)

    return [metrics, ready]


class _Told:
    """What the counters were told so far."""

    def __init__(self) -> None:
        self.events = self.groups = 0


def _unreported_seconds(live: Live, now: datetime) -> float:
    """Of the devices people carry that were never closed."""
    directory = live.directory
    times = [
        chain.received_at
        for device, chain in directory.chains.items()
        if chain.received_at is not None
        and device in directory.devices
        and directory.devices[device].last_seq is None
        and directory.devices[device].kind in UNREPORTED_KINDS
    ]
    return max((now - min(times)).total_seconds(), 0.0) if times else 0.0
