"""The terminal: words that others wrote are shown as they are and never obeyed.

A child's name, a district's name in somebody's file or a file's name may hold brackets, which rich takes for
markup, or control characters, which a terminal takes for orders. ``Terminal`` and ``say`` show the first as
written and the second as ``\ufffd``.
"""

import os
import unicodedata
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

PIPED_CHARACTERS = 160


class Terminal(Console):
    """A console without markup, whose text holds no control character but line feeds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, **options)
        if not self.is_terminal and "width" not in options and "COLUMNS" not in os.environ:
            self.width = PIPED_CHARACTERS  # whoever reads a pipe wants whole ids, not 80 columns

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for one in super().render(renderable, options):
            yield one if one.control else Segment(shown(one.text), one.style)


def say(text: str, err: bool = False) -> None:
    """One or more lines to standard output, or standard error."""
    click.echo(shown(text), err=err)


def shown(text: str) -> str:
    """The text with U+FFFD for every control character but a line feed."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(one) in ("Cc", "Cs") and one != "\n" else one for one in text)
