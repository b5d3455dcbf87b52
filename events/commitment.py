"""What a header promises about its payload: SHA-256(salt ‖ payload).

The salt makes the promise say nothing about a short or guessable payload once salt and payload are
destroyed; header and signature may then stay public (design, section 5).
"""

import hashlib

from events.envelope import Header, SignedEvent
from events.ids import Hash


def commit(salt: bytes, payload: bytes) -> Hash:
    return Hash(hashlib.sha256(salt + payload).hexdigest())


def holds(event: SignedEvent, header: Header) -> bool:
    """Whether the event's salt and payload are what its header committed to."""
    return commit(event.salt, event.payload) == header.commitment
