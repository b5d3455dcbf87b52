"""OneRoster CSV (1.1 and 1.2): a folder or zip of tables that point at each other by ``sourcedId``.

    users ──orgSourcedIds, role──> orgs        1.1: role and school stand in users.csv
    users <──roles.csv──> orgs                 1.2: roles have their own table, with dates
    users <──demographics.csv                  birth date and sex
    users ──agentSourcedIds──> users           whom to call, written on either side
    users <──enrollments.csv──> classes ──> academicSessions     the first day where no role says it; the class

The version is taken from what the tables hold, the manifest is not needed. Only students become rows;
teachers and parents are not refused, they are simply not children. Deletion marks end nothing here: a
person ends an enrollment, because that starts legal clocks.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from events.catalog.students import Contact, Identifier
from server.exchange.files import SourceFile
from server.exchange.grades import read_grade
from server.exchange.oneroster_classes import classroom_of
from server.exchange.oneroster_tables import RosterTables, load_tables, refused
from server.exchange.rows import Attendance, ChildRow, Flag, Person, Read, Refusal, School
from server.exchange.tables import Record
from server.exchange.written import BadDate, clean, read_birth_date, read_date, read_name, read_sex

_CALLED = frozenset(["parent", "guardian", "relative", "counselor", "foster parent", "grandparent"])
_CONTACTS_MAX = 20


def is_oneroster(files: Sequence[SourceFile]) -> bool:
    return any(one.key == "users.csv" for one in files)


def read_oneroster(files: Sequence[SourceFile], today: date) -> Iterator[Read]:
    """Every student of the roster, in order of users.csv; and why a row is none."""
    rows = load_tables(files)
    yield from rows.problems
    callers = _callers(rows)
    for user, record in rows.users.items():
        if _is_student(rows, user, record):
            yield from _child(rows, callers, user, record, today)


def _is_student(rows: RosterTables, user: str, record: Record) -> bool:
    stated = [one["role"].lower() for one in rows.roles.get(user, ())] or [record["role"].lower()]
    if any(stated):
        return "student" in stated
    return any(one["role"].lower() == "student" for one in rows.enrollments.get(user, ()))


def _child(
    rows: RosterTables, callers: Mapping[str, list[str]], user: str, record: Record, today: date
) -> Iterator[ChildRow | Refusal | Flag]:
    if record["status"].lower() == "tobedeleted":
        reason, fix = "the source marks the child as deleted", "if the child has left: doseledger student leave"
        yield refused(record.place, "status", "code", reason, fix)
        return
    name = read_name(record["givenname"], record["familyname"], record["middlename"])
    if name is None:
        yield refused(record.place, "givenName", "name", "no given and family name")
        return
    about = rows.demographics.get(user)
    try:
        born = read_birth_date(about["birthdate"], today) if about is not None else ""
    except BadDate as error:
        yield refused(about.place if about is not None else record.place, "birthDate", "date", str(error))
        return
    attends, flags = _attends(rows, user, record, today)
    yield from flags
    yield ChildRow(
        place=record.place,
        person=Person(
            identifiers=_numbers(user, record),
            name=name,
            birth_date=born,
            sex=read_sex(about["sex"]) if about is not None else None,
        ),
        lacking="" if born else _lacking(rows),
        attends=tuple(attends),
        contacts=_contacts(rows, callers.get(user, [])),
    )


def _lacking(rows: RosterTables) -> str:
    """Why a child has no birth date; one already on record needs none, a delta may leave it out."""
    if rows.has_demographics:
        return "no birth date: demographics.csv has no row of this user"
    return "no birth date: there is no demographics.csv"


def _numbers(user: str, record: Record) -> tuple[Identifier, ...]:
    numbers = (("sis", user), ("local", record["identifier"]), ("master", record["usermasteridentifier"]))
    return tuple(Identifier(system, value[:200]) for system, value in numbers if value)


def _attends(rows: RosterTables, user: str, record: Record, today: date) -> tuple[list[Attendance], list[Flag]]:
    """The schools of a child with first days; what has ended or is no school is only flagged."""
    flags: list[Flag] = []
    found: dict[str, Attendance] = {}
    for org, role in _places(rows, user, record):
        school = _school(rows, org)
        place = role.place if role is not None else record.place
        if school is None:
            flags.append(Flag(place=place, column="orgSourcedId", reason="no school in orgs.csv: no enrollment made"))
            continue
        first_day, last_day = _span(role, today)
        if last_day and last_day < today.isoformat():
            flags.append(Flag(place=place, column="endDate", reason="the role has ended: end the enrollment by hand"))
            continue
        if school.key not in found:
            found[school.key] = Attendance(
                school=school,
                first_day=first_day or _term_start(rows, user, org, today),
                grade=read_grade(record["grades"]),
                classroom=classroom_of(rows, user, org),
                primary=role is None or role["roletype"].lower() != "secondary",
            )
    if not found and not flags:
        flags.append(Flag(place=record.place, column="orgSourcedIds", reason="the child is at no school"))
    return list(found.values()), flags


def _places(rows: RosterTables, user: str, record: Record) -> list[tuple[str, Record | None]]:
    """Organisation ids with the role that names them: 1.2 roles, else 1.1 columns, else class enrollments."""
    roles = [one for one in rows.roles.get(user, ()) if one["role"].lower() == "student"]
    if roles:
        live = (one for one in roles if one["status"].lower() != "tobedeleted")
        return [
            (one["orgsourcedid"], one) for one in sorted(live, key=lambda one: one["roletype"].lower() != "primary")
        ]
    stated = _list(record["orgsourcedids"] or record["primaryorgsourcedid"])
    if stated:
        return [(org, None) for org in stated]
    live = (one for one in rows.enrollments.get(user, ()) if one["status"].lower() != "tobedeleted")
    return [(org, None) for org in sorted({one["schoolsourcedid"] for one in live} - {""})]


def _school(rows: RosterTables, org: str) -> School | None:
    """The school an organisation is, or the one a department belongs to."""
    for _ in range(10):
        record = rows.orgs.get(org)
        if record is None:
            return None
        if record["type"].lower() == "school":
            return School(org[:200], clean(record["name"])[:200])
        org = record["parentsourcedid"]
    return None


def _span(role: Record | None, today: date) -> tuple[str, str]:
    """First and last day a role states, empty where it states none or only part of a date."""
    if role is None:
        return "", ""
    return _full_day(role["begindate"], today), _full_day(role["enddate"], today)


def _term_start(rows: RosterTables, user: str, org: str, today: date) -> str:
    """The earliest day of the child's classes at the school: their own, else their terms'; empty if unknown."""
    days: set[str] = set()
    for one in rows.enrollments.get(user, ()):
        if one["schoolsourcedid"] != org or one["status"].lower() == "tobedeleted":
            continue
        own = _full_day(one["begindate"], today)
        held = rows.classes.get(one["classsourcedid"])
        terms = _list(held["termsourcedids"]) if held is not None else []
        days |= {own} if own else {_full_day(rows.sessions[t]["startdate"], today) for t in terms if t in rows.sessions}
    return min(days - {""}, default="")


def _full_day(text: str, today: date) -> str:
    try:
        day = read_date(text, today)
    except BadDate:
        return ""
    return day if day is not None and len(day) == 10 else ""


def _callers(rows: RosterTables) -> dict[str, list[str]]:
    """Student to the users to call, whichever side names the other; in order of their ids."""
    found: dict[str, set[str]] = {}
    for user, record in rows.users.items():
        for other in _list(record["agentsourcedids"]):
            called, child = (other, user) if _is_student(rows, user, record) else (user, other)
            if called in rows.users and _relation(rows, called) in _CALLED:
                found.setdefault(child, set()).add(called)
    return {child: sorted(called) for child, called in found.items()}


def _relation(rows: RosterTables, user: str) -> str:
    roles = rows.roles.get(user)
    return (roles[0]["role"] if roles else rows.users[user]["role"]).lower()


def _contacts(rows: RosterTables, called: Sequence[str]) -> tuple[Contact, ...]:
    contacts = []
    for user in called[:_CONTACTS_MAX]:
        record = rows.users[user]
        name = clean(f"{record['givenname']} {record['familyname']}")[:200]
        if name and record["status"].lower() != "tobedeleted":
            phone = clean(record["phone"] or record["sms"])[:254]
            contacts.append(
                Contact(name=name, relation=_relation(rows, user), phone=phone, email=clean(record["email"])[:254])
            )
    return tuple(contacts)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
