"""A seat key, a header and an event to vary; public vectors where the checkout has them beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def public_vectors() -> Callable[[str], Any]:
    """Reads a file of public vectors, or skips the test where they are not at hand."""

    def read(name: str) -> Any:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"public vectors {name} are not beside this checkout")
        return json.loads(path.read_text(encoding="utf-8"))

    return read
