"""Events that another device carried unopened: opened here, then judged like any pushed event (docs/hand-off.md).

What does not open is no event: its bytes are kept and named like any other refused submission, and the others go on.
"""

from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from events.errors import MalformedEvent
from events.ids import DistrictId
from events.wire import SealedEvent, hand_off_info, unb64

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def unseal(carried: Sequence[SealedEvent], key: X25519PrivateKey, district: DistrictId) -> list[bytes]:
    """Each event's JSON as it would have been pushed; for one that does not open, the sealed element's own JSON."""
    return [_unseal(one, key, district) for one in carried]


def _unseal(one: SealedEvent, key: X25519PrivateKey, district: DistrictId) -> bytes:
    try:
        return bytes(SUITE.decrypt(unb64(one.sealed), key, hand_off_info(district, one.event_hash)))
    except (InvalidTag, MalformedEvent, ValueError):
        return msgspec.json.encode(one)
