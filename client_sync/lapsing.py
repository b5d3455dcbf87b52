"""What was downloaded lapses: a laptop in a drawer holds no children.

    no pull complete for 14 days --opened, or an hour of running on--> downloads dropped, scopes pulled anew

What the device made stays, delivered or not. A clock that was turned forward costs a download.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from client_sync.driver import Driver
from client_sync.inputs import Follow, Unfollow
from client_sync.store import Store

LAPSE_AFTER = timedelta(days=14)
CHECK_SECONDS = 3600.0


async def lapse(store: Store, driver: Driver, now: datetime) -> bool:
    """Drop what was downloaded where it lapsed; whether it did."""
    pulled_at = await store.pulled_at()
    if pulled_at is None or now - pulled_at < LAPSE_AFTER:
        return False
    held = [scope for scope, kept in driver.state.scopes.items() if kept.cursor is not None]
    for scope in held:
        await driver.feed(Unfollow(scope))
        await driver.feed(Follow(scope))
    return bool(held)


async def lapse_in_time(store: Store, driver: Driver, clock: Callable[[], datetime]) -> None:
    """Look every hour, until cancelled."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        await lapse(store, driver, clock())
