"""Makes the vectors that hold `events/` and `web/src/events` equal, byte for byte.

    python -m tests.vectors.events.make           writes tests/vectors/events/*.json
    python -m tests.vectors.events.make --check   exit code 1 when a file differs from what the code makes

Everything is fixed: seeds, salts, times. Each file is a list of cases; a case that must fail carries
``valid: false`` and ``why``. Both sides must agree on every case (test_vectors.py, vectors.test.ts).
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from events.checkpoint import Checkpoint, sign_checkpoint, sign_note, verifier_key
from events.commitment import commit
from events.digest import Vouched, scope_digest, stream_digest, vouch
from events.envelope import Header, Seen, encode_header, event_hash
from events.ids import NO_HASH, DeviceId, DistrictId, EventId, Hash, Position, Stream, StudentId, uuid7
from events.merkle import (
    Edge,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from events.packing import Row, digest_of, pack, unpack
from events.receipt import encode_receipt, make_entry
from events.signing import SigningKey, sign_event
from events.wire import to_wire

HERE = Path(__file__).resolve().parent
START = datetime(2026, 11, 21, 15, 4, 5, 678000, UTC)
LOG_NAME = "doseledger.example"
ORIGIN = f"{LOG_NAME}/isd-900/0"
SEAT = SigningKey(hashlib.sha256(b"vectors: seat").digest())
OTHER = SigningKey(hashlib.sha256(b"vectors: other seat").digest())
LOG = SigningKey(hashlib.sha256(b"vectors: log").digest())
LOG_KEY = verifier_key(LOG_NAME, LOG.public)

Case = dict[str, Any]


def make_id(name: str) -> str:
    return uuid7(START, hashlib.sha256(name.encode()).digest()[:10])


def make_header(seq: int = 1, prev: Hash = NO_HASH, payload: bytes = b"{}", salt: bytes = bytes(16)) -> Header:
    return Header(
        id=EventId(make_id(f"event {seq}")),
        district=DistrictId("isd-900"),
        stream=Stream(f"student/{make_id('student')}"),
        type="dose.administered",
        schema=1,
        author=make_id("nurse"),
        device=DeviceId(make_id("phone")),
        seq=seq,
        prev=prev,
        recorded_at="2026-11-21T15:04:05.678Z",
        seen=Seen(0, 1284),
        commitment=commit(salt, payload),
    )


def headers() -> Iterator[Case]:
    header = make_header()
    plain = encode_header(header).decode()
    yield {"name": "a dose", "header": plain, "valid": True, "fields": msgspec.to_builtins(header)}
    kinds = ("district", f"access/{make_id('nurse')}/2026-11", f"clinic/{make_id('clinic')}", f"device/{make_id('d')}")
    for stream in kinds:
        encoded = encode_header(msgspec.structs.replace(header, stream=Stream(stream))).decode()
        yield {"name": f"stream {stream.partition('/')[0]}", "header": encoded, "valid": True}
    yield {
        "name": "largest integers",
        "header": plain.replace('"schema":1,', f'"schema":{2**53 - 1},').replace('"size":1284', f'"size":{2**53 - 1}'),
        "valid": True,
    }
    for name, old, new in (
        ("a space", '":"', '": "'),
        ("a trailing newline", "}", "}\n"),
        ("a field too many", '{"id"', '{"x":1,"id"'),
        ("a field twice", '"schema":1,', '"schema":1,"schema":1,'),
        ("an escape", "isd-900", "isd\\u002d900"),
        ("a number with a fraction", '"schema":1,', '"schema":1.0,'),
        ("a number with an exponent", '"size":1284', '"size":1e3'),
        ("an integer of 2^53", '"size":1284', f'"size":{2**53}'),
        ("a negative size", '"size":1284', '"size":-1'),
        ("seq 0", '"seq":1,', '"seq":0,'),
        ("seq 2 with no predecessor", '"seq":1,', '"seq":2,'),
        ("a text where a number belongs", '"schema":1,', '"schema":"1",'),
        ("null where a text belongs", '"district":"isd-900"', '"district":null'),
        ("an upper-case id", make_id("event 1"), make_id("event 1").upper()),
        ("a UUID of version 4", make_id("event 1")[:14] + "7", make_id("event 1")[:14] + "4"),
        ("an upper-case district", "isd-900", "ISD-900"),
        ("a stream of no kind", '"student/', '"person/'),
        ("a type without a verb", "dose.administered", "dose."),
        ("a type in capitals", "dose.administered", "Dose.administered"),
        ("a type in two parts too many", "dose.administered", "dose.administered.again"),
        ("an unknown author", f'"author":"{make_id("nurse")}"', '"author":"nobody"'),
        ("no milliseconds", "05.678Z", "05Z"),
        ("an offset for Z", "05.678Z", "05.678+00:00"),
        ("30 February", "2026-11-21T", "2026-02-30T"),
        ("hour 24", "T15:", "T24:"),
        ("Arabic-Indic digits", "2026-11-21T", "٢٠٢٦-11-21T"),
        ("a short hash", NO_HASH, NO_HASH[1:]),
        ("seen without an epoch", '"epoch":0,', ""),
        ("seen with more", '"epoch":0,', '"epoch":0,"more":1,'),
        ("two objects", "}", "}{}"),
        ("an array", plain, f"[{plain}]"),
        ("over 2 KiB", "isd-900", "i" * 2048),
        ("nothing", plain, ""),
    ):
        broken = plain.replace(old, new, 1) if name not in ("a trailing newline", "two objects") else plain + new[1:]
        assert broken != plain, name
        yield {"name": name, "header": broken, "valid": False}
    fields = list(msgspec.to_builtins(header).items())
    swapped = dict([fields[1], fields[0], *fields[2:]])
    yield {"name": "fields out of order", "header": msgspec.json.encode(swapped).decode(), "valid": False}


PAYLOADS = (
    ("empty", "{}", True),
    ("letters of the world", '{"name":"Zoë Ñandú 王 🙂"}', True),
    ("spaces and escapes", '{ "name" : "Zo\\u00eb \\ud83d\\ude42" }', True),
    ("equal names apart", '{"a":{"x":1},"b":{"x":2},"c":[{"x":3},{"x":4}]}', True),
    ("a name in a text", '{"a":"{\\"a\\":1}", "b":1}', True),
    ("32 deep", '{"a":' * 31 + "{}" + "}" * 31, True),
    ("33 deep", '{"a":' * 32 + "{}" + "}" * 32, False),
    ("a name twice", '{"given_on":"2026-11-20","given_on":"2026-11-21"}', False),
    ("a name twice, once escaped", '{"a":1,"\\u0061":2}', False),
    ("a name twice, inside", '{"a":[{"b":1, "b":1}]}', False),
    ("an array", "[]", False),
    ("a number too large", '{"a":1e999}', False),
    ("NaN", '{"a":NaN}', False),
    ("half a pair", '{"a":"\\ud83d"}', False),
    ("a byte order mark", "\ufeff{}", False),
    ("a comma too many", '{"a":1,}', False),
    ("nothing", "", False),
)


def payloads() -> Iterator[Case]:
    for name, payload, valid in PAYLOADS:
        yield {"name": name, "payload": payload, "valid": valid}


def events() -> Iterator[Case]:
    """A chain of three, then what must not verify."""
    prev = NO_HASH
    chain = []
    for seq, payload in enumerate((b'{"cvx":"03"}', '{"reason":"Zoë"}'.encode(), b"{}"), start=1):
        salt = hashlib.sha256(b"vectors: salt %d" % seq).digest()[:16]
        event = sign_event(make_header(seq, prev, payload, salt), payload, salt, SEAT)
        prev = event_hash(event)
        chain.append(event)
        yield {
            "name": f"seq {seq}",
            "event": msgspec.to_builtins(to_wire(event)),
            "public_key": SEAT.public.hex(),
            "event_hash": prev,
            "signed": True,
            "committed": True,
        }
    first, second = chain[0], chain[1]
    small_order = "0100000000000000000000000000000000000000000000000000000000000000"
    altered = bytes([first.signature[0] ^ 1]) + first.signature[1:]
    for name, event, key, signed, committed in (
        ("another key", first, OTHER.public.hex(), False, True),
        ("another payload", msgspec.structs.replace(first, payload=b'{"cvx":"21"}'), SEAT.public.hex(), True, False),
        ("another salt", msgspec.structs.replace(first, salt=second.salt), SEAT.public.hex(), True, False),
        ("another signature", msgspec.structs.replace(first, signature=altered), SEAT.public.hex(), False, True),
        ("another header", msgspec.structs.replace(first, header=second.header), SEAT.public.hex(), False, False),
        ("a key of small order", first, small_order, False, True),
    ):
        yield {
            "name": name,
            "event": msgspec.to_builtins(to_wire(event)),
            "public_key": key,
            "event_hash": event_hash(event),
            "signed": signed,
            "committed": committed,
        }


class Tree:
    """A tree of numbered leaves with every complete node kept."""

    def __init__(self, entries: list[bytes]) -> None:
        self.entries, self.nodes = entries, dict[tuple[int, int], bytes]()
        self.edges = [Edge()]
        for entry in entries:
            self.edges.append(self.edges[-1].extend((leaf_hash(entry),), self._keep))

    def _keep(self, level: int, index: int, node: bytes) -> None:
        self.nodes[level, index] = node

    def read(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int) -> bytes:
        return self.edges[size].root()


def proofs() -> Iterator[Case]:
    """Every inclusion and consistency proof of small trees, and what must not verify."""
    tree = Tree([b"entry %d" % number for number in range(20)])
    for size in (1, 2, 3, 7, 8, 13, 20):
        for index in sorted({0, size // 2, size - 1}):
            path = inclusion_proof(tree.read, index, size)
            yield _inclusion(tree, index, size, path, True, f"leaf {index} of {size}")
            yield _inclusion(tree, index, size, [*path, bytes(32)], False, f"leaf {index} of {size}, path too long")
            if path:
                yield _inclusion(tree, index, size, path[:-1], False, f"leaf {index} of {size}, path too short")
                yield _inclusion(
                    tree, index, size, [path[0][::-1], *path[1:]], False, f"leaf {index} of {size}, altered"
                )
    yield _inclusion(tree, 3, 3, [], False, "a leaf past the end")
    for old, new in ((0, 5), (1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (7, 13), (8, 13), (13, 20), (16, 20), (20, 20)):
        path = consistency_proof(tree.read, old, new)
        yield _consistency(tree, old, new, path, True, f"{old} to {new}")
        yield _consistency(tree, old, new, [*path, bytes(32)], False, f"{old} to {new}, path too long")
        if path:
            yield _consistency(tree, old, new, path[:-1], False, f"{old} to {new}, path too short")
            yield _consistency(tree, old, new, [path[0][::-1], *path[1:]], False, f"{old} to {new}, altered")
    yield _consistency(tree, 7, 3, [], False, "a tree that shrank")


def _inclusion(tree: Tree, index: int, size: int, path: list[bytes], valid: bool, name: str) -> Case:
    return {
        "name": name,
        "proof": "inclusion",
        "leaf": leaf_hash(tree.entries[index]).hex(),
        "index": index,
        "size": size,
        "path": [node.hex() for node in path],
        "root": tree.root(size).hex(),
        "valid": valid,
    }


def _consistency(tree: Tree, old: int, new: int, path: list[bytes], valid: bool, name: str) -> Case:
    return {
        "name": name,
        "proof": "consistency",
        "old": old,
        "new": new,
        "path": [node.hex() for node in path],
        "old_root": tree.root(old).hex(),
        "new_root": tree.root(new).hex(),
        "valid": valid,
    }


def checkpoints() -> Iterator[Case]:
    root = hashlib.sha256(b"vectors: root").digest()
    head = Checkpoint(ORIGIN, 1284, root)
    note = sign_checkpoint(head, LOG_NAME, LOG)
    text = note.partition("\n\n")[0] + "\n"
    witness = sign_note(text, "witness.example", OTHER)
    forged = sign_note(text.replace("1284", "1285"), LOG_NAME, LOG)
    extended = text + "an extension line\n"
    ours = note.partition("\n\n")[2]
    read = {"origin": ORIGIN, "size": 1284, "root": root.hex()}
    yield {"name": "plain", "note": note, "key": LOG_KEY, "valid": True, "checkpoint": read}
    yield {"name": "a witness after", "note": note + witness, "key": LOG_KEY, "valid": True, "checkpoint": read}
    yield {
        "name": "a witness before",
        "note": f"{text}\n{witness}{ours}",
        "key": LOG_KEY,
        "valid": True,
        "checkpoint": read,
    }
    yield {
        "name": "an extension line",
        "note": f"{extended}\n{sign_note(extended, LOG_NAME, LOG)}",
        "key": LOG_KEY,
        "valid": True,
        "checkpoint": read,
    }
    for name, broken, key in (
        ("signed by nobody pinned", f"{text}\n{witness}", LOG_KEY),
        ("signed over another size", f"{text}\n{forged}", LOG_KEY),
        ("one good signature and one bad", note + forged, LOG_KEY),
        ("another size", note.replace("1284", "1285"), LOG_KEY),
        ("another origin", note.replace("isd-900", "isd-901"), LOG_KEY),
        ("a size with a leading zero", _resigned(text.replace("1284", "01284")), LOG_KEY),
        ("a root of 31 bytes", _resigned(f"{ORIGIN}\n1284\n{'A' * 40}AA==\n"), LOG_KEY),
        ("two lines", _resigned(f"{ORIGIN}\n1284\n"), LOG_KEY),
        ("no signature", text, LOG_KEY),
        ("no last newline", note[:-1], LOG_KEY),
        ("a line that is no signature", note + "hello\n", LOG_KEY),
        ("a carriage return", note.replace("\n1284", "\r\n1284"), LOG_KEY),
        ("a key whose id is wrong", note, LOG_KEY.replace("+", "+0", 1)),
        ("a key of another name", note, verifier_key("other.example", LOG.public)),
        ("a key that is no key", note, "doseledger.example"),
        ("nothing", "", LOG_KEY),
    ):
        yield {"name": name, "note": broken, "key": key, "valid": False}


def _resigned(text: str) -> str:
    return f"{text}\n{sign_note(text, LOG_NAME, LOG)}"


def receipts() -> Iterator[Case]:
    hashes = [Hash(hashlib.sha256(b"vectors: event %d" % number).hexdigest()) for number in range(11)]
    entries = [make_entry(name, START + timedelta(seconds=number)) for number, name in enumerate(hashes)]
    tree = Tree(entries)
    note = sign_checkpoint(Checkpoint(ORIGIN, 11, tree.root(11)), LOG_NAME, LOG)
    for index in (0, 5, 10):
        text = encode_receipt(entries[index], Position(index), inclusion_proof(tree.read, index, 11), note)
        yield {
            "name": f"position {index} of 11",
            "receipt": text,
            "event_hash": hashes[index],
            "key": LOG_KEY,
            "origin": ORIGIN,
            "valid": True,
            "position": index,
            "size": 11,
            "received_at": (START + timedelta(seconds=index)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
    path = inclusion_proof(tree.read, 5, 11)
    good = encode_receipt(entries[5], Position(5), path, note)
    foreign = sign_checkpoint(Checkpoint(ORIGIN, 11, tree.root(11)), LOG_NAME, OTHER)
    elsewhere = sign_checkpoint(Checkpoint(f"{LOG_NAME}/isd-901/0", 11, tree.root(11)), LOG_NAME, LOG)
    smaller = sign_checkpoint(Checkpoint(ORIGIN, 10, tree.root(10)), LOG_NAME, LOG)
    for name, text, of in (
        ("for another event", good, hashes[4]),
        ("at another position", good.replace("index 5", "index 4"), hashes[5]),
        ("with another path", encode_receipt(entries[5], Position(5), path[::-1], note), hashes[5]),
        ("without its path", encode_receipt(entries[5], Position(5), [], note), hashes[5]),
        ("under another key", encode_receipt(entries[5], Position(5), path, foreign), hashes[5]),
        ("of another log", encode_receipt(entries[5], Position(5), path, elsewhere), hashes[5]),
        ("under a smaller tree", encode_receipt(entries[5], Position(5), path, smaller), hashes[5]),
        ("of another version", good.replace("@v1", "@v2"), hashes[5]),
        ("with a short entry", encode_receipt(entries[5][:-1], Position(5), path, note), hashes[5]),
        ("with an entry of version 2", encode_receipt(b"\x02" + entries[5][1:], Position(5), path, note), hashes[5]),
        ("without its entry", "\n".join(line for line in good.split("\n") if "extra" not in line), hashes[5]),
        ("without a checkpoint", good.partition("\n\n")[0], hashes[5]),
        ("nothing", "", hashes[5]),
    ):
        yield {
            "name": name,
            "receipt": text,
            "event_hash": of,
            "key": LOG_KEY,
            "origin": ORIGIN,
            "valid": False,
        }


def packing() -> Iterator[Case]:
    """Pages in columns, the events they stand for, their digests and the log's note."""
    phone, tablet = make_id("phone"), make_id("tablet")
    rows: list[Row] = []
    prev = {phone: NO_HASH, tablet: NO_HASH}
    plan = ((phone, "{}"), (tablet, '{"reason":"Zoë \\"Ñ\\" 王"}'), (phone, '{"cvx":"03"}'), (tablet, "{ }"))
    for at, (device, text) in enumerate(plan):
        payload, salt = text.encode(), hashlib.sha256(b"vectors: packed salt %d" % at).digest()[:16]
        header = msgspec.structs.replace(
            make_header(at // 2 + 1, prev[device], payload, salt),
            device=DeviceId(device),
            id=EventId(make_id(f"p{at}")),
        )
        event = sign_event(header, payload, salt, SEAT)
        prev[device] = event_hash(event)
        rows.append(Row(Position(at + 4), max(at + 4, 6), 1_700_000_000_000 + at, event_hash(event), header, event))
    for name, given, whole in (
        ("two devices by turns", rows, None),
        ("predecessors elsewhere", rows[2:], bytes(range(32))),
        ("nothing", [], bytes(range(32))),
    ):
        forget = (StudentId(make_id("student")),)
        digest = digest_of(unpack(pack(given)), forget)
        said = Vouched(ORIGIN, "district", 8, (0, -1), (7, 7), digest, whole)
        yield {
            "name": name,
            "packed": msgspec.to_builtins(pack(given)),
            "events": [
                {
                    "position": row.position,
                    "effective": row.effective,
                    "received_at": f"2023-11-14T22:13:20.{row.received_at % 1000:03}Z",
                    "event": msgspec.to_builtins(to_wire(row.event)),
                }
                for row in given
            ],
            "hashes": [row.event_hash for row in given],
            "forget": list(forget),
            "digest": digest.hex(),
            "note": vouch(said, LOG_NAME, LOG),
            "key": LOG_KEY,
            "said": {
                "origin": ORIGIN,
                "scope": "district",
                "size": 8,
                "after": [0, -1],
                "until": [7, 7],
                "whole": None if whole is None else whole.hex(),
            },
        }


def digests() -> Iterator[Case]:
    """A scope's digest from its streams' event hashes."""
    streams = {
        "student/b": [hashlib.sha256(b"vectors: event %d" % at).hexdigest() for at in range(3)],
        "clinic/a": [hashlib.sha256(b"vectors: event 9").hexdigest()],
    }
    of_each = {stream: stream_digest(map(Hash, names)) for stream, names in streams.items()}
    yield {
        "name": "two streams",
        "streams": streams,
        "digests": {stream: digest.hex() for stream, digest in of_each.items()},
        "scope": scope_digest(of_each.items()).hex(),
    }
    yield {"name": "nothing", "streams": {}, "digests": {}, "scope": scope_digest(()).hex()}


FILES: dict[str, Callable[[], Iterator[Case]]] = {
    "headers": headers,
    "payloads": payloads,
    "events": events,
    "proofs": proofs,
    "checkpoints": checkpoints,
    "receipts": receipts,
    "packing": packing,
    "digests": digests,
}


def render(name: str) -> str:
    return json.dumps(list(FILES[name]()), ensure_ascii=True, indent=1) + "\n"


def stale() -> list[str]:
    """Names of the files that are missing or differ from what the code makes now."""
    paths = {name: HERE / f"{name}.json" for name in FILES}
    return [name for name, path in paths.items() if not path.exists() or path.read_text() != render(name)]


def main(arguments: list[str]) -> int:
    names = stale()
    if arguments == ["--check"]:
        for name in names:
            print(f"stale: tests/vectors/events/{name}.json", file=sys.stderr)
        return 1 if names else 0
    for name in names:
        (HERE / f"{name}.json").write_text(render(name))
        print(f"wrote {name}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
