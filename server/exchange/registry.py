"""The registry's answer file: 24 columns between pipes, one row a dose (``mn-aisr`` layout).

Columns are found by name; where the first line is already a child, by position. ``immunization_id`` is the
source's own number of a dose, ``miic_client_id`` of a child. ``id_1`` to ``id_6`` are whatever numbers the
asking school sent, so they point at a child only when name or birth date agrees.
"""

from collections.abc import Iterator
from datetime import date

from events.catalog.students import Identifier
from server.exchange.files import SourceFile
from server.exchange.keys import Occurrences, fingerprint
from server.exchange.rows import DoseRow, Flag, Person, Read, Refusal, UnreadableFile
from server.exchange.tables import Record, Table, open_table, records
from server.exchange.vaccines import understand
from server.exchange.written import BadDate, impossible, person_key, read_birth_date, read_date, read_name, read_sex

COLUMNS = (
    *("id_1", "id_2", "id_3", "id_4", "id_5", "id_6"),
    *("miic_client_id", "first_name", "last_name", "birth_date", "sex_code", "race_code", "ethnicity_code"),
    *("immunization_id", "vaccine_group_name", "cpt_code", "cvx_code", "trademark_name", "vaccination_date"),
    *("administration_route_code", "body_site_code", "manufacturer_code"),
    *("historical_ind", "historical_lot_number"),
)
TELLING = ("first_name", "last_name", "birth_date", "cvx_code", "vaccination_date")
NEEDED = ("vaccination_date",)
_EMPTY_CODES = frozenset(["", "00", "0", "NULL", "null"])


def open_registry_file(source: SourceFile) -> Table | None:
    """The table, or None when the file is empty. Raises UnreadableFile when it is another kind of file."""
    table = open_table(source, positions=COLUMNS, known=(*TELLING, *COLUMNS))
    if table is None:
        return None
    lacking = [column for column in NEEDED if column not in table.columns]
    if lacking:
        raise UnreadableFile(source.name, 1, f"the column {lacking[0]} is missing.")
    if "miic_client_id" not in table.columns and not {"first_name", "last_name", "birth_date"} <= set(table.columns):
        raise UnreadableFile(source.name, 1, "no column says which child a row is about.")
    return table


def read_registry_file(table: Table, today: date) -> Iterator[Read]:
    """Every row as a dose, or why it is none."""
    seen = Occurrences()
    for record in records(table):
        yield record if isinstance(record, Refusal | Flag) else _row(record, today, seen)


def _row(record: Record, today: date, seen: Occurrences) -> DoseRow | Refusal:
    column = "birth_date"
    try:
        born = read_birth_date(record["birth_date"], today) if record["birth_date"] else ""
        column = "vaccination_date"
        given_on = read_date(record["vaccination_date"], today)
    except BadDate as error:
        return Refusal(
            place=record.place, column=column, value_class="date", reason=str(error), fix="write it as YYYY-MM-DD"
        )
    if given_on is not None and (reason := impossible(given_on, born, today)):
        return Refusal(
            place=record.place,
            column="vaccination_date",
            value_class="date",
            reason=reason,
            fix="ask the registry to mend the date",
        )
    vaccine = understand(
        cvx=record["cvx_code"],
        cpt=record["cpt_code"],
        group=record["vaccine_group_name"],
        trade_name=record["trademark_name"],
    )
    if vaccine.cvx is None and not vaccine.as_written:
        return Refusal(
            place=record.place,
            column="cvx_code",
            value_class="code",
            reason="the row names no vaccine",
            fix="give a CVX code or a vaccine name",
        )
    person = _person(record, born)
    return DoseRow(
        place=record.place,
        person=person,
        key=_key(record, person, born, given_on, vaccine.as_written, seen),
        cvx=vaccine.cvx,
        as_written=vaccine.as_written,
        given_on=given_on,
        lot=_code(record["historical_lot_number"])[:40],
        mvx=_code(record["manufacturer_code"])[:40],
        source="registry",
    )


def _person(record: Record, born: str) -> Person:
    client = record["miic_client_id"]
    local = [Identifier(f"id_{n}", record[f"id_{n}"][:200]) for n in range(1, 7) if record[f"id_{n}"]]
    return Person(
        identifiers=(Identifier("registry", client[:200]),) if client else (),
        weak_identifiers=tuple(local),
        name=read_name(record["first_name"], record["last_name"]),
        birth_date=born,
        sex=read_sex(record["sex_code"]),
    )


def _key(record: Record, person: Person, born: str, given_on: str | None, words: str, seen: Occurrences) -> str:
    """The registry's number of the dose; without one, a key of child, vaccine and date, numbered if repeated."""
    if record["immunization_id"]:
        return f"registry:{record['immunization_id'][:100]}"
    child = (
        person.identifiers[0].value
        if person.identifiers
        else "|".join(person_key(person.name, born))
        if person.name
        else born
    )
    return seen.number(fingerprint("registry", child, words, given_on or ""))


def _code(text: str) -> str:
    return "" if text in _EMPTY_CODES else text
