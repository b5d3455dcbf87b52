"""Every English sentence of the server that an office's screen shows has its Spanish: by shape, or by its code.

The sentences are read off the program itself, so that a new one without its Spanish fails here.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.api.problems import PROBLEMS
from server.sync.submission import OWNERS

ROOT = Path(__file__).parents[2]
DESK = ROOT / "web/src/text/desk"
TOLD = json.loads((DESK / "told.json").read_text())
SHAPES = {re.sub(r"\{\w+\}", "§", one["en"]) for one in TOLD.values()}

SPOKEN = {
    "projections/discrepancies.py": ("says", "sides", "raised", "_copy_words"),
    "projections/consent_matters.py": ("says", "sides", "raised", "signed", "told"),
    "projections/answers.py": ("says", "sides", "raised"),
    "projections/held_doses.py": ("says", "sides", "raised", "_hold_words"),
    "projections/discrepancy.py": ("dose_words",),
    "projections/clocks.py": ("says",),
    "projections/forms.py": ("says", "raised", "not_given_words"),
    "projections/twins.py": ("says", "raised"),
    "projections/merges.py": ("says", "raised"),
    "projections/retention.py": ("Hold", "Part"),
    "server/records.py": ("open_cases",),
    "server/replay.py": ("matters",),
    "server/sync/session.py": ("refuse",),
    "server/sync/turn.py": ("refuse", "detail"),
    "server/sync/submission.py": ("Refusal", "_oversized"),
}
"""Per module the calls, functions and variables that make a sentence."""
NOT_ON_A_SCREEN = {"§", "§ (§)", "18th birthday + § years is §; may go from the day after (121A.15 subd. 7)"}
"""What is quoted as typed, and what a screen leaves out: the ground of a period that is known."""
OFFICE_CODE = (
    *("api", "review.py", "destroying.py", "alarms.py", "devices.py", "records.py", "replay.py", "clinic_day.py"),
    *("clinic_books.py", "standing_orders.py", "recommending.py", "desk.py", "says.py"),
)
NEVER_HERE = {
    *("batch-too-large", "version-unknown", "token-unknown", "code-unknown", "code-expired", "code-used"),  # devices
    *("unknown-login", "several-students", "unknown-facility", "bad-date"),  # commands
}


def named(tree: ast.AST) -> Iterator[tuple[str, ast.JoinedStr]]:
    """Pieces of sentences a module has names for: variables, and functions that do nothing else."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.JoinedStr() as said):
                yield name, said
            case ast.FunctionDef(name=name, body=[ast.Return(value=ast.JoinedStr() as said)]):
                yield name, said
            case _:
                continue


class Whole(ast.NodeTransformer):
    """Puts such pieces where they are used."""

    def __init__(self, pieces: dict[str, ast.JoinedStr]) -> None:
        self.pieces = pieces

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        parts: list[ast.expr] = []
        for part in node.values:
            match part:
                case ast.FormattedValue(value=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
                    parts += self.pieces[name].values if name in self.pieces else [part]
                case _:
                    parts.append(part)
        return ast.JoinedStr(parts)


def shapes(node: ast.AST) -> Iterator[str]:
    """What a piece of code may say, with § for each value."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "§" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (one + other for one in shapes(left) for other in shapes(right))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*shapes(body), *shapes(orelse))
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from shapes(part)
        case _:
            return


def spoken(tree: ast.AST, names: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                yield from shapes(value.elt if isinstance(value, ast.ListComp) else value)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in names:
                for argument in arguments:
                    yield from shapes(argument)
            case ast.FunctionDef(name=name) if name in names:
                for part in ast.walk(node):
                    yield from shapes(part) if isinstance(part, ast.JoinedStr) else ()
            case _:
                continue


@pytest.mark.parametrize("module", SPOKEN)
def test_every_sentence_of_the_server_has_its_spanish(module: str) -> None:
    """OFFICE-R11: matters, sides, reasons against an end, details of what was set aside."""
    tree = ast.parse((ROOT / module).read_text())
    whole = Whole(dict(named(tree))).visit(tree)
    found = [one for one in spoken(whole, SPOKEN[module]) if " " in one]
    assert found, "nothing is said here any more: take the module off the list"
    assert set(found) - NOT_ON_A_SCREEN <= SHAPES


def test_every_refusal_an_office_may_read_is_said_by_its_code() -> None:
    """OFFICE-R11: problems of the API and rules of the domain."""
    files = [
        path for name in OFFICE_CODE for path in ([*(ROOT / "server" / name).glob("*.py")] or [ROOT / "server" / name])
    ]
    codes = {code for path in files for code in re.findall(r'Refused\(\s*"([a-z-]+)"', path.read_text())} | set(
        PROBLEMS
    )
    for language in ("en", "es"):
        said = set(re.findall(r"desk_problem_([a-z-]+)\b", (DESK / f"problems_{language}.ts").read_text()))
        assert codes - NEVER_HERE <= said


def test_every_reason_to_set_aside_says_what_to_do() -> None:
    """OFFICE-R11"""
    for language in ("en", "es"):
        words = (DESK / f"quarantine_{language}.ts").read_text()
        assert [one for one in OWNERS if f"desk_fix_{one}:" not in words or f"desk_why_{one}:" not in words] == []
