"""Ed25519: the public vectors decide, and keys that would sign anything sign nothing."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.commitment import commit
from events.envelope import SIGNING_CONTEXT, encode_header
from events.errors import MalformedEvent
from events.signing import SigningKey, sign_event, verify, verify_event
from tests.events.making import HEADER, PAYLOAD, SALT, SEAT_KEY, event, header

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def test_sig_r01_the_public_vectors_are_judged_as_they_say(public_vectors: Callable[[str], Any]) -> None:
    """SIG-R01: every Ed25519 vector of project Wycheproof, valid and invalid."""
    seen = 0
    for group in public_vectors("crypto/ed25519_test.json")["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for vector in group["tests"]:
            message, signature = bytes.fromhex(vector["msg"]), bytes.fromhex(vector["sig"])
            assert verify(public, signature, message) is (vector["result"] == "valid"), vector["tcId"]
            seen += 1
    assert seen > 100


def test_sig_r01_rfc_8032_test_1() -> None:
    """SIG-R01: RFC 8032, section 7.1, the empty message."""
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


@given(
    st.binary(min_size=0, max_size=40),
    st.binary(min_size=0, max_size=70),
    st.binary(max_size=20),
)
def test_sig_r02_verify_never_raises(public: bytes, signature: bytes, message: bytes) -> None:
    """SIG-R02: keys and signatures of any bytes and length verify nothing and break nothing."""
    assert verify(public, signature, message) is False


@given(st.integers(0, 64 * 8 - 1))
def test_sig_r02_a_flipped_bit_does_not_verify(bit: int) -> None:
    signature = bytearray(SEAT_KEY.sign(b"message"))
    signature[bit // 8] ^= 1 << bit % 8
    assert not verify(SEAT_KEY.public, bytes(signature), b"message")


def test_sig_r02_a_signature_has_one_form() -> None:
    """SIG-R02: S + L is the same scalar; were it taken, one event would have two hashes."""
    signature = SEAT_KEY.sign(b"message")
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify(SEAT_KEY.public, signature[:32] + scalar.to_bytes(32, "little"), b"message")


def test_sig_r03_a_key_of_small_order_verifies_nothing() -> None:
    """SIG-R03: the eight torsion points, in every encoding, derived here from the curve."""
    encodings = {
        (form | sign << 255).to_bytes(32, "little")
        for _, y in _torsion()
        for form in (y, y + P)
        if form < 1 << 255
        for sign in (0, 1)
    }
    assert len(encodings) == 14
    for public in encodings:
        forged, message = _forge(public)
        assert not verify(public, forged, message), public.hex()


def test_sig_r04_the_signature_is_over_context_and_header() -> None:
    """SIG-R04: domain-separated, so that no other text of this project is an event."""
    good = event()
    assert verify(SEAT_KEY.public, good.signature, b"doseledger/event/v1\n" + good.header)
    assert verify_event(good, SEAT_KEY.public)
    bare = msgspec.structs.replace(good, signature=SEAT_KEY.sign(good.header))
    assert not verify_event(bare, SEAT_KEY.public)
    assert SIGNING_CONTEXT == b"doseledger/event/v1\n"


def test_sig_r05_nobody_signs_for_a_payload_the_header_does_not_name() -> None:
    with pytest.raises(ValueError, match="another payload"):
        sign_event(HEADER, b"{}", SALT, SEAT_KEY)
    wrong = header(seq=0, commitment=commit(SALT, PAYLOAD))
    with pytest.raises(MalformedEvent):
        sign_event(wrong, PAYLOAD, SALT, SEAT_KEY)


def test_sig_r05_what_was_signed_is_the_header_verbatim() -> None:
    """SIG-R05: sign_event returns the very bytes it was given."""
    good = event()
    assert good.header == encode_header(HEADER)
    assert (good.salt, good.payload) == (SALT, PAYLOAD)


def test_a_key_never_shows_its_seed() -> None:
    assert bytes(range(32)).hex() not in f"{SEAT_KEY!r}{SEAT_KEY}"


def _forge(public: bytes) -> tuple[bytes, bytes]:
    """A signature nobody made that fits the equation S·B = R + h·A: R = S·B, and a message for which h·A vanishes."""
    scalar = 0x0FEDCBA987654321
    x, y = _times(scalar, _base())
    r = (y | (x & 1) << 255).to_bytes(32, "little")
    for number in range(1000):
        message = b"I never signed this, attempt %d" % number
        if int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER % 8 == 0:
            return r + scalar.to_bytes(32, "little"), message
    raise AssertionError("no message found")


def _base() -> tuple[int, int]:
    y = 4 * pow(5, P - 2, P) % P
    x = _x_of(y)
    assert x is not None
    return (x if x % 2 == 0 else P - x), y


def _torsion() -> set[tuple[int, int]]:
    """The points whose order divides 8: multiples of ORDER · Q for points Q until all eight are found."""
    found: set[tuple[int, int]] = set()
    y = 2
    while len(found) < 8:
        x = _x_of(y)
        if x is not None:
            low, point = _times(ORDER, (x, y)), (0, 1)
            for _ in range(8):
                found.add(point)
                point = _add(point, low)
        y += 1
    return found


def _x_of(y: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    return root if root * root % P == square else None


def _add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    k = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + k, P - 2, P) % P
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, P - 2, P) % P


def _times(count: int, point: tuple[int, int]) -> tuple[int, int]:
    total = (0, 1)
    while count:
        if count & 1:
            total = _add(total, point)
        point, count = _add(point, point), count >> 1
    return total
