"""Who a FHIR patient is, and what a dose may call it.

    Patient/p1, urn:uuid:…, a Bundle's fullUrl     a patient of the same import
    #c1                                            a patient contained in the dose itself
    {"identifier": {"system", "value"}}            a number that means one person wherever it stands

A resource id counts beyond its import only when it is a UUID: every server has a patient 1. Numbers that
have no business in a school's record (social security, driver's licence, passport) are never taken over.
"""

import re
from datetime import date

from events.catalog.event_type import PersonName
from events.catalog.students import Identifier
from server.exchange.fhir_json import Json, code_in, object_in, objects_in, text_in, texts_in
from server.exchange.rows import Person
from server.exchange.written import read_birth_date, read_name, read_sex

PRIVATE_SYSTEMS = ("us-ssn", "2.16.840.1.113883.4.1", "2.16.840.1.113883.4.3", "passport")
PRIVATE_TYPES = frozenset(["SS", "DL", "PPN", "TAX", "HC"])
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_USES = {"official": 0, "usual": 1}


def is_unique(resource_id: str) -> bool:
    """Whether an id means the same thing on every server."""
    return _UUID.fullmatch(resource_id) is not None


def person_of(patient: Json, today: date) -> Person | None:
    """The person, None without a name. Raises BadDate for its birth date."""
    born = read_birth_date(text_in(patient.get("birthDate")), today)
    name = _name(patient)
    if name is None:
        return None
    return Person(
        identifiers=_identifiers(patient), name=name, birth_date=born, sex=read_sex(text_in(patient.get("gender")))
    )


def own_references(patient: Json) -> list[str]:
    """How a dose of the same import may refer to this patient; ``_url`` is its Bundle's fullUrl."""
    identity, url = text_in(patient.get("id")), text_in(patient.get("_url"))
    names = [f"Patient/{identity}", f"urn:uuid:{identity}", identity] if identity else []
    return [*names, url] if url else names


def patient_reference(dose: Json) -> str:
    """What a dose calls its patient: ``Patient/<id>``, a URN, or ``#<id>`` of a contained one."""
    reference = text_in(object_in(dose.get("patient")).get("reference"))
    tail = reference.split("/_history/")[0]
    return "Patient/" + tail.rsplit("/Patient/", 1)[1] if "/Patient/" in tail else tail


def contained_patient(dose: Json) -> Json | None:
    """The patient a dose carries inside itself, without its id, which means nothing outside."""
    wanted = patient_reference(dose).removeprefix("#")
    for one in objects_in(dose.get("contained")):
        if one.get("resourceType") == "Patient" and text_in(one.get("id")).removeprefix("#") == wanted:
            return {**one, "id": ""}
    return None


def person_elsewhere(dose: Json) -> Person | None:
    """A patient told only by a number that means one person: the district may know it."""
    found = []
    reference = patient_reference(dose).removeprefix("Patient/").removeprefix("urn:uuid:")
    if is_unique(reference):
        found.append(Identifier("fhir", reference.lower()))
    number = object_in(object_in(dose.get("patient")).get("identifier"))
    system, value = text_in(number.get("system")), text_in(number.get("value"))
    if system and value:
        found.append(Identifier(system[:200], value[:200]))
    return Person(identifiers=tuple(found)) if found else None


def language_of(patient: Json) -> str | None:
    for one in objects_in(patient.get("communication")):
        code = code_in(object_in(one.get("language")), ("urn:ietf:bcp:47",))
        if code[:3].rstrip("-").isalpha() and code[:2].islower():
            return code.split("-")[0][:3]
    return None


def _identifiers(patient: Json) -> tuple[Identifier, ...]:
    found = []
    identity = text_in(patient.get("id"))
    if is_unique(identity):
        found.append(Identifier("fhir", identity.lower()))
    for one in objects_in(patient.get("identifier")):
        system, value = text_in(one.get("system")), text_in(one.get("value"))
        types = {text_in(coding.get("code")) for coding in objects_in(object_in(one.get("type")).get("coding"))}
        private = types & PRIVATE_TYPES or any(part in system for part in PRIVATE_SYSTEMS)
        if system and value and not private:
            found.append(Identifier(system[:200], value[:200]))
    return tuple(dict.fromkeys(found))


def _name(patient: Json) -> PersonName | None:
    """The official name, else the usual, else the first that has a given name."""
    names = [(texts_in(one.get("given")), one) for one in objects_in(patient.get("name"))]
    for given, one in sorted(names, key=lambda pair: _USES.get(text_in(pair[1].get("use")), 2)):
        if given:
            return read_name(
                given[0], text_in(one.get("family")), " ".join(given[1:]), " ".join(texts_in(one.get("suffix")))
            )
    return None
