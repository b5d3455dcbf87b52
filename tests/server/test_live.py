"""The folds in memory: what one of them cannot take stops all of them, in sight."""

from pathlib import Path

import msgspec
import pytest

from events.wire import Pull, to_wire
from server.errors import ProjectionPaused
from server.live import Live
from server.register import Register
from server.sync.pages import Pages
from tests.server.house import CLINIC, open_house


def fail(*_: object) -> None:
    raise KeyError("a bug")


async def test_a_fact_no_fold_could_take_is_never_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SERVER-R23"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        live = Live(house.district.log, lambda _: None)
        before = (await live.catch_up()).checkpoint.size
        await phone.push(phone.dose())
        with monkeypatch.context() as bug:
            bug.setattr(Register, "apply", fail)
            with pytest.raises(ProjectionPaused, match=f"before position {before}"):
                await live.catch_up()
        with pytest.raises(ProjectionPaused, match=f"before position {before}"):
            await live.catch_up()
        again = Live(house.district.log, lambda _: None)
        assert (await again.catch_up()).checkpoint.size > before


async def test_no_page_of_before_is_given_once_the_folds_are_made_anew(tmp_path: Path) -> None:
    """SYNC-R37: under the same head, what was read while a row was damaged is read again."""
    async with open_house(tmp_path) as house:
        await house.enroll()
        live = Live(house.district.log, lambda _: None)
        await live.catch_up()
        pages, pull = Pages(house.district, live), Pull(f"clinic/{CLINIC}")
        before = await pages.page(pull)
        assert await pages.page(pull) is before
        await live.fold_anew()
        assert await pages.page(pull) is not before


async def test_a_phone_is_told_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SERVER-R23: no answer is signed off folds that stand apart; the event is in the log all the same."""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        body = msgspec.json.encode({"push": [to_wire(phone.dose())], "version": 1})
        monkeypatch.setattr(Register, "apply", fail)
        for _ in range(2):
            told = await phone.post(body)
            assert told.status_code == 503
            assert told.json()["code"] == "projection-paused"
