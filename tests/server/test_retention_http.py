"""The end of a file, seen by the office: what may end, two people, holds, certificates."""

from pathlib import Path
from typing import Any

import httpx

from events.catalog.retention import HoldPlaced, HoldReleased
from server.commands import destruction as end
from tests.server.house import ADA, House
from tests.server.test_destruction import OLD, grown_up
from tests.server.test_identity_http import refusals
from tests.server.test_quarantine import HEADERS, facts
from tests.server.test_reading_http import viewings


async def step(house: House, deed: str, **body: str) -> httpx.Response:
    return await house.http.post(f"/api/retention/{deed}", json=body, headers=HEADERS)


async def row(house: House) -> dict[str, Any]:
    answer = await house.http.get("/api/retention")
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["files"]
    return dict(found)


async def test_two_people_end_a_file_and_the_certificate_is_shown(tmp_path: Path) -> None:
    """RETENTION-R08: proposed by one, approved by another; the list says how far it has come."""
    async with grown_up(tmp_path) as (house, _):
        await house.sign_in("rita")
        found = await row(house)
        assert (found["student"], found["state"], found["stage"]) == (OLD, "may_be_destroyed", "")
        assert (house.staff["rita"], OLD, "retention") in await viewings(house)
        assert (await step(house, "approve", student=OLD)).status_code == 403
        proposed = await step(house, "propose", student=OLD)
        assert proposed.json()["files"][0]["stage"] == "proposed"
        assert (await step(house, "propose", student=OLD)).json()["code"] == "destruction-under-way"
        await house.sign_in("root")
        assert (await step(house, "propose", student=OLD)).status_code == 403
        assert (await step(house, "approve", student=OLD)).json()["files"][0]["stage"] == "approved"
        await end.destroy(house.district.settings, OLD, "rita", house.clock)
        left = (await house.http.get("/api/retention")).json()
        assert left["files"] == []
        (certificate,) = left["certificates"]
        assert (certificate["student"], certificate["recipients"]) == (OLD, ["Hamline School"])
        assert "anna's phone" in certificate["devices"]
        assert len(await refusals(house, "rita")) == 1


async def test_a_hold_stops_it_and_names_who_placed_and_ended_it(tmp_path: Path) -> None:
    """RETENTION-R09: with reason and authority; what is not ripe is refused in words."""
    async with grown_up(tmp_path) as (house, _):
        await house.sign_in("olga")
        held = await step(house, "hold", student=OLD, reason="a request of the family", authority="34 CFR 99.10")
        (found,) = held.json()["files"]
        assert (found["state"], found["holds"][0]["authority"]) == ("held", "34 CFR 99.10")
        assert (await step(house, "propose", student=OLD)).json()["code"] == "not-ripe"
        assert (await step(house, "propose", student=ADA)).json()["code"] == "not-ripe"
        event = found["holds"][0]["event"]
        freed = await step(house, "unhold", event=event, reason="the family has its copy")
        assert (freed.json()["files"][0]["state"], freed.json()["files"][0]["holds"]) == ("may_be_destroyed", [])
        assert (await step(house, "unhold", event=event, reason="again")).json()["code"] == "unknown-hold"
        (placed,) = await facts(house, HoldPlaced)
        (released,) = await facts(house, HoldReleased)
        assert isinstance(placed.payload, HoldPlaced)
        assert isinstance(released.payload, HoldReleased)
        assert placed.payload.by == released.payload.by == house.staff["olga"]
        await house.sign_in("anna")
        assert (await house.http.get("/api/retention")).status_code == 403
