"""Payload bytes to facts and back: strict where known, kept where unknown, upcast step by step."""

import contextlib
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalog import CATALOG, EventType
from events.catalog.clinics import RosterAdded
from events.catalog.doses import DoseAdministered, DoseRecorded, DoseVoided
from events.catalog.event_type import ROSTER_STUDENTS_MAX, SYSTEM, Payload, Text
from events.catalog.stock import TemperatureRead
from events.codec import Unknown, decode_payload, encode_payload
from events.errors import MalformedEvent, UpcastFailed
from events.upcast import STEPS, JsonObject, upcast
from tests.events.examples import EARLIER, EXAMPLES, MOMENT, PAPER, some_id

DOSE = next(example for example in EXAMPLES if isinstance(example, DoseAdministered))


def changed(**fields: object) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(DOSE), **fields})


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("given_on", "2026-02-30", "given_on: Expected a day of the calendar"),
        ("given_on", "2026-11-21\n", "given_on: Expected a day of the calendar"),
        ("given_on", "2026-11", "given_on: Expected a day of the calendar"),
        ("given_on", 20261121, "given_on"),
        ("clinic", "gym", "clinic: Expected a UUIDv7"),
        ("clinic", "x" * 60_000, "clinic: Expected a UUIDv7"),
        ("cvx", "٠٣", "cvx"),
        ("cvx", "3", "cvx"),
        ("lot", "", "lot"),
        ("lot", "L" * 41, "lot"),
        ("dose_ml", 0, "dose_ml"),
        ("dose_ml", 5.01, "dose_ml"),
        ("dose_ml", "0.5", "dose_ml"),
        ("dose_ml", True, "dose_ml"),
        ("dose_ml", None, "dose_ml"),
        ("site", "left_foot", "site"),
        ("product", None, "product"),
        ("product", "p" * 255, "product"),
        ("giver", {"name": "N"}, "giver"),
        ("giver", [], "giver"),
        ("warnings_overridden", ["w"] * 21, "warnings_overridden"),
        ("warnings_overridden", "w", "warnings_overridden"),
        ("vis", [{"document": "MMR", "edition": "2025-02-29", "given_on": "2026-11-21"}], r"vis\[0\]\.edition"),
    ],
)
def test_payload_r01_a_field_out_of_its_rule_is_named(field: str, value: object, why: str) -> None:
    """PAYLOAD-R01: MalformedEvent names the type, the field and the rule."""
    with pytest.raises(MalformedEvent, match=f"^dose.administered: .*{why}"):
        decode_payload("dose.administered", 1, changed(**{field: value}))


def test_payload_r01_a_missing_field_is_named() -> None:
    with pytest.raises(MalformedEvent, match="lot"):
        decode_payload("dose.administered", 1, b'{"cvx":"03","given_on":"2026-11-21"}')


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("clinic.slip_marked", {"student": some_id(1), "station": "lead", "at": "2026-02-30T10:00:00.000Z"}, "at"),
        ("clinic.slip_marked", {"student": some_id(1), "station": "lead", "at": "2026-02-28T25:00:00.000Z"}, "at"),
        ("hold.placed", {"student": some_id(1), "reason": "r", "authority": "a", "from_day": "1900-02-29"}, "from_day"),
        ("clinic.planned", {"name": "n", "facility": None, "address": {"lines": []}, "on": "2026-04-31"}, "on"),
    ],
)
def test_payload_r02_days_and_instants_are_of_the_calendar(name: str, fields: dict[str, object], field: str) -> None:
    """PAYLOAD-R02: the form holds the calendar, for every date and instant of the catalogue."""
    with pytest.raises(MalformedEvent, match=f"{name}: {field}: Expected"):
        decode_payload(name, 1, msgspec.json.encode(fields))


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{", b'{"a":NaN}', b"\xff", b'{"reason":"\\ud800"}'])
def test_payload_r01_what_is_no_object_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode_payload("dose.voided", 1, raw)


def test_payload_r01_a_tower_of_brackets_breaks_nothing() -> None:
    with pytest.raises(MalformedEvent):
        decode_payload("dose.voided", 1, b'{"more":' + b"[" * 60_000)


@given(st.binary(max_size=60), st.sampled_from(sorted(CATALOG)))
def test_payload_r01_noise_is_malformed_and_nothing_worse(raw: bytes, name: str) -> None:
    with contextlib.suppress(MalformedEvent):
        decode_payload(name, 1, raw)


def test_payload_r03_unknown_fields_are_passed_over() -> None:
    """PAYLOAD-R03: a reader one version behind still shows what it understands."""
    assert decode_payload("dose.administered", 1, changed(new={"deep": [1]})) == DOSE


@pytest.mark.parametrize(("name", "schema"), [("dose.teleported", 1), ("dose.voided", 2), ("dose.voided", 2**53 - 1)])
def test_payload_r04_a_newer_type_or_schema_is_unknown(name: str, schema: int) -> None:
    """PAYLOAD-R04: kept and shown, never guessed, whatever its bytes are."""
    read = decode_payload(name, schema, b"not even JSON")
    assert isinstance(read, Unknown)
    assert (read.type, read.schema) == (name, schema)
    assert read.why


def test_payload_r05_nothing_is_encoded_that_would_not_decode() -> None:
    """PAYLOAD-R05: Python does not check a struct; the encoder does, before anything is signed."""
    bad: list[tuple[Payload, str]] = [
        (DoseVoided(event=EARLIER, reason=""), "reason"),
        (DoseVoided(event=EARLIER, reason="r" * 4001), "reason"),
        (DoseVoided(event=EARLIER, reason="\ud800"), "surrogates"),
        (DoseVoided(event="x", reason="r"), "event"),  # type: ignore[arg-type]
        (msgspec.structs.replace(DOSE, dose_ml=math.nan), "dose_ml"),
        (msgspec.structs.replace(DOSE, dose_ml=math.inf), "dose_ml"),
        (DoseRecorded(told=PAPER, given_on="2023-02-29"), "given_on"),
        (RosterAdded(students=(some_id(1),) * (ROSTER_STUDENTS_MAX + 1)), "students"),  # type: ignore[arg-type]
    ]
    for payload, field in bad:
        with pytest.raises(MalformedEvent, match=field):
            encode_payload(payload)


def test_payload_r05_the_bytes_say_what_the_struct_said() -> None:
    """PAYLOAD-R05: NaN in an optional number would be written as null and read as absent."""
    reading = TemperatureRead(container="C1", at=MOMENT, celsius=4, occasion="check", minimum_celsius=math.nan)
    with pytest.raises(MalformedEvent, match="minimum_celsius"):
        encode_payload(reading)


def test_payload_r06_a_payload_over_64_kib_is_not_encoded() -> None:
    """PAYLOAD-R06: bounds count characters, the envelope bytes: text of other scripts may exceed it."""
    wide = RosterAdded(students=tuple(some_id(n) for n in range(ROSTER_STUDENTS_MAX)), reason="字" * 4000)  # type: ignore[misc]
    assert len(encode_payload(wide)) < 65_536
    wider = next(example for example in EXAMPLES if type(example).__name__ == "ScreeningAnswered")
    with pytest.raises(MalformedEvent, match="at most 65536"):
        encode_payload(msgspec.structs.replace(wider, positive=("😀" * 200,) * 100))


# --- upcasting, with a catalogue of its own: no type has shipped a second schema yet ---


class DoseRemembered(Payload, frozen=True, kw_only=True):
    """A made-up type at its third schema."""

    vaccine: Text
    millilitres: float


def _split_volume(old: JsonObject) -> JsonObject:
    vaccine, _, volume = old["text"].partition(" ")
    return {"vaccine": vaccine, "volume": float(volume)}


def _rename_volume(old: JsonObject) -> JsonObject:
    return {"vaccine": old["vaccine"], "millilitres": old["volume"]}


CURRENT = EventType("dose.remembered", DoseRemembered, "student", SYSTEM, "this test", schema=3)
MADE_UP = {"dose.remembered": CURRENT}
BOTH_STEPS = {("dose.remembered", 1): _split_volume, ("dose.remembered", 2): _rename_volume}


def remembered(schema: int, raw: bytes, steps: Any = BOTH_STEPS) -> Payload | Unknown:
    return decode_payload("dose.remembered", schema, raw, MADE_UP, steps)


def test_payload_r07_old_schemas_are_read_as_the_current_one() -> None:
    """PAYLOAD-R07: two steps, one step, none: the same fact."""
    fact = DoseRemembered(vaccine="MMR", millilitres=0.5)
    assert remembered(1, b'{"text":"MMR 0.5"}') == fact
    assert remembered(2, b'{"vaccine":"MMR","volume":0.5}') == fact
    assert remembered(3, b'{"vaccine":"MMR","millilitres":0.5}') == fact


def test_payload_r07_the_stored_bytes_are_not_touched() -> None:
    old = {"text": "MMR 0.5"}
    upcast("dose.remembered", 1, 3, old, BOTH_STEPS)
    assert old == {"text": "MMR 0.5"}


def test_payload_r08_a_missing_step_is_unknown() -> None:
    """PAYLOAD-R08: what cannot be brought up is kept and shown with the reason, never dropped."""
    only_second = {("dose.remembered", 2): _rename_volume}
    read = remembered(1, b'{"text":"MMR 0.5"}', only_second)
    assert read == Unknown("dose.remembered", 1, "dose.remembered: no way from schema 1 to 2")
    with pytest.raises(UpcastFailed):
        upcast("dose.remembered", 1, 3, {}, {})
    assert isinstance(remembered(0, b"{}"), Unknown)


@pytest.mark.parametrize(
    "raw", [b"{}", b'{"text":7}', b'{"text":"MMR half"}', b'{"text":["MMR"]}', b'{"text":null}'], ids=bytes.decode
)
def test_payload_r08_a_failing_step_is_unknown(raw: bytes) -> None:
    read = remembered(1, raw)
    assert isinstance(read, Unknown)
    assert "schema 1 could not be read" in read.why


def test_payload_r08_what_steps_make_is_checked_like_any_payload() -> None:
    with pytest.raises(MalformedEvent, match="vaccine"):
        remembered(2, b'{"vaccine":"","volume":0.5}')
    for raw in (b"[]", b"nonsense", b'{"text":"a","text":"b"}'):
        with pytest.raises(MalformedEvent):
            remembered(1, raw)


def test_payload_r07_no_steps_are_invented() -> None:
    """PAYLOAD-R07: a step exists exactly where a type has left a schema behind."""
    needed = {(row.name, version) for row in CATALOG.values() for version in range(1, row.schema)}
    assert set(STEPS) == needed
