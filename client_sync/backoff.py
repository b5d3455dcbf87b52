"""How long to wait after a failure: full jitter, bounded.

    delay = chance · min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_BASE · 2^(failures - 1))

``chance`` is drawn from [0, 1) by the driver, so that 200 devices which lost one server at one moment
come back spread over the whole interval, and the simulator repeats every run.
"""

BACKOFF_SECONDS_BASE = 1.0
BACKOFF_SECONDS_MAX = 300.0
_DOUBLINGS_MAX = 16


def backoff_seconds(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row (from 1). Raises ValueError for a chance outside [0, 1)."""
    if not 0 <= chance < 1:
        raise ValueError("chance must be in [0, 1)")
    if failures < 1:
        return 0.0
    ceiling = BACKOFF_SECONDS_BASE * float(1 << min(failures - 1, _DOUBLINGS_MAX))
    return chance * min(BACKOFF_SECONDS_MAX, ceiling)
