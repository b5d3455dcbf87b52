"""``doseledger device list`` and ``close``: a lost phone signs nothing more, and loses nothing it brings."""

from pathlib import Path

import pytest

from events.errors import Refused
from events.wire import Accepted, Quarantined, Reset
from server.commands.device import close_device, list_devices
from tests.server.house import ADA, BEA, CLINIC, open_house


async def test_a_lost_phone_is_closed_at_its_last_event(tmp_path: Path) -> None:
    """IDENTITY-R10"""
    async with open_house(tmp_path) as house:
        phone, tablet = await house.enroll(), await house.enroll("olga", "tablet")
        assert all(isinstance(answer, Accepted) for answer in await phone.push(phone.dose(ADA), phone.dose(BEA)))
        settings = house.district.settings
        listed = {row.label: row for row in await list_devices(settings)}
        assert listed.keys() == {"anna's phone", "olga's tablet"}
        assert (listed["anna's phone"].people, listed["anna's phone"].last_seq) == (("anna",), 2)
        said = await close_device(settings, "anna's phone", "lost", "left in a taxi")
        assert said.startswith("anna's phone is closed at its event 2")
        (late,) = await phone.push(phone.dose(ADA))
        assert isinstance(late, Quarantined)
        assert (late.reason, late.owner) == ("revoked_key", "district_admin")
        page = (await phone.turn(scope=f"clinic/{CLINIC}")).page
        assert isinstance(page, Reset)
        assert page.reason == "scope_not_allowed"
        assert {row.label for row in await list_devices(settings)} == {"olga's tablet"}
        assert {row.label: row.state for row in await list_devices(settings, True)}["anna's phone"] == "closed"
        assert isinstance((await tablet.push(tablet.dose(ADA)))[0], Accepted)
        with pytest.raises(Refused, match="was closed at its event 2"):
            await close_device(settings, phone.enrolled.device, "lost")
        with pytest.raises(Refused, match="not one device"):
            await close_device(settings, "nothing", "lost")
