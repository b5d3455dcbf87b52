"""What an event is at rest: one ciphertext of header, signature, salt and payload, bound to its place.

    sealed = nonce (12) ‖ AES-256-GCM(stream key, (header, signature, salt, payload), district, position, event_hash)

The bound data makes a ciphertext moved to another position, district or event fail to open.
"""

import msgspec
from cryptography.exceptions import InvalidTag

from events.envelope import SignedEvent
from events.errors import DoseledgerError
from events.ids import DistrictId, Position
from server.keys import NONCE_BYTES, Random
from server.store.wrapping import StreamKey

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[bytes, bytes, bytes, bytes])


class Unopenable(DoseledgerError):
    """A ciphertext does not open under the key it names: changed, moved, or not ours."""


def seal_event(
    event: SignedEvent, key: StreamKey, district: DistrictId, position: int, event_hash: bytes, random: Random
) -> bytes:
    plain = _encoder.encode((event.header, event.signature, event.salt, event.payload))
    return seal(plain, key, place_of(district, position, event_hash), random)


def open_event(
    sealed: bytes, key: StreamKey, district: DistrictId, position: Position, event_hash: bytes
) -> SignedEvent:
    """Raises Unopenable when a byte was changed or the row moved."""
    try:
        return SignedEvent(*_decoder.decode(unseal(sealed, key, place_of(district, position, event_hash))))
    except msgspec.MsgspecError as error:
        raise Unopenable("the vault row opens to something that is no event") from error


def seal(plain: bytes, key: StreamKey, bound: bytes, random: Random) -> bytes:
    nonce = random(NONCE_BYTES)
    return nonce + key.cipher.encrypt(nonce, plain, bound)


def unseal(sealed: bytes, key: StreamKey, bound: bytes) -> bytes:
    """Raises Unopenable."""
    try:
        return key.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise Unopenable("the vault row does not open under its stream's key") from error


def place_of(district: DistrictId, position: int, event_hash: bytes) -> bytes:
    return f"{district}\n{position}\n".encode() + event_hash
