"""One thing ``doseledger doctor`` looked at, with a sentence that says what to do."""

from typing import Literal

import msgspec

State = Literal["ok", "warn", "fault"]


class Finding(msgspec.Struct, frozen=True):
    """``ok`` works; ``warn`` works, and should not be left so; ``fault`` will not work, or not safely."""

    state: State
    what: str
    says: str
