"""A row of the project's case file made into a record, cell by cell.

The columns are told in `docs/law.md`. Papers in a case are received and accepted on the date written. A cell that
cannot be read raises `BadCell` with its column and what would be right; what can be read but means nothing to the law
(a vaccine code not understood, a signer no text names) is kept and told in `notes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from projections.law.case_rows import chosen, date_cell
from projections.law.codes import CODES
from projections.law.errors import BadCell
from projections.law.intervals import read_day, write_day
from projections.law.record import Dose, Exemption, PolicyReading, Record, Suspension, Transfer

_TICKS = ("x", "✓", "✔", "tick", "yes", "?")
_CARE_WORDS = ("care", "nursery", "preschool")
_SCHOOL_WORDS = ("school", "montessori", "alternative", "outreach", "kindergarten", "academy", "seminary")
_CODES = {name.upper(): name for name in CODES.spellings()}
_SOURCES = {
    "physician": "physician", "doctor": "physician", "public_clinic": "public_clinic", "clinic": "public_clinic",
    "parent": "parent", "guardian": "parent", "emancipated": "emancipated", "emancipated_person": "emancipated",
    "adult_student": "emancipated", "student": "emancipated", "none": "none",
}  # fmt: skip
_SEXES = {"f": "F", "female": "F", "m": "M", "male": "M", "x": "", "u": "", "unknown": ""}
_GRADES = {
    **{str(grade): str(grade) for grade in range(1, 13)}, **{f"{grade:02}": str(grade) for grade in range(1, 10)},
    "k": "K", "kg": "K", "kindergarten": "K", "prek": "PREK", "pre_k": "PREK", "prek_sped": "PREK_SPED",
}  # fmt: skip
_KINDS = {
    "medical": "medical", "lab": "laboratory", "conscien": "conscience", "disease": "disease", "history": "disease",
    "suspension": "suspension", "policy": "policy", "schedule": "policy", "board": "policy",
}  # fmt: skip
_SIGNERS = {
    "doctor": "physician", "md": "physician", "student": "adult_student", "adult": "adult_student",
    "np": "nurse_practitioner", "aprn": "nurse_practitioner", "pa": "physician_assistant", "clinic": "public_clinic",
    "emancipated_person": "emancipated", "emancipated_student": "emancipated", "emancipated_minor": "emancipated",
    **{name: name for name in (
        "physician", "nurse", "nurse_practitioner", "physician_assistant", "provider", "public_clinic", "parent",
        "guardian", "emancipated", "adult_student", "commissioner", "chiropractor", "laboratory", "none",
    )},
}  # fmt: skip
_HOW = {
    "notarized": "notarized", "notarised": "notarized", "signed": "signed", "not_notarized": "signed",
    "not_notarised": "signed", "unnotarized": "signed", "unsigned": "unsigned", "not_signed": "unsigned",
    "verbal": "unsigned",
}  # fmt: skip


def record_of(row: Mapping[str, str], notes: list[str]) -> Record:
    """The record of one case row. Raises BadCell."""
    if not row.get("birthdate"):
        raise BadCell("birthdate", "is empty: write it as YYYY-MM-DD")
    exemptions, suspensions, readings = _papers(row.get("exemptions", ""), notes)
    transfer, adopted = _transfer(row.get("transfer", ""))
    fields: dict[str, object] = facility(row.get("facility_kind", ""))
    grade = row.get("grade", "")
    if "125A" in grade.upper() or "EXCL" in grade.upper():  # served under 125A.05(c) or 125A.06(d)
        grade, fields["excluded_service"] = "PREK_SPED", True
    return Record(
        born_on=date_cell("birthdate", row["birthdate"]),
        sex=chosen(row, "sex", _SEXES, ""),
        grade=chosen({"grade": grade}, "grade", _GRADES, ""),
        enrolled_on=date_cell("enrolled_on", row.get("enrolled_on", "")),
        clock_from=date_cell("clock_from", row.get("clock_from", "")),
        kg_term=row.get("kg_term", ""),
        g7_term=row.get("g7_term", ""),
        statement_source=chosen(row, "statement_source", _SOURCES, "none"),
        doses=_doses(row.get("doses", ""), notes),
        exemptions=exemptions,
        suspensions=suspensions,
        readings=(*readings, *adopted),
        transfer=transfer,
        **fields,  # type: ignore[arg-type]
    )


def facility(kind: str) -> dict[str, object]:
    """The record fields that a case's `facility_kind` stands for; an empty one is a school. Raises BadCell."""
    word = kind.lower().replace("-", "_").replace(" ", "_")
    if "online" in word or "computer" in word:
        alone = any(part in word for part in ("no_contact", "without_contact", "no_teacher", "only"))
        return {
            "facility": "online",
            "resident": "resident" in word and "non_resident" not in word and "nonresident" not in word,
            "online_contact": ("contact" in word or "teacher" in word) and not alone,
            "online_classroom": "class" in word and "no_class" not in word and "without_class" not in word,
        }
    if "crisis" in word:
        return {"facility": "child_care", "short_stay": "crisis_nursery"}
    if any(part in word for part in ("drop", "occasional", "short", "75")):
        return {"facility": "child_care", "short_stay": "drop_in"}
    if "home" in word and "school" in word:
        return {"facility": "home_school"}
    if "family" in word and "care" in word:
        return {"facility": "group_family_child_care" if "group" in word else "family_child_care"}
    if "early_childhood" in word:
        return {"facility": "early_childhood"}
    if any(part in word for part in _CARE_WORDS):
        return {"facility": "child_care"}
    if not word or any(part in word for part in _SCHOOL_WORDS):
        return {"facility": "school"}
    raise BadCell(
        "facility_kind",
        f"{kind!r} is no facility known here: school, home_school, online_..., child_care_center, family_day_care, "
        "group_family_day_care, crisis_nursery, drop_in_child_care, ...",
    )


def _doses(text: str, notes: list[str]) -> tuple[Dose, ...]:
    found = []
    for item in (one.strip() for one in text.split(";") if one.strip()):
        code, colon, given = (part.strip() for part in item.partition(":"))
        known = _CODES.get(code.upper())
        if not code or (not colon and known is None):
            raise BadCell("doses", f"{item!r}: write a dose as CODE:YYYY-MM-DD, doses joined by ;")
        if known is None:
            notes.append(f"column doses: the vaccine code {code!r} is not understood and counts for nothing")
        on = "" if given.lower() in _TICKS else date_cell("doses", given)
        found.append(Dose(code=known or code, given_on=on))
    return tuple(found)


def _papers(
    text: str, notes: list[str]
) -> tuple[tuple[Exemption, ...], tuple[Suspension, ...], tuple[PolicyReading, ...]]:
    exemptions: list[Exemption] = []
    suspensions: list[Suspension] = []
    readings: list[PolicyReading] = []
    for item in (one.strip() for one in text.split(";") if one.strip()):
        parts = [part.strip() for part in item.split("|")]
        kind = next((v for k, v in _KINDS.items() if k in parts[0].lower()), "")
        if not kind or len(parts) != 5:
            reason = f"{item!r}: write kind|vaccines|signer|notarized or signed|date, the kind one of " + (
                "medical, lab, disease, conscience, suspension, policy"
            )
            raise BadCell("exemptions", reason)
        begin, _, end = parts[4].partition("/")
        since, until = (date_cell("exemptions", day.strip()) for day in (begin, end))
        if kind == "suspension":
            suspensions.append(Suspension(antigens=_names(parts[1], notes), since=since, until=until))
        elif kind == "policy":
            readings.append(PolicyReading(name="schedule", value="adopted", since=since, until=until))
        else:
            exemptions.append(_exemption(kind, parts, since, until, notes))
    return tuple(exemptions), tuple(suspensions), tuple(readings)


def _exemption(kind: str, parts: list[str], on: str, until: str, notes: list[str]) -> Exemption:
    if not on:
        raise BadCell("exemptions", f"{'|'.join(parts)!r} has no date: write it as the fifth part, YYYY-MM-DD")
    signer = parts[2].lower().replace(" ", "_")
    if signer not in _SIGNERS:
        notes.append(f"column exemptions: {parts[2]!r} is no signer that any text names")
    how = chosen({"exemptions": parts[3]}, "exemptions", _HOW)
    end = read_day(until)
    return Exemption(
        kind=kind,
        antigens=_names(parts[1], notes),
        signer=_SIGNERS.get(signer, signer),
        notarized=how == "notarized",
        signed=how != "unsigned",
        signed_on=on,
        received_on=on,
        accepted_on=on,
        withdrawn_on=write_day(end + 1) if end is not None else "",
    )


def _names(text: str, notes: list[str]) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.replace(",", "+").split("+") if part.strip())
    notes += [
        f"column exemptions: {name!r} names no vaccine understood here"
        for name in names
        if not CODES.named_on_statement((name,))
    ]
    return names


def _transfer(text: str) -> tuple[Transfer | None, tuple[PolicyReading, ...]]:
    given: dict[str, str] = {}
    for part in (one.strip() for one in text.split(";") if one.strip()):
        key, equals, value = (one.strip() for one in part.partition("="))
        if not equals or key not in ("from", "on", "grace_days", "first_mn_enrollment", "schedule"):
            raise BadCell(
                "transfer", f"{part!r}: write from=school;on=YYYY-MM-DD;grace_days=N, maybe first_mn_enrollment=DATE"
            )
        given[key] = value
    adopted = given.pop("schedule", "")
    readings = (PolicyReading(name="schedule", value=adopted),) if adopted else ()
    if not given:
        return None, readings
    days = given.get("grace_days", "")
    if days and not days.removeprefix("-").isdecimal():
        raise BadCell("transfer", f"grace_days={days!r} is not a number of days")
    move = Transfer(
        moved_from=_moved_from(given.get("from", "none")),
        moved_on=date_cell("transfer", given.get("on", "")),
        grace_days=int(days) if days else None,
        first_mn_enrollment=date_cell("transfer", given.get("first_mn_enrollment", "")),
    )
    return move, readings


def _moved_from(text: str) -> str:
    word = text.lower().replace(" ", "_").replace("-", "_")
    if word in ("school", "home_school", "out_of_state_school", "none"):
        return word
    if any(care in word for care in _CARE_WORDS):
        return "child_care"
    if "school" in word:
        return "school"
    raise BadCell("transfer", f"from={text!r} is none of school, home_school, out_of_state_school, child_care, none")
