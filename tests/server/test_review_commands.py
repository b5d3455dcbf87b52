"""What waits for a person, on a terminal: listed with its age and owner, accepted and settled under a login."""

from pathlib import Path

import pytest

from events.errors import Refused
from server.commands.review import accept, age, list_waiting, settle, show_waiting
from tests.server.house import ADA
from tests.server.test_quarantine import refused_dose
from tests.server.test_showing import printed
from tests.server.test_worklist import open_office


async def test_everything_that_waits_is_on_one_list(tmp_path: Path) -> None:
    """ALARM-R01, QUARANTINE-R01, WORK-R01: a gap with its age, a refused dose, the same dose twice."""
    async with open_office(tmp_path) as house:
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        first, _, third = one.dose(ADA), one.dose(ADA, "08"), one.dose(ADA, "21")
        await one.push(first, third)
        await two.push(two.dose(ADA))
        await refused_dose(house)
        settings, clock = house.district.settings, house.clock
    clock.turn(days=3)
    found = await list_waiting(settings, "olga", clock)
    assert [(row.kind, row.device, row.count) for row in found.alarms] == [("gap", "anna's phone", 1)]
    assert [row.reason for row in found.submissions] == ["not_authorised"]
    assert [(row.child, row.owner) for row in found.matters] == [("Ada Okafor", "health_office")]
    text = printed(show_waiting, found, clock())
    for words in ("Log and devices", "gap", "3 days", "Set aside", "not authorised", "In records", "Okafor"):
        assert words in text, words
    assert age(found.alarms[0].since, clock()) == "3 days"
    await accept(settings, "gap", found.alarms[0].about, 1, "olga", "the phone was run over", clock)
    await settle(settings, found.matters[0].key, "olga", "two were given", clock)
    left = await list_waiting(settings, "olga", clock)
    assert (left.alarms, left.matters) == ((), ())
    assert len(left.submissions) == 1


async def test_only_who_may_accepts_and_settles(tmp_path: Path) -> None:
    """ALARM-R05, WORK-R05: by role and by child; what does not wait is said to."""
    async with open_office(tmp_path) as house:
        one, two = await house.enroll("anna"), await house.enroll("olga", "tablet")
        first, _, third = one.dose(ADA), one.dose(ADA, "08"), one.dose(ADA, "21")
        await one.push(first, third)
        await two.push(two.dose(ADA))
        settings, clock = house.district.settings, house.clock
    found = await list_waiting(settings, "olga", clock)
    with pytest.raises(Refused, match="health_office to accept"):
        await accept(settings, "gap", found.alarms[0].about, 1, "rita", "mine", clock)
    with pytest.raises(Refused, match="this takes the role"):
        await settle(settings, found.matters[0].key, "rita", "mine", clock)
    with pytest.raises(Refused, match="none of this person's roles"):
        await list_waiting(settings, "root", clock)
    assert (await list_waiting(settings, "rita", clock)).matters == ()
    for deed in (
        accept(settings, "fork", "nobody", 1, "olga", "x", clock),
        settle(settings, "nothing", "olga", "x", clock),
    ):
        with pytest.raises(Refused, match="see `doseledger review list`"):
            await deed
