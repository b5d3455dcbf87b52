"""Stories told step by step, for what chance alone meets too seldom. AssertionError where a promise breaks."""

from collections.abc import Callable

from events.catalog.devices import ForkFound, SubmissionQuarantined
from events.catalog.doses import DoseVoided
from events.ids import EventId, stream_of
from projections.fold import fact_of
from tests.simulation.world import World

Story = Callable[[], None]


def a_back_up_ends_at_a_fork() -> None:
    """A device is cloned, each side writes one event, and the back-up put back afterwards ends within the commit that
    told of the fork: it is told of all the same (seed 468 met it once)."""
    world = World(468)
    town = world.town
    try:
        town.found()
        world.rest()
        town.clone()
        twin = town.devices[-1]
        device = next(one for one in town.devices if one.identity.device == twin.identity.device)
        for one, why in ((device, "another child"), (twin, "another day")):
            voided = DoseVoided(event=EventId(town.students[0]), reason=why)
            one.record(stream_of("student", town.students[0]), voided)
        world.rest()
        (cut,) = _within_the_commit(world)
        town.put_back(cut)
        world.rest()
        assert _within_the_commit(world), "nobody told of the fork again"
    finally:
        world.server.close()


def _within_the_commit(world: World) -> list[int]:
    """Where a fork and the record of its submission stand side by side: the place of the second."""
    rows = world.server.disk.rows
    told = [fact_of(row.event, row.position, row.received_at).payload if row.event else None for row in rows]
    kinds = {ForkFound, SubmissionQuarantined}
    return [at for at in range(1, len(told)) if {type(told[at - 1]), type(told[at])} == kinds]
