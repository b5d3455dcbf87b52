"""What tests of several folders share: the PostgreSQL server of the run, and a short way to collect garbage.

A server given by DOSELEDGER_DATABASE_URL is for the tests that ask for a database; what they start themselves
is told its settings one by one, so the variable is taken out of the environment first.
"""

import gc
import os
from collections.abc import Iterator

import pytest

from tests.postgres import fixtures
from tests.postgres.fixtures import database, databases

fixtures.GIVEN_URL = os.environ.pop("DOSELEDGER_DATABASE_URL", "")

__all__ = ["database", "databases"]


@pytest.fixture
def only_new_garbage() -> Iterator[None]:
    """For tests that collect garbage after each of many lives: what the run held before them is not looked through."""
    gc.freeze()
    yield
    gc.unfreeze()
