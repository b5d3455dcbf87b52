"""What an event costs before any store: sign, verify, read the header, check the shape, decode and encode the payload.

    python -m bench.events [--seconds 1]

Signing and verifying go by PyNaCl; ``cryptography`` stands beside as the peer it was chosen over (decision 0010).
The floor of parse_header and decode_payload is msgspec decoding the same bytes into untyped Python. One core,
medians of rounds taken by turns.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bench.measure import median, seconds, write_result
from events.catalog.doses import DoseAdministered
from events.catalog.event_type import Address, Giver
from events.codec import decode_payload, encode_payload
from events.commitment import commit
from events.envelope import SIGNING_CONTEXT, Header, Seen, check_shape, parse_header
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, StaffId, stream_of
from events.merkle import Edge, leaf_hash
from events.receipt import make_entry
from events.signing import SigningKey, sign_event, verify_event

CALLS_A_ROUND = 200
SOMEBODY = "019a0000-0000-7000-8000-000000000001"
KEY = SigningKey(bytes(range(32)))


class Figure(msgspec.Struct, frozen=True):
    """Calls a second on one core, and how many times slower than the floor or peer of the same run."""

    what: str
    per_second: float
    floor: str = ""
    ratio: float | None = None


def measure(works: dict[str, Callable[[], object]], wanted_seconds: float) -> dict[str, float]:
    """Calls a second of each, by turns, so that a noisy moment hits all of them alike."""
    rounds: dict[str, list[float]] = {name: [] for name in works}
    spent = 0.0
    while spent < wanted_seconds * len(works) or len(rounds[next(iter(works))]) < 5:
        for name, work in works.items():
            took = seconds(lambda work=work: [work() for _ in range(CALLS_A_ROUND)])  # type: ignore[misc]
            rounds[name].append(CALLS_A_ROUND / took)
            spent += took
    return {name: median(rates) for name, rates in rounds.items()}


def works() -> dict[str, Callable[[], object]]:
    payload = DoseAdministered(
        cvx="03",
        given_on="2026-11-21",
        lot="U1234AA",
        mvx="MSD",
        site="left_arm",
        route="SC",
        dose_ml=0.5,
        giver=Giver(name="N. Berg", title="RN", address=Address(lines=("1 North Street",)), staff=StaffId(SOMEBODY)),
    )
    raw, salt = encode_payload(payload), bytes(16)
    header = Header(
        id=EventId(SOMEBODY),
        district=DistrictId("isd-900"),
        stream=stream_of("student", SOMEBODY),
        type="dose.administered",
        schema=1,
        author=SOMEBODY,
        device=DeviceId(SOMEBODY),
        seq=1,
        prev=NO_HASH,
        recorded_at="2026-11-21T15:09:09.123Z",
        seen=Seen(0, 40),
        commitment=commit(salt, raw),
    )
    event = sign_event(header, raw, salt, KEY)
    message, public = SIGNING_CONTEXT + event.header, KEY.public
    plain = msgspec.json.Decoder()
    edge = Edge().extend(leaf_hash(bytes([n])) for n in range(255))
    leaf = leaf_hash(make_entry(NO_HASH, _epoch()))
    chosen: dict[str, Callable[[], object]] = {
        "sign_event": lambda: sign_event(header, raw, salt, KEY),
        "verify_event": lambda: verify_event(event, public),
        "peer: cryptography signs": _peer_signs(message),
        "peer: cryptography verifies": _peer_verifies(public, event.signature, message),
        "parse_header": lambda: parse_header(event.header),
        "check_shape": lambda: check_shape(event),
        "floor: msgspec reads the header": lambda: plain.decode(event.header),
        "decode_payload": lambda: decode_payload("dose.administered", 1, raw),
        "encode_payload": lambda: encode_payload(payload),
        "floor: msgspec reads the payload": lambda: plain.decode(raw),
        "append to the tree": lambda: edge.append(leaf),
    }
    return chosen


BESIDE = {
    "sign_event": "peer: cryptography signs",
    "verify_event": "peer: cryptography verifies",
    "parse_header": "floor: msgspec reads the header",
    "check_shape": "floor: msgspec reads the header",
    "decode_payload": "floor: msgspec reads the payload",
    "encode_payload": "floor: msgspec reads the payload",
}


def _peer_signs(message: bytes) -> Callable[[], object]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return lambda: key.sign(message)


def _peer_verifies(public: bytes, signature: bytes, message: bytes) -> Callable[[], object]:
    return lambda: Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def _beside(what: str, rate: float, rates: dict[str, float]) -> tuple[str, float | None]:
    floor = BESIDE.get(what, "")
    return floor, round(rates[floor] / rate, 2) if floor else None


def _epoch() -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="of measuring for each line")
    rates = measure(works(), parser.parse_args().seconds)
    figures = [Figure(what, round(rate), *_beside(what, rate, rates)) for what, rate in rates.items()]
    for figure in figures:
        beside = f"{figure.ratio:6.2f} x {figure.floor}" if figure.ratio else ""
        print(f"{figure.what:42} {figure.per_second:12,.0f} /s   {beside}")
    print(f"kept in {write_result('events', msgspec.to_builtins(figures))}")


if __name__ == "__main__":
    main()
