"""What can go wrong with a store, in two severities, and with what is folded from it.

    DoseledgerError
    ├── RolledBack         the database is behind the checkpoint kept outside it: sign nothing, call the office
    ├── StoreFailed        a commit's outcome is unknown (failed fsync, full disk): this process must stop
    ├── StoreBusy          the database is away, or its head is locked too long: nothing was written, try again
    └── ProjectionPaused   a fold stands still before a fact it cannot take: nothing is shown that lacks it

Everything else a store raises goes to the one caller that asked and harms nobody else.
"""

from events.errors import DoseledgerError


class RolledBack(DoseledgerError):
    """The database does not extend the outside checkpoint: a back-up was restored, or somebody cut it short."""


class StoreFailed(DoseledgerError):
    """The store cannot know what is on disk any more. Stop the process; a restart reads what survived."""


class StoreBusy(DoseledgerError):
    """Nothing was written and nothing is wrong with what was brought: the same again, a little later."""


class ProjectionPaused(DoseledgerError):
    """What is asked for cannot be shown whole: a projection stands still, and never passes over a fact."""

    def __init__(self, name: str, position: int, why: str) -> None:
        super().__init__(
            f"the {name} projection stands still before position {position} ({why}): records cannot be shown whole. "
            "Nothing is lost; install the program that takes this fact, or report it"
        )
