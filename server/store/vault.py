"""What an event is at rest: one ciphertext of header, signature, salt and payload, bound to its place.

    sealed = nonce (12) ‖ AES-256-GCM(stream key, (header, signature, salt, payload), district, position, event_hash)

The bound data makes a ciphertext moved to another position, district or event fail to open.
"""

from io import BytesIO

import msgspec
from cryptography.exceptions import InvalidTag

from events.envelope import SignedEvent, event_hash
from events.errors import DoseledgerError
from events.ids import DistrictId, Position
from server.keys import NONCE_BYTES, Random
from server.store.wrapping import StreamKey

TAG_BYTES = 16
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[bytes, bytes, bytes, bytes])


class Unopenable(DoseledgerError):
    """A ciphertext does not open under the key it names: changed, moved, or not ours."""


def seal_event(
    event: SignedEvent, key: StreamKey, district: DistrictId, position: int, name: bytes, random: Random
) -> bytes:
    plain = _encoder.encode((event.header, event.signature, event.salt, event.payload))
    return seal(plain, key, place_of(district, position, name), random)


def open_event(sealed: bytes, key: StreamKey, district: DistrictId, position: Position, name: bytes) -> SignedEvent:
    """``name`` is the event's hash. Raises Unopenable when a byte was changed or the row moved."""
    try:
        return SignedEvent(*_decoder.decode(unseal(sealed, key, place_of(district, position, name))))
    except msgspec.MsgspecError as error:
        raise Unopenable("the vault row opens to something that is no event") from error


def open_by_itself(sealed: bytes, key: StreamKey, district: DistrictId, position: Position) -> SignedEvent | None:
    """The event of a place whose log row no longer tells the event's hash; None for what was changed or moved.

    GCM encrypts by xor, so enciphering a ciphertext gives back what may be the plain one. It names itself, and is
    believed only once it opens under that name, as any other.
    """
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES]
    try:
        unproven = SignedEvent(*_decoder.decode(key.cipher.encrypt(nonce, body, None)[:-TAG_BYTES]))
        return open_event(sealed, key, district, position, bytes.fromhex(event_hash(unproven)))
    except (msgspec.MsgspecError, ValueError, Unopenable):
        return None


def at_one_draw(random: Random, boxes: int) -> Random:
    """Nonces for so many boxes. Each draw by itself would be a call of the system, and let another thread in."""
    return BytesIO(random(NONCE_BYTES * boxes)).read


def seal(plain: bytes, key: StreamKey, bound: bytes, random: Random) -> bytes:
    nonce = random(NONCE_BYTES)
    return nonce + key.cipher.encrypt(nonce, plain, bound)


def unseal(sealed: bytes, key: StreamKey, bound: bytes) -> bytes:
    """Raises Unopenable."""
    try:
        return key.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise Unopenable("the vault row does not open under its stream's key") from error


def place_of(district: DistrictId, position: int, name: bytes) -> bytes:
    return f"{district}\n{position}\n".encode() + name
