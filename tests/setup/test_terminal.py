"""Names that are markup or orders to a terminal are shown, not obeyed."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.table import Table
from rich.text import Text

from server.cli import doseledger
from server.terminal import Terminal, say

NAMES = [
    ("[/] Ana", "[/] Ana"),
    ("[red]Bo", "[red]Bo"),
    (":boom:", ":boom:"),
    ("\x1b[2J\x1b]0;own\x07Eve", "\ufffd[2J\ufffd]0;o"),
    ("Zoë\x9b31m", "Zoë\ufffd3"),
    ("Åsa\rEve", "Eve"),
]


@pytest.mark.parametrize(("name", "seen"), NAMES)
def test_setup_r07_a_name_is_never_markup_nor_an_order(
    name: str, seen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """SETUP-R07"""
    out = io.StringIO()
    terminal = Terminal(file=out, width=200, force_terminal=False)
    table = Table("name")
    table.add_row(name)
    for one in (name, Text(name), table):
        terminal.print(one)
    say(name)
    told = out.getvalue() + capsys.readouterr().out
    assert all(one.isprintable() or one == "\n" for one in told)
    assert told.count(seen) == 4


def test_setup_r07_a_childs_name_cannot_break_a_list(tmp_path: Path) -> None:
    """SETUP-R07: one odd name in a roster, and every list that shows it still comes."""
    home, folder = tmp_path / "home", tmp_path / "r"
    folder.mkdir()
    (folder / "users.csv").write_text(
        "sourcedId,givenName,familyName,role,orgSourcedIds,grades\n1,[/b],[/],student,o,5\n"
    )
    (folder / "orgs.csv").write_text("sourcedId,name,type\no,[/x] School,school\n")
    (folder / "demographics.csv").write_text("sourcedId,birthDate,sex\n1,2015-01-02,female\n")
    runner = CliRunner(env={"DOSELEDGER_HOME": str(home), "DOSELEDGER_DISTRICT": "isd-900", "COLUMNS": "200"})
    for words in (
        ["init", "--name", "[/] District"],
        ["import", "roster", str(folder), "--first-day", "2026-09-08"],
        ["student", "list"],
        ["student", "show", "1"],
        ["transfer", "request", "--student", "1", "--to", "[/] Next"],
        ["transfer", "list"],
        ["transfer", "export", "--student", "1", "--to", "[/]", "--out", str(tmp_path / "a.zip")],
        ["retention", "list"],
        ["replay", "--student", "1"],
    ):
        result = runner.invoke(doseledger, words)
        assert result.exit_code == 0, (words, result.output, result.exception)
    assert "[/b] [/]" in runner.invoke(doseledger, ["student", "list"]).output
