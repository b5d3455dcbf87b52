"""A device that was enrolled after the back-up: the restored server knows neither it nor its seat."""

import os
from pathlib import Path

from client_sync.carrying import Carried
from client_sync.replica import open_replica
from client_sync.transport import HttpTransport
from events.ids import stream_of
from server.backup import make_backup, restore_backup
from server.store.epochs import open_epoch
from tests.client_sync.test_photos_restored import lose
from tests.client_sync.test_real_server import KEY, device_of
from tests.server.house import ADA, open_house, settings_for
from tests.server.making import a_dose


async def test_what_it_delivered_is_carried_by_another_and_set_aside_whole(tmp_path: Path) -> None:
    """CLIENT-R46: nothing receipted is lost; a person of the district decides, for nobody can vouch for the seat."""
    home, path, settings = tmp_path / "home", tmp_path / "device.db", settings_for(tmp_path / "home")
    async with open_house(home) as house:
        clock = house.clock
        await make_backup(settings, tmp_path / "copy", tmp_path / "ring", clock())
        async with device_of(house, path) as device:
            made = [await device.record(stream_of("student", ADA), a_dose(cvx)) for cvx in ("03", "21")]
            assert (await device.sync()).is_quiet
    lose(home)
    await restore_backup(settings, tmp_path / "copy", tmp_path / "ring", clock())
    await open_epoch(settings, clock, "the disk was replaced", os.urandom)
    async with open_house(home) as house:
        async with device_of(house, path) as device:
            report = await device.sync(1)
            assert not report.is_quiet
            assert "token" in report.problem
            file = await device.hand_off()
        async with HttpTransport(house.url) as wire, open_replica(tmp_path / "o.db", KEY, wire, house.clock) as other:
            await other.enroll(await house.code("anna"), "the same laptop")
            carried = await other.carry(file)
        assert [isinstance(one, Carried) and one.is_quarantined for one in carried] == [True, True]
        await house.sign_in("root")
        rows = (await house.http.get("/api/quarantine")).json()["submissions"]
        assert {row["reason"] for row in rows} == {"unknown_seat"}
        assert len(rows) == len(made)
