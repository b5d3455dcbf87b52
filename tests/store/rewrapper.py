"""Changes the wrapping key of HOME once for each number it reads, in a child that is killed before so many-th step.

python -m tests.store.rewrapper HOME [NEXT_KEY]; prints ``killed`` or ``done`` for each. It has no threads: it may fork.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from server.store.rewrapping import NEXT_VARIABLE, change_wrapping_key
from tests.server.house import settings_for


def changed(home: Path, environment: dict[str, str], step: int) -> bool:
    """Whether the change came to its end; else it was killed at a write, rename or opening of a file of the home."""
    child = os.fork()
    if child == 0:
        left = step

        def kill(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in ("open", "os.rename", "os.remove", "sqlite3.connect") and str(home) in str(arguments):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill)
        asyncio.run(change_wrapping_key(settings_for(home), environment, os.urandom))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


if __name__ == "__main__":
    keys = {NEXT_VARIABLE: sys.argv[2]} if len(sys.argv) > 2 else {}
    for line in sys.stdin:
        print("done" if changed(Path(sys.argv[1]), keys, int(line)) else "killed", flush=True)
