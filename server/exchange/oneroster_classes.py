"""The class a child of a OneRoster set belongs to, as its school calls it.

    users <──enrollments.csv (student)──> classes.csv <──enrollments.csv (teacher)──> users

A homeroom is the class; without one a child's only class is. Several scheduled classes name none. A class is called by
its title, else by its code, else by its teacher.
"""

from server.exchange.oneroster_tables import RosterTables
from server.exchange.tables import Record
from server.exchange.written import clean

CLASSROOM_CHARACTERS_MAX = 254


def classroom_of(rows: RosterTables, user: str, org: str) -> str:
    """The child's class at an organisation; empty where the set does not say which one it is."""
    going = (one for one in _live(rows, user) if one["schoolsourcedid"] in ("", org))
    named = dict.fromkeys(one["classsourcedid"] for one in going if one["role"].lower() in ("", "student"))
    classes = {one: rows.classes[one] for one in named if one in rows.classes and _is_at(rows.classes[one], org)}
    homerooms = [one for one, held in classes.items() if held["classtype"].lower() == "homeroom"]
    chosen = homerooms or list(classes)
    if len(chosen) != 1:
        return ""
    held = classes[chosen[0]]
    name = clean(held["title"]) or clean(held["classcode"]) or _teacher(rows, chosen[0])
    return name[:CLASSROOM_CHARACTERS_MAX]


def _live(rows: RosterTables, user: str) -> list[Record]:
    return [one for one in rows.enrollments.get(user, ()) if one["status"].lower() != "tobedeleted"]


def _is_at(held: Record, org: str) -> bool:
    return held["status"].lower() != "tobedeleted" and held["schoolsourcedid"] in ("", org)


def _teacher(rows: RosterTables, classroom: str) -> str:
    """The family name of who teaches it; empty where nobody does."""
    teacher = rows.users.get(rows.teachers.get(classroom, ""))
    return clean(teacher["familyname"]) if teacher is not None else ""
