"""What tests of several folders share: the PostgreSQL server of the run."""

from tests.postgres.fixtures import database, databases

__all__ = ["database", "databases"]
