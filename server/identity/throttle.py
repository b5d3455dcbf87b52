"""Rising delay after failures: guessing gets slow, a person who mistypes hardly notices.

    failures  1 2 3   4  5  6  …      wait (seconds)  0 0 0   2  4  8  … at most 300

Kept in memory by a key that names no person (a hash of the login, a network address). Bounded: the oldest
key goes when the table is full, and a key without failures for an hour starts anew.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

FREE_FAILURES = 3
WAIT_SECONDS_MAX = 300
KEYS_MAX = 10_000
_FORGET_AFTER = timedelta(hours=1)


class Throttle:
    """Counts failures by key and says how long the next attempt has to wait."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def wait_seconds(self, key: str, now: datetime) -> int:
        """Whole seconds until another attempt is looked at; 0 when it may be made now."""
        count, last = self._failures.get(key, (0, now))
        if count <= FREE_FAILURES:
            return 0
        delay = min(WAIT_SECONDS_MAX, 2 ** min(count - FREE_FAILURES, 16))
        return max(0, -int((now - last).total_seconds() - delay))

    def failed(self, key: str, now: datetime) -> None:
        count, last = self._failures.pop(key, (0, now))
        self._failures[key] = (1 if now - last > _FORGET_AFTER else count + 1, now)
        if len(self._failures) > KEYS_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)
