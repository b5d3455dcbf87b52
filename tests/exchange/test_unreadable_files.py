"""Files the system will not give up, names that are no text, and a report that opens in a spreadsheet."""

import csv
import gzip
import os
from pathlib import Path

import pytest

from events.catalog.doses import DoseRecorded
from server.exchange.files import source_files
from server.exchange.formats import dose_reader, roster_reader
from server.exchange.report import write_refused
from server.exchange.rows import DoseRow, Place, Refusal, UnreadableFile
from tests.exchange.paper_log import NOW, TODAY, PaperLog, class_of, doses, roster_folder, write
from tests.exchange.test_hostile_files import HEADER, read, row

ALWAYS_FAILS = Path("/proc/self/mem")
"""A file that Linux opens and then refuses to read, even for root."""


@pytest.mark.skipif(not ALWAYS_FAILS.exists(), reason="needs Linux")
def test_a_file_the_disk_will_not_give_is_one_sentence(tmp_path: Path) -> None:
    """IMPORT-R43"""
    with pytest.raises(UnreadableFile, match="mem: it cannot be read"):
        dose_reader(ALWAYS_FAILS, TODAY)
    (tmp_path / "d.csv").symlink_to(ALWAYS_FAILS)
    with pytest.raises(UnreadableFile, match=r"d\.csv: it cannot be read"):
        dose_reader(tmp_path, TODAY)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_somebody_else_is_one_sentence(tmp_path: Path) -> None:
    """IMPORT-R43"""
    hidden = write(tmp_path / "d.csv", HEADER)
    hidden.chmod(0)
    with pytest.raises(UnreadableFile, match="it cannot be read"):
        dose_reader(hidden, TODAY)
    tmp_path.chmod(0)
    try:
        for path in (tmp_path, hidden):
            with pytest.raises(UnreadableFile, match="it cannot be read"):
                dose_reader(path, TODAY)
    finally:
        tmp_path.chmod(0o700)


async def test_a_file_name_that_is_no_text_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    """IMPORT-R54"""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m\n.csv"))
    log = PaperLog()
    await doses(log, write(odd, "\n".join([HEADER, row()])), register=True)
    (dose,) = log.payloads(DoseRecorded)
    assert isinstance(dose, DoseRecorded)
    assert dose.told.detail == "caf\ufffd [31m .csv:2"
    assert [one.name for one in source_files(tmp_path)] == ["caf\ufffd [31m .csv"]
    with pytest.raises(UnreadableFile, match="caf\ufffd"):
        roster_reader(odd, TODAY)


def test_the_refused_file_holds_no_formula(tmp_path: Path) -> None:
    """IMPORT-R54"""
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "plain.csv"]
    refusals = [
        Refusal(place=Place(name, 2), column="date", value_class="date", reason="no date", fix="write one")
        for name in names
    ]
    path = write_refused(tmp_path, NOW, refusals)
    assert path is not None
    with path.open(encoding="utf-8", newline="") as opened:
        _, *rows = csv.reader(opened)
    assert [told[0] for told in rows] == [f"'{name}" for name in names[:-1]] + ["plain.csv"]
    assert {told[1] for told in rows} == {"2"}


def test_a_quote_over_very_long_lines_costs_its_own_row_only(tmp_path: Path) -> None:
    """IMPORT-R48"""
    long = ["y" * 60_000] * 5
    text = "\n".join([HEADER, row(first_name='"' + "x" * 60_000), *long, row(immunization_id="1")])
    rows = read(write(tmp_path / "a.csv", text))
    assert [type(one) for one in rows] == [Refusal] * 6 + [DoseRow]
    closed = "\n".join([HEADER, row(first_name='"' + "\n".join(long) + '"'), row(immunization_id="1")])
    assert [type(one) for one in read(write(tmp_path / "b.csv", closed))][-1] is DoseRow


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("\n".join([HEADER, row()]).encode("utf-16")[:-1], "damaged or cut short"),
        ("\n".join([HEADER, row()]).encode("utf-8-sig").replace("ñ".encode(), b"\xf1"), "damaged or cut short"),
        (HEADER.encode("utf-32"), "no text file"),
        (gzip.compress("\n".join([HEADER, row()]).encode()), "unpack it first"),
        (gzip.compress("\n".join([HEADER, row()]).encode())[:-9], "unpack it first"),
    ],
    ids=["UTF-16 cut", "UTF-8 with a mark and a foreign byte", "UTF-32", "gzip", "gzip cut"],
)
def test_text_that_is_not_what_its_mark_says_is_refused_whole(tmp_path: Path, content: bytes, reason: str) -> None:
    """IMPORT-R45"""
    with pytest.raises(UnreadableFile, match=reason):
        read(write(tmp_path / "a.csv", content))


def test_a_roster_in_a_compressed_table_is_refused(tmp_path: Path) -> None:
    """IMPORT-R43"""
    folder = roster_folder(tmp_path / "r", class_of(1))
    users = folder / "users.csv"
    write(users, gzip.compress(users.read_bytes()))
    with pytest.raises(UnreadableFile, match=r"users\.csv: it is compressed.*unpack it first"):
        list(roster_reader(folder, TODAY)())
