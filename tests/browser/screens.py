"""Every screen as a picture, in both languages, on a phone and on a tablet.

    python -m tests.browser.screens OUTDIR [phone|tablet]   writes OUTDIR/<language>-<device>/<number>-<screen>.png

A real server with a small district, a real browser of a phone's size; nothing is staged but the people.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.nurse import PHONE, hold_phone
from tests.browser.school import open_school
from tests.browser.walk_children import AmongChildren
from tests.browser.walk_clinic import AroundTheClinic

LANGUAGES = {"en": "en-US", "es": "es-US"}
SIZES = {"phone": PHONE, "tablet": {"width": 820, "height": 1180}}


class Walk(AmongChildren, AroundTheClinic):
    """The whole of it, in this order: each half finds what the one before left."""


def photograph(out: Path, language: str, device: str) -> int:
    """One walk through the app; how many pictures it made."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_school(Path(scratch) / "home") as school,
        sync_playwright() as playwright,
    ):
        phone = hold_phone(playwright, Path(scratch) / "phone", LANGUAGES[language], SIZES[device])
        walk = Walk(phone, school, out / f"{language}-{device}")
        walk.among_children()
        walk.around_the_clinic()
        phone.close()
        return walk.taken


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2) or not set(arguments[1:]) <= set(SIZES):
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[0])
    for language in LANGUAGES:
        for device in arguments[1:] or SIZES:
            taken = photograph(out, language, device)
            print(f"{language}, {device}: {taken} screens in {out / f'{language}-{device}'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
