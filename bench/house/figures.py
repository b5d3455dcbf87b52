"""What a run of bench/sync.py comes to, Doseledger's or a peer's; 0 where a peer has no such step."""

import msgspec


class PushFigure(msgspec.Struct, frozen=True, kw_only=True):
    """(a) Devices push together; seconds are from coming online to a device's last verified receipt."""

    events_per_second: float
    p50_seconds: float
    p99_seconds: float
    server_mib: float = 0
    right: int
    """Ours: receipts that verify offline under the pinned key. A peer's: events found in its store."""


class PullFigure(msgspec.Struct, frozen=True, kw_only=True):
    """(b) A fresh device pulls everything."""

    events_per_second: float
    stored_seconds: float
    folded_seconds: float = 0
    bytes_per_event: float = 0
    """On the wire, compressed as it comes."""
    right: int
    """Ours: events held whose checking found them good. A peer's: events found on the device."""


class OneFigure(msgspec.Struct, frozen=True, kw_only=True):
    """(c) One event at a time: from being recorded to its verified receipt on disk."""

    p50_ms: float
    p99_ms: float
    right: int


class Figures(msgspec.Struct, frozen=True):
    """The three runs of one program."""

    push: PushFigure
    pull: PullFigure
    one: OneFigure


def tell_push(name: str, figure: PushFigure, ours: float = 0) -> None:
    took = f"p50 {figure.p50_seconds:.2f} s   p99 {figure.p99_seconds:.2f} s"
    memory = f"   server {figure.server_mib:.0f} MiB" if figure.server_mib else ""
    _tell("(a)", name, figure.events_per_second, f"{took}{memory}", figure.right, ours)


def tell_pull(name: str, figure: PullFigure, ours: float = 0) -> None:
    folded = f", folded {figure.folded_seconds:.2f} s" if figure.folded_seconds else ""
    size = f"   {figure.bytes_per_event:.0f} bytes an event" if figure.bytes_per_event else ""
    took = f"stored {figure.stored_seconds:.2f} s{folded}"
    _tell("(b)", name, figure.events_per_second, f"{took}{size}", figure.right, ours)


def _tell(run: str, name: str, rate: float, words: str, right: int, ours: float) -> None:
    ratio = f"   ours is {ours / rate:.2f} of it" if ours else ""
    print(f"{run} {name:<18} {rate:>10,.0f}/s   {words}   {right:,} right{ratio}", flush=True)


def tell_one(name: str, figure: OneFigure) -> None:
    print(f"(c) {name:<18} p50 {figure.p50_ms:.1f} ms   p99 {figure.p99_ms:.1f} ms   {figure.right:,} right")
