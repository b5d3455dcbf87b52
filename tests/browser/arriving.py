"""A clinic of which only a part has arrived on a phone: its first events, and none of those behind them."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

SYNC = "**/sync"
MOST = 410
"""Events of the school's clinic: all of its children are on the roster then, and some of what was recorded is not."""


def hold_back(phone: BrowserContext, page: Page, events: int = MOST) -> Callable[[], None]:
    """The clinic this phone takes next stops after so many events; the answer lets the others come."""

    def part(route: Route) -> None:
        asked: dict[str, Any] = route.request.post_data_json or {}
        pull = asked.get("pull")
        if pull is None:
            route.continue_()
        elif "cursor" in pull:
            route.abort()
        else:
            route.continue_(post_data=json.dumps(asked | {"pull": pull | {"limit": events}}))

    def let_come() -> None:
        phone.unroute(SYNC, part)
        page.evaluate("dispatchEvent(new Event('online'))")

    phone.route(SYNC, part)
    return let_come
