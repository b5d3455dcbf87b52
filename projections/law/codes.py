"""Vaccine codes: what a code on a paper counts for.

The table (`data/codes.json`, shared with the browser) holds the CVX codes a school meets, historical and foreign
ones too, each with the antigens it counts for, and the short names papers and case files use. A code may be known
and count for nothing here (influenza); a code that is not in the table is *not understood*: it is kept, shown and
reported, and counts for nothing.
"""

from __future__ import annotations

from importlib import resources

import msgspec

MIXED = ("TRAVEL", "GLOBULIN")
"""Codes kept together in the file that are not one vaccine."""


ANTIGENS = {
    "diphtheria": "DIPH",
    "tetanus": "TET",
    "pertussis": "PERT",
    "polio": "POLIO",
    "measles": "MEAS",
    "mumps": "MUMP",
    "rubella": "RUBE",
    "hib": "HIB",
    "hepatitis_b": "HEPB",
    "hepatitis_a": "HEPA",
    "varicella": "VAR",
    "pneumococcal": "PCV",
    "meningococcal": "MENACWY",
}
"""The catalogue's antigens by the law's codes; the rest (influenza …) no Minnesota rule set asks for."""
GROUPS = {"influenza": "FLU", "hpv": "HPV", "rotavirus": "ROTA", "covid_19": "COVID", "meningococcal": "MENB"}
"""The rest, by the groups of the codes that count for nothing; of meningococcal the law asks for ACWY alone."""


class Vaccine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One CVX code. `marks`: unspecified, historical, foreign (not licensed in the US), live."""

    cvx: str
    name: str
    antigens: tuple[str, ...]
    groups: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


class CodeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it stands. `names` maps short names to CVX, `statement_names` to antigens."""

    note: str
    antigens: tuple[str, ...]
    vaccines: tuple[Vaccine, ...]
    elsewhere: dict[str, tuple[str, ...]]
    live_elsewhere: tuple[str, ...]
    names: dict[str, str]
    statement_names: dict[str, tuple[str, ...]]
    manufacturers: dict[str, str]


class Codes:
    """The table, indexed. Reads only; one instance, `CODES`, is made from the packaged file."""

    def __init__(self, file: CodeFile) -> None:
        self.file = file
        self.antigens = file.antigens
        self.by_cvx = {vaccine.cvx: vaccine for vaccine in file.vaccines}
        self._elsewhere = {code for codes in file.elsewhere.values() for code in codes}

    def cvx(self, code: str) -> str | None:
        """The CVX number of a CVX number or short name (`8`, `08`, `DTaP`); None when it is not understood."""
        padded = code.zfill(2) if code.isdigit() else self.file.names.get(code, "")
        if padded in self.by_cvx or padded in self._elsewhere:
            return padded
        return None

    def groups_of(self, code: str) -> tuple[str, ...]:
        """What one dose of it stands for among others: MMR for MMRV too, FLU whichever product; empty if unknown."""
        cvx = self.cvx(code)
        vaccine = self.by_cvx.get(cvx or "")
        if vaccine is not None:
            return vaccine.groups or vaccine.antigens
        return tuple(group for group, codes in self.file.elsewhere.items() if cvx in codes and group not in MIXED)

    def brings(self, given: str, asked: str) -> bool:
        """Whether one vaccine is, or brings all that another would: MMRV all of MMR, Td not all of DTaP.

        Also what no rule set asks for: MenACWY does not bring all of MenABCWY.
        """
        if given == asked:
            return bool(asked)
        wanted, held = self.antigens_of(asked), self.antigens_of(given)
        groups, held_groups = self.groups_of(asked), self.groups_of(given)
        if not wanted or not held:
            wanted, held = groups, held_groups
        unasked = {group for group in groups if group in self.file.elsewhere}
        return bool(wanted) and set(wanted) <= set(held) and unasked <= set(held_groups)

    def overlap(self, one: str, other: str) -> bool:
        """Whether two codes are one vaccine or share a group (DTaP and a combination with DTaP)."""
        return (bool(one) and one == other) or not set(self.groups_of(one)).isdisjoint(self.groups_of(other))

    def antigens_of(self, code: str) -> tuple[str, ...] | None:
        """The antigens a code counts for (maybe none); None when the code is not understood."""
        cvx = self.cvx(code)
        if cvx is None:
            return None
        vaccine = self.by_cvx.get(cvx)
        return vaccine.antigens if vaccine is not None else ()

    def spellings(self) -> tuple[str, ...]:
        """Every way the table knows to write a code, leading zeros left out too."""
        codes = (*self.by_cvx, *self._elsewhere)
        return (*codes, *(code.lstrip("0") for code in codes), *self.file.names)

    def name(self, code: str) -> str:
        """A name to show: the vaccine's, or the code itself when it is not understood or counts for nothing."""
        vaccine = self.by_cvx.get(self.cvx(code) or "")
        return vaccine.name if vaccine is not None else code

    def named_on_statement(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The antigens that the vaccine names of a statement cover; `ALL` covers every antigen."""
        covered: list[str] = []
        for name in names:
            upper = name.upper()
            if upper == "ALL":
                return self.antigens
            if upper in self.antigens:
                covered.append(upper)
            else:
                covered += self.file.statement_names.get(upper) or self.antigens_of(name) or ()
        return tuple(covered)


CODES = Codes(
    msgspec.json.decode(resources.files("projections.law").joinpath("data/codes.json").read_bytes(), type=CodeFile)
)
"""The packaged table: constant data of the program, like the code beside it."""
