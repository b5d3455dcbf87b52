# ruff: noqa: E501  (a table: one row to a line)
"""The law, one row per numbered statement: a short record, a day, and what the rule set must answer.

`clause` is the test's id: the rule set, the number of the statement in the project's reading of the sources, and what
the row shows; rows that begin with `A-` show the reading taken of an unclear text. Doses are written `CODE:date`,
joined by blanks. `says` names the overall token first and then the antigens that matter; the rest is not looked at.
The rows are ours; `worked.json` in the vectors holds the same cases for the browser.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from projections.law.record import (
    Dose,
    Exemption,
    Paper,
    PlannedDose,
    PolicyReading,
    ProtectedStatus,
    Record,
    Suspension,
    Transfer,
)


class Statement(NamedTuple):
    """One row: which clause, under which rule set, on which day, what record, what answer."""

    clause: str
    rule_set: str
    as_of: str
    fields: dict[str, Any]
    says: str

    def record(self) -> Record:
        """The record of the row."""
        given = [one.partition(":") for one in self.fields.get("doses", "").split()]
        fields = {**self.fields, "doses": [Dose(code=code, given_on=on) for code, _, on in given]}
        return msgspec.convert(msgspec.to_builtins(fields), Record)


def paper(kind: str, vaccines: str, signer: str, on: str, **more: Any) -> Exemption:
    """An exemption statement received and accepted on the day it was signed."""
    dates: dict[str, Any] = {"signed_on": on, "received_on": on, "accepted_on": on, **more}
    return Exemption(kind=kind, antigens=tuple(vaccines.split()), signer=signer, **dates)


def moved(on: str, days: int | None = 30, moved_from: str = "school", **more: str) -> Transfer:
    """A change of school."""
    return Transfer(moved_from=moved_from, moved_on=on, grace_days=days, **more)


def without(doses: str, *codes: str) -> str:
    """The doses without those of some codes."""
    return " ".join(one for one in doses.split() if one.partition(":")[0] not in codes)


# A kindergartner of 1989 and of 2006, a ten-year-old of 1989, with everything in order.
K89 = (
    "DTP:1984-05-15 DTP:1984-07-16 DTP:1984-09-17 DTP:1985-09-16 DTP:1989-03-20 "
    "OPV:1984-05-15 OPV:1984-07-16 OPV:1985-09-16 OPV:1989-03-20 MMR:1985-06-17"
)
C89: dict[str, Any] = {"born_on": "1984-03-12", "grade": "K", "enrolled_on": "1989-09-06", "statement_source": "parent"}
T89 = "DTP:1979-03-05 DTP:1979-05-07 DTP:1979-07-09 OPV:1979-03-05 OPV:1979-05-07 OPV:1980-07-07 MMR:1980-03-10"
C10: dict[str, Any] = {"born_on": "1979-01-02", "grade": "5", "enrolled_on": "1984-09-05", "statement_source": "parent"}
K06 = (
    "DTaP:2001-05-14 DTaP:2001-07-16 DTaP:2001-09-17 DTaP:2002-06-17 DTaP:2006-04-03 HIB:2001-05-14 "
    "IPV:2001-05-14 IPV:2001-07-16 IPV:2002-06-17 IPV:2006-04-03 MMR:2002-03-18 HEPB:2001-03-13 HEPB:2001-05-14 HEPB:2001-12-17"
)  # fmt: skip
C06: dict[str, Any] = {"born_on": "2001-03-12", "grade": "K", "enrolled_on": "2006-09-05", "statement_source": "parent", "kg_term": "2006-2007"}  # fmt: skip
T06 = "DTaP:1995-05-01 DTaP:1995-07-03 DTaP:1995-09-04 IPV:1995-05-01 IPV:1995-07-03 IPV:1996-05-06 MMR:1996-04-01"
C11: dict[str, Any] = {"born_on": "1995-03-01", "grade": "5", "enrolled_on": "2000-09-05", "statement_source": "parent", "kg_term": "1999-2000"}  # fmt: skip
CARE06: dict[str, Any] = {"born_on": "2004-06-01", "facility": "child_care", "enrolled_on": "2005-09-06", "statement_source": "parent"}  # fmt: skip
CARE06_DOSES = (
    "DTaP:2004-08-02 DTaP:2004-10-04 DTaP:2004-12-06 DTaP:2005-12-05 IPV:2004-08-02 IPV:2004-10-04 IPV:2005-12-05 "
    "MMR:2005-06-06 HIB:2004-08-02"
)
NOW_K = (
    "DTaP:2019-05-10 DTaP:2019-07-10 DTaP:2019-09-10 DTaP:2020-06-10 DTaP:2023-04-10 IPV:2019-05-10 IPV:2019-07-10 "
    "IPV:2020-06-10 IPV:2023-04-10 MMR:2020-03-20 MMR:2023-04-10 VAR:2020-03-20 VAR:2023-04-10 "
    "HEPB:2019-03-10 HEPB:2019-05-10 HEPB:2019-09-10"
)
CNOW: dict[str, Any] = {
    "born_on": "2019-03-10",
    "grade": "K",
    "enrolled_on": "2024-09-03",
    "statement_source": "parent",
}
NOW_7 = (
    "DTaP:2012-05-10 DTaP:2012-07-10 DTaP:2012-09-10 DTaP:2013-06-10 DTaP:2016-04-11 IPV:2012-05-10 IPV:2012-07-10 "
    "IPV:2013-06-10 IPV:2016-04-11 MMR:2013-03-20 MMR:2016-04-11 VAR:2013-03-20 VAR:2016-04-11 "
    "HEPB:2012-03-10 HEPB:2012-05-10 HEPB:2012-09-10"
)
C7: dict[str, Any] = {"born_on": "2012-03-10", "grade": "7", "enrolled_on": "2017-09-05", "statement_source": "parent"}
D89, D06, DNOW = "1989-09-06", "2006-09-05", "2024-09-03"


def _1980(clause: str, says: str, as_of: str = "1988-10-03", **fields: Any) -> Statement:
    base = {"born_on": "1979-03-10", "grade": "4", "enrolled_on": "1984-09-04", "statement_source": "parent"}
    return Statement(f"80-{clause}", "mn-1980", as_of, {**base, **fields}, says)


def _1988(clause: str, says: str, as_of: str = D89, base: dict[str, Any] = C89, **fields: Any) -> Statement:
    return Statement(clause if clause.startswith("A-") else f"88-{clause}", "mn-1988", as_of, {**base, **fields}, says)


def _2006(clause: str, says: str, as_of: str = D06, base: dict[str, Any] = C06, **fields: Any) -> Statement:
    return Statement(clause if clause.startswith("A-") else f"06-{clause}", "mn-2006", as_of, {**base, **fields}, says)


def _now(clause: str, says: str, as_of: str = DNOW, base: dict[str, Any] = CNOW, **fields: Any) -> Statement:
    return Statement(
        clause if clause.startswith("A-") else f"now-{clause}", "mn-current", as_of, {**base, **fields}, says
    )


FOUR80 = "DTP:1979-05-10 DTP:1979-07-10 DTP:1979-09-10 DTP:1980-09-10"
P80 = "OPV:1979-05-10 OPV:1979-07-10 OPV:1980-09-10"
FULL80 = f"{FOUR80} {P80} MMR:1980-06-10"

LAW_1980 = (
    _1980("4 every student is covered", "not_compliant DIPH=short", grade="12", doses=""),
    _1980("5 a parent's record will do", "complete", doses=FULL80),
    _1980("7 measles at 11 months 15 days", "complete MEAS=ok", doses=f"{FOUR80} {P80} MMR:1980-02-25"),
    _1980("7 measles a day earlier", "not_compliant MEAS=short MUMP=ok", doses=f"{FOUR80} {P80} MMR:1980-02-24"),
    _1980("8 mumps from seven on", "complete MUMP=exempt_age", doses=f"{FOUR80} {P80} MR:1980-06-10"),
    _1980("8 mumps the day before seven", "not_compliant MUMP=short", "1986-03-09", doses=f"{FOUR80} {P80} MR:1980-06-10"),
    _1980("9 rubella, a girl of twelve", "complete RUBE=exempt_age", born_on="1976-10-03", sex="F", doses="DTP:1976-12-06 DTP:1977-02-07 DTP:1977-04-11 DTP:1978-04-10 OPV:1976-12-06 OPV:1977-02-07 OPV:1978-04-10 MEA:1978-01-09 MUM:1978-01-09"),
    _1980("9 rubella, a boy of twelve", "not_compliant RUBE=short", born_on="1976-10-03", sex="M", doses="DTP:1976-12-06 DTP:1977-02-07 DTP:1977-04-11 DTP:1978-04-10 OPV:1976-12-06 OPV:1977-02-07 OPV:1978-04-10 MEA:1978-01-09 MUM:1978-01-09"),
    _1980("9 rubella, sex not known", "review RUBE=review", born_on="1976-10-03", doses="DTP:1976-12-06 DTP:1977-02-07 DTP:1977-04-11 DTP:1978-04-10 OPV:1976-12-06 OPV:1977-02-07 OPV:1978-04-10 MEA:1978-01-09 MUM:1978-01-09"),
    _1980("10 four doses whatever the age", "not_compliant DIPH=short TET=short PERT=exempt_age", doses=f"DTP:1979-05-10 DTP:1979-07-10 DTP:1979-09-10 {P80} MMR:1980-06-10"),
    _1980("11 no polio exemption at 18", "not_compliant POLIO=short", born_on="1970-03-10", doses="DTP:1970-05-11 DTP:1970-07-13 DTP:1970-09-14 DTP:1971-09-13 OPV:1970-05-11 OPV:1970-07-13 MMR:1971-09-13"),
    _1980("12 month and year are enough", "complete", doses="DTP:1979-05 DTP:1979-07 DTP:1979-09 DTP:1980-09 OPV:1979-05 OPV:1979-07 OPV:1980-09 MMR:1980-06"),
    _1980("12 a year alone is not", "not_compliant MEAS=date_defect", doses=f"{FOUR80} {P80} MMR:1980"),
    _1980("14 inferred: under 15 months no MMR", "in_process MEAS=exempt_age", born_on="1987-08-03", facility="child_care", grade="", enrolled_on="1988-02-01", statement_source="physician", doses="DTP:1987-10-05 OPV:1987-10-05"),
)  # fmt: skip

LAW_1988 = (
    _1988("15 the same record on 31 December is not under this law", "complete", "1989-01-01", enrolled_on="1988-09-06", doses=without(K89, "DTP", "OPV") + " DTP:1984-05-15 DTP:1984-07-16 DTP:1984-09-17 DTP:1988-03-14 OPV:1984-05-15 OPV:1984-07-16 OPV:1988-03-14"),
    _1988("16 no statement, no enrollment", "not_compliant DIPH=short MEAS=short", doses="", statement_source="none"),
    _1988("16 not over two months", "not_subject DIPH=not_required", "1989-03-01", born_on="1989-01-02", facility="child_care", grade="", enrolled_on="1989-02-20", doses=""),
    _1988("18 a physician's complete statement", "complete", statement_source="physician", doses=K89),
    _1988("19 in process on a physician's statement", "in_process DIPH=in_process POLIO=in_process MEAS=ok", statement_source="physician", doses="DTP:1989-06-05 OPV:1989-06-05 MMR:1989-06-05"),
    _1988("19 measles must be done", "not_compliant DIPH=in_process MEAS=short", statement_source="physician", doses="DTP:1989-06-05 OPV:1989-06-05"),
    _1988("20 a parent's statement", "complete", doses=K89),
    _1988("20 an emancipated person's statement", "complete", base=C10, statement_source="emancipated", born_on="1972-01-03", doses=T89),
    _1988("22 a public clinic's statement", "complete", statement_source="public_clinic", doses=K89),
    _1988("23 a parent's begun schedule is not accepted", "not_compliant DIPH=short", doses="DTP:1989-06-05 OPV:1989-06-05 MMR:1989-06-05"),
    _1988("24 a physician's medical exemption", "exempt MEAS=exempt_medical", doses=without(K89, "MMR"), exemptions=[paper("medical", "MMR", "physician", "1989-08-21")]),
    _1988("24 a nurse's is none", "not_compliant MEAS=short", doses=without(K89, "MMR"), exemptions=[paper("medical", "MMR", "nurse", "1989-08-21")]),
    _1988("24 unsigned is none", "not_compliant MEAS=short", doses=without(K89, "MMR"), exemptions=[paper("medical", "MMR", "physician", "1989-08-21", signed=False)]),
    _1988("25 conscience, notarized", "exempt MEAS=exempt_conscience", doses="", exemptions=[paper("conscience", "ALL", "parent", "1989-08-21", notarized=True)]),
    _1988("25 conscience without a notary", "not_compliant MEAS=short", doses="", exemptions=[paper("conscience", "ALL", "guardian", "1989-08-21")]),
    _1988("29 alternative schools are schools", "complete", doses=K89),
    _1988("30 home school is covered", "not_compliant DIPH=short", facility="home_school", doses="", statement_source="none"),
    _1988("34 family day care is covered", "not_compliant DIPH=short", facility="family_child_care", grade="", born_on="1987-02-02", doses="", statement_source="none"),
    _1988("36 five and four and one", "complete", doses=K89),
    _1988("36 four DTP all early", "not_compliant DIPH=short POLIO=ok", doses=K89.replace("DTP:1989-03-20", "")),
    _1988("37 from seven three and three", "complete PERT=ok", "1989-01-03", base=C10, doses=T89),
    _1988("38 the fourth DTP after the fourth birthday", "complete DIPH=ok", doses=K89.replace("DTP:1985-09-16", "").replace("DTP:1989-03-20", "DTP:1988-03-13")),
    _1988("39 the third polio after the fourth birthday", "complete POLIO=ok", doses=K89.replace("OPV:1985-09-16", "").replace("OPV:1989-03-20", "OPV:1988-03-13")),
    _1988("40 five DTP before the fourth birthday", "complete DIPH=ok", doses=K89.replace("DTP:1989-03-20", "DTP:1987-03-20")),
    _1988("41 measles on the first birthday", "complete MEAS=ok", doses=K89.replace("MMR:1985-06-17", "MMR:1985-03-12")),
    _1988("41 measles the day before", "not_compliant MEAS=short MUMP=ok RUBE=ok", doses=K89.replace("MMR:1985-06-17", "MMR:1985-03-11")),
    _1988("42 mumps and rubella have no minimum age", "complete MUMP=ok RUBE=ok", doses=K89.replace("MMR:1985-06-17", "MUM:1984-12-03 RUB:1984-12-03 MEA:1985-06-17")),
    _1988("43 separately or in combination", "complete", doses=K89.replace("MMR:1985-06-17", "MEA:1985-06-17 RUM:1985-09-02").replace("RUM", "38")),
    _1988("44 any mix of polio vaccines", "complete POLIO=ok", doses=K89.replace("OPV:1984-07-16", "IPV:1984-07-16").replace("OPV:1985-09-16", "EIPV:1985-09-16")),
    _1988("45 DT and Td count from seven on", "complete DIPH=ok PERT=exempt_age", "1989-01-03", base=C10, doses=without(T89, "DTP") + " DT:1986-02-03 Td:1986-04-07 Td:1987-01-05"),
    _1988("46 three infant DTP are enough at seven", "complete DIPH=ok", "1989-01-03", base=C10, doses=T89),
    _1988("47 no ten-year booster", "complete DIPH=ok", "1989-06-03", base=C10, born_on="1972-01-02", grade="11", doses="DTP:1972-03-06 DTP:1972-05-08 DTP:1972-07-10 OPV:1972-03-06 OPV:1972-05-08 OPV:1973-05-07 MMR:1973-05-07"),
    _1988("48 polio at 17 is three doses", "not_compliant POLIO=short", "1989-06-03", base=C10, born_on="1972-01-02", grade="11", doses="DTP:1972-03-06 DTP:1972-05-08 DTP:1972-07-10 OPV:1972-03-06 OPV:1972-05-08 MMR:1973-05-07"),
    _1988("49 day care wants at least one DTP", "not_compliant DIPH=short POLIO=in_process", facility="child_care", grade="", born_on="1988-10-03", enrolled_on="1989-03-01", statement_source="physician", doses="OPV:1989-01-09 MMR:1990-01-15"),
    _1988("50 day care, complete at four", "complete", facility="child_care", grade="", born_on="1985-03-04", enrolled_on="1989-09-06", doses="DTP:1985-05-06 DTP:1985-07-08 DTP:1985-09-09 DTP:1989-03-05 OPV:1985-05-06 OPV:1985-07-08 OPV:1989-03-05 MMR:1986-06-09"),
    _1988("51 day care, primary series", "primary_complete DIPH=primary_ok", facility="child_care", grade="", born_on="1986-05-05", enrolled_on="1989-02-01", statement_source="physician", doses="DTP:1986-07-07 DTP:1986-09-08 DTP:1986-11-10 DTP:1987-11-09 OPV:1986-07-07 OPV:1986-09-08 OPV:1987-11-09 MMR:1987-08-10"),
    _1988("52 MMR at 13 months is valid", "complete MEAS=ok", doses=K89.replace("MMR:1985-06-17", "MMR:1985-04-15")),
    _1988("55 the last day of 18 months", "in_process DIPH=in_process", "1991-03-06", statement_source="physician", born_on="1980-03-12", doses="Td:1989-08-07 OPV:1989-08-07 MMR:1989-08-07"),
    _1988("55 the day after 18 months", "not_compliant DIPH=short POLIO=short", "1991-03-07", statement_source="physician", born_on="1980-03-12", doses="Td:1989-08-07 OPV:1989-08-07 MMR:1989-08-07"),
    _1988("56 primary under seven is four and three", "primary_complete DIPH=primary_ok POLIO=primary_ok", statement_source="physician", doses=K89.replace("DTP:1989-03-20", "").replace("OPV:1989-03-20", "")),
    _1988("57 primary from seven is three", "complete DIPH=ok", "1989-01-03", base=C10, statement_source="physician", doses=T89),
    _1988("59 a board's step inside the 18 months", "not_compliant DIPH=short", "1990-09-08", statement_source="physician", born_on="1980-03-12", doses="Td:1989-09-06 OPV:1989-09-06 MMR:1989-09-06", readings=[PolicyReading(name="schedule", value="adopted", since="1989-07-01")]),
    _1988("59 on the last day of the step", "in_process DIPH=in_process", "1990-09-06", statement_source="physician", born_on="1980-03-12", doses="Td:1989-09-06 OPV:1989-09-06 MMR:1989-09-06", readings=[PolicyReading(name="schedule", value="adopted", since="1989-07-01")]),
    _1988("60 no board ends the last dose before 18 months", "in_process DIPH=in_process", "1991-03-06", statement_source="physician", born_on="1980-03-12", doses="Td:1989-05-01 Td:1989-07-03 OPV:1989-05-01 OPV:1989-07-03 MMR:1989-05-01", readings=[PolicyReading(name="schedule", value="adopted", since="1989-07-01")]),
    _1988("69 pertussis at seven", "complete PERT=exempt_age", "1989-01-03", base=C10, doses=without(T89, "DTP") + " Td:1986-02-03 Td:1986-04-07 Td:1987-01-05"),
    _1988("69 pertussis the day before seven", "not_compliant PERT=short DIPH=ok", "1991-03-11", doses=K89.replace("DTP", "DT")),
    _1988("70 polio at 18", "complete POLIO=exempt_age", "1990-01-02", base=C10, born_on="1972-01-02", doses="DTP:1972-03-06 DTP:1972-05-08 DTP:1972-07-10 MMR:1973-05-07"),
    _1988("71 polio begun late ends at 18", "in_process POLIO=in_process", "1990-01-01", base=C10, born_on="1972-01-02", enrolled_on="1989-09-06", statement_source="physician", doses="DTP:1972-03-06 DTP:1972-05-08 DTP:1972-07-10 OPV:1989-10-02 MMR:1973-05-07"),
    _1988("73 laboratory, signed by a physician", "exempt RUBE=exempt_medical", doses=K89.replace("MMR", "MEA") + " MUM:1985-06-17", exemptions=[paper("laboratory", "RUBE", "physician", "1989-08-21")]),
    _1988("73 a laboratory's own paper", "not_compliant RUBE=short", doses=K89.replace("MMR", "MEA") + " MUM:1985-06-17", exemptions=[paper("laboratory", "RUBE", "laboratory", "1989-08-21")]),
    _1988("74 only the immunizations named", "not_compliant MEAS=exempt_conscience DIPH=short", doses="", exemptions=[paper("conscience", "MEAS", "parent", "1989-08-21", notarized=True)]),
    _1988("76 under 15 months", "in_process MEAS=exempt_age", "1990-04-02", facility="child_care", grade="", born_on="1989-01-03", enrolled_on="1989-09-06", statement_source="physician", doses="DTP:1989-03-06 OPV:1989-03-06"),
    _1988("76 at 15 months", "not_compliant MEAS=short", "1990-04-03", facility="child_care", grade="", born_on="1989-01-03", enrolled_on="1989-09-06", statement_source="physician", doses="DTP:1989-03-06 OPV:1989-03-06"),
    _1988("78 measles disease signed by a physician", "exempt MEAS=exempt_medical", doses=K89.replace("MMR", "MUM") + " RUB:1985-06-17", exemptions=[paper("disease", "MEAS", "physician", "1989-08-21")]),
    _1988("78 measles disease told by the parent", "not_compliant MEAS=short", doses=K89.replace("MMR", "MUM") + " RUB:1985-06-17", exemptions=[paper("disease", "MEAS", "parent", "1989-08-21")]),
    _1988("82 the mumps exemption is gone", "not_compliant MUMP=short", "1989-01-03", base=C10, doses=T89.replace("MMR", "MR")),
    _1988("83 a suspended requirement", "complete MUMP=not_required", doses=K89.replace("MMR", "MR"), suspensions=[Suspension(antigens=("MUMP",), since="1989-09-01", until="1990-08-31")]),
    _1988("83 never longer than a year", "not_compliant MUMP=short", "1990-09-01", doses=K89.replace("MMR", "MR"), suspensions=[Suspension(antigens=("MUMP",), since="1989-09-01", until="1995-08-31")]),
    _1988("84 month and year after 1 January 1989", "not_compliant MEAS=date_defect", doses=K89.replace("1985-06-17", "1985-06")),
    _1988("85 month and year of one already enrolled", "complete MEAS=ok", "1989-01-03", base=C10, doses=T89.replace("1980-03-10", "1980-03")),
    _1988("86 a right of 30 days", "transfer_grace", "1989-10-06", doses="", statement_source="none", transfer=moved("1989-09-06", 30)),
    _1988("86 no policy shortens it", "transfer_grace", "1989-10-06", doses="", statement_source="none", transfer=moved("1989-09-06", 0)),
    _1988("86 no policy recorded, still a right", "transfer_grace", "1989-10-06", doses="", statement_source="none", transfer=moved("1989-09-06", None)),
    _1988("87 after them like any other", "not_compliant", "1989-10-10", doses="", statement_source="none", transfer=moved("1989-09-06", 30)),
    _1988("86 a first enrollment has none", "not_compliant", doses="", statement_source="none"),
    _1988("86 from day care it is no transfer", "not_compliant", doses="", statement_source="none", transfer=moved("1989-09-06", 30, "child_care")),
    _1988("86 a complete child is complete", "complete", "1989-09-20", doses=K89, transfer=moved("1989-09-06", 30)),
    _1988("115 a tick is no date", "not_compliant MEAS=date_defect", doses=K89.replace("MMR:1985-06-17", "MMR:")),
    _1988("A-07 the only dose lacks its day: the day would begin the schedule", "not_compliant DIPH=date_defect POLIO=in_process", statement_source="physician", doses="DTP:1989-06 OPV:1989-06-05 MMR:1989-06-05"),
    _1988("55 begun, the first day of attendance unknown", "review DIPH=review MEAS=ok", statement_source="physician", enrolled_on="", doses="DTP:1989-06-05 OPV:1989-06-05 MMR:1989-06-05"),
    _1988("118 planned dates do not change the verdict", "in_process DIPH=in_process", "1990-02-01", statement_source="physician", doses="DTP:1989-06-05 OPV:1989-06-05 MMR:1989-06-05", planned=[PlannedDose(antigens=("DTP",), planned_on="1989-12-01")]),
)  # fmt: skip

LAW_2006 = (
    _2006("128 a physician's complete statement", "complete HIB=ok HEPB=ok", statement_source="physician", doses=K06),
    _2006("129 hepatitis B may be begun", "in_process HEPB=in_process", statement_source="physician", doses=without(K06, "HEPB") + " HEPB:2006-08-01"),
    _2006("129 Hib may not", "not_compliant HIB=short", base=CARE06, statement_source="physician", as_of="2006-09-05", doses=without(CARE06_DOSES, "HIB")),
    _2006("130 after 18 months", "not_compliant HEPB=short", "2006-09-05", base=C11, enrolled_on="2005-03-04", kg_term="2000-2001", statement_source="physician", doses=T06 + " HEPB:2005-02-07"),
    _2006("131 primary under seven", "primary_complete DIPH=primary_ok POLIO=primary_ok HEPB=ok", statement_source="physician", doses=K06.replace("DTaP:2006-04-03", "").replace("IPV:2006-04-03", "")),
    _2006("132 primary from seven", "complete DIPH=ok PERT=exempt_age", base=C11, statement_source="physician", doses=T06),
    _2006("133 polio at 18", "complete POLIO=exempt_age", "2006-05-02", base=C11, born_on="1988-05-02", doses="Td:1998-05-04 Td:1998-07-06 Td:1999-03-01 MMR:1989-05-02"),
    _2006("134 medical by a nurse practitioner", "not_compliant MEAS=short", doses=without(K06, "MMR"), exemptions=[paper("medical", "MMR", "nurse_practitioner", "2006-08-01")]),
    _2006("135 conscience by the emancipated person", "exempt MEAS=exempt_conscience", base=C11, doses=without(T06, "MMR"), exemptions=[paper("conscience", "MMR", "emancipated", "2006-08-01", notarized=True)]),
    _2006("137 Hib at five", "complete HIB=exempt_age", doses=without(K06, "HIB")),
    _2006("137 Hib given stays ok", "complete HIB=ok", doses=K06),
    _2006("138 computer only, non-resident", "not_subject DIPH=not_required", facility="online", resident=False, doses="", statement_source="none"),
    _2006("138 with teacher contact", "not_compliant DIPH=short", facility="online", resident=False, online_contact=True, doses="", statement_source="none"),
    _2006("138 with classroom attendance", "not_compliant DIPH=short", facility="online", resident=False, online_classroom=True, doses="", statement_source="none"),
    _2006("138 a resident", "not_compliant DIPH=short", facility="online", doses="", statement_source="none"),
    _2006("144 month and year of a dose of 1989", "complete MEAS=ok", "2006-04-03", base=C11, born_on="1988-05-10", doses="DTP:1988-07 DTP:1988-09 DTP:1988-11 OPV:1988-07 OPV:1988-09 OPV:1989-11 MMR:1989-08"),
    _2006("145 three polio, the third after the fourth birthday", "complete POLIO=ok", doses=K06.replace("IPV:2002-06-17", "").replace("IPV:2006-04-03", "IPV:2005-03-13")),
    _2006("145 two hepatitis B", "not_compliant HEPB=short", doses=K06.replace("HEPB:2001-12-17", "")),
    _2006("146 seven through 19", "complete", base=C11, doses=T06),
    _2006("147 born 1956", "not_subject", base=C11, born_on="1956-12-31", doses="", statement_source="none"),
    _2006("147 born 1957", "not_compliant DIPH=short POLIO=exempt_age", base=C11, born_on="1957-01-01", doses="", statement_source="none"),
    _2006("147 twenty, Td nine years ago", "complete DIPH=ok HEPB=not_required", base=C11, born_on="1986-01-02", g7_term="2001-2002", statement_source="emancipated", doses="Td:1997-09-01 MMR:1990-09-10"),
    _2006("147 twenty, Td eleven years ago", "not_compliant DIPH=short", base=C11, born_on="1986-01-02", statement_source="emancipated", doses="Td:1995-09-01 MMR:1990-09-10"),
    _2006("147 the day before twenty", "not_compliant DIPH=short", base=C11, born_on="1986-09-06", statement_source="emancipated", doses="Td:1997-09-01 MMR:1990-09-10"),
    _2006("148 child care, 15 months to under five", "complete HIB=ok HEPB=not_required", base=CARE06, doses=CARE06_DOSES),
    _2006("148 three DTaP on a parent's statement", "not_compliant DIPH=short POLIO=ok", base=CARE06, doses=CARE06_DOSES.replace("DTaP:2005-12-05", "")),
    _2006("149 child care at five, no Hib", "complete HIB=exempt_age", base=CARE06, born_on="2001-06-01", doses=without(CARE06_DOSES, "HIB")),
    _2006("150 child care at seven", "complete DIPH=ok PERT=exempt_age", base=CARE06, born_on="1999-06-01", doses=without(CARE06_DOSES, "DTaP") + " DTaP:1999-08-02 DTaP:1999-10-04 DTaP:1999-12-06"),
    _2006("151 a suspension on a parent's statement", "complete HEPB=not_required", doses=without(K06, "HEPB"), suspensions=[Suspension(antigens=("HEPB",), since="2006-09-01", until="2007-08-31")]),
    _2006("152 ten days by policy", "transfer_grace", "2006-09-15", doses="", statement_source="none", transfer=moved("2006-09-05", 10)),
    _2006("152 thirty at most", "not_compliant", "2006-10-06", doses="", statement_source="none", transfer=moved("2006-09-05", 60)),
    _2006("152 no policy, no days", "not_compliant", doses="", statement_source="none", transfer=moved("2006-09-05", None)),
    _2006("152 zero days", "not_compliant", doses="", statement_source="none", transfer=moved("2006-09-05", 0)),
    _2006("153 occasional care, day five", "short_stay_exempt DIPH=not_required", "2006-06-09", base=CARE06, enrolled_on="2006-06-05", short_stay="drop_in", doses="", statement_source="none"),
    _2006("153 occasional care, day six", "not_compliant", "2006-06-10", base=CARE06, enrolled_on="2006-06-05", short_stay="drop_in", doses="", statement_source="none"),
    _2006("153 crisis nursery, day one", "short_stay_exempt", "2006-06-05", base=CARE06, enrolled_on="2006-06-05", short_stay="crisis_nursery", doses="", statement_source="none"),
    _2006("165 home school is a school", "complete", facility="home_school", doses=K06),
    _2006("166 special instruction before kindergarten", "not_compliant DIPH=short HEPB=not_required", grade="PREK_SPED", kg_term="", born_on="2002-09-01", doses="", statement_source="none"),
    _2006("166 the excepted services", "not_subject", grade="PREK_SPED", kg_term="", born_on="2002-09-01", excluded_service=True, doses="", statement_source="none"),
    _2006("168 no day after 1 January 1990", "not_compliant MEAS=date_defect", doses=K06.replace("2002-03-18", "2002-03")),
    _2006("170 kindergarten of 1999-2000", "complete HEPB=not_required", base=C11, doses=T06),
    _2006("170 the term written short", "not_compliant HEPB=short", base=C11, kg_term="2000-01", doses=T06),
    _2006("170 in kindergarten now, the term unknown", "not_compliant HEPB=short", kg_term="", doses=without(K06, "HEPB")),
    _2006("170 in grade 3 now, the term unknown", "complete HEPB=not_required", base=C11, grade="3", kg_term="", doses=T06),
    _2006("170 a term that is none", "complete HEPB=not_required", base=C11, kg_term="n/a", doses=T06),
    _2006("171 in grade 7 now, the term unknown", "not_compliant HEPB=short", base=C11, grade="7", doses=T06),
    _2006("170 kindergarten of 2000-2001", "not_compliant HEPB=short", base=C11, kg_term="2000-2001", doses=T06),
    _2006("171 grade 7 of 2000-2001", "complete HEPB=not_required", base=C11, g7_term="2000-2001", doses=T06),
    _2006("171 grade 7 of 2001-2002", "not_compliant HEPB=short", base=C11, g7_term="2001-2002", doses=T06),
)  # fmt: skip

LAW_NOW = (
    _now("420 five DTaP, four polio, two MMR, three hepatitis B, two varicella", "complete", doses=NOW_K),
    _now("420 the fourth DTaP on the fourth birthday", "complete DIPH=ok", doses=NOW_K.replace("DTaP:2020-06-10", "").replace("2023-04-10", "2023-03-10")),
    _now("457 four days early", "complete DIPH=ok POLIO=ok", doses=NOW_K.replace("DTaP:2020-06-10", "").replace("IPV:2020-06-10", "").replace("2023-04-10", "2023-03-06")),
    _now("457 five days early", "not_compliant DIPH=short", doses=NOW_K.replace("DTaP:2020-06-10", "").replace("DTaP:2023-04-10", "DTaP:2023-03-05")),
    _now("445 the fifth DTaP before four does not count", "not_compliant DIPH=short", doses=NOW_K.replace("DTaP:2023-04-10", "DTaP:2022-04-11")),
    _now("444 one MMR", "not_compliant MEAS=short MUMP=short RUBE=short", doses=NOW_K.replace("MMR:2023-04-10", "")),
    _now("447 a third-grader with three DTaP and three polio", "complete DIPH=ok PERT=exempt_age POLIO=ok", base={**CNOW, "born_on": "2015-03-10", "grade": "3"}, doses=NOW_K.replace("DTaP:2020-06-10", "").replace("DTaP:2023-04-10", "").replace("IPV:2023-04-10", "").replace("2020-", "2016-").replace("2019-", "2015-").replace("2023-", "2019-")),
    _now("448 grade 7 without Tdap and MenACWY", "not_compliant PERT=short MENACWY=short", base=C7, doses=NOW_7),
    _now("448 grade 7 with both", "complete PERT=ok MENACWY=ok", base=C7, doses=NOW_7 + " Tdap:2023-04-11 MENACWY:2023-04-11"),
    _now("448 a Tdap at eight counts", "complete PERT=ok", base=C7, doses=NOW_7 + " Tdap:2020-05-11 MENACWY:2023-04-11"),
    _now("448 a Td does not", "not_compliant PERT=short", base=C7, doses=NOW_7 + " Td:2023-04-11 MENACWY:2023-04-11"),
    _now("449 grade 12 with one MenACWY at eleven", "not_compliant MENACWY=short", "2029-09-04", base={**C7, "grade": "12"}, doses=NOW_7 + " Tdap:2023-04-11 MENACWY:2023-04-11"),
    _now("449 grade 12 with a second at 16", "complete MENACWY=ok", "2029-09-04", base={**C7, "grade": "12"}, doses=NOW_7 + " Tdap:2023-04-11 MENACWY:2023-04-11 MENACWY:2028-03-20"),
    _now("450 grade 12, the first at 16", "complete MENACWY=ok", "2029-09-04", base={**C7, "grade": "12"}, doses=NOW_7 + " Tdap:2023-04-11 MENACWY:2028-03-20"),
    _now("449 grade 12 before 2021-22", "complete MENACWY=ok", "2021-05-04", base={**C7, "grade": "12"}, born_on="2003-03-10", doses=NOW_7.replace("2012-", "2003-").replace("2013-", "2004-").replace("2016-", "2007-") + " Tdap:2014-04-11 MENACWY:2014-04-11"),
    _now("451 measles disease told by a provider", "exempt MEAS=disease_history", doses=without(NOW_K, "MMR") + " MUM:2020-03-20 MUM:2023-04-10 RUB:2020-03-20 RUB:2023-04-10", exemptions=[paper("disease", "MEAS", "physician", "2024-08-20")]),
    _now("452 chickenpox told by a nurse practitioner", "exempt VAR=disease_history", doses=without(NOW_K, "VAR"), exemptions=[paper("disease", "VAR", "nurse_practitioner", "2024-08-20")]),
    _now("452 chickenpox told by the parent", "not_compliant VAR=short", doses=without(NOW_K, "VAR"), exemptions=[paper("disease", "VAR", "parent", "2024-08-20")]),
    _now("452 told by the parent before September 2010", "exempt VAR=disease_history", "2014-09-02", base={**C7, "grade": "5"}, born_on="2003-03-10", doses=without(NOW_7, "VAR").replace("2012-", "2003-").replace("2013-", "2004-").replace("2016-", "2007-"), exemptions=[paper("disease", "VAR", "parent", "2008-09-02")]),
    _now("453 two adult hepatitis B doses at eleven", "complete HEPB=ok", base=C7, doses=without(NOW_7, "HEPB") + " 43:2023-04-11 43:2023-10-11 Tdap:2023-04-11 MENACWY:2023-04-11"),
    _now("455 child care under two wants pneumococcal", "not_compliant PCV=short", base={**CARE06, "statement_source": "physician"}, born_on="2023-06-01", enrolled_on="2024-09-03", doses="DTaP:2023-08-01 IPV:2023-08-01 HEPB:2023-06-02 HIB:2023-08-01 83:2024-06-03"),
    _now("458 live vaccines 27 days apart", "not_compliant VAR=short", doses=NOW_K.replace("VAR:2020-03-20", "VAR:2020-04-16")),
    _now("458 live vaccines 28 days apart", "complete VAR=ok", doses=NOW_K.replace("VAR:2020-03-20", "VAR:2020-04-17")),
    _now("430 a fourth polio dose before four does not count", "not_compliant POLIO=short", doses=NOW_K.replace("IPV:2023-04-10", "IPV:2022-04-11")),
    _now("430 a fifth after four is the fourth that counts", "complete POLIO=ok", doses=NOW_K + " IPV:2022-04-11"),
    _now("453 two adult hepatitis B doses two months apart", "not_compliant HEPB=short", base=C7, doses=without(NOW_7, "HEPB") + " 43:2023-04-11 43:2023-06-12 Tdap:2023-04-11 MENACWY:2023-04-11"),
    _now("453 two adult hepatitis B doses four months apart", "complete HEPB=ok", base=C7, doses=without(NOW_7, "HEPB") + " 43:2023-04-11 43:2023-08-11 Tdap:2023-04-11 MENACWY:2023-04-11"),
    _now("453 a third hepatitis B dose before 24 weeks", "not_compliant HEPB=short", doses=NOW_K.replace("HEPB:2019-09-10", "HEPB:2019-08-05")),
    _now("453 a fourth after 24 weeks is the third that counts", "complete HEPB=ok", doses=NOW_K + " HEPB:2019-07-10"),
    _now("460 a long gap restarts nothing", "complete HEPB=ok", doses=NOW_K.replace("HEPB:2019-09-10", "HEPB:2024-08-01")),
    _now("425 child care that refuses the conscientious exemption", "not_compliant MEAS=short", base={**CARE06, "statement_source": "physician"}, born_on="2021-06-01", enrolled_on="2024-09-03", doses="DTaP:2021-08-02 DTaP:2021-10-04 DTaP:2021-12-06 DTaP:2022-12-05 IPV:2021-08-02 IPV:2021-10-04 IPV:2022-12-05 HIB:2022-12-05 HEPB:2021-06-02 83:2022-12-05 VAR:2022-12-05", exemptions=[paper("conscience", "MMR", "parent", "2024-08-20", notarized=True)], readings=[PolicyReading(name="care_conscience", value="refused", since="2024-05-19")]),
    _now("464 a homeless child attends", "not_compliant", doses="", statement_source="none", protected=[ProtectedStatus(kind="homeless", since="2024-08-01")]),
)  # fmt: skip

READINGS = (
    _1988("A-01 on the fourth birthday is not after it", "not_compliant DIPH=short", doses=K89.replace("DTP:1985-09-16", "").replace("DTP:1989-03-20", "DTP:1988-03-12")),
    _1988("A-01 a board may read it otherwise", "complete DIPH=ok", doses=K89.replace("DTP:1985-09-16", "").replace("DTP:1989-03-20", "DTP:1988-03-12"), readings=[PolicyReading(name="fourth_birthday", value="on_or_after")]),
    _1988("A-02 exactly two months old", "not_subject", "1989-03-02", born_on="1989-01-02", facility="child_care", grade="", doses=""),
    _1988("A-02 a day more", "not_compliant", "1989-03-03", born_on="1989-01-02", facility="child_care", grade="", doses=""),
    _1988("A-03 physician with the primary schedule", "primary_complete", statement_source="physician", doses=K89.replace("DTP:1989-03-20", "")),
    _2006("A-04 the age today decides", "complete DIPH=ok", "2007-11-02", base=CARE06, born_on="2000-11-02", doses=without(CARE06_DOSES, "DTaP") + " DTaP:2001-01-04 DTaP:2001-03-01 DTaP:2001-05-03"),
    _1988("A-05 DT leaves pertussis owed", "not_compliant DIPH=ok PERT=short", doses=K89.replace("DTP", "DT")),
    _2006("A-06 no grace in 2006", "not_compliant MEAS=short", doses=K06.replace("MMR:2002-03-18", "MMR:2002-03-11")),
    _2006("A-07 a bare 1990-01", "not_compliant MEAS=date_defect", "2006-04-03", base=C11, born_on="1988-05-10", doses="DTP:1988-07 DTP:1988-09 DTP:1988-11 OPV:1988-07 OPV:1988-09 OPV:1989-11 MMR:1990-01"),
    _1988("A-07 a surplus dose without its day", "complete DIPH=ok", doses=K89 + " DTP:1986-09"),
    _1988("A-08 31 August and 18 months", "in_process", "1991-02-28", enrolled_on="1989-08-31", statement_source="physician", born_on="1980-03-12", doses="Td:1989-08-07 OPV:1989-08-07 MMR:1989-08-07"),
    _1988("A-09 a move does not restart the clock", "not_compliant DIPH=short", "1991-03-08", enrolled_on="1990-09-04", statement_source="physician", born_on="1980-03-12", doses="Td:1989-08-07 OPV:1989-08-07 MMR:1989-08-07", transfer=moved("1990-09-04", 30, first_mn_enrollment="1989-09-06")),
    _2006("A-10 the clock of a later requirement", "in_process HEPB=in_process", base=C11, g7_term="2005-2006", clock_from="2005-09-06", statement_source="physician", doses=T06 + " HEPB:2005-08-01"),
    _1988("A-11 a last day on a Saturday moves to Monday", "transfer_grace", "1990-02-05", doses="", statement_source="none", transfer=moved("1990-01-04", 30)),
    _1988("A-11 and not to Tuesday", "not_compliant", "1990-02-06", doses="", statement_source="none", transfer=moved("1990-01-04", 30)),
    _1988("A-12 born on 29 February", "complete POLIO=exempt_age", "1990-02-28", base=C10, born_on="1972-02-29", doses="DTP:1972-05-08 DTP:1972-07-10 DTP:1972-09-11 MMR:1973-05-07"),
    _1988("A-13 a month that straddles the birthday", "review MEAS=review MUMP=ok", "1989-02-01", base=C10, born_on="1982-06-15", doses="DTP:1982-08 DTP:1982-10 DTP:1982-12 DTP:1983-12 DTP:1987-07 OPV:1982-08 OPV:1982-10 OPV:1983-12 OPV:1987-07 MMR:1983-06"),
    _1988("A-13 a birth date without its day", "review MEAS=review", "1989-02-01", base=C10, born_on="1981-06", doses="DTP:1981-08-03 DTP:1981-10-05 DTP:1981-12-07 OPV:1981-08-03 OPV:1981-10-05 OPV:1982-12-06 MMR:1982-06-15"),
    _2006("A-14 exactly ten years", "complete DIPH=ok", base=C11, born_on="1986-01-02", statement_source="emancipated", doses="Td:1996-09-05 MMR:1990-09-10"),
    _2006("A-15 a four-year-old in kindergarten without Hib", "not_compliant HIB=short", born_on="2001-10-12", doses=without(K06, "HIB", "HEPB") + " HEPB:2001-10-15 HEPB:2001-12-17 HEPB:2002-06-17 DTaP:2006-05-01 MMR:2002-11-04"),
    _2006("A-16 the cohort stays subject", "not_compliant HEPB=short", base=C11, grade="6", kg_term="2000-2001", doses=T06),
    _2006("A-17 a physician assistant in 2006", "not_compliant MEAS=short", doses=without(K06, "MMR"), exemptions=[paper("medical", "MMR", "physician_assistant", "2006-08-01")]),
    _now("A-17 a physician assistant today", "exempt MEAS=exempt_medical", doses=without(NOW_K, "MMR"), exemptions=[paper("medical", "MMR", "physician_assistant", "2024-08-01")]),
    _2006("A-18 an adult student signs", "exempt MEAS=exempt_conscience", "2006-05-15", base=C11, born_on="1988-02-01", doses=without(T06, "MMR"), exemptions=[paper("conscience", "MMR", "adult_student", "2006-05-01", notarized=True)]),
    _2006("A-18 a minor does not", "not_compliant MEAS=short", "2006-05-15", base=C11, born_on="1990-02-01", doses=without(T06, "MMR"), exemptions=[paper("conscience", "MMR", "adult_student", "2006-05-01", notarized=True)]),
    _2006("A-18 a parent's statement in time stays valid", "exempt MEAS=exempt_conscience", "2006-05-15", base=C11, born_on="1988-02-01", doses=without(T06, "MMR"), exemptions=[paper("conscience", "MMR", "parent", "2005-05-02", notarized=True)]),
    _2006("A-18 a parent no longer signs for an adult", "not_compliant MEAS=short", "2006-05-15", base=C11, born_on="1988-02-01", doses=without(T06, "MMR"), exemptions=[paper("conscience", "MMR", "parent", "2006-05-01", notarized=True)]),
    _1988("A-20 the schedule is advisory", "in_process DIPH=in_process", "1990-09-08", statement_source="physician", born_on="1980-03-12", doses="Td:1989-09-06 OPV:1989-09-06 MMR:1989-09-06"),
    _2006("A-27 child care under 15 months, a parent's statement", "not_compliant DIPH=short HIB=short MEAS=exempt_age", "2005-08-01", base=CARE06, doses="DTaP:2004-08-02 IPV:2004-08-02 HIB:2004-08-02"),
    _1988("A-30 a statement that names no vaccine", "review MEAS=review DIPH=ok", doses=without(K89, "MMR"), exemptions=[paper("conscience", "", "parent", "1989-08-21", notarized=True)]),
    _2006("A-32 a suspension does not reach a physician's statement", "not_compliant HEPB=short", statement_source="physician", doses=without(K06, "HEPB"), suspensions=[Suspension(antigens=("HEPB",), since="2006-09-01", until="2007-08-31")]),
)  # fmt: skip

PAPERS = (
    _2006("paper an exemption received and not yet checked", "review MEAS=review", doses=without(K06, "MMR"), exemptions=[Exemption(kind="medical", antigens=("MMR",), signer="physician", signed_on="2006-09-01", received_on="2006-09-04")]),
    _2006("paper before it was received", "not_compliant MEAS=short", "2006-09-03", doses=without(K06, "MMR"), exemptions=[Exemption(kind="medical", antigens=("MMR",), signer="physician", signed_on="2006-09-01", received_on="2006-09-04")]),
    _2006("paper acceptance reaches back to receipt", "exempt MEAS=exempt_medical", doses=without(K06, "MMR"), exemptions=[Exemption(kind="medical", antigens=("MMR",), signer="physician", signed_on="2006-09-01", received_on="2006-09-04", accepted_on="2006-09-20")]),
    _2006("paper rejected", "not_compliant MEAS=short", "2006-09-20", doses=without(K06, "MMR"), exemptions=[Exemption(kind="medical", antigens=("MMR",), signer="physician", signed_on="2006-09-01", received_on="2006-09-04", rejected_on="2006-09-20")]),
    _2006("paper withdrawn", "not_compliant MEAS=short", "2006-09-20", doses=without(K06, "MMR"), exemptions=[paper("medical", "MMR", "physician", "2006-09-01", withdrawn_on="2006-09-20")]),
    _2006("paper a record statement not yet entered", "review DIPH=review", doses="", papers=[Paper(received_on="2006-09-04")]),
    _2006("paper entered", "not_compliant DIPH=short", "2006-09-08", doses="", papers=[Paper(received_on="2006-09-04", checked_on="2006-09-08")]),
    _2006("paper an exemption signed later than the day asked", "not_compliant MEAS=short", doses=without(K06, "MMR"), exemptions=[paper("medical", "MMR", "physician", "2006-09-06")]),
    _2006("impossible a dose before birth", "complete", doses=K06 + " MMR:2000-01-01"),
    _2006("impossible a dose after the day asked", "not_compliant MEAS=short", doses=K06.replace("MMR:2002-03-18", "MMR:2006-09-06")),
    _2006("impossible a date that is none", "not_compliant MEAS=short", doses=K06.replace("MMR:2002-03-18", "MMR:2002-02-30")),
    _2006("impossible a code not understood", "complete", doses=K06 + " XYZ:2002-03-18"),
    _2006("impossible birth after the day asked", "review DIPH=review", born_on="2007-01-01", doses=K06),
    _2006("double one dose written three times counts once", "not_compliant HEPB=short", doses=K06.replace("HEPB:2001-12-17", "08:2001-05-14 45:2001-05-14")),
    _1988("double a month and a day of it may be one dose", "review DIPH=review POLIO=ok", "1989-02-01", base=C10, doses=T89.replace("DTP:1979-07-09", "DTP:1979-05")),
    _1988("double a month without such a day is a dose", "complete DIPH=ok", "1989-02-01", base=C10, doses=T89.replace("DTP:1979-07-09", "DTP:1979-06")),
    _2006("double one dose written twice counts once", "not_compliant HEPB=short", doses=K06.replace("HEPB:2001-12-17", "08:2001-05-14")),
)  # fmt: skip

STATEMENTS: tuple[Statement, ...] = (*LAW_1980, *LAW_1988, *LAW_2006, *LAW_NOW, *READINGS, *PAPERS)
