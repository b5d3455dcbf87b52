"""Seeds, runs, and what each came to."""

import hashlib
import multiprocessing
import os
from collections.abc import Iterable, Iterator

import msgspec

from tests.simulation.world import World


class Run(msgspec.Struct, frozen=True):
    """``digest`` covers every byte of the log and every write of every device: equal digests are equal runs."""

    seed: int
    events: int
    receipts: int
    lives: int
    epoch: int
    virtual_seconds: float
    digest: str
    happened: dict[str, int]
    """What befell people, devices and the server, and what came of it, by name."""


class Failed(msgspec.Struct, frozen=True):
    """A promise was broken under this seed."""

    seed: int
    why: str


def run_seed(seed: int) -> Run:
    """Raises AssertionError, NeverQuiet or BrokenInvariant when a promise is broken."""
    world = World(seed)
    world.run()
    digest = hashlib.sha256()
    for row in world.server.disk.rows:
        digest.update(f"{row.position} {row.event_hash} {row.received_at}\n".encode())
    for device in world.town.devices:
        digest.update(msgspec.json.encode([device.identity, device.disk.log]))
    return Run(
        seed=seed,
        events=len(world.server.disk.rows),
        receipts=sum(len(device.disk.receipts) for device in world.town.devices),
        lives=sum(device.life for device in world.town.devices),
        epoch=world.server.disk.epoch,
        virtual_seconds=world.now,
        digest=digest.hexdigest(),
        happened=world.happened(),
    )


def run_seeds(seeds: Iterable[int]) -> Iterator[Run | Failed]:
    """Each seed's outcome in order, on every core."""
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap(_outcome, seeds, chunksize=4)


def _outcome(seed: int) -> Run | Failed:
    try:
        return run_seed(seed)
    except Exception as error:
        return Failed(seed, f"{type(error).__name__}: {error}")


def replay_command(seed: int) -> str:
    return f"make simulate SEEDS=1 FIRST_SEED={seed}"
