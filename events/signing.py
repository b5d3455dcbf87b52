"""Ed25519 over an event's header: one signature proves author and device, because a seat binds both.

A seat key belongs to one staff member on one device (design, section 5). It is made outside this
package, where randomness lives, and handed in as 32 bytes.

A public key of small order verifies made-up signatures over any message, so whoever enrolled one could
deny what "they" signed. RFC 8032 lets such keys pass; libsodium, and so ``verify``, does not (decision 0010).
"""

from nacl import signing as ed25519
from nacl.exceptions import CryptoError

from events.commitment import commit
from events.envelope import SIGNING_CONTEXT, Header, SignedEvent, encode_header

PUBLIC_KEY_BYTES = 32


class SigningKey:
    """An Ed25519 private key from its 32-byte seed (RFC 8032). Its text form never shows the seed."""

    def __init__(self, seed: bytes) -> None:
        self._private = ed25519.SigningKey(seed)

    @property
    def public(self) -> bytes:
        """The 32 raw public bytes."""
        return bytes(self._private.verify_key)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message).signature

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is the key's over the message. Never raises: a bad key verifies nothing."""
    try:
        ed25519.VerifyKey(public).verify(message, signature)
    except (CryptoError, ValueError, TypeError):
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
