"""What the README tells a newcomer to type exists, and its installation works as written."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from server.cli import doseledger
from tests.exchange.paper_log import class_of, roster_folder

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
TYPED = [line.partition("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
INLINE = re.findall(r"`((?:doseledger|make) [^`]+)`", README)


def called(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that is meant, and what is left of the line."""
    command: click.Command = doseledger
    context = click.Context(doseledger)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, words
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("line", [line for line in (*TYPED, *INLINE) if line.startswith("doseledger ")])
def test_setup_r10_every_command_of_the_readme_is_one(line: str) -> None:
    """SETUP-R10: the command and each option exist, whatever stands for a name or a file."""
    command, rest = called(shlex.split(line)[1:])
    _, left, _ = command.make_parser(click.Context(command)).parse_args(list(rest))
    assert left == [], f"{line}: nobody reads {left}"


@pytest.mark.parametrize("line", [line for line in (*TYPED, *INLINE) if line.startswith("make ")])
def test_setup_r10_every_make_target_of_the_readme_is_one(line: str) -> None:
    """SETUP-R10"""
    makefile = (ROOT / "Makefile").read_text()
    targets = [word for word in line.split()[1:] if "=" not in word]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_setup_r10_the_installation_works_as_written(tmp_path: Path) -> None:
    """SETUP-R10: from nothing to a code for the nurse's phone (pip and serve are test_wheel's)."""
    block = next(block for block in BLOCKS if "doseledger init" in block)
    roster = roster_folder(tmp_path / "roster", class_of(3))
    runner = CliRunner(env={"DOSELEDGER_HOME": str(tmp_path / "home")})
    lines = [line for line in block.splitlines() if line.startswith("doseledger ") and not line.endswith(" serve")]
    for line in lines:
        words = [str(roster) if word == "PATH" else word for word in shlex.split(line)[1:]]
        ran = runner.invoke(doseledger, words, input="correct horse battery\n" * 2)
        assert ran.exit_code == 0, (line, ran.output, ran.exception)
    assert len(lines) == 4


def test_setup_r10_it_says_in_five_lines_what_it_is_and_shows_it() -> None:
    """SETUP-R10"""
    opening = README.split("\n\n")[1]
    assert opening.count("\n") == 4
    for picture in re.findall(r'<img src="([^"]+)"', README):
        assert (ROOT / picture).stat().st_size > 10_000
    for page in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / page).exists(), page
