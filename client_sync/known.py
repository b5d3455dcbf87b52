"""What a device knows, in the log's order: what it downloaded, then what it made and has not downloaded yet.

waiting, receipted            counts at once: it is in the log or on its way
set aside, nobody settled it  counts where it was given to a child or speaks against a dose (projections/submissions)
let in                        comes with the downloads, as it was signed or as somebody else's event
closed                        counts no more
"""

from msgspec.structs import replace

from client_sync.downloads import HeldEvent
from client_sync.fates import submission_of
from client_sync.state import Trust
from client_sync.store import Store
from events.dates import from_milliseconds
from events.envelope import read_header
from events.ids import DeviceId, Position, Stream, stream_of
from projections.fold import Fact, arrange, fact_of, local_fact
from projections.submissions import Submissions, counts_aside


async def known_facts(store: Store, device: DeviceId, stream: Stream | None) -> list[Fact]:
    """The facts of a stream, or all. Damaged events are left out (their payload is not what was signed)."""
    downloaded = _facts(await store.held(stream or ""))
    own = await _own_facts(store, device)
    return arrange([*downloaded, *(fact for fact in own if stream in (None, fact.stream))])


def _facts(held: list[HeldEvent]) -> list[Fact]:
    received = {at: from_milliseconds(at) for at in {one.received_at for one in held}}
    return [
        fact_of(
            one.event, Position(one.position), received[one.received_at], read_header(one.event.header), one.event_hash
        )
        for one in held
        if one.trust is not Trust.DAMAGED
    ]


async def _own_facts(store: Store, device: DeviceId) -> list[Fact]:
    """What the device made; of what was set aside only what counts all the same."""
    own = await store.own()
    open_still = [one for one in own if one.state == "quarantined" and (one.fate is None or one.fate.state == "open")]
    settled = Submissions()
    for fact in _facts(await store.held(stream_of("device", device))) if open_still else ():
        settled.apply(fact)
    ended = {one.hash for one in settled.all() if one.state != "open"}
    aside = [local_fact(one.event) for one in open_still if submission_of(one) not in ended]
    counting = [replace(fact, is_aside=True) for fact in counts_aside(aside)]
    return [local_fact(one.event) for one in own if one.state != "quarantined"] + counting
