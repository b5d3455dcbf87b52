"""Giving back what the server's own disk has damaged: events of the log, asked for by hash in an answer.

    answer.wanted --held here, or made here--> request.returned     nothing of the answer to it is believed or needed

The server judges each by its log's own entry, so that lending needs no trust on either side.
"""

from collections.abc import Sequence

from client_sync.errors import TransportError
from client_sync.store import Store
from client_sync.transport import Transport
from events.ids import Hash
from events.wire import WANTED_MAX, SyncRequest, to_wire


async def lend(store: Store, transport: Transport, token: str, wanted: Sequence[Hash]) -> int:
    """Return what is held of the wanted events; how many. No failure matters: what is still wanted is asked again."""
    events = await store.events(wanted[:WANTED_MAX])
    if not events:
        return 0
    try:
        await transport.sync(token, SyncRequest(returned=tuple(to_wire(event) for event in events)))
    except TransportError:
        return 0
    return len(events)
