"""The ``doseledger`` command: which words it knows and where each one lives.

Commands are loaded when they are called, so that ``doseledger verify`` does not wait for a web framework.
What this program refuses, and what the machine refuses it (a missing folder, a full disk, a damaged
database), becomes one sentence on standard error and exit code 2; anything else is a bug and keeps its
traceback.
"""

import errno
import os
import sqlite3
import sys
from importlib import import_module, metadata
from typing import NoReturn

import click

from events.errors import DoseledgerError
from server.settings import Settings, read_settings
from server.terminal import say

COMMANDS = {
    "backup": "server.commands.backup:backup",
    "database": "server.commands.database:database",
    "clinic": "server.commands.clinic:clinic",
    "demo": "server.commands.demo:demo",
    "device": "server.commands.device:device",
    "doctor": "server.commands.doctor:doctor",
    "epoch": "server.commands.epoch:epoch",
    "hand-off": "server.commands.hand_off:hand_off",
    "import": "server.commands.imports:imports",
    "init": "server.commands.init:init",
    "keys": "server.commands.keys:keys",
    "law": "server.commands.law:law",
    "projections": "server.commands.projections:projections",
    "quarantine": "server.commands.quarantine:quarantine",
    "replay": "server.commands.replay:replay",
    "review": "server.commands.review:review",
    "retention": "server.commands.retention:retention",
    "serve": "server.commands.serve:serve",
    "staff": "server.commands.staff:staff",
    "statement": "server.commands.statement:statement",
    "student": "server.commands.student:student",
    "transfer": "server.commands.transfer:transfer",
    "verify": "server.commands.verify:verify",
}
"""Command to ``module:name`` of its click object."""
_REFUSED_BY_THE_SYSTEM = frozenset(
    (
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOENT, errno.EEXIST),
        *(errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EMFILE, errno.ENFILE, errno.EADDRINUSE),
    )
)


class Commands(click.Group):
    """The group that finds its commands in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("doseledger"), prog_name="doseledger")
@click.pass_context
def doseledger(ctx: click.Context) -> None:
    """The record of school immunization: works without a network, holds up in a hearing.

    State lives under DOSELEDGER_HOME (default: var/).
    """
    ctx.obj = read_settings()


def main() -> None:
    """Entry point of the ``doseledger`` command."""
    try:
        doseledger(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except DoseledgerError as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, sqlite3.Error) as error:
        if (reason := _environment_broken(error)) is None:
            raise
        _fail(reason)


def _fail(sentence: str) -> NoReturn:
    say(f"error: {sentence}", err=True)
    sys.exit(2)


def _environment_broken(error: OSError | sqlite3.Error) -> str | None:
    """What the machine refused, as a sentence; None for an error that is ours."""
    match error:
        case OSError(errno=number, filename=name, strerror=reason) if number in _REFUSED_BY_THE_SYSTEM:
            return f"{name}: {reason}" if name else f"the system refused: {reason}"
        case sqlite3.OperationalError():
            return f"the database under DOSELEDGER_HOME: {error}"
        case sqlite3.DatabaseError() if type(error) is sqlite3.DatabaseError:
            return f"the database under DOSELEDGER_HOME is damaged: {error}; restore it from a back-up"
        case _:
            return None


__all__ = ["Settings", "doseledger", "main"]

if __name__ == "__main__":
    main()
