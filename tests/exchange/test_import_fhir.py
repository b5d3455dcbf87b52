"""Importing FHIR: lines, bundles, documents and bulk exports, as other systems write them."""

import json
from pathlib import Path

import pytest

from events.catalog.students import Identifier, StudentRegistered
from tests.exchange.paper_log import PaperLog, doses, immunization, log_with_hodan, patient, recorded, write

BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {"fullUrl": "urn:uuid:1", "resource": immunization(reference="urn:uuid:1")},
        {"fullUrl": "urn:uuid:1", "resource": patient()},
    ],
}


@pytest.mark.parametrize(
    "lines",
    [
        [patient(), immunization()],
        [immunization(), patient()],
        [BUNDLE],
        [{"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": BUNDLE}]}],
        [{"patient": patient(), "immunizations": [immunization(reference="urn:uuid:p1")]}],
        [patient(), immunization(reference="https://ehr.example/fhir/Patient/p1/_history/2")],
    ],
    ids=["patient first", "dose first", "bundle", "bundle of bundles", "wrapped", "absolute reference"],
)
async def test_fhir_lines_in_every_shape(tmp_path: Path, lines: list[object]) -> None:
    """IMPORT-R31"""
    path = write(tmp_path / "doses.ndjson", "\n".join(json.dumps(one) for one in lines))
    log = log_with_hodan()
    summary = await doses(log, path)
    assert summary.counts["dose"] == {"new": 1}
    (dose,) = recorded(log)
    assert (dose.cvx, dose.given_on) == ("03", "2016-05-06")
    fresh = PaperLog()
    await doses(fresh, path, register=True)
    if isinstance(lines[0], dict) and lines[0].get("resourceType") != "Immunization":
        (child,) = fresh.payloads(StudentRegistered)
        assert "999-11-2222" not in str(child)


async def test_a_damaged_line_of_json_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    """IMPORT-R32"""
    text = "\n".join([json.dumps(patient()), '{"resourceType": "Immuniz', json.dumps(immunization()), "[1, 2]", "7"])
    log = log_with_hodan()
    summary = await doses(log, write(tmp_path / "d.ndjson", text))
    assert summary.counts["dose"] == {"new": 1}
    assert summary.counts["row"] == {"refused": 3}
    assert {place for notice in summary.refused for place in notice.places} == {f"d.ndjson:{n}" for n in (2, 4, 5)}


@pytest.mark.parametrize("status", ["not-done", "entered-in-error"])
async def test_a_dose_that_did_not_happen_is_none(tmp_path: Path, status: str) -> None:
    """IMPORT-R33"""
    log = log_with_hodan()
    text = "\n".join(json.dumps(one) for one in (patient(), immunization(status=status)))
    await doses(log, write(tmp_path / "d.ndjson", text))
    assert not recorded(log)


UUID = "9c0f0c2e-0000-4000-8000-000000000001"
"""An id that means one patient wherever it is written."""
MRN = {"system": "urn:oid:1.2.3", "value": "77"}


async def test_a_bulk_export_keeps_patients_and_doses_in_two_files(tmp_path: Path) -> None:
    """IMPORT-R34"""
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder / "Immunization.ndjson", json.dumps(immunization()))
    write(folder / "Patient.ndjson", json.dumps(patient()))
    log = PaperLog()
    summary = await doses(log, folder, register=True)
    assert summary.counts == {"student": {"new": 1}, "dose": {"new": 1}}
    assert (await doses(log, folder, register=True)).events == 0


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(
            {"resourceType": "Bundle", "entry": [{"resource": patient()}, {"resource": immunization()}]}, indent=2
        ),
        json.dumps([patient(), immunization()]),
        json.dumps([patient(), immunization()], indent=2),
    ],
    ids=["bundle over many lines", "array", "array over many lines"],
)
async def test_one_document_over_many_lines_is_read_too(tmp_path: Path, text: str) -> None:
    """IMPORT-R34"""
    log = log_with_hodan()
    assert (await doses(log, write(tmp_path / "b.json", text))).counts["dose"] == {"new": 1}


async def test_a_contained_patient_is_known_by_what_it_says_and_not_by_its_local_id(tmp_path: Path) -> None:
    """IMPORT-R35"""
    other = patient("c1", name=[{"family": "Yusuf", "given": ["Ayan"]}])
    lines = [
        immunization("i1", "#c1", contained=[patient("c1")]),
        immunization("i2", "#c1", contained=[other], occurrenceDateTime="2017-01-02"),
        immunization("i3", "#gone", contained=[patient("c1")]),
    ]
    log = PaperLog()
    summary = await doses(log, write(tmp_path / "d.ndjson", "\n".join(map(json.dumps, lines))), register=True)
    assert summary.counts == {"student": {"new": 2}, "dose": {"new": 2}, "row": {"refused": 1}}
    assert all("c1" not in str(child) for child in log.payloads(StudentRegistered))


@pytest.mark.parametrize(
    ("number", "reference", "outcome"),
    [
        (Identifier("fhir", UUID), {"reference": f"urn:uuid:{UUID}"}, "new"),
        (Identifier("urn:oid:1.2.3", "77"), {"identifier": MRN}, "new"),
        (Identifier("fhir", "123"), {"reference": "Patient/123"}, "refused"),
        (Identifier("fhir", "77"), {"identifier": {"value": "77"}}, "refused"),
    ],
    ids=["uuid", "identifier with its system", "a number of some server", "identifier without system"],
)
async def test_a_dose_whose_patient_is_not_in_the_file_finds_it_only_by_a_number_that_means_one_person(
    tmp_path: Path, number: Identifier, reference: dict[str, object], outcome: str
) -> None:
    """IMPORT-R36"""
    log = log_with_hodan(number)
    path = write(tmp_path / "d.ndjson", json.dumps(immunization(patient=reference)))
    counts = (await doses(log, path)).counts
    assert (counts.get("dose") or counts["row"]) == {outcome: 1}


async def test_a_time_told_in_words_is_a_dose_without_a_date(tmp_path: Path) -> None:
    """IMPORT-R21"""
    told = immunization(occurrenceString="summer of 2017")
    del told["occurrenceDateTime"]
    log = log_with_hodan()
    await doses(log, write(tmp_path / "d.ndjson", "\n".join(map(json.dumps, (patient(), told)))))
    (dose,) = recorded(log)
    assert (dose.cvx, dose.given_on) == ("03", None)
    assert "summer of 2017" in dose.as_written


async def test_two_servers_that_count_from_one_do_not_correct_each_others_doses(tmp_path: Path) -> None:
    """IMPORT-R36"""
    log = log_with_hodan()
    for clinic, day in (("a", "2016-05-06"), ("b", "2019-05-06")):
        lines = (patient(f"{clinic}1"), immunization("1", f"Patient/{clinic}1", occurrenceDateTime=day))
        await doses(log, write(tmp_path / f"{clinic}.ndjson", "\n".join(map(json.dumps, lines))))
    assert [dose.given_on for dose in recorded(log)] == ["2016-05-06", "2019-05-06"]


ODD = [5, "x", None, True, [], {}, ["x"], [5], [None], {"x": 5}, [{"x": [5]}], "31/12/2019"]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", sorted({*patient(), "gender", "communication"} - {"resourceType"}))
async def test_no_field_of_a_patient_can_stop_an_import(tmp_path: Path, field: str, odd: object) -> None:
    """IMPORT-R32"""
    names = [{"family": odd, "given": odd, "suffix": odd, "use": odd}] if field == "name" else odd
    lines = (patient("p0", **{field: odd}), patient("p2", **{field: names}), patient(), immunization())
    log = log_with_hodan()
    summary = await doses(log, write(tmp_path / "d.ndjson", "\n".join(map(json.dumps, lines))))
    assert summary.counts["dose"] == {"new": 1}


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize(
    "field",
    sorted(
        {*immunization(), "contained", "identifier", "lotNumber", "manufacturer", "performer", "location"}
        | {"reportOrigin", "primarySource", "occurrenceString"} - {"resourceType"}
    ),
)
async def test_no_field_of_a_dose_can_stop_an_import(tmp_path: Path, field: str, odd: object) -> None:
    """IMPORT-R32"""
    lines = ({**immunization("i0"), field: odd}, patient(), immunization(occurrenceDateTime="2020-02-03"))
    log = log_with_hodan()
    await doses(log, write(tmp_path / "d.ndjson", "\n".join(map(json.dumps, lines))))
    assert "2020-02-03" in [dose.given_on for dose in recorded(log)]


async def test_a_child_that_could_not_be_found_again_is_not_registered(tmp_path: Path) -> None:
    """IMPORT-R37"""
    lines = (patient(birthDate="2015-07"), immunization("i0"), immunization("i1", occurrenceDateTime="2020-02-03"))
    log = PaperLog()
    summary = await doses(log, write(tmp_path / "d.ndjson", "\n".join(map(json.dumps, lines))), register=True)
    assert (summary.events, summary.total("refused")) == (0, 3)
    assert "only part of a birth date" in summary.refused[0].reason
