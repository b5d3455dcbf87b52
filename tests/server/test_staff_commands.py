"""``doseledger staff`` and ``doseledger device code`` as the office types them."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from events.catalog.facilities import FacilityOpened
from events.errors import Refused
from events.ids import FacilityId, stream_of
from events.roles import Role
from projections.actors import Staff
from projections.directory import Directory
from server.commands.device import device
from server.commands.staff import open_office, staff
from server.district import open_district, wall_clock
from server.identity.enrolment import Enrolment, Redeemed
from server.identity.tokens import read_code
from server.settings import Settings
from tests.server.house import PASSWORD, SCHOOL, Turnable, found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    async def furnish() -> Settings:
        settings = await found(tmp_path, Turnable())
        async with open_district(settings, wall_clock, "command", "test") as district:
            await district.record([(stream_of("facility", SCHOOL), FacilityOpened(name="Elm", kind="elementary"))])
        return settings

    return asyncio.run(furnish())


def run(settings: Settings, *words: str, command: object = staff) -> Result:
    return CliRunner().invoke(command, list(words), obj=settings, catch_exceptions=True)  # type: ignore[arg-type]


def add(settings: Settings, login: str, *more: str) -> Result:
    said = ("add", login, f"{login.title()} Ek", "--title", "RN", "--address", "1 Main St", "--password", PASSWORD)
    return run(settings, *said, *more)


def directory(settings: Settings) -> Directory:
    async def look() -> Directory:
        async with open_office(settings) as office:
            return office.directory

    return asyncio.run(look())


def person(settings: Settings, login: str) -> Staff:
    found = directory(settings).by_login(login)
    assert found is not None
    return found


def refused(result: Result) -> str:
    assert isinstance(result.exception, Refused), result.exception
    return result.exception.code


def test_a_person_is_added_with_roles_and_password(settings: Settings) -> None:
    """IDENTITY-R09"""
    assert add(settings, "anna", "--role", "nurse", "--facility", SCHOOL).exit_code == 0
    anna = person(settings, "anna")
    assert [(grant.role, grant.facility) for grant in anna.open_grants] == [(Role.NURSE, FacilityId(SCHOOL))]
    assert refused(add(settings, "Anna", "--role", "nurse")) == "login-in-use"
    assert "Anna Ek" in run(settings, "list").output


def test_bad_words_are_refused_before_anything_is_written(settings: Settings) -> None:
    assert add(settings, "anna", "--role", "king").exit_code == 2
    assert refused(add(settings, "anna", "--role", "nurse", "--clinic", SCHOOL)) == "unknown-clinic"
    assert refused(add(settings, "anna", "--role", "nurse", "--password", "short")) == "bad-password"
    assert refused(run(settings, "grant", "nobody", "nurse")) == "unknown-login"
    assert directory(settings).by_login("anna") is None


def test_roles_are_granted_and_taken_for_exactly_a_place(settings: Settings) -> None:
    add(settings, "anna", "--role", "nurse")
    assert run(settings, "grant", "anna", "records", "--facility", SCHOOL).exit_code == 0
    assert refused(run(settings, "revoke", "anna", "records")) == "role-not-held"
    assert run(settings, "revoke", "anna", "nurse", "--reason", "moved").exit_code == 0
    assert {grant.role for grant in person(settings, "anna").open_grants} == {Role.RECORDS}
    assert run(settings, "leave", "anna").exit_code == 0
    assert person(settings, "anna").has_left


def test_a_code_enrolls_a_device_of_that_person(settings: Settings) -> None:
    add(settings, "anna", "--role", "nurse")
    shown = run(settings, "code", "--staff", "anna", command=device).output.strip()
    assert read_code(shown) is not None

    async def redeem() -> object:
        async with open_office(settings) as office:
            return await Enrolment(office.identities, bytes).redeem(shown, wall_clock())

    assert asyncio.run(redeem()) == Redeemed(person(settings, "anna").id)


def test_a_new_password_is_set(settings: Settings) -> None:
    add(settings, "anna", "--role", "nurse")
    assert run(settings, "password", "anna", "--password", "a new long password").exit_code == 0

    async def check(password: str) -> object:
        async with open_office(settings) as office:
            return await office.credentials.check("anna", person_id, password, wall_clock())

    person_id = person(settings, "anna").id
    assert asyncio.run(check("a new long password")) is True
    assert asyncio.run(check(PASSWORD)) is False
