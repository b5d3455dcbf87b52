"""``docs/reference.md``: every setting, command and error code, read from the code that has them.

Error codes are found by reading the source: the first argument of ``Refused(...)`` and ``ProblemError(...)``,
with the sentence that goes with it (``…`` stands for what is filled in).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from docs.generators.reading import shape
from server.api.problems import PROBLEMS
from server.cli import doseledger
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("events", "projections", "server", "client_sync")
SETTING = re.compile(r"\bDOSELEDGER_[A-Z][A-Z_]*[A-Z]\b")
RAISED = {"Refused", "ProblemError"}

INTRODUCTION = """\
<!-- Generated from the code by `python -m docs.generate`. Do not edit. -->

# Settings, commands, error codes

## Settings

Set in the environment and read once at start. Two installations with different homes never meet.

| variable | what |
|---|---|
"""


def render() -> str:
    parts = [INTRODUCTION + "".join(_settings()), "## Commands\n"]
    parts += [_command(path, command) for path, command in commands()]
    parts.append(
        "## Error codes\n\nA command prints `error:` and the sentence, and ends with exit code 2. The server answers "
        "`application/problem+json` with the code\n(RFC 9457); a rule's refusal without a status of its own is 409.\n"
    )
    parts.append("| code | status | says |\n|---|---|---|\n" + "".join(_codes()))
    return "\n".join(parts)


def settings() -> list[str]:
    """Every variable that the code reads, by name."""
    found = {name for path in _sources() for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    return sorted(found)


def commands(group: click.Group = doseledger, path: str = "doseledger") -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, groups before what they hold."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            yield f"{path} {name}", command
            if isinstance(command, click.Group):
                yield from commands(command, f"{path} {name}")


def error_codes() -> dict[str, set[str]]:
    """Code to the sentences it is raised with."""
    found: dict[str, set[str]] = {code: set() for code in PROBLEMS}
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.setdefault(code.value, set()).add(_sentence(node.args[1:2]))
    return dict(sorted(found.items()))


def _settings() -> Iterator[str]:
    words = {f"DOSELEDGER_{field.name.upper()}": field.words for field in shape(Settings).fields}
    elsewhere = {
        "DOSELEDGER_WRAPPING_KEY": "The key that wraps every other, where it shall not lie in the home folder; see "
        "[keys.md](keys.md).",
        "DOSELEDGER_NEXT_WRAPPING_KEY": "What takes the wrapping key's place, while `doseledger keys rotate-wrapping` "
        "runs; that command alone reads it.",
        "DOSELEDGER_DEVICE_SECRET": "Passphrase of a headless device's file (`python -m client_sync`).",
    }
    for name in settings():
        said = words.get(name, elsewhere.get(name, ""))
        said = said.replace("``", "`").removeprefix(f"`{name}`").lstrip(":. ")
        yield f"| `{name}` | {said[:1].upper()}{said[1:]} |\n"


def _command(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    words = " ".join((command.help or "").replace("\b", "").split())
    rows = "".join(_option(option, context) for option in command.params if isinstance(option, click.Option))
    table = f"\n| option | what |\n|---|---|\n{rows}" if rows else ""
    return f"### {path}\n\n`{path} {usage}`\n\n{words}\n{table}"


def _option(option: click.Option, context: click.Context) -> str:
    if option.hidden:
        return ""
    record = option.get_help_record(context)
    names, words = record or (", ".join(option.opts), "")
    escaped = words.replace("|", "\\|")
    return f"| `{names.replace('|', ' or ')}` | {' '.join(escaped.split())} |\n"


def _codes() -> Iterator[str]:
    for code, sentences in error_codes().items():
        status, title = PROBLEMS.get(code, (409, ""))
        said = " / ".join(sorted(filter(None, sentences))) or (f"{title}." if title else "what is wrong, in words")
        yield f"| `{code}` | {status} | {said.replace('|', '&#124;')} |\n"


def _sentence(arguments: list[ast.expr]) -> str:
    """A literal or f-string as it reads; nothing for words computed elsewhere."""
    if not arguments:
        return ""
    parts = arguments[0].values if isinstance(arguments[0], ast.JoinedStr) else arguments
    said = "".join(
        str(part.value) if isinstance(part, ast.Constant) else "…" if isinstance(part, ast.FormattedValue) else ""
        for part in parts
    )
    return " ".join(said.split())


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
