"""Ed-Fi interchange XML: students, their health records, and where they are enrolled.

    Student                   a child
    StudentHealth             doses (required and additional) and a non-medical exemption
    StudentSchoolAssociation  attendance: school, entry date, grade
    StudentSectionAssociation the class, where it is the homeroom
    School                    the name of a school id

A file is known by its root (``Interchange…``), whatever it is called. The non-medical exemption becomes a
conscientious statement, unchecked: Minnesota knows no other kind, and the paper itself was not seen.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from events.catalog.students import Identifier
from server.exchange.files import SourceFile
from server.exchange.grades import read_grade
from server.exchange.keys import Occurrences, fingerprint
from server.exchange.rows import (
    Attendance,
    ChildRow,
    DoseRow,
    Flag,
    Person,
    Place,
    Read,
    Refusal,
    School,
    StatementRow,
    ValueClass,
)
from server.exchange.vaccines import understand
from server.exchange.written import BadDate, clean, impossible, read_birth_date, read_date, read_name, read_sex
from server.exchange.xml_records import Node, root_of, xml_records

ROOTS = ("InterchangeStudent", "InterchangeStudentEnrollment", "InterchangeStudentHealth")
_ORGANISATIONS = "InterchangeEducationOrganization"
_FIX = "mend it at the source and export again"


def edfi_files(files: Sequence[SourceFile]) -> list[SourceFile]:
    """The Ed-Fi files among these, children before what is said of them."""
    roots = {one.name: root_of(one) for one in files if not one.key.endswith((".csv", ".zip"))}
    wanted = (_ORGANISATIONS, *ROOTS)
    found = [one for one in files if roots.get(one.name) in wanted]
    if not any(roots[one.name] in ROOTS for one in found):
        return []
    return sorted(found, key=lambda one: wanted.index(roots[one.name]))


def read_edfi(files: Sequence[SourceFile], today: date) -> Iterator[Read]:
    """Every student, dose and exemption of the files in the order ``edfi_files`` gave; at the end who goes where."""
    schools: dict[str, str] = {}
    births: dict[str, str] = {}
    attending: dict[str, ChildRow] = {}
    homerooms: dict[tuple[str, str], str] = {}
    for source in files:
        for node in xml_records(source):
            place = Place(source.name, node.line)
            match node.tag:
                case "School":
                    schools[node.find("SchoolId")] = clean(node.find("NameOfInstitution"))
                case "Student":
                    yield _student(place, node, births, today)
                case "StudentSchoolAssociation":
                    yield from _attendance(place, node, schools, attending, today)
                case "StudentSectionAssociation":
                    _homeroom(node, homerooms)
                case "StudentHealth":
                    yield from _health(source.name, node, births, today)
                case _:
                    continue
    yield from (_with_classes(row, homerooms) for row in attending.values())


def _homeroom(node: Node, homerooms: dict[tuple[str, str], str]) -> None:
    """The class of a child at a school, by both numbers; any section that is no homeroom is passed over."""
    if node.value("HomeroomIndicator").lower() in ("true", "1"):
        name = clean(node.find("SectionName") or node.find("SectionIdentifier") or node.find("UniqueSectionCode"))
        homerooms[node.find("StudentUniqueId"), node.find("SchoolId")] = name[:254]


def _with_classes(row: ChildRow, homerooms: dict[tuple[str, str], str]) -> ChildRow:
    number = row.person.identifiers[0].value
    attends = tuple(
        msgspec.structs.replace(one, classroom=homerooms.get((number, one.school.key), "")) for one in row.attends
    )
    return msgspec.structs.replace(row, attends=attends)


def _identity(node: Node) -> Person:
    number = node.find("StudentUniqueId")
    return Person(identifiers=(Identifier("edfi", number[:200]),) if number else ())


def _student(place: Place, node: Node, births: dict[str, str], today: date) -> ChildRow | Refusal:
    number = node.value("StudentUniqueId")
    if not number:
        return _refused(place, "StudentUniqueId", "identifier", "the student has no number")
    name = read_name(
        node.value("Name", "FirstName"),
        node.value("Name", "LastSurname"),
        node.value("Name", "MiddleName"),
        node.value("Name", "GenerationCodeSuffix"),
    )
    if name is None:
        return _refused(place, "Name", "name", "no first name and last surname")
    try:
        born = read_birth_date(node.value("BirthData", "BirthDate"), today)
    except BadDate as error:
        return _refused(place, "BirthDate", "date", str(error))
    births[number] = born
    sex = node.value("BirthData", "BirthSex") or node.find("Sex")
    return ChildRow(
        place=place,
        person=Person(
            identifiers=_identity(node).identifiers, name=name, birth_date=born, sex=read_sex(_descriptor(sex))
        ),
    )


def _attendance(
    place: Place, node: Node, schools: dict[str, str], attending: dict[str, ChildRow], today: date
) -> Iterator[Refusal | Flag]:
    """Where a child goes, gathered in ``attending`` by its number: a child may go to two schools."""
    person, school = _identity(node), node.find("SchoolId")
    if not person.identifiers or not school:
        yield _refused(place, "SchoolReference", "identifier", "the enrollment names no student or no school")
        return
    try:
        column, first_day = "EntryDate", read_date(node.value("EntryDate"), today)
        column, last_day = "ExitWithdrawDate", read_date(node.value("ExitWithdrawDate"), today)
    except BadDate as error:
        yield _refused(place, column, "date", str(error))
        return
    if last_day and last_day < today.isoformat():
        yield Flag(place=place, column=column, reason="the enrollment has ended: end it by hand if it is on record")
        return
    attends = Attendance(
        school=School(school[:200], schools.get(school, "")[:200]),
        first_day=first_day or "",
        grade=read_grade(_descriptor(node.value("EntryGradeLevel") or node.value("EntryGradeLevel", "CodeValue"))),
        primary=node.value("PrimarySchool").lower() != "false",
    )
    number = person.identifiers[0].value
    held = attending.setdefault(number, ChildRow(place=place, person=person))
    attending[number] = msgspec.structs.replace(held, attends=(*held.attends, attends))


def _health(file: str, node: Node, births: dict[str, str], today: date) -> Iterator[Read]:
    person = _identity(node)
    if not person.identifiers:
        yield _refused(Place(file, node.line), "StudentReference", "identifier", "the health record names no student")
        return
    number = person.identifiers[0].value
    occurrences = Occurrences()
    for tag, words in (("RequiredImmunization", "ImmunizationType"), ("AdditionalImmunization", "ImmunizationName")):
        for dose in node.all(tag):
            told = _descriptor(dose.value(words))
            for when in dose.all("ImmunizationDate") or [Node("ImmunizationDate", dose.line)]:
                yield _dose(Place(file, when.line), person, told, when.text, births.get(number, ""), occurrences, today)
    if exemption := node.child("NonMedicalImmunizationExemption"):
        yield _exemption(Place(file, exemption.line), person, node, _descriptor(exemption.text), today)


def _dose(
    place: Place, person: Person, told: str, when: str, born: str, occurrences: Occurrences, today: date
) -> DoseRow | Refusal:
    if not told:
        return _refused(place, "ImmunizationType", "code", "the dose names no vaccine")
    try:
        given_on = read_date(when, today)
    except BadDate as error:
        return _refused(place, "ImmunizationDate", "date", str(error))
    if given_on is not None and (reason := impossible(given_on, born, today)):
        return _refused(place, "ImmunizationDate", "date", reason)
    vaccine = understand(group=told)
    return DoseRow(
        place=place,
        person=person,
        key=occurrences.number(fingerprint("edfi", person.identifiers[0].value, told, given_on or "")),
        cvx=vaccine.cvx,
        as_written=vaccine.as_written,
        given_on=given_on,
    )


def _exemption(place: Place, person: Person, node: Node, words: str, today: date) -> StatementRow | Refusal:
    try:
        said = node.value("NonMedicalImmunizationExemptionDate") or node.value("AsOfDate")
        received = read_date(said, today)
    except BadDate as error:
        return _refused(place, "NonMedicalImmunizationExemptionDate", "date", str(error))
    if received is None or len(received) < 10:
        return _refused(place, "NonMedicalImmunizationExemptionDate", "date", "the exemption has no day")
    return StatementRow(
        place=place, person=person, kind="conscientious", received_on=received, words=words or "non-medical"
    )


def _descriptor(text: str) -> str:
    """``uri://ed-fi.org/ImmunizationTypeDescriptor#MMR`` is ``MMR``."""
    return clean(text.rsplit("#", 1)[-1])


def _refused(place: Place, column: str, value_class: ValueClass, reason: str) -> Refusal:
    return Refusal(place=place, column=column, value_class=value_class, reason=reason, fix=_FIX)
