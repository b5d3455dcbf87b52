"""The log as C2SP tlog-tiles: somebody with only the public key rebuilds the tree from what is served."""

from pathlib import Path

from events.checkpoint import open_checkpoint
from events.merkle import Edge, leaf_hash
from events.receipt import ENTRY_BYTES, parse_entry
from tests.server.house import DISTRICT, open_house

BASE = f"/log/{DISTRICT}/0"


def entries_of(bundle: bytes) -> list[bytes]:
    """Each behind its length in two bytes."""
    step = 2 + ENTRY_BYTES
    cut = [bundle[at : at + step] for at in range(0, len(bundle), step)]
    assert {piece[:2] for piece in cut} == {ENTRY_BYTES.to_bytes(2)}
    return [piece[2:] for piece in cut]


async def test_a_stranger_verifies_the_log_from_its_tiles(tmp_path: Path) -> None:
    """SERVER-R06"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        for _ in range(2):
            await phone.push(*(phone.dose() for _ in range(150)))
        note = (await house.http.get(f"{BASE}/checkpoint")).text
        head = open_checkpoint(note, phone.enrolled.log_key)
        assert head.size > 300
        whole = await house.http.get(f"{BASE}/tile/entries/000")
        rest = await house.http.get(f"{BASE}/tile/entries/001.p/{head.size - 256}")
        entries = [*entries_of(whole.content), *entries_of(rest.content)]
        assert Edge().extend(map(leaf_hash, entries)).root() == head.root
        assert all(parse_entry(entry) for entry in entries)
        hashes = (await house.http.get(f"{BASE}/tile/0/000")).content
        assert hashes == b"".join(map(leaf_hash, entries[:256]))
        assert len((await house.http.get(f"{BASE}/tile/1/000.p/1")).content) == 32
        assert "immutable" in whole.headers["cache-control"]


async def test_what_is_no_tile_is_not_found(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        paths = (
            f"{BASE}/tile/0/000", f"{BASE}/tile/0/999.p/1", f"{BASE}/tile/0/000.p/256", f"{BASE}/tile/0/0",
            f"{BASE}/tile/77/000", f"{BASE}/tile/x", f"{BASE}/tile/entries/000.p/0", f"/log/{DISTRICT}/1/checkpoint",
            "/log/isd-901/0/checkpoint", f"/log/{DISTRICT}/x/checkpoint",
        )  # fmt: skip
        for path in paths:
            answer = await house.http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path
