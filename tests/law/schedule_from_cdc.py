# ruff: noqa: E501  (tables: one row to a line)
"""Read an edition of the CDC supporting data (XML) and write its facts in this project's own form.

    python -m tests.law.schedule_from_cdc FOLDER > projections/law/data/acip.json

Takes the standard (not the risk) series of the antigens Minnesota asks for, and of what school clinics give besides:
ages, intervals, vaccines and conditional skips of each dose, and the live-virus conflicts. Forecast facts and all texts
are left behind, and series for one sex: they differ in a vaccine no longer sold.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

ANTIGENS = {
    "Diphtheria": "DIPH", "Tetanus": "TET", "Pertussis": "PERT", "Polio": "POLIO", "Measles": "MEAS", "Mumps": "MUMP",
    "Rubella": "RUBE", "Varicella": "VAR", "HepB": "HEPB", "HepA": "HEPA", "Hib": "HIB", "Pneumococcal": "PCV",
    "Meningococcal": "MENACWY", "HPV": "HPV", "Meningococcal B": "MENB",
}  # fmt: skip
LONGER_SERIES_SINCE = "2021-01-01"
"""Edition 4.18: a fourth hepatitis B dose that fits the four-dose series is valid, no longer surplus."""
LOGIC = {"greater than": "more", "equal to": "equal", "less than": "fewer"}
UNITS = {"year": "y", "month": "m", "week": "w", "day": "d"}


def read(file: Path) -> Element:
    """The root of an XML file."""
    return part_of(parse(file), ".")


def part_of(whole: Any, path: str) -> Element:
    """The element at a path. Raises ValueError for an edition without it."""
    found: Element | None = whole.find(path)
    if found is None:
        raise ValueError(f"no {path} in this edition")
    return found


def text(part: Element, path: str) -> str:
    """The text at a path, without blanks; empty when absent."""
    return (part.findtext(path) or "").strip()


def stretch(words: str) -> str:
    """`6 weeks - 4 days` as `6w-4d`, `19 months + 4 weeks` as `19m4w`."""
    out, sign = "", ""
    tokens = words.replace("+", "").split()
    for token in tokens:
        if token == "-":
            sign = "-"
        elif token.isdigit():
            out, sign = out + sign + token, ""
        else:
            out += UNITS[token.rstrip("s").lower()]
    return out


def day(written: str) -> str:
    """`20090806` as `2009-08-06`."""
    return f"{written[:4]}-{written[4:6]}-{written[6:]}" if written else ""


def some(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if value not in ("", [], None, False, 0)}


def codes(written: str) -> list[str]:
    """`09; 113;138` as a list."""
    return [code.strip() for code in written.split(";") if code.strip()]


class Writer:
    """Collects vaccine lists so that each stands once in the file."""

    def __init__(self) -> None:
        self.lists: dict[str, list[list[str]]] = {}

    def listed(self, dose: Element, tag: str, antigen: str) -> str:
        """The name of the list of vaccines under a tag, made when new; empty when there is none."""
        rows = [
            [text(one, "cvx"), stretch(text(one, "beginAge")), stretch(text(one, "endAge"))]
            for one in dose.findall(tag)
            if text(one, "cvx")
        ]
        if not rows:
            return ""
        for name, known in self.lists.items():
            if known == rows:
                return name
        kind = {"preferableVaccine": "asked", "allowableVaccine": "allowed"}[tag]
        count = sum(1 for name in self.lists if name.startswith(f"{antigen}-{kind}")) + 1
        name = f"{antigen}-{kind}-{count}"
        self.lists[name] = rows
        return name


def gap(interval: Element) -> dict[str, Any]:
    """One interval; empty when the element says nothing."""
    least = stretch(text(interval, "absMinInt"))
    if not least and not text(interval, "minInt"):
        return {}
    target = text(interval, "fromTargetDose")
    return some(
        least=least,
        asked=stretch(text(interval, "minInt")),
        from_dose=int(target) if target else 0,
        from_vaccines=codes(text(interval, "fromMostRecent")),
        since=day(text(interval, "effectiveDate")),
        until=day(text(interval, "cessationDate")),
    )


def condition(one: Element) -> dict[str, Any]:
    """One condition of a skip."""
    kind = text(one, "conditionType").lower()
    if kind == "age":
        return some(kind="age", age_from=stretch(text(one, "beginAge")), age_to=stretch(text(one, "endAge")))
    if kind == "interval":
        return some(kind="gap", least=stretch(text(one, "interval")))
    return some(
        kind="count",
        age_from=stretch(text(one, "beginAge")),
        age_to=stretch(text(one, "endAge")),
        doses=int(text(one, "doseCount")) or "0",
        valid=text(one, "doseType").lower() == "valid",
        compare=LOGIC[text(one, "doseCountLogic").lower()],
        vaccines=codes(text(one, "vaccineTypes")),
    ) | {"doses": int(text(one, "doseCount"))}


def skip(part: Element) -> dict[str, Any]:
    """One conditional skip used in evaluation: any (or all) of its sets, each all (or any) of its conditions."""
    sets = [
        {"any": text(one, "conditionLogic") == "OR", "of": [condition(c) for c in one.findall("condition")]}
        for one in part.findall("set")
    ]
    return {"all": text(part, "setLogic") == "AND", "sets": sets}


def dose(writer: Writer, part: Element, antigen: str) -> dict[str, Any]:
    """One target dose."""
    ages = [
        some(
            least=stretch(text(one, "absMinAge")), asked=stretch(text(one, "minAge")), before=stretch(text(one, "maxAge")),
            since=day(text(one, "effectiveDate")), until=day(text(one, "cessationDate")),
        )
        for one in part.findall("age")
    ]  # fmt: skip
    return some(
        ages=[age for age in ages if age],
        gaps=[one for one in (gap(i) for i in part.findall("interval")) if one],
        other_gaps=[one for one in (gap(i) for i in part.findall("allowableInterval")) if one],
        vaccines=writer.listed(part, "preferableVaccine", antigen),
        allowed=writer.listed(part, "allowableVaccine", antigen),
        inadvertent=[text(one, "cvx") for one in part.findall("inadvertentVaccine") if text(one, "cvx")],
        skips=[skip(one) for one in part.findall("conditionalSkip") if text(one, "context") in ("Evaluation", "Both")],
        again=text(part, "recurringDose") == "Yes",
    )


def series(writer: Writer, part: Element, antigen: str) -> dict[str, Any]:
    """One standard series."""
    name = text(part, "seriesName")
    pick = "selectSeries/"
    return some(
        antigen=antigen,
        name=name,
        group=int(text(part, pick + "seriesGroup") or 1),
        preference=int(text(part, pick + "seriesPreference") or 9),
        usual=text(part, pick + "defaultSeries") == "Yes",
        product=text(part, pick + "productPath") == "Yes",
        start_from=stretch(text(part, pick + "minAgeToStart")),
        start_before=stretch(text(part, pick + "maxAgeToStart")),
        doses=[dose(writer, one, antigen) for one in part.findall("seriesDose")],
    )


def conflicts(folder: Path) -> list[dict[str, Any]]:
    """Live-virus conflicts of the vaccines here: which vaccine before which, and for how long."""
    root = read(folder / "ScheduleSupportingData.xml")
    current = {"03", "04", "05", "06", "07", "21", "38", "94", "121"}
    rules: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for one in part_of(root, "liveVirusConflicts"):
        if text(one, "current/cvx") in current:
            begin, least, end = (
                stretch(text(one, tag))
                for tag in ("conflictBeginInterval", "minConflictEndInterval", "conflictEndInterval")
            )
            pairs = rules.setdefault((begin, least, end), {})
            pairs.setdefault(text(one, "previous/cvx"), []).append(text(one, "current/cvx"))
    return [
        {"begin": begin, "least": least, "end": end, "after": {k: sorted(v) for k, v in sorted(pairs.items())}}
        for (begin, least, end), pairs in sorted(rules.items())
    ]


def is_for_all(part: Element) -> bool:
    """Whether a series is standard, and not of men alone (who have one of their own beside everybody's)."""
    sexes = {text(one, ".") for one in part.findall("requiredGender")} - {""}
    return text(part, "seriesType") == "Standard" and sexes != {"Male"}


def schedule(folder: Path) -> dict[str, Any]:
    """The whole file."""
    writer = Writer()
    found = []
    for name, antigen in ANTIGENS.items():
        root = read(folder / f"AntigenSupportingData- {name}-508.xml")
        found += [series(writer, one, antigen) for one in root.findall("series") if is_for_all(one)]
    root = read(folder / "ScheduleSupportingData.xml")
    back = dict(ANTIGENS.items())
    bears: dict[str, list[Any]] = {}
    for one in part_of(root, "cvxToAntigenMap"):
        ties = [
            [
                back[text(tie, "antigen")],
                stretch(text(tie, "associationBeginAge")),
                stretch(text(tie, "associationEndAge")),
            ]
            for tie in one.findall("association")
            if text(tie, "antigen") in back
        ]
        if ties:
            bears[text(one, "cvx")] = ties
    return {
        "id": "acip",
        "edition": folder.name.removeprefix("supporting-data-"),
        "note": "Facts of the CDC's supporting data for clinical decision support, in our own form. See docs/law.md.",
        "longer_series_since": LONGER_SERIES_SINCE,
        "bears": bears, "lists": writer.lists, "live": conflicts(folder), "series": found,
    }  # fmt: skip


def write(made: dict[str, Any]) -> str:
    """JSON with one list, conflict or series to a line."""
    lines = ["{"]
    for key, value in made.items():
        last = "" if key == "series" else ","
        if isinstance(value, dict):
            rows = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()]
            lines += [f' "{key}": {{', ",\n".join(rows), " }" + last]
        elif isinstance(value, list):
            lines += [f' "{key}": [', ",\n".join("  " + json.dumps(one) for one in value), " ]" + last]
        else:
            lines.append(f' "{key}": {json.dumps(value)}{last}')
    return "\n".join([*lines, "}"]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(write(schedule(Path(sys.argv[1]))))
