"""The law, one row per numbered statement: a short record, a day, and what the rule set must answer.

Each row's `clause` is the test's id. Doses are written `CODE:date`, joined by blanks; `says` names the overall token
and the antigens that matter, the rest is not looked at. Common records stand at the top. The rows are ours, written
from the texts; `worked.json` in the vectors holds the same cases for the browser.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from projections.law.record import Dose, Exemption, Record


class Statement(NamedTuple):
    """One row: which clause, under which rule set, on which day, what record, what answer."""

    clause: str
    rule_set: str
    as_of: str
    fields: dict[str, Any]
    says: str

    def record(self) -> Record:
        """The record of the row."""
        fields = dict(self.fields)
        fields["doses"] = tuple(
            Dose(code=code, given_on=given)
            for code, _, given in (one.partition(":") for one in fields.get("doses", "").split())
        )
        return msgspec.convert(msgspec.to_builtins(fields), Record)


def paper(kind: str, vaccines: str, signer: str, on: str, notarized: bool = False, **more: Any) -> Exemption:
    """An exemption statement received and accepted on the day it was signed."""
    dates: dict[str, Any] = {"signed_on": on, "received_on": on, "accepted_on": on, **more}
    return Exemption(kind=kind, antigens=tuple(vaccines.split()), signer=signer, notarized=notarized, **dates)


STATEMENTS: tuple[Statement, ...] = ()
