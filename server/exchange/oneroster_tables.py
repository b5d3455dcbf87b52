"""The tables of a OneRoster set, each row held by its sourcedId; what cannot be read is kept as a problem.

A sourcedId that stands in a table with two contents is refused, every row of it. A set that stands there
twice (a folder of two schools' exports) is refused whole: nobody could say which row counts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from server.exchange.files import SourceFile
from server.exchange.rows import Flag, Place, Refusal, UnreadableFile, ValueClass
from server.exchange.tables import Record, open_table, records

FIX = "fill it in at the student system and export again"
KNOWN = {
    "users": ("sourcedId", "givenName", "familyName", "username", "enabledUser", "role", "email"),
    "orgs": ("sourcedId", "name", "type"),
    "roles": ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
    "demographics": ("sourcedId", "birthDate", "sex"),
    "enrollments": ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    "classes": ("sourcedId", "title", "termSourcedIds", "schoolSourcedId"),
    "academicsessions": ("sourcedId", "title", "type", "startDate", "endDate"),
}
"""Table to the columns by which its header is known."""


class RosterTables(msgspec.Struct):
    """The tables by sourcedId (roles and enrollments by user), and what could not be read."""

    users: dict[str, Record]
    orgs: dict[str, Record]
    demographics: dict[str, Record]
    classes: dict[str, Record]
    sessions: dict[str, Record]
    roles: dict[str, list[Record]]
    enrollments: dict[str, list[Record]]
    teachers: dict[str, str]
    """Class to the user who teaches it, the primary one where there are several."""
    has_demographics: bool
    problems: list[Refusal | Flag]


def load_tables(files: Sequence[SourceFile]) -> RosterTables:
    """Read every table there is. Raises UnreadableFile where one stands there twice or is no table."""
    by_name = _by_name(files)
    loader = _Loader(by_name)
    enrollments = loader.by_user("enrollments")
    return RosterTables(
        users=loader.by_id("users"),
        orgs=loader.by_id("orgs"),
        demographics=loader.by_id("demographics"),
        classes=loader.by_id("classes"),
        sessions=loader.by_id("academicsessions"),
        roles=loader.by_user("roles"),
        enrollments=enrollments,
        teachers=_teachers(enrollments),
        has_demographics="demographics.csv" in by_name,
        problems=loader.problems,
    )


def refused(place: Place, column: str, value_class: ValueClass, reason: str, fix: str = FIX) -> Refusal:
    return Refusal(place=place, column=column, value_class=value_class, reason=reason, fix=fix)


def _teachers(enrollments: dict[str, list[Record]]) -> dict[str, str]:
    teaching = [one for rows in enrollments.values() for one in rows if one["role"].lower() == "teacher"]
    live = [one for one in teaching if one["status"].lower() != "tobedeleted"]
    live.sort(key=lambda one: (one["primary"].lower() == "true", one["usersourcedid"]))
    return {one["classsourcedid"]: one["usersourcedid"] for one in live}


def _by_name(files: Sequence[SourceFile]) -> dict[str, SourceFile]:
    counts = Counter(one.key for one in files)
    for name in (f"{table}.csv" for table in KNOWN):
        if counts[name] > 1:
            raise UnreadableFile(name, None, "it stands there twice; import each folder by itself.")
    return {one.key: one for one in files}


class _Loader:
    """Reads the tables of one set; ``problems`` gathers what could not be read."""

    def __init__(self, by_name: dict[str, SourceFile]) -> None:
        self._by_name = by_name
        self.problems: list[Refusal | Flag] = []

    def by_id(self, name: str) -> dict[str, Record]:
        found: dict[str, Record] = {}
        twice: set[str] = set()
        for record in self._records(name):
            number = record["sourcedid"]
            held = found.setdefault(number, record)
            if not number:
                self.problems.append(refused(record.place, "sourcedId", "identifier", "the row has no sourcedId"))
            elif held.values != record.values:
                twice.add(number)
                why = "the sourcedId stands in the file twice, with two contents"
                self.problems.append(refused(record.place, "sourcedId", "identifier", why))
        self.problems.extend(
            refused(found[number].place, "sourcedId", "identifier", "the sourcedId stands in the file twice")
            for number in sorted(twice)
        )
        return {number: record for number, record in found.items() if number and number not in twice}

    def by_user(self, name: str) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self._records(name):
            found.setdefault(record["usersourcedid"], []).append(record)
        return found

    def _records(self, name: str) -> Iterator[Record]:
        source = self._by_name.get(f"{name}.csv")
        opened = open_table(source, known=KNOWN[name]) if source is not None else None
        for record in records(opened) if opened is not None else ():
            if isinstance(record, Record):
                yield record
            else:
                self.problems.append(record)
