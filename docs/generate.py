"""Writes what is generated from the code: events, settings, commands, error codes.

python -m docs.generate           write every file named in OUTPUTS
python -m docs.generate --check   change nothing; exit code 1 and the names of stale files
"""

import sys
from collections.abc import Callable
from pathlib import Path

from docs.generators import markdown, reference, schema, typescript

ROOT = Path(__file__).resolve().parent.parent

OUTPUTS: dict[str, Callable[[], str]] = {
    "docs/events.md": markdown.render,
    "docs/reference.md": reference.render,
    "docs/schema/events.json": schema.render,
    "web/src/events/generated.ts": typescript.render,
}


def stale(root: Path = ROOT) -> list[str]:
    """The generated files that are missing or differ from what the code says now."""
    return [name for name, render in OUTPUTS.items() if _read(root / name) != render()]


def write(root: Path = ROOT) -> list[str]:
    """Bring every generated file up to date; returns the names of those that changed."""
    changed = stale(root)
    for name in changed:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(OUTPUTS[name](), encoding="utf-8")
    return changed


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        names = stale()
        for name in names:
            print(f"stale: {name} (run python -m docs.generate)", file=sys.stderr)
        return 1 if names else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name in write():
        print(f"wrote {name}")
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
