"""What can go wrong with a store, in two severities.

    DoseledgerError
    ├── RolledBack     the database is behind the checkpoint kept outside it: sign nothing, call the office
    └── StoreFailed    a commit's outcome is unknown (failed fsync, full disk): this process must stop

Everything else a store raises goes to the one caller that asked and harms nobody else.
"""

from events.errors import DoseledgerError


class RolledBack(DoseledgerError):
    """The database does not extend the outside checkpoint: a back-up was restored, or somebody cut it short."""


class StoreFailed(DoseledgerError):
    """The store cannot know what is on disk any more. Stop the process; a restart reads what survived."""
