# ruff: noqa: E501  (tables: one row to a line)
"""Rule-set files: what is read, what is refused, which one holds on a day."""

import json
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.law.errors import BadRuleSet
from projections.law.evaluate import evaluate
from projections.law.explain import explain, spoken
from projections.law.library import rule_set_files, rule_set_for, rule_sets
from projections.law.record import Dose, Record
from projections.law.ruleset import Loaded, NoVerifiedVersion, load_all, load_rule_set, rule_set_on
from tests.law.records import random_case
from tests.law.write_schema import TARGET, schema
from tests.vectors.law.make import HERE as VECTORS

FILES = dict(rule_set_files())


def changed(change: Callable[[dict[str, Any]], Any], name: str = "mn-2006.json") -> bytes:
    data = json.loads(FILES[name])
    change(data)
    return json.dumps(data).encode()


def test_the_schema_is_that_of_the_reader() -> None:
    """LAW-R02"""
    assert TARGET.read_text() == schema()


@pytest.mark.parametrize("name", FILES)
def test_each_file_keeps_the_schema(name: str) -> None:
    """LAW-R02"""
    jsonschema.validate(json.loads(FILES[name]), json.loads(TARGET.read_text()))


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a field nobody knows": (lambda d: d.update(surprise=1), "unknown field"),
    "a field is missing": (lambda d: d.pop("bands"), "bands"),
    "a wrong type": (lambda d: d.update(revision="one"), "$.revision"),
    "a revision before the first": (lambda d: d.update(revision=0), "$.revision"),
    "a name that is none": (lambda d: d.update(id="MN 2006"), "$.id"),
    "no clauses": (lambda d: d.update(clauses={}), "cites nothing"),
    "no sources": (lambda d: d.update(sources={}), "cites nothing"),
    "a clause without a citation": (lambda d: d["clauses"]["3a"].update(cite=""), "$.clauses.3a"),
    "a clause without a text": (lambda d: d["clauses"]["3a"].update(text=" "), "$.clauses.3a"),
    "a clause of an unknown source": (lambda d: d["clauses"]["3a"].update(source="S9"), "unknown source"),
    "a band that cites what is not there": (lambda d: d["bands"][0].update(clause="99"), "$.bands[0]"),
    "a band twice": (lambda d: d["bands"].append(d["bands"][0]), "stands twice"),
    "no band": (lambda d: d.update(bands=[]), "asks nothing"),
    "a group nobody is in": (lambda d: d["bands"][0].update(group="college"), "'college' is none of"),
    "a facility nobody knows": (lambda d: d["facilities"].update(prison="school"), "'prison' is none of"),
    "an unknown antigen": (lambda d: d["bands"][0]["asks"].update(SMALLPOX="four"), "SMALLPOX"),
    "an antigen twice": (lambda d: d["antigens"].append("DIPH"), "twice"),
    "an exemption from an unknown antigen": (lambda d: d["exemptions"][0].update(antigens=["POX"]), "'POX'"),
    "an unknown need": (lambda d: d["bands"][0]["asks"].update(DIPH="plenty"), "plenty"),
    "a need nothing meets": (lambda d: d["needs"]["four"].update(options=[]), "no way to meet it"),
    "no dose": (lambda d: d["needs"]["four"]["options"][0].update(doses=0), "0 is not between"),
    "a million doses": (lambda d: d["needs"]["four"]["options"][0].update(doses=10**6), "is not between"),
    "an unknown vaccine": (lambda d: d["needs"]["four"]["options"][0].update(vaccines=["9999"]), "'9999'"),
    "an unknown cohort": (lambda d: d["needs"]["hepb"].update(cohort="hpv"), "'hpv'"),
    "a term that is none": (lambda d: d["cohorts"]["hepb"].update(kg_from="2000"), "'2000' is not a school year"),
    "an age that is none": (lambda d: d["bands"][0].update(age_to="seven"), "seven"),
    "an age nobody reaches": (lambda d: d["bands"][0].update(age_to="9000y"), "nobody reaches"),
    "an age before birth": (lambda d: d["needs"]["hib"]["exempt"][0].update(since="-3m"), "nobody reaches"),
    "a minimum age that is none": (lambda d: d["limits"]["MEAS"].update(min_age=""), "$.limits.MEAS"),
    "an unknown reading": (lambda d: d["needs"]["hib-school"].update(reading="mood"), "mood"),
    "a value no reading has": (lambda d: d["needs"]["hib-school"].update(reading_value="maybe"), "'maybe'"),
    "a switch nothing reads": (lambda d: d["readings"].update(mood=d["readings"]["grace"]), "nothing reads"),
    "a switch with another value": (lambda d: d["readings"]["grace"].update(other="4_days"), "its values must be"),
    "a place with another value": (lambda d: d["readings"]["ten_years"].update(other="strict"), "its values must be"),
    "a reading without its number": (lambda d: d["readings"]["grace"].update(ambiguity="6"), "needs its number"),
    "dates the wrong way round": (lambda d: d.update(effective_to="2005-01-01"), "$.effective_to"),
    "a first day that is none": (lambda d: d.update(effective_from="2006-02-30"), "$.effective_from"),
    "a month for a day": (lambda d: d["dates"].update(day_if_given_after="1990-01"), "not a full date"),
    "a birth date that is none": (lambda d: d["subject"][2].update(born_to="1956"), "not a full date"),
    "an outcome that is none": (lambda d: d["exemptions"][0].update(outcome="exempt"), "'exempt' is none of"),
    "a statement of no kind": (lambda d: d["exemptions"][0].update(kind="religious"), "'religious' is none of"),
    "a statement nobody signs": (lambda d: d["exemptions"][0].update(signers=[]), "names nobody"),
    "a source that is none": (lambda d: d["in_process"].update(statements=["doctor"]), "'doctor' is none of"),
    "no months": (lambda d: d["in_process"].update(months=0), "$.in_process.months"),
    "a grace of no kind": (lambda d: d["transfer"].update(kind="favor"), "'favor' is none of"),
    "days before the first": (lambda d: d["transfer"].update(days=-1), "-1 is not between"),
    "a stay of no kind": (lambda d: d["short_stay"].update(kinds=["weekend"]), "'weekend' is none of"),
    "a schedule that is not there": (lambda d: d["standards"].update(schedule="who"), "unknown schedule 'who'"),
    "a use that is none": (lambda d: d["standards"].update(use="maybe"), "'maybe' is none of"),
    "a deadline twice": (lambda d: d["deadlines"].append(d["deadlines"][0]), "stands twice"),
    "a deadline without a time": (lambda d: d["deadlines"][0].update(months=0), "says no time"),
    "a day of the year that is none": (lambda d: d["deadlines"][-9].update(month_day="13-01"), "month and day"),
    "the rule of statements not there": (lambda d: d.update(statement_rule="99"), "$.statement_rule"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_broken_file_is_refused_with_file_path_and_reason(why: str) -> None:
    """LAW-R03"""
    change, told = REFUSED[why]
    with pytest.raises(BadRuleSet) as refusal:
        load_rule_set(changed(change), "adopted.json")
    assert refusal.value.file == "adopted.json"
    assert refusal.value.path.startswith("$")
    assert told in str(refusal.value)


NO_RULE_SET = {
    "nothing": (b"", "$"),
    "an open brace": (b"{", "$"),
    "another thing": (b"[1, 2]", "$"),
    "no text": (b"\xff\xfe\x00", "$"),
    "a text mark": (b"\xef\xbb\xbf" + FILES["mn-1988.json"], "$"),
    "a comment": (b"// mine\n" + FILES["mn-1988.json"], "$"),
    "too deep": (b"[" * 200_000, "$"),
    "too large": (FILES["mn-1988.json"] + b" " * 600_000, "larger than 512 KiB"),
    "a name twice": (FILES["mn-1988.json"].replace(b'"3b": {', b'"3a": {', 1), "'3a' stands twice"),
    "cut off": (FILES["mn-1988.json"][:5_000], "$"),
}


@pytest.mark.parametrize("name", NO_RULE_SET)
def test_what_is_no_rule_set_is_refused(name: str) -> None:
    """LAW-R03"""
    content, told = NO_RULE_SET[name]
    with pytest.raises(BadRuleSet) as refusal:
        load_rule_set(content, "adopted.json")
    assert refusal.value.file == "adopted.json"
    assert told in str(refusal.value)


def spoiled(seed: int) -> bytes:
    """A shipped file with one to three of its values, at any depth, put otherwise."""
    rng = random.Random(seed)
    data = json.loads(FILES[rng.choice(sorted(FILES))])
    for _ in range(rng.randint(1, 3)):
        place: Any = data
        while True:
            key: Any = rng.choice(sorted(place) if isinstance(place, dict) else range(len(place)))
            if not isinstance(place[key], dict | list) or not place[key] or rng.random() < 0.05:
                break
            place = place[key]
        place[key] = rng.choice(
            [
                "",
                "x",
                "1",
                "2006-02-30",
                "99y",
                "-4d",
                "grace",
                "school",
                "MEAS",
                "01",
                0,
                -1,
                3,
                10**9,
                True,
                None,
                [],
                {},
            ]
        )
    return json.dumps(data).encode()


@settings(max_examples=120, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_a_spoiled_file_is_refused_or_judges_without_an_error(seed: int) -> None:
    """LAW-R03 LAW-R07"""
    try:
        loaded = load_rule_set(spoiled(seed), "spoiled.json")
    except BadRuleSet:
        return
    for record_seed in range(seed, seed + 6):
        _, as_of, record = random_case(record_seed)
        verdict = evaluate(record, loaded, as_of)
        assert spoken(explain(verdict, record, loaded, "es"), "es")


def test_two_files_of_one_name_are_refused() -> None:
    """LAW-R03"""
    double = changed(lambda d: d.update(effective_from="2009-01-01", effective_to="2009-12-31"))
    with pytest.raises(BadRuleSet, match=r"mn-2009.json: \$.id: mn-2006.json has the same id 'mn-2006'"):
        load_all([*FILES.items(), ("mn-2009.json", double)])


def test_overlapping_dates_are_refused() -> None:
    """LAW-R03"""
    later = changed(lambda d: d.update(id="mn-2007", effective_from="2007-01-01"))
    with pytest.raises(BadRuleSet, match="overlaps"):
        load_all([("mn-2006.json", FILES["mn-2006.json"]), ("mn-2007.json", later)])


def test_a_new_file_needs_no_program() -> None:
    """LAW-R04: a law made up for the gap after 2007 is loaded with the others, chosen by its days, judged and told."""
    content = (VECTORS / "made-up" / "mn-2009.json").read_bytes()
    jsonschema.validate(json.loads(content), json.loads(TARGET.read_text()))
    loaded = load_all([*FILES.items(), ("mn-2009.json", content)])
    found = rule_set_on(loaded, date(2009, 6, 1))
    assert isinstance(found, Loaded)
    assert found.rules.id == "mn-2009"
    assert str(rule_set_on(loaded, date(2010, 1, 1))).endswith("(the nearest are mn-2009 and mn-current)")
    asked = Record(
        born_on="2003-03-10", facility="school", grade="1", enrolled_on="2008-09-02", statement_source="parent",
        doses=tuple(Dose(code=code, given_on=on) for code, on in (("MMR", "2004-04-10"), ("MMR", "2008-03-09"), ("DTaP", "2004-06-01"))),
    )  # fmt: skip
    verdict = evaluate(asked, found, date(2009, 2, 2))
    assert (verdict.verified, verdict.overall) == (True, "in_process")
    assert [one.outcome for one in verdict.antigens] == ["in_process", "ok", "not_required", "not_required"]
    assert verdict.last_day == "2009-03-02"
    assert verdict.holds_until == "2009-03-03"
    assert evaluate(asked, found, date(2009, 6, 2)).outcome("TET") == "short"
    assert "Según Made-up Stat. 6." in spoken(explain(verdict, asked, found, "es"), "es")


@pytest.mark.parametrize(
    ("on", "answer"),
    [
        ("1980-06-01", "no verified version covers 1980-06-01 (the nearest are mn-1980)"),
        ("1981-01-01", "mn-1980"),
        ("1988-12-31", "mn-1980"),
        ("1989-01-01", "mn-1988"),
        ("1995-05-05", "no verified version covers 1995-05-05 (the nearest are mn-1988 and mn-2006)"),
        ("2006-09-05", "mn-2006"),
        ("2010-01-01", "no verified version covers 2010-01-01 (the nearest are mn-2006 and mn-current)"),
        ("2026-11-21", "mn-current"),
    ],
)
def test_the_version_of_a_day(on: str, answer: str) -> None:
    """LAW-R05"""
    found = rule_set_for(date.fromisoformat(on))
    assert (found.rules.id if isinstance(found, Loaded) else str(found)) == answer
    assert isinstance(found, (Loaded, NoVerifiedVersion))


def test_every_clause_has_source_citation_and_one_sentence() -> None:
    """LAW-R06"""
    for one in rule_sets():
        for key, clause in one.rules.clauses.items():
            assert clause.source in one.rules.sources, key
            assert clause.text.endswith("."), key
            assert len(clause.text) < 330, key
    assert not rule_sets()[-1].rules.verified
