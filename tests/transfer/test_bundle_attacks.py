"""Bundles made to break their reader: by a district against us, or by anybody against the file."""

import contextlib
import random
from pathlib import Path

import pytest

from events.catalog.devices import SeatOpened
from events.catalog.doses import DoseRecorded
from events.catalog.event_type import Told
from events.errors import Refused
from events.ids import SeatId, StaffId, stream_of
from events.signing import SigningKey
from server.bundle import verify_bundle
from tests.transfer.conftest import Leaving
from tests.transfer.test_bundle import pack, resign, unpack


@pytest.mark.parametrize("name", ["9" * 5000, "9" * 4299, "1", "x", "1e3"])
async def test_bundle_r12_an_event_named_by_no_position(leaving: Leaving, bundle: Path, name: str) -> None:
    """BUNDLE-R12: also by a number too long for Python to read."""
    files = unpack(bundle)
    some = next(content for file, content in files.items() if file.startswith("events/"))
    files = resign({**files, f"events/{name}.json": some}, leaving.district)
    with pytest.raises(Refused, match="is not named by a position"):
        verify_bundle(pack(files, bundle))


async def test_bundle_r12_a_seat_that_a_person_opened_vouches_for_nobody(leaving: Leaving, tmp_path: Path) -> None:
    """BUNDLE-R12: a nurse's signature under seat.opened would let her sign as anybody."""
    district, somebody = leaving.district, StaffId(leaving.district.make_id())
    fake = SigningKey(bytes(32))
    opened = SeatOpened(seat=SeatId(district.make_id()), author=somebody, public_key=fake.public.hex())
    district.write(stream_of("device", leaving.phone), opened, device=leaving.phone, author=leaving.nurse)
    district.seats[(leaving.phone, somebody)] = fake
    told = Told(source="parent", recorder="x")
    forged = DoseRecorded(told=told, cvx="03", given_on="2016-07-01")
    district.write(stream_of("student", leaving.given.student), forged, device=leaving.phone, author=somebody)
    path = tmp_path / "file.zip"
    path.write_bytes((await leaving.file()).content)
    with pytest.raises(Refused, match="only the system opens seats"):
        verify_bundle(path)


async def test_bundle_r12_a_damaged_file_is_refused_in_a_sentence(bundle: Path) -> None:
    """BUNDLE-R12: bytes changed or cut off anywhere (seed 1): refused, or the same files still."""
    chance = random.Random(1)
    damage(bundle, chance, times=150)


def damage(bundle: Path, chance: random.Random, times: int) -> None:
    good, whole = bundle.read_bytes(), unpack(bundle)
    damaged = bundle.with_name("damaged.zip")
    for _ in range(times):
        raw = bytearray(good)
        for _ in range(chance.choice((1, 1, 4, 40))):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        damaged.write_bytes(raw[: chance.choice((len(raw), len(raw), chance.randrange(len(raw))))])
        with contextlib.suppress(Refused):
            verify_bundle(damaged)
            assert unpack(damaged) == whole
