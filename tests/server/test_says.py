"""A court's order on who decides for a child, as the office records it, takes it back and gives a say back."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from events.catalog.consents import ConsentGiven, ConsentRefused, ConsentVoided, SayEnded, SayRestored
from events.catalog.disclosures import DisclosureConsented
from events.catalog.people import RoleGranted
from events.ids import stream_of
from projections.consents import consent_for, words_of
from projections.student import fold
from tests.server.house import ADA, House, open_house
from tests.server.test_identity_http import refusals
from tests.server.test_quarantine import HEADERS, facts
from tests.server.test_reading_http import viewings

ORDER = {"person": "pao vang", "since": "2026-08-15", "court": "Hennepin 27-FA-26-1234", "ordered_on": "2026-08-10"}


async def says(house: House) -> dict[str, Any]:
    answer = await house.http.get(f"/api/students/{ADA}/says")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def step(house: House, deed: str, **body: Any) -> httpx.Response:
    return await house.http.post(f"/api/students/{ADA}/says/{deed}", json=body, headers=HEADERS)


async def parents_disagree(house: House) -> None:
    yes = ConsentGiven(cvx=("03",), signer="Mai Vang", standing="parent", form="paper", on="2026-08-01")
    no = ConsentRefused(cvx=("03",), signer="Pao Vang", standing="parent", on="2026-08-02")
    own = ConsentRefused(cvx=("08",), signer="Ada", standing="student", on="2026-08-02")
    shares = DisclosureConsented(
        student=ADA, signer="Bao Lee", standing="guardian", on="2026-08-02", party="MIIC", what="doses given here"
    )
    await house.tell(stream_of("student", ADA), yes, no, own, shares)


async def state(house: House) -> str:
    """What the child's words come to on the district's day."""
    log = [fact for kind in (ConsentGiven, ConsentRefused, SayEnded, SayRestored, ConsentVoided)
           for fact in await facts(house, kind)]  # fmt: skip
    return consent_for(words_of(fold(log).shelf), "03", house.today.isoformat(), None).state


async def test_an_order_is_recorded_undone_counted_again_and_a_say_given_back(tmp_path: Path) -> None:
    """OFFICE-R28, PROJ-R253: each is an event beside the entry, signed by the office, with who said so."""
    async with open_house(tmp_path) as house:
        await parents_disagree(house)
        await house.sign_in("olga")
        assert (await says(house)) == {"says": [], "speakers": ["Bao Lee", "Mai Vang", "Pao Vang"], "may_write": True}
        assert (house.staff["olga"], ADA, "says") in await viewings(house)
        assert await state(house) == "conflict"
        (row,) = (await step(house, "end", **ORDER, seen=True)).json()["says"]
        document = "Hennepin 27-FA-26-1234 · 2026-08-10 · Olga Ek"
        assert (row["person"], row["since"], row["document"], row["by"]) == (
            "pao vang",
            "2026-08-15",
            document,
            "Olga Ek",
        )
        assert await state(house) == "given"
        (voided,) = (await step(house, "void", event=row["undo"], reason="another family")).json()["says"]
        assert (voided["mistake"], await state(house)) == ("another family", "conflict")
        (again,) = (await step(house, "void", event=voided["undo"], reason="it was theirs")).json()["says"]
        assert (again["mistake"], await state(house)) == ("", "given")
        back = await step(house, "restore", event=row["event"], on="2026-09-01", reason="order of August 30")
        assert (back.json()["says"][0]["until"], await state(house)) == ("2026-09-01", "conflict")
        (ended,) = await facts(house, SayEnded)
        assert isinstance(ended.payload, SayEnded)
        assert ended.payload.by == house.staff["olga"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seen": False}, "paper-not-seen"),
        ({"ordered_on": "2036-01-01"}, "day-impossible"),
        ({"ordered_on": "1999-01-01"}, "day-impossible"),
        ({"since": "1999-01-01"}, "day-impossible"),
        ({"since": "2036-01-01"}, "day-impossible"),
        ({"since": "2026-02-30"}, "bad-request"),
        ({"person": ""}, "bad-request"),
        ({"court": ""}, "bad-request"),
    ],
)
async def test_an_order_nobody_saw_or_of_a_day_that_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    """OFFICE-R28"""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        answer = await step(house, "end", **(ORDER | {"seen": True} | changes))
        assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)
        assert await facts(house, SayEnded) == []


async def test_what_stands_already_is_not_said_twice(tmp_path: Path) -> None:
    """OFFICE-R28: an order for who has no say, a say nobody lost, a mistake that was said before."""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        (row,) = (await step(house, "end", **ORDER, seen=True)).json()["says"]
        assert (await step(house, "end", **(ORDER | {"person": "PAO VANG"}), seen=True)).json()[
            "code"
        ] == "no-say-already"
        early = await step(house, "restore", event=row["event"], on="2026-08-01", reason="x")
        assert early.json()["code"] == "day-impossible"
        await step(house, "void", event=row["event"], reason="another family")
        for deed, more in (("void", {}), ("restore", {"on": "2026-09-01"})):
            assert (await step(house, deed, event=row["event"], reason="x", **more)).json()["code"] == "no-such-order"
        assert len((await step(house, "end", **ORDER, seen=True)).json()["says"]) == 2


async def test_who_may_not_write_on_consent_reads_it_at_most(tmp_path: Path) -> None:
    """OFFICE-R28: a refusal is on record, and nothing is written."""
    async with open_house(tmp_path) as house:
        await house.sign_in("root")
        assert (await house.http.get(f"/api/students/{ADA}/says")).status_code == 403
        await house.tell(stream_of("staff", house.staff["root"]), RoleGranted(role="auditor"))
        assert (await says(house))["may_write"] is False
        assert (await step(house, "end", **ORDER, seen=True)).status_code == 403
        assert [one.attempted for one in await refusals(house, "root")][-1] == "record a court's order"
        assert await facts(house, SayEnded) == []
