"""Ed25519 over an event's header: one signature proves author and device, because a seat binds both.

A seat key belongs to one staff member on one device (design, section 5). It is made outside this
package, where randomness lives, and handed in as 32 bytes.

A public key of small order verifies made-up signatures over any message, so whoever enrolled one could
deny what "they" signed. RFC 8032 lets such keys pass; ``verify`` does not.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from events.commitment import commit
from events.envelope import SIGNING_CONTEXT, Header, SignedEvent, encode_header

PUBLIC_KEY_BYTES = 32

_SMALL_ORDER = frozenset(
    bytes.fromhex(low)[:31] + bytes([int(low[62:], 16) | sign])
    for low in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
    for sign in (0x00, 0x80)
)
"""Every encoding, canonical or not, of the eight points whose order divides 8 (derived in the test of SIG-R03)."""


class SigningKey:
    """An Ed25519 private key from its 32-byte seed (RFC 8032). Its text form never shows the seed."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> bytes:
        """The 32 raw public bytes."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is the key's over the message. Never raises: a bad key verifies nothing."""
    if public in _SMALL_ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_event(header: Header, payload: bytes, salt: bytes, key: SigningKey) -> SignedEvent:
    """Make the one signed form of an event. The header's commitment must be that of salt and payload.

    Raises MalformedEvent for a header that breaks a rule, ValueError for a foreign commitment.
    """
    if header.commitment != commit(salt, payload):
        raise ValueError("the header commits to another payload")
    encoded = encode_header(header)
    return SignedEvent(encoded, key.sign(SIGNING_CONTEXT + encoded), salt, payload)


def verify_event(event: SignedEvent, public: bytes) -> bool:
    """Whether the seat key signed exactly this header."""
    return verify(public, event.signature, SIGNING_CONTEXT + event.header)
