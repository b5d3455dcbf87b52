"""FHIR R4 immunizations, one JSON object a line.

    {"resourceType": "Immunization", …}      a dose; its child by reference to a Patient met before, or by identifier
    {"resourceType": "Patient", …}           a child
    {"resourceType": "Bundle", "entry": …}   both
    {"patient": {…}, "immunizations": […]}   both, as some test sets wrap them

Other resources are passed over. A dose whose Patient stands further down waits until the end of the file,
DOSES_WAITING_MAX at most. Numbers that have no business in a school's record (social security, driver's
licence, passport) are never taken over.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from events.catalog.students import Identifier
from server.exchange.files import SourceFile, bounded_lines, encoding_of
from server.exchange.keys import Occurrences, fingerprint
from server.exchange.rows import ChildRow, DoseRow, Person, Place, Read, Refusal, ToldSource, ValueClass
from server.exchange.vaccines import understand
from server.exchange.written import BadDate, clean, impossible, read_birth_date, read_date, read_name, read_sex

LINE_CHARACTERS_MAX = 16 * 1024 * 1024
DOSES_WAITING_MAX = 200_000
CVX_SYSTEMS = ("http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292")
CPT_SYSTEMS = ("http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12")
MVX_SYSTEMS = ("http://hl7.org/fhir/sid/mvx", "urn:oid:2.16.840.1.113883.12.227")
PRIVATE_SYSTEMS = ("us-ssn", "2.16.840.1.113883.4.1", "2.16.840.1.113883.4.3", "passport")
PRIVATE_TYPES = frozenset(["SS", "DL", "PPN", "TAX", "HC"])
_ORIGINS: dict[str, ToldSource] = {"recall": "parent", "school": "other_school", "provider": "clinic_record"}

Json = dict[str, Any]


def looks_like_fhir(first_line: str) -> bool:
    return first_line.lstrip("\ufeff \t").startswith("{")


def read_fhir(source: SourceFile, today: date) -> Iterator[Read]:
    """Children and doses of the file; a refusal for every line or resource that is neither."""
    reader = _Reader(today)
    for number, line in bounded_lines(source, encoding_of(source), LINE_CHARACTERS_MAX):
        place = Place(source.name, number)
        if line is None:
            yield _refused(place, "", "row", f"the line is longer than {LINE_CHARACTERS_MAX} characters")
        elif line.strip():
            yield from reader.line(place, line)
    yield from reader.rest()


class _Reader:
    """One pass over a file: the patients met so far by their references, and doses that wait for theirs."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.people: dict[str, Person] = {}
        self.waiting: list[tuple[Place, Json]] = []
        self.occurrences = Occurrences()

    def line(self, place: Place, text: str) -> Iterator[Read]:
        try:
            resource = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            yield _refused(place, "", "row", "not JSON: cut short or damaged")
            return
        resources = list(_resources(resource))
        if not resources:
            yield _refused(place, "resourceType", "row", "no FHIR resource")
        for one in sorted(resources, key=lambda one: one.get("resourceType") != "Patient"):
            if one.get("resourceType") == "Patient":
                yield self._patient(place, one)
            elif one.get("resourceType") == "Immunization":
                yield from self._dose(place, one)

    def rest(self) -> Iterator[Read]:
        """Doses that stood before their patient, or whose patient never came: the district may know its number."""
        for place, resource in self.waiting:
            person = self.people.get(_patient_reference(resource)) or _reference_person(resource)
            yield self._read(place, resource, person)

    def _patient(self, place: Place, resource: Json) -> Read:
        name = _name(resource)
        try:
            born = read_birth_date(_text(resource.get("birthDate")), self.today)
        except BadDate as error:
            return _refused(place, "birthDate", "date", str(error))
        if name is None:
            return _refused(place, "name", "name", "no given and family name")
        person = Person(
            identifiers=_identifiers(resource), name=name, birth_date=born, sex=read_sex(_text(resource.get("gender")))
        )
        for reference in _own_references(resource):
            self.people[reference] = person
        return ChildRow(place=place, person=person, language=_language(resource))

    def _dose(self, place: Place, resource: Json) -> Iterator[Read]:
        person = self.people.get(_patient_reference(resource))
        if person is not None:
            yield self._read(place, resource, person)
        elif len(self.waiting) < DOSES_WAITING_MAX:
            self.waiting.append((place, resource))
        else:
            yield _refused(place, "patient", "identifier", "too many doses stand before their patients")

    def _read(self, place: Place, resource: Json, person: Person | None) -> Read:
        if person is None:
            return _refused(place, "patient", "identifier", "the dose names no patient of this file")
        status = _text(resource.get("status"))
        if status == "entered-in-error":
            return _refused(
                place, "status", "code", "the source says it was entered in error: void it if it is on record"
            )
        if status == "not-done":
            return _refused(place, "status", "code", "the source says that no dose was given")
        try:
            given_on = read_date(_occurrence(resource), self.today)
        except BadDate as error:
            return _refused(place, "occurrence", "date", str(error))
        if given_on is not None and (reason := impossible(given_on, person.birth_date, self.today)):
            return _refused(place, "occurrence", "date", reason)
        concept = _object(resource.get("vaccineCode"))
        cvx, cpt = _coding(concept, CVX_SYSTEMS), _coding(concept, CPT_SYSTEMS)
        vaccine = understand(cvx=cvx, cpt=cpt, group="" if cvx or cpt else _words(concept), trade_name=_words(concept))
        if vaccine.cvx is None and not vaccine.as_written:
            return _refused(place, "vaccineCode", "code", "the dose names no vaccine")
        manufacturer = _object(resource.get("manufacturer"))
        return DoseRow(
            place=place,
            person=person,
            key=self._key(resource, person, given_on, vaccine.as_written),
            cvx=vaccine.cvx,
            as_written=vaccine.as_written,
            given_on=given_on,
            lot=clean(_text(resource.get("lotNumber")))[:40],
            mvx=_mvx(manufacturer),
            provider=clean(_provider(resource))[:200],
            source=_source(resource),
        )

    def _key(self, resource: Json, person: Person, given_on: str | None, words: str) -> str:
        """The source's identifier or resource id; without either, a digest of child, vaccine and date."""
        for identifier in _objects(resource.get("identifier")):
            if _text(identifier.get("value")):
                return fingerprint("fhir", _text(identifier.get("system")), _text(identifier.get("value")))
        if _text(resource.get("id")):
            return f"fhir:{_text(resource.get('id'))[:100]}"
        child = person.identifiers[0].value if person.identifiers else f"{person.name}{person.birth_date}"
        return self.occurrences.number(fingerprint("fhir", child, words, given_on or ""))


def _resources(line: Any) -> Iterator[Json]:
    if not isinstance(line, dict):
        return
    kind = line.get("resourceType")
    if kind == "Bundle":
        for entry in _objects(line.get("entry")):
            resource = entry.get("resource")
            if isinstance(resource, dict):
                url = _text(entry.get("fullUrl"))
                yield {**resource, "_url": url} if url else resource
    elif kind is not None:
        yield line
    elif "patient" in line and "immunizations" in line:
        yield {"resourceType": "Patient", **_object(line["patient"])}
        for one in _objects(line["immunizations"]):
            yield {"resourceType": "Immunization", **one}


def _own_references(patient: Json) -> list[str]:
    """How a dose of the same file may refer to this patient."""
    identity, url = _text(patient.get("id")), _text(patient.get("_url"))
    names = [f"Patient/{identity}", f"urn:uuid:{identity}", identity] if identity else []
    return [*names, url] if url else names


def _patient_reference(dose: Json) -> str:
    reference = _text(_object(dose.get("patient")).get("reference"))
    tail = reference.split("/_history/")[0]
    return "Patient/" + tail.rsplit("/Patient/", 1)[1] if "/Patient/" in tail else tail


def _reference_person(dose: Json) -> Person | None:
    """A patient known only by what the reference says: its id, or an identifier beside it."""
    patient = _object(dose.get("patient"))
    found = []
    reference = _patient_reference(dose).removeprefix("Patient/").removeprefix("urn:uuid:")
    if reference:
        found.append(Identifier("fhir", reference[:200]))
    identifier = _object(patient.get("identifier"))
    if _text(identifier.get("value")):
        found.append(Identifier(_text(identifier.get("system"))[:200] or "fhir", _text(identifier.get("value"))[:200]))
    return Person(identifiers=tuple(found)) if found else None


def _identifiers(patient: Json) -> tuple[Identifier, ...]:
    found = []
    if _text(patient.get("id")):
        found.append(Identifier("fhir", _text(patient.get("id"))[:200]))
    for one in _objects(patient.get("identifier")):
        system, value = _text(one.get("system")), _text(one.get("value"))
        types = {_text(coding.get("code")) for coding in _objects(_object(one.get("type")).get("coding"))}
        private = types & PRIVATE_TYPES or any(part in system for part in PRIVATE_SYSTEMS)
        if system and value and not private:
            found.append(Identifier(system[:200], value[:200]))
    return tuple(dict.fromkeys(found))


def _name(patient: Json) -> Any:
    names = _objects(patient.get("name"))
    preferred = sorted(
        names, key=lambda one: ("official", "usual").index(one["use"]) if one.get("use") in ("official", "usual") else 2
    )
    for one in preferred:
        given = [_text(word) for word in one.get("given") or () if _text(word)]
        suffix = " ".join(_text(word) for word in one.get("suffix") or ())
        if given:
            return read_name(given[0], _text(one.get("family")), " ".join(given[1:]), suffix)
    return None


def _language(patient: Json) -> str | None:
    for one in _objects(patient.get("communication")):
        code = _coding(_object(one.get("language")), ("urn:ietf:bcp:47",))
        if code[:3].rstrip("-").isalpha() and code[:2].islower():
            return code.split("-")[0][:3]
    return None


def _occurrence(dose: Json) -> str:
    return _text(dose.get("occurrenceDateTime")) or _text(dose.get("occurrenceString"))


def _source(dose: Json) -> ToldSource:
    if dose.get("primarySource") is True:
        return "clinic_record"
    for coding in _objects(_object(dose.get("reportOrigin")).get("coding")):
        if (origin := _ORIGINS.get(_text(coding.get("code")))) is not None:
            return origin
    return "import_file"


def _provider(dose: Json) -> str:
    place = _text(_object(dose.get("location")).get("display"))
    for performer in _objects(dose.get("performer")):
        place = place or _text(_object(performer.get("actor")).get("display"))
    return place


def _mvx(manufacturer: Json) -> str:
    identifier = _object(manufacturer.get("identifier"))
    value = _text(identifier.get("value")) if _text(identifier.get("system")) in MVX_SYSTEMS else ""
    return clean(value or _text(manufacturer.get("display")))[:40]


def _coding(concept: Json, systems: tuple[str, ...]) -> str:
    return next((_text(one.get("code")) for one in _objects(concept.get("coding")) if one.get("system") in systems), "")


def _words(concept: Json) -> str:
    displays = (_text(one.get("display")) or _text(one.get("code")) for one in _objects(concept.get("coding")))
    return clean(_text(concept.get("text")) or next((word for word in displays if word), ""))


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _refused(place: Place, column: str, value_class: ValueClass, reason: str) -> Refusal:
    return Refusal(
        place=place, column=column, value_class=value_class, reason=reason, fix="mend it at the source and export again"
    )
