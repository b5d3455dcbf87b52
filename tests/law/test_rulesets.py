"""Rule-set files: what is read, what is refused, which one holds on a day."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest

from projections.law.errors import BadRuleSet
from projections.law.library import rule_set_files, rule_set_for, rule_sets
from projections.law.ruleset import Loaded, NoVerifiedVersion, load_all, load_rule_set
from tests.law.write_schema import TARGET, schema

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
    "a wrong type": (lambda d: d.update(revision="one"), "revision"),
    "no clauses": (lambda d: d.update(clauses={}), "cites nothing"),
    "a clause without a citation": (lambda d: d["clauses"]["3a"].update(cite=""), "clauses.3a"),
    "a clause of an unknown source": (lambda d: d["clauses"]["3a"].update(source="S9"), "unknown source"),
    "a band that cites what is not there": (lambda d: d["bands"][0].update(clause="99"), "bands[0]"),
    "an unknown antigen": (lambda d: d["bands"][0]["asks"].update(SMALLPOX="four"), "SMALLPOX"),
    "an unknown need": (lambda d: d["bands"][0]["asks"].update(DIPH="plenty"), "plenty"),
    "an age that is none": (lambda d: d["bands"][0].update(age_to="seven"), "seven"),
    "an unknown reading": (lambda d: d["needs"]["hib-school"].update(reading="mood"), "mood"),
    "dates the wrong way round": (lambda d: d.update(effective_to="2005-01-01"), "effective_to"),
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


def test_what_is_no_json_is_refused() -> None:
    """LAW-R03"""
    with pytest.raises(BadRuleSet):
        load_rule_set(b"{", "adopted.json")


def test_overlapping_dates_are_refused() -> None:
    """LAW-R03"""
    later = changed(lambda d: d.update(id="mn-2007", effective_from="2007-01-01"))
    with pytest.raises(BadRuleSet, match="overlaps"):
        load_all([("mn-2006.json", FILES["mn-2006.json"]), ("mn-2007.json", later)])


def test_a_new_file_needs_no_program() -> None:
    """LAW-R04"""
    later = changed(lambda d: d.update(id="mn-2009", effective_from="2009-01-01", effective_to="2009-12-31"))
    loaded = load_all([*FILES.items(), ("mn-2009.json", later)])
    assert "mn-2009" in [one.rules.id for one in loaded]


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
