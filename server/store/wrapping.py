"""Stream keys at rest: each wrapped under the district's wrapping key, bound to its district, stream and id.

    wrapped = nonce (12) ‖ AES-256-GCM(wrapping key, data key, "district \\n stream \\n" ‖ key_id)

The bound data makes a row moved to another stream or district fail to open.
"""

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.errors import Refused
from events.ids import DistrictId, Stream
from server.keys import KEY_BYTES, Random, unwrap, wrap

KEY_ID_BYTES = 16


class StreamKey(msgspec.Struct, frozen=True):
    """A stream's data key and the random id its ciphertexts carry."""

    id: bytes
    cipher: AESGCM


class Wrapping:
    """Makes and opens the keys of one district's streams."""

    def __init__(self, district: DistrictId, wrapping: bytes, random: Random) -> None:
        self._district = district
        self._cipher = AESGCM(wrapping)
        self._random = random

    def make(self, stream: Stream) -> tuple[bytes, bytes]:
        """A new key for a stream: its id, and itself wrapped."""
        key_id, key = self._random(KEY_ID_BYTES), self._random(KEY_BYTES)
        return key_id, wrap(self._cipher, key, bound_to(self._district, stream, key_id), self._random)

    def open(self, stream: Stream, key_id: bytes, wrapped: bytes) -> StreamKey:
        """Raises Refused for a row that this wrapping key does not open."""
        key = unwrap(self._cipher, wrapped, bound_to(self._district, stream, key_id))
        if key is None:
            raise Refused("bad-key", "the keyring holds a stream key that this wrapping key does not open")
        return StreamKey(key_id, AESGCM(key))


def bound_to(district: DistrictId, stream: Stream, key_id: bytes) -> bytes:
    """What a wrapped stream key is bound to."""
    return f"{district}\n{stream}\n".encode() + key_id
