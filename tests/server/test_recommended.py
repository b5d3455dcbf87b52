"""The commissioner's recommended list: dated editions, entered by the office with where they were read."""

from pathlib import Path

from events.catalog.policy import PolicyAdopted, RecommendedList
from tests.server.house import open_house
from tests.server.test_quarantine import HEADERS, facts

EDITION = {
    "edition": "2026-09-01",
    "document": "Recommended for children and teens",
    "vaccines": ["influenza", "covid_19", "hpv"],
    "source": "https://health.example/recommended",
    "read_on": "2026-09-02",
}


async def test_an_edition_is_entered_with_its_source_and_replaced(tmp_path: Path) -> None:
    """SERVER-R44: it holds from its day; the one that came with the program stays, compared by nobody."""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        (shipped,) = (await house.http.get("/api/recommended")).json()["editions"]
        assert (shipped["edition"], shipped["compared_by"]) == ("2014-09-01", "")
        first = await house.http.post("/api/recommended", json=EDITION, headers=HEADERS)
        assert [one["edition"] for one in first.json()["editions"]] == ["2026-09-01", "2014-09-01"]
        again = EDITION | {"vaccines": ["influenza", "hpv"], "read_on": "2026-10-01"}
        newest, _ = (await house.http.post("/api/recommended", json=again, headers=HEADERS)).json()["editions"]
        assert (newest["vaccines"], newest["compared_by"]) == (["influenza", "hpv"], "Olga Ek")
        told = [fact.payload for fact in await facts(house, PolicyAdopted)]
        assert [one.by for one in told if isinstance(one, PolicyAdopted)] == [house.staff["olga"]] * 2
        assert all(isinstance(one, PolicyAdopted) and isinstance(one.value, RecommendedList) for one in told)


async def test_an_edition_without_source_or_from_the_future_is_refused(tmp_path: Path) -> None:
    """SERVER-R44: with a code; and so is a nurse, which is on record."""
    async with open_house(tmp_path) as house:
        await house.sign_in("olga")
        for wrong, code in (
            ({"source": "  "}, "no-source"),
            ({"read_on": "2026-08-01"}, "bad-day"),
            ({"read_on": "2126-08-01"}, "bad-day"),
        ):
            answer = await house.http.post("/api/recommended", json=EDITION | wrong, headers=HEADERS)
            assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert (
            await house.http.post("/api/recommended", json=EDITION | {"vaccines": []}, headers=HEADERS)
        ).status_code == 400
        await house.sign_in("anna")
        assert (await house.http.post("/api/recommended", json=EDITION, headers=HEADERS)).status_code == 403
        assert await facts(house, PolicyAdopted) == []
