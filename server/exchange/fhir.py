"""FHIR R4 immunizations: one JSON object a line, a bulk export's folder, or one document over many lines.

    {"resourceType": "Immunization", …}      a dose; its child by reference to a Patient, or by a number
    {"resourceType": "Patient", …}           a child
    {"resourceType": "Bundle", "entry": …}   both
    {"patient": {…}, "immunizations": […]}   both, as some test sets wrap them

Other resources are passed over. A dose whose Patient stands further down, or in another file of the same
import, waits until the end, DOSES_WAITING_MAX at most.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from server.exchange.fhir_json import Json, code_in, object_in, objects_in, text_in, words_in
from server.exchange.fhir_patient import (
    contained_patient,
    is_unique,
    language_of,
    own_references,
    patient_reference,
    person_elsewhere,
    person_of,
)
from server.exchange.files import SourceFile
from server.exchange.keys import Occurrences, fingerprint
from server.exchange.rows import ChildRow, DoseRow, Person, Place, Read, Refusal, ToldSource, ValueClass
from server.exchange.text import bounded_lines, encoding_of, open_text
from server.exchange.vaccines import understand
from server.exchange.written import NOT_GIVEN, BadDate, clean, impossible, read_date

LINE_CHARACTERS_MAX = 16 * 1024 * 1024
DOSES_WAITING_MAX = 200_000
CVX_SYSTEMS = ("http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292")
CPT_SYSTEMS = ("http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12")
MVX_SYSTEMS = ("http://hl7.org/fhir/sid/mvx", "urn:oid:2.16.840.1.113883.12.227")
_ORIGINS: dict[str, ToldSource] = {"recall": "parent", "school": "other_school", "provider": "clinic_record"}
_FIX = "mend it at the source and export again"


def looks_like_fhir(first_line: str) -> bool:
    return first_line.lstrip("\ufeff \t").startswith(("{", "["))


def read_fhir(sources: Sequence[SourceFile], today: date) -> Iterator[Read]:
    """Children and doses of the files; a refusal for every line or resource that is neither."""
    reader = _Reader(today)
    for source in sorted(sources, key=lambda one: not one.key.startswith("patient")):
        for place, text in _documents(source):
            if text is None:
                yield _refused(place, "", "row", f"the line is longer than {LINE_CHARACTERS_MAX} characters")
            elif text.strip():
                yield from reader.document(place, text)
    yield from reader.rest()


def _documents(source: SourceFile) -> Iterator[tuple[Place, str | None]]:
    """The file's lines; or the whole of it, when that is one JSON value and its first line is none."""
    encoding = encoding_of(source)
    with open_text(source, encoding) as opened:
        first = opened.readline(LINE_CHARACTERS_MAX)
        whole = "" if _is_json(first) else first + opened.read(LINE_CHARACTERS_MAX)
    if whole and _is_json(whole):
        yield Place(source.name, 1), whole
        return
    for number, line in bounded_lines(source, encoding, LINE_CHARACTERS_MAX):
        yield Place(source.name, number), line


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


class _Reader:
    """One pass over an import: the patients met so far by their references, and doses that wait for theirs."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.people: dict[str, Person] = {}
        self.waiting: list[tuple[Place, Json]] = []
        self.occurrences = Occurrences()

    def document(self, place: Place, text: str) -> Iterator[Read]:
        try:
            resources = list(_resources(msgspec.json.decode(text)))
        except (msgspec.DecodeError, RecursionError):
            yield _refused(place, "", "row", "not JSON: cut short or damaged")
            return
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
            person = self.people.get(patient_reference(resource)) or person_elsewhere(resource)
            yield self._read(place, resource, person)

    def _patient(self, place: Place, resource: Json) -> Read:
        try:
            person = person_of(resource, self.today)
        except BadDate as error:
            return _refused(place, "birthDate", "date", str(error))
        if person is None:
            return _refused(place, "name", "name", "no given and family name")
        for reference in own_references(resource):
            self.people[reference] = person
        return ChildRow(place=place, person=person, language=language_of(resource))

    def _dose(self, place: Place, resource: Json) -> Iterator[Read]:
        reference = patient_reference(resource)
        if reference.startswith("#"):
            yield self._contained(place, resource)
        elif reference in self.people:
            yield self._read(place, resource, self.people[reference])
        elif len(self.waiting) < DOSES_WAITING_MAX:
            self.waiting.append((place, resource))
        else:
            yield _refused(place, "patient", "identifier", "too many doses stand before their patients")

    def _contained(self, place: Place, resource: Json) -> Read:
        patient = contained_patient(resource)
        try:
            person = person_of(patient, self.today) if patient is not None else None
        except BadDate as error:
            return _refused(place, "contained.birthDate", "date", str(error))
        return self._read(place, resource, person or person_elsewhere(resource))

    def _read(self, place: Place, resource: Json, person: Person | None) -> Read:
        if person is None:
            fix = "export the Patient resources with the doses"
            return _refused(place, "patient", "identifier", "no Patient here is the one this dose names", fix)
        status = text_in(resource.get("status"))
        if status == "entered-in-error":
            fix = "void it by hand if it is on record"
            return _refused(place, "status", "code", "the source says it was entered in error", fix)
        if status == "not-done":
            return _refused(place, "status", "code", "the source says that no dose was given", "nothing to mend")
        try:
            given_on, said = _given(resource, self.today)
        except BadDate as error:
            return _refused(place, "occurrence", "date", str(error))
        if given_on is not None and (reason := impossible(given_on, person.birth_date, self.today)):
            return _refused(place, "occurrence", "date", reason)
        return self._row(place, resource, person, given_on, said)

    def _row(self, place: Place, resource: Json, person: Person, given_on: str | None, said: str) -> Read:
        concept = object_in(resource.get("vaccineCode"))
        cvx, cpt, words = code_in(concept, CVX_SYSTEMS), code_in(concept, CPT_SYSTEMS), clean(words_in(concept))
        vaccine = understand(cvx=cvx, cpt=cpt, group="" if cvx or cpt else words, trade_name=words)
        if vaccine.cvx is None and not vaccine.as_written:
            return _refused(place, "vaccineCode", "code", "the dose names no vaccine")
        return DoseRow(
            place=place,
            person=person,
            key=self._key(resource, person, given_on, vaccine.as_written),
            cvx=vaccine.cvx,
            as_written=f"{vaccine.as_written}; given: {said}"[:400] if said else vaccine.as_written,
            given_on=given_on,
            lot=clean(text_in(resource.get("lotNumber")))[:40],
            mvx=_mvx(object_in(resource.get("manufacturer"))),
            provider=clean(_provider(resource))[:200],
            source=_source(resource),
        )

    def _key(self, resource: Json, person: Person, given_on: str | None, words: str) -> str:
        """The source's own number of the dose, with its patient's unless it means one dose wherever it stands.

        Without a number, a digest of child, vaccine and date.
        """
        whose = patient_reference(resource)
        for number in objects_in(resource.get("identifier")):
            system, value = text_in(number.get("system")), text_in(number.get("value"))
            if value:
                return fingerprint("fhir", system, value) if system else fingerprint("fhir", whose, value)
        identity = text_in(resource.get("id"))
        if identity:
            return f"fhir:{identity.lower()}" if is_unique(identity) else fingerprint("fhir", whose, identity)
        child = person.identifiers[0].value if person.identifiers else f"{person.name}{person.birth_date}"
        return self.occurrences.number(fingerprint("fhir", child, words, given_on or ""))


def _resources(value: Any) -> Iterator[Json]:
    """The resources of one JSON value, however it wraps them."""
    for one in objects_in(value) if isinstance(value, list) else [object_in(value)]:
        kind = one.get("resourceType")
        if kind == "Bundle":
            for entry in objects_in(one.get("entry")):
                if resource := object_in(entry.get("resource")):
                    url = text_in(entry.get("fullUrl"))
                    yield from _resources({**resource, "_url": url} if url else resource)
        elif isinstance(kind, str):
            yield one
        elif "patient" in one and "immunizations" in one:
            yield {"resourceType": "Patient", **object_in(one["patient"])}
            for dose in objects_in(one["immunizations"]):
                yield {"resourceType": "Immunization", **dose}


def _given(dose: Json, today: date) -> tuple[str | None, str]:
    """The date, and the source's words where it tells the time in words that are no date."""
    moment, words = text_in(dose.get("occurrenceDateTime")), clean(text_in(dose.get("occurrenceString")))[:100]
    if moment or words.casefold() in NOT_GIVEN:
        return read_date(moment or words, today), ""
    try:
        return read_date(words, today), ""
    except BadDate:
        return None, words


def _source(dose: Json) -> ToldSource:
    if dose.get("primarySource") is True:
        return "clinic_record"
    for coding in objects_in(object_in(dose.get("reportOrigin")).get("coding")):
        if (origin := _ORIGINS.get(text_in(coding.get("code")))) is not None:
            return origin
    return "import_file"


def _provider(dose: Json) -> str:
    place = text_in(object_in(dose.get("location")).get("display"))
    for performer in objects_in(dose.get("performer")):
        place = place or text_in(object_in(performer.get("actor")).get("display"))
    return place


def _mvx(manufacturer: Json) -> str:
    number = object_in(manufacturer.get("identifier"))
    value = text_in(number.get("value")) if text_in(number.get("system")) in MVX_SYSTEMS else ""
    return clean(value or text_in(manufacturer.get("display")))[:40]


def _refused(place: Place, column: str, value_class: ValueClass, reason: str, fix: str = _FIX) -> Refusal:
    return Refusal(place=place, column=column, value_class=value_class, reason=reason, fix=fix)
