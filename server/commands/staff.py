"""``doseledger staff``: who works here, and what they may do.

doseledger staff add anna "Anna Ek" --title RN --role nurse          asks for a password
doseledger staff grant anna health_office --facility <id>
doseledger staff list
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
import msgspec
from rich.table import Table

from events.catalog import Payload
from events.catalog.event_type import Address
from events.catalog.people import RoleGranted, RoleRevoked, StaffLeft, StaffRegistered
from events.errors import Refused
from events.ids import StaffId, Stream, stream_of, uuid7
from events.roles import Role
from projections.actors import Staff
from projections.directory import Directory
from server.district import District, open_district, wall_clock
from server.identity.credentials import Credentials
from server.identity.passwords import PASSWORD_LENGTH_MIN, Passwords
from server.identity.sessions import Sessions
from server.identity.store import Identities
from server.live import Live
from server.settings import Settings
from server.terminal import Terminal, say

ROLES = [role.value for role in Role if role is not Role.SYSTEM]
_role = click.Choice(ROLES)
_facility = click.option("--facility", help="Only at this facility (id).")
_clinic = click.option("--clinic", help="Only at this clinic (id).")


class Office(msgspec.Struct, frozen=True):
    """An open district with its directory and identities: what these commands work on."""

    district: District
    directory: Directory
    identities: Identities

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.identities, Passwords())

    def person(self, login: str) -> Staff:
        """Raises Refused when nobody signs in so."""
        found = self.directory.by_login(login)
        if found is None:
            raise Refused("unknown-login", f"nobody signs in as {login!r}: see `doseledger staff list`")
        return found


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """The district with everything these commands need; closed again on leaving."""
    async with open_district(settings, wall_clock, "command", "staff") as district:
        live = Live(district.log, lambda _: None)
        await live.catch_up()
        async with district.identities() as identities:
            yield Office(district, live.directory, identities)


@click.group()
def staff() -> None:
    """Who works here and what they may do."""


@staff.command("add")
@click.argument("login")
@click.argument("name")
@click.option("--title", required=True, help="As it stands beside a dose: RN, LPN, school secretary.")
@click.option("--address", required=True, help="Work address, copied into each dose (42 U.S.C. 300aa-25).")
@click.option("--role", "roles", type=_role, multiple=True, required=True, help="May be given several times.")
@_facility
@_clinic
@click.password_option(help=f"At least {PASSWORD_LENGTH_MIN} characters; asked for when left out.")
@click.pass_obj
def add_command(
    settings: Settings,
    login: str,
    name: str,
    title: str,
    address: str,
    roles: tuple[str, ...],
    facility: str | None,
    clinic: str | None,
    password: str,
) -> None:
    """Register a person with a login, a password and one or more roles."""
    person = StaffRegistered(name=name, title=title, address=Address(lines=(address,)), login=login)
    granted = [_granted(role, facility, clinic) for role in roles]

    async def run() -> StaffId:
        async with open_office(settings) as office:
            return await add_staff(office, person, granted, password)

    say(f"{login} is registered as {asyncio.run(run())}.")


@staff.command("grant")
@click.argument("login")
@click.argument("role", type=_role)
@_facility
@_clinic
@click.pass_obj
def grant_command(settings: Settings, login: str, role: str, facility: str | None, clinic: str | None) -> None:
    """Give a role: for one facility, one clinic, or the whole district."""

    async def run() -> None:
        async with open_office(settings) as office:
            await grant(office, office.person(login).id, [_granted(role, facility, clinic)])

    asyncio.run(run())
    say(f"{login} now has the role {role}.")


@staff.command("revoke")
@click.argument("login")
@click.argument("role", type=_role)
@_facility
@_clinic
@click.option("--reason", default="")
@click.pass_obj
def revoke_command(
    settings: Settings, login: str, role: str, facility: str | None, clinic: str | None, reason: str
) -> None:
    """Take a role away, for exactly the place it was given for."""

    async def run() -> None:
        async with open_office(settings) as office:
            person = office.person(login)
            revoked = _revoked(role, facility, clinic, reason)
            held = {(grant.role.value, grant.facility, grant.clinic) for grant in person.open_grants}
            if (revoked.role, revoked.facility, revoked.clinic) not in held:
                raise Refused("role-not-held", f"{login} does not have the role {role} for that place")
            await record(office, person.id, revoked)

    asyncio.run(run())
    say(f"{login} no longer has the role {role} there.")


@staff.command("leave")
@click.argument("login")
@click.option("--reason", default="")
@click.pass_obj
def leave_command(settings: Settings, login: str, reason: str) -> None:
    """The person no longer works here: roles and sessions end today."""

    async def run() -> None:
        async with open_office(settings) as office:
            person = office.person(login)
            await record(office, person.id, StaffLeft(on=wall_clock().date().isoformat(), reason=reason))
            await Sessions(office.identities, os.urandom).end_all(person.id)

    asyncio.run(run())
    say(f"{login} has left; what their phones still hold goes to review when it arrives.")


@staff.command("password")
@click.argument("login")
@click.password_option()
@click.pass_obj
def password_command(settings: Settings, login: str, password: str) -> None:
    """Set a new password; open sessions end."""

    async def run() -> None:
        async with open_office(settings) as office:
            person = office.person(login)
            await office.credentials.set_password(person.id, password, wall_clock())
            await Sessions(office.identities, os.urandom).end_all(person.id)

    asyncio.run(run())
    say(f"{login} has a new password.")


@staff.command("list")
@click.pass_obj
def list_command(settings: Settings) -> None:
    """Everyone with their roles."""

    async def run() -> list[Staff]:
        async with open_office(settings) as office:
            return sorted(office.directory.staff.values(), key=lambda person: person.login)

    table = Table("login", "name", "title", "roles", "id")
    for person in asyncio.run(run()):
        roles = ", ".join(sorted({grant.role.value for grant in person.open_grants}))
        table.add_row(person.login, person.name, person.title, "left" if person.has_left else roles, person.id)
    Terminal().print(table)


async def add_staff(office: Office, person: StaffRegistered, granted: list[RoleGranted], password: str) -> StaffId:
    """Register a person, the roles and the password. Raises Refused for a login in use or a bad password."""
    if office.directory.by_login(person.login) is not None:
        raise Refused("login-in-use", f"somebody signs in as {person.login!r} already: choose another login")
    staff_id = StaffId(uuid7(wall_clock(), os.urandom(10)))
    _require_places(office, granted)
    await office.credentials.set_password(staff_id, password, wall_clock())
    facts = _facts(staff_id, person, *granted)
    await office.district.record_first(facts, [f"login {person.login.casefold()}: {at}" for at in range(len(facts))])
    return staff_id


async def grant(office: Office, person: StaffId, granted: list[RoleGranted]) -> None:
    """Give roles. Raises Refused for a place the district does not have."""
    _require_places(office, granted)
    await record(office, person, *granted)


def _require_places(office: Office, granted: list[RoleGranted]) -> None:
    for one in granted:
        if one.facility is not None and one.facility not in office.directory.facilities:
            raise Refused("unknown-facility", f"the district has no facility {one.facility!r}")
        if one.clinic is not None and one.clinic not in office.directory.clinics:
            raise Refused("unknown-clinic", f"the district has no clinic {one.clinic!r}")


async def record(office: Office, person: StaffId, *payloads: Payload) -> None:
    """Write facts about a person, in one commit."""
    await office.district.record(_facts(person, *payloads))


def _facts(person: StaffId, *payloads: Payload) -> list[tuple[Stream, Payload]]:
    return [(stream_of("staff", person), payload) for payload in payloads]


def _granted(role: str, facility: str | None, clinic: str | None) -> RoleGranted:
    return msgspec.convert({"role": role, "facility": facility, "clinic": clinic}, RoleGranted)


def _revoked(role: str, facility: str | None, clinic: str | None, reason: str) -> RoleRevoked:
    return msgspec.convert({"role": role, "facility": facility, "clinic": clinic, "reason": reason}, RoleRevoked)
