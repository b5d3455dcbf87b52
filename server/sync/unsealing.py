"""Events that another device carried unopened: opened here, then judged like any pushed event (docs/hand-off.md).

What does not open is no event, nor is all that opens the event it is said to be: what there is to read is kept like
any other refused submission, but by the SHA-256 of the sealed element, which alone proves to its carrier that it may
let go. The others go on.
"""

from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from events.errors import MalformedEvent
from events.ids import DistrictId
from events.wire import SealedEvent, hand_off_info, unb64
from server.sync.submission import Opened, Refusal, open_submission, refuse, sha256_of

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def unseal(carried: Sequence[SealedEvent], key: X25519PrivateKey, district: DistrictId) -> list[Opened | Refusal]:
    """Each event, read as if it were pushed; a refusal goes by the name its carrier can prove."""
    return [_unseal(one, key, district) for one in carried]


def _unseal(one: SealedEvent, key: X25519PrivateKey, district: DistrictId) -> Opened | Refusal:
    brought = msgspec.json.encode(one)
    try:
        plain = bytes(SUITE.decrypt(unb64(one.sealed), key, hand_off_info(district, one.event_hash)))
    except (InvalidTag, MalformedEvent, ValueError):
        plain = brought
    found = open_submission(plain)
    if isinstance(found, Opened):
        if found.hash == one.event_hash:
            return found
        found = refuse(found, "malformed", "what opens is another event than the one it was sealed as")
    named, kept = sha256_of(brought), sha256_of(found.raw)
    return msgspec.structs.replace(found, submission=named, bytes_sha256=None if kept == named else kept)
