"""LAW-R25: Python and the browser say the same of every record, byte for byte."""

import msgspec
import pytest

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
from tests.law.compare import disagreements, parting
from tests.law.wild import wild_case

RECORDS = 2000
FIRST_SEED = 5_000_000


def test_the_two_evaluators_agree_on_random_and_wild_records() -> None:
    """LAW-R25: the verdict with its reasons and `holds_until`, and its sentences in both languages."""
    found = [f"seed {one.seed}: {one.where}" for one in disagreements(range(FIRST_SEED, FIRST_SEED + RECORDS))]
    assert found == []


@pytest.mark.parametrize(
    ("mine", "theirs", "where"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, "/a/1: Python 2, Node 3"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ": Python {'a': 1, 'b': 2}, Node {'b': 2, 'a': 1}"),
        ([1], [1, 2], ": Python [1], Node [1, 2]"),
    ],
)
def test_a_disagreement_is_told_by_its_place(mine: object, theirs: object, where: str) -> None:
    """LAW-R25"""
    assert parting(mine, theirs) == where


def test_wild_records_vary_every_field_a_record_has() -> None:
    """LAW-R25: a field added to the record must be drawn here too, or nobody compares it."""
    drawn: dict[type, dict[str, set[bytes]]] = {}
    for seed in range(1500):
        note_values(wild_case(seed)[2], drawn)
    parts = {Dose, Exemption, Paper, PlannedDose, PolicyReading, ProtectedStatus, Record, Suspension, Transfer}
    assert set(drawn) == parts
    alike = [
        f"{kind.__name__}.{name}" for kind, fields in drawn.items() for name, seen in fields.items() if len(seen) < 2
    ]
    assert [one for one in alike if not one.endswith(".event")] == []  # the law asks for no event's id


def note_values(part: msgspec.Struct, drawn: dict[type, dict[str, set[bytes]]]) -> None:
    """Add every value a record holds, part by part, to those seen of its field."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        drawn.setdefault(type(part), {}).setdefault(name, set()).add(msgspec.json.encode(value))
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, msgspec.Struct):
                note_values(one, drawn)
