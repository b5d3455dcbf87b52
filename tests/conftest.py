"""What tests of several folders share: the PostgreSQL server of the run.

A server given by DOSELEDGER_DATABASE_URL is for the tests that ask for a database; what they start themselves
is told its settings one by one, so the variable is taken out of the environment first.
"""

import os

from tests.postgres import fixtures
from tests.postgres.fixtures import database, databases

fixtures.GIVEN_URL = os.environ.pop("DOSELEDGER_DATABASE_URL", "")

__all__ = ["database", "databases"]
