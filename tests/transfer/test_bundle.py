"""The bundle: the same bytes for the same input, checked offline, and every change to it named."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from events.catalog.policy import ConscientiousInTransfer, PolicyAdopted
from events.checkpoint import verifier_key
from events.errors import Refused
from events.ids import DISTRICT_STREAM
from projections.student import fold
from server.bundle import verify_bundle
from server.bundle.format import FILE_BYTES_MAX, note_text
from server.bundle.sums import sha256
from tests.transfer.conftest import Leaving
from tests.transfer.little_district import LittleDistrict

Files = dict[str, bytes]


def unpack(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: Files, path: Path, method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def resign(files: Files, district: LittleDistrict) -> Files:
    """Make a manifest that agrees with the files again, signed: what only the district itself could do."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: {"sha256": sha256(content), "bytes": len(content)}
        for name, content in files.items()
        if name not in ("manifest.json", "manifest.note")
    }
    table = json.dumps(manifest).encode()
    text = note_text(sha256(table))
    return {**files, "manifest.json": table, "manifest.note": f"{text}\n{district.sign_note(text)}".encode()}


async def test_a_file_verifies_without_any_database(leaving: Leaving, bundle: Path) -> None:
    """BUNDLE-R01: commitments, signatures, seats, places, checkpoint, manifest, from the file alone."""
    report = verify_bundle(bundle)
    assert report.opened == report.manifest.events
    assert report.seats == 2
    assert report.log_key == leaving.district.vkey
    assert not report.is_pinned
    assert verify_bundle(bundle, leaving.district.vkey).is_pinned
    student = fold(report.child_facts)
    assert student.full_name == "Ada Okafor"
    assert len(student.doses) == 16


async def test_the_same_input_gives_the_same_bytes(leaving: Leaving) -> None:
    """BUNDLE-R02"""
    one = await leaving.file()
    two = await leaving.file()
    assert one.content == two.content
    leaving.district.now += timedelta(days=1)
    assert (await leaving.file()).content != one.content


async def test_what_is_not_on_the_allow_list_stays(leaving: Leaving, bundle: Path) -> None:
    """BUNDLE-R03: contacts, allergies, screening answers and disclosures do not leave."""
    everything = b"".join(unpack(bundle).values())
    assert b"SECRET" not in everything
    assert (await leaving.file()).selection.withheld == 4


@pytest.mark.parametrize("included", [False, True])
async def test_conscientious_statements_go_by_the_dated_switch(
    leaving: Leaving, tmp_path: Path, included: bool
) -> None:
    """BUNDLE-R04: and the verdict on the page is found from what goes, so it does not tell."""
    switch = PolicyAdopted(
        value=ConscientiousInTransfer(included=included), effective_from="2026-01-01", authority="board"
    )
    leaving.district.write(DISTRICT_STREAM, switch)
    leaving.given.checked(leaving.given.paper("conscientious", "2026-09-01", antigens=("hepatitis_a",)))
    leaving.given.checked(leaving.given.paper("medical", "2026-09-01", antigens=("varicella",)))
    leaving.write()
    path = tmp_path / "file.zip"
    path.write_bytes((await leaving.file()).content)
    kinds = [line.paper.kind for line in fold(verify_bundle(path).child_facts).papers]
    assert sorted(kinds) == (["conscientious", "medical"] if included else ["medical"])
    everything = b"".join(content for name, content in unpack(path).items() if name != "index.html").decode()
    assert ('conscientious\\"' in everything) == included
    assert not fold(verify_bundle(path).child_facts).waiting


def change_payload(files: Files, district: LittleDistrict) -> Files:
    name, content = next((n, c) for n, c in files.items() if n.startswith("events/") and b"Okafor" in c)
    return resign({**files, name: content.replace(b"Okafor", b"Oxafor")}, district)


def change_header(files: Files, district: LittleDistrict) -> Files:
    name, content = next((n, c) for n, c in files.items() if n.startswith("events/") and b"dose.recorded" in c)
    return resign({**files, name: content.replace(b"dose.recorded", b"dose.recordad")}, district)


def swap_receipts(files: Files, district: LittleDistrict) -> Files:
    one, two = sorted(name for name in files if name.startswith("receipts/"))[-2:]
    return resign({**files, one: files[two], two: files[one]}, district)


def drop_seat(files: Files, district: LittleDistrict) -> Files:
    name = next(n for n, c in files.items() if n.startswith("events/") and b"seat.opened" in c)
    kept = {
        n: c
        for n, c in files.items()
        if n not in (name, name.replace("events", "receipts").replace("json", "tlog-proof"))
    }
    manifest = json.loads(kept["manifest.json"])
    manifest["events"] -= 1
    return resign({**kept, "manifest.json": json.dumps(manifest).encode()}, district)


def drop_event(files: Files, district: LittleDistrict) -> Files:
    name = next(n for n, c in files.items() if n.startswith("events/") and b"dose.recorded" in c)
    return {n: c for n, c in files.items() if n != name}


def drop_counted(files: Files, district: LittleDistrict) -> Files:
    return resign(drop_event(files, district), district)


def other_checkpoint(files: Files, district: LittleDistrict) -> Files:
    return resign({**files, "checkpoint": files["checkpoint"].replace(b"\n", b"\n1", 1)}, district)


def page_changed(files: Files, district: LittleDistrict) -> Files:
    return {**files, "index.html": files["index.html"] + b"<p>all fine</p>"}


def resigned_by_another(files: Files, district: LittleDistrict) -> Files:
    return resign({**files, "index.html": b"forged"}, LittleDistrict("isd-1"))


def with_another_key(files: Files, district: LittleDistrict) -> Files:
    other = LittleDistrict("isd-1")
    key = json.dumps({"log": other.vkey}).encode()
    return resign({**files, "keys.json": key}, other)


def newer_format(files: Files, district: LittleDistrict) -> Files:
    return {**files, "manifest.json": files["manifest.json"].replace(b"bundle/1", b"bundle/9")}


def extra_file(files: Files, district: LittleDistrict) -> Files:
    return {**files, "notes.txt": b"hello"}


def no_manifest(files: Files, district: LittleDistrict) -> Files:
    return {n: c for n, c in files.items() if n != "manifest.json"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (change_payload, "the payload is not what was signed"),
        (change_header, "the receipt is for another event"),
        (swap_receipts, "receipt is for another event"),
        (drop_seat, "nothing in the bundle vouches for the seat"),
        (drop_event, "is missing"),
        (drop_counted, "another number of events"),
        (other_checkpoint, "the checkpoint"),
        (page_changed, "index.html is not what the manifest says"),
        (resigned_by_another, "the manifest's signature"),
        (with_another_key, "the checkpoint"),
        (newer_format, "its format is"),
        (extra_file, "notes.txt is not in its manifest"),
        (no_manifest, "manifest.json is missing"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_every_change_is_named(
    leaving: Leaving, bundle: Path, tmp_path: Path, change: Callable[[Files, LittleDistrict], Files], reason: str
) -> None:
    """BUNDLE-R05: the first thing wrong, in words, even where the district itself signed the forged manifest."""
    forged = pack(change(unpack(bundle), leaving.district), tmp_path / "forged.zip")
    with pytest.raises(Refused, match=reason) as refused:
        verify_bundle(forged)
    assert refused.value.code == "bundle-invalid"


async def test_a_bundle_of_a_stranger_is_told_apart_by_the_pinned_key(bundle: Path) -> None:
    """BUNDLE-R06: a bundle agrees with the key it carries; only a key from elsewhere says whose it is."""
    stranger = verifier_key("log.example", LittleDistrict("isd-1").log_key.public)
    with pytest.raises(Refused, match="not the key you expect"):
        verify_bundle(bundle, stranger)


async def test_a_signature_by_another_seat_is_found(leaving: Leaving, tmp_path: Path) -> None:
    """BUNDLE-R07: even in a log that took it: the bundle is checked, not the server trusted."""
    district = leaving.district
    other = district.open_staff_seat(leaving.phone, district.make_id())
    district.seats[(leaving.phone, leaving.nurse)] = other
    leaving.given.told_dose("21", "2019-07-02")
    leaving.write()
    path = tmp_path / "file.zip"
    path.write_bytes((await leaving.file()).content)
    with pytest.raises(Refused, match="the signature is not by the seat of its author"):
        verify_bundle(path)


async def test_a_repacked_file_still_verifies(bundle: Path, tmp_path: Path) -> None:
    """BUNDLE-R08: a mail program may compress it again."""
    assert verify_bundle(pack(unpack(bundle), tmp_path / "again.zip", zipfile.ZIP_DEFLATED)).opened


def zip_of(*members: tuple[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return raw.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a readable zip"),
        (b"hello, this is no zip", "not a readable zip"),
        (zip_of(("manifest.json", b"{}"))[:-30], "not a readable zip"),
        (zip_of(("../../etc/passwd", b"x")), "no name of a bundle's file"),
        (zip_of(("/etc/passwd", b"x")), "no name of a bundle's file"),
        (zip_of(("a\\b", b"x")), "no name of a bundle's file"),
        (zip_of(("manifest.json", b"{}"), ("manifest.json", b"{}")), "twice"),
        (zip_of(("bomb", b"\0" * (FILE_BYTES_MAX + 1))), "at most"),
        (zip_of(*((f"b{i}", b"\0" * FILE_BYTES_MAX) for i in range(33))), "together"),
        (zip_of(("manifest.json", b"\xff\xfe")), "not UTF-8"),
        (zip_of(("manifest.json", b"[" * 100_000)), "manifest.json"),
        (zip_of(("manifest.json", b'{"format": 1}')), "manifest.json"),
    ],
    ids=[
        "empty",
        "text",
        "cut",
        "traversal",
        "absolute",
        "backslash",
        "twice",
        "bomb",
        "bombs",
        "bytes",
        "deep",
        "type",
    ],
)
def test_a_hostile_zip_gets_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    """BUNDLE-R09: no traceback, nothing written, bounded work."""
    path = tmp_path / "bad.zip"
    path.write_bytes(content)
    with pytest.raises(Refused, match=reason):
        verify_bundle(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No such file"):
        verify_bundle(tmp_path / "none.zip")
    with pytest.raises(Refused):
        verify_bundle(tmp_path)


def test_a_size_that_lies_is_found(bundle: Path, tmp_path: Path) -> None:
    raw = bytearray(bundle.read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (5).to_bytes(4, "little")
    path = tmp_path / "lies.zip"
    path.write_bytes(bytes(raw))
    with pytest.raises(Refused):
        verify_bundle(path)
