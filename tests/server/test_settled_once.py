"""Two of the office at the same moment, in one process or several: one word settles a matter, the other is told so."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.catalog.retention import (
    DestructionApproved,
    DestructionCompleted,
    DestructionProposed,
    DestructionRequested,
    HoldReleased,
)
from events.catalog.stock import StockReplaced
from events.errors import Refused
from server.commands import destruction as end
from server.commands.clinic import repay, withdraw_order
from tests.server.house import CLINIC, House, open_house
from tests.server.test_clinic_books import GYM, ORDER, a_day
from tests.server.test_destruction import OLD, approved, grown_up
from tests.server.test_quarantine import HEADERS, facts

EARLIER = "settled-already"


async def post(house: House, path: str, **body: str) -> httpx.Response:
    return await house.http.post(f"/api/{path}", json=body, headers=HEADERS)


async def code_of(deed: Coroutine[Any, Any, object]) -> str:
    """``done``, or the code of what refused it: of a request or of a command."""
    try:
        answer = await deed
    except Refused as refused:
        return refused.code
    return str(answer.json()["code"]) if isinstance(answer, httpx.Response) and answer.is_error else "done"


async def outcomes(*deeds: Coroutine[Any, Any, object]) -> Counter[str]:
    return Counter(await asyncio.gather(*(code_of(deed) for deed in deeds)))


async def test_a_loan_is_paid_back_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27: three times in the browser, and by a command."""
    async with open_house(tmp_path) as house:
        await a_day(house)
        await house.sign_in("olga")
        loan = (await house.http.get(f"/api/clinics/{CLINIC}")).json()["books"]["loans"][0]["event"]
        path = f"clinics/{CLINIC}/loans/{loan}/repay"
        command = repay(house.district.settings, "gym 2026-11-21", loan, "W3", "", house.clock)
        told = await outcomes(*(post(house, path, lot=lot) for lot in ("W2", "W4", "W5")), command)
        assert told["done"] == len(await facts(house, StockReplaced)) == 1
        assert told[EARLIER] + told["unknown-loan"] == 3


async def test_an_order_is_withdrawn_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27: from the day that one of them named."""
    async with open_house(tmp_path) as house:
        await house.tell(GYM, ORDER)
        issued = (await facts(house, OrderIssued))[0].id
        await house.sign_in("olga")
        path, why = f"clinics/{CLINIC}/orders/{issued}/withdraw", "a new protocol"
        days = ("2026-12-01", "2026-12-02", "2026-12-03")
        command = withdraw_order(house.district.settings, "gym 2026-11-21", issued, "R. Vance", why, "", house.clock)
        told = await outcomes(*(post(house, path, by="R. Vance", reason=why, on=day) for day in days), command)
        assert told["done"] == len(await facts(house, OrderWithdrawn)) == 1
        assert told[EARLIER] + told["withdrawn-already"] == 3


async def test_a_file_is_approved_once_however_many_try_at_once(tmp_path: Path) -> None:
    """OFFICE-R27, RETENTION-R02: and it is proposed once."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        await house.sign_in("rita")
        proposing = [post(house, "retention/propose", student=OLD) for _ in range(3)]
        told = await outcomes(*proposing, end.propose(settings, OLD, "rita", clock))
        assert told["done"] == len(await facts(house, DestructionProposed)) == 1
        await house.sign_in("root")
        approving = [post(house, "retention/approve", student=OLD) for _ in range(3)]
        told = await outcomes(*approving, end.approve(settings, OLD, "root", clock))
        assert told["done"] == len(await facts(house, DestructionApproved)) == 1
        assert (await post(house, "retention/approve", student=OLD)).json()["code"] == "destruction-under-way"


async def test_a_file_held_meanwhile_is_not_destroyed(tmp_path: Path) -> None:
    """OFFICE-R27, RETENTION-R02: the command that destroys read the record before."""
    async with grown_up(tmp_path) as (house, _):
        await approved(house)
        settings, clock = house.district.settings, house.clock
        async with end.open_office(settings, "retention destroy", "rita", clock) as office:
            child = office.child(OLD)
            await house.sign_in("olga")
            held = await post(house, "retention/hold", student=OLD, reason="asked for", authority="34 CFR 99.10")
            assert held.status_code == 200
            with pytest.raises(Refused, match="somebody else"):
                await office.ending.destroy(child)
        assert await facts(house, DestructionRequested) == []


async def test_a_file_is_destroyed_and_certified_once(tmp_path: Path) -> None:
    """OFFICE-R27, RETENTION-R03: by two commands, and by one that finishes what another is about."""
    async with grown_up(tmp_path) as (house, _):
        await approved(house)
        settings, clock = house.district.settings, house.clock
        async with (
            end.open_office(settings, "retention destroy", "rita", clock) as one,
            end.open_office(settings, "retention destroy", "rita", clock) as other,
        ):
            deeds = (one.ending.destroy(one.child(OLD)), other.ending.destroy(other.child(OLD)))
            assert await outcomes(*deeds) == {"done": 1, EARLIER: 1}
        (request,) = await facts(house, DestructionRequested)
        async with end.open_office(settings, "retention finish", "rita", clock) as office:
            assert isinstance(request.payload, DestructionRequested)
            with pytest.raises(Refused, match="somebody else"):
                await office.ending._complete([request.payload])
        assert len(await facts(house, DestructionCompleted)) == 1


async def test_a_hold_ends_once_however_many_end_it(tmp_path: Path) -> None:
    """OFFICE-R27: by command too, which refuses one that is over."""
    async with grown_up(tmp_path) as (house, _):
        settings, clock = house.district.settings, house.clock
        event = await end.hold(settings, OLD, "rita", "the parents asked", "34 CFR 99.10", clock=clock)
        await house.sign_in("rita")
        ending = [post(house, "retention/unhold", event=event, reason="seen") for _ in range(3)]
        told = await outcomes(*ending, end.unhold(settings, event, "rita", "seen", clock))
        assert told["done"] == len(await facts(house, HoldReleased)) == 1
        with pytest.raises(Refused, match="no hold that stands"):
            await end.unhold(settings, event, "rita", "again", clock)
