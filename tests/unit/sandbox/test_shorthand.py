"""The shorthand becomes real FHIR, and says which word it does not know."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from lnfhir.sandbox.demo import example_patients
from lnfhir.sandbox.shorthand import Record, ShorthandError, read_record

Json = dict[str, Any]


def record(**sections: Any) -> Record:
    whole = {"day_0": "2024-01-15", "as_of": "d183", "patient": "female, born 1996-07-02"}
    return read_record({**whole, **sections})


def only(found: Record, kind: str) -> Json:
    (one,) = [resource for resource in found.resources if resource["resourceType"] == kind]
    return one


def observations(found: Record) -> list[Json]:
    return [resource for resource in found.resources if resource["resourceType"] == "Observation"]


@pytest.mark.parametrize(
    ("written", "loinc", "value"),
    [
        ("d0 UPCR 0.9 g/g", "2890-2", {"value": 0.9, "unit": "g/g", "code": "g/g"}),
        ("d0 UPCR 90 mg/mmol", "34366-5", {"value": 90, "unit": "mg/mmol", "code": "mg/mmol"}),
        ("d0 24h UPCR <0.1 g/g", "13801-6", {"value": 0.1, "comparator": "<", "unit": "g/g", "code": "g/g"}),
        ("d0 24h UPCR 55 mg/mmol", "40486-3", {"value": 55, "unit": "mg/mmol", "code": "mg/mmol"}),
        ("d0 24h protein 3.2 g/24h", "2889-4", {"value": 3.2, "unit": "g/24h", "code": "g/(24.h)"}),
        ("d0 creatinine 88 µmol/L", "14682-9", {"value": 88, "unit": "µmol/L", "code": "umol/L"}),
        ("d0 creatinine 0.8 mg/dL", "2160-0", {"value": 0.8, "unit": "mg/dL", "code": "mg/dL"}),
        ("d0 inverse UPCR 18.2 mmol/g", "16285-9", {"value": 18.2, "unit": "mmol/g", "code": "mmol/g"}),
        ("d0 urine RBC 25 /hpf", "13945-1", {"value": 25, "unit": "/hpf", "code": "/[HPF]"}),
    ],
)
def test_a_result_has_its_loinc_code_and_ucum_unit(written: str, loinc: str, value: Json) -> None:
    (one,) = observations(record(results=[written]))
    assert one["code"]["coding"][0] == {
        "system": "http://loinc.org",
        "code": loinc,
        "display": one["code"]["coding"][0]["display"],
    }
    assert one["valueQuantity"] == {**value, "system": "http://unitsofmeasure.org"}
    assert one["effectiveDateTime"].startswith("2024-01-15T")


def test_a_blood_pressure_is_a_panel_of_two_components() -> None:
    (one,) = observations(record(results=["d90 BP 128/76"]))
    assert one["code"]["coding"][0]["code"] == "85354-9"
    assert [(c["code"]["coding"][0]["code"], c["valueQuantity"]["value"]) for c in one["component"]] == [
        ("8480-6", 128),
        ("8462-4", 76),
    ]


def test_a_qualitative_answer_is_coded() -> None:
    (one,) = observations(record(results=["d5 hCG negative"]))
    assert one["valueCodeableConcept"]["coding"][0]["code"] == "260385009"


def test_the_record_holds_nothing_after_its_day() -> None:
    sections: Json = {
        "results": ["d182 UPCR 1 g/g", "d184 UPCR 1 g/g"],
        "treatments": ["d180..d190 cyclophosphamide IV 500 mg daily", "d184.. prednisone 5 mg daily"],
        "conditions": ["d184 hypertension"],
        "procedures": ["d184 kidney biopsy"],
        "biopsies": ["d184 class IV"],
    }
    days = [r.get("effectiveDateTime", "")[:10] for r in record(**sections).resources[1:]]
    assert days == ["2024-07-15", "2024-07-13", "2024-07-14", "2024-07-15", "2024-07-16"]


def test_an_order_that_ends_later_is_still_active_today() -> None:
    ending = ["d0..d200 prednisone 5 mg daily"]
    assert only(record(treatments=ending), "MedicationRequest")["status"] == "active"
    later = only(record(treatments=ending, as_of="d201"), "MedicationRequest")
    assert later["status"] == "completed"
    repeat = later["dosageInstruction"][0]["timing"]["repeat"]
    assert repeat["boundsPeriod"] == {"start": "2024-01-15", "end": "2024-08-02"}


def test_an_oral_drug_is_ordered_with_dose_and_rhythm() -> None:
    order = only(record(treatments=["d14.. mycophenolate 1 g twice daily"]), "MedicationRequest")
    assert order["medicationCodeableConcept"]["coding"][0]["code"] == "200060"
    dosage = order["dosageInstruction"][0]
    assert dosage["doseAndRate"][0]["doseQuantity"] == {
        "value": 1,
        "unit": "g",
        "system": "http://unitsofmeasure.org",
        "code": "g",
    }
    assert {key: dosage["timing"]["repeat"][key] for key in ("frequency", "period", "periodUnit")} == {
        "frequency": 2,
        "period": 1,
        "periodUnit": "d",
    }


def test_an_intravenous_drug_is_one_administration_for_each_day() -> None:
    found = record(treatments=["d0..d70 cyclophosphamide IV 500 mg every 14 days"])
    days = [r["effectiveDateTime"][:10] for r in found.resources if r["resourceType"] == "MedicationAdministration"]
    assert days == ["2024-01-15", "2024-01-29", "2024-02-12", "2024-02-26", "2024-03-11", "2024-03-25"]


def test_words_alone_are_a_dosage_without_a_dose_and_a_drug_without_a_code() -> None:
    by_protocol = only(record(treatments=['d0.. mycophenolate "per protocol"']), "MedicationRequest")
    assert by_protocol["dosageInstruction"][0]["text"] == "per protocol"
    assert "doseAndRate" not in by_protocol["dosageInstruction"][0]
    in_chinese = only(record(treatments=['d0.. "羟氯喹" 200 mg twice daily']), "MedicationRequest")
    assert in_chinese["medicationCodeableConcept"] == {"text": "羟氯喹"}


def test_a_reason_for_stopping_is_said() -> None:
    stopped = only(
        record(treatments=["d0..d30 mycophenolate 1 g twice daily stopped for intolerance"]), "MedicationRequest"
    )
    assert stopped["status"] == "stopped"
    assert stopped["statusReason"]["coding"][0]["code"] == "sintol"


@pytest.mark.parametrize("covered", [0.55, 0.8, 0.95, 1.0])
def test_dispenses_cover_the_stated_proportion_of_days(covered: float) -> None:
    found = record(as_of="d599", dispenses=[f"d0.. mycophenolate PDC {covered:.2f}"])
    covered_days: set[int] = set()
    for dispense in found.resources[1:]:
        day = date.fromisoformat(dispense["whenHandedOver"][:10]) - date(2024, 1, 15)
        covered_days.update(range(day.days, day.days + dispense["daysSupply"]["value"]))
    share = len([day for day in covered_days if day < 600]) / 600
    assert share == pytest.approx(covered, abs=0.03)


def test_a_biopsy_is_a_report_with_coded_findings() -> None:
    found = record(biopsies=["d-5 class III+V", "AI 8", "CI 2", "no TMA"])
    report = only(found, "DiagnosticReport")
    assert "No thrombotic microangiopathy." in report["conclusion"]
    by_code = {o["code"]["coding"][0]["code"]: o for o in observations(found)}
    assert [c["code"] for c in by_code["isn-rps-class"]["valueCodeableConcept"]["coding"]] == ["III", "V"]
    assert by_code["nih-ai"]["valueQuantity"]["value"] == 8
    assert {r["reference"] for r in report["result"]} == {f"Observation/{o['id']}" for o in observations(found)}


def test_excluded_all_is_explicit_results() -> None:
    found = record(biopsies=["d-5 class IV"], excluded="all")
    names = {o["code"]["coding"][0]["code"] for o in observations(found)}
    assert {"3281-3", "3181-5", "3182-3", "85354-9", "4548-4", "5821-4", "2106-3", "630-4"} <= names
    assert len([r for r in found.resources if r["resourceType"] == "DiagnosticReport"]) == 1


def test_excluded_all_repeats_a_biopsy_that_is_more_than_a_year_old() -> None:
    found = record(biopsies=["d-200 class V"], excluded="all")
    reports = [r for r in found.resources if r["resourceType"] == "DiagnosticReport"]
    assert [r["effectiveDateTime"][:10] for r in reports] == ["2023-06-29", "2024-07-09"]
    assert "class V" in reports[1]["conclusion"]


def test_an_exception_leaves_its_item_out() -> None:
    found = record(excluded="all except chronicity, diabetes and TMA")
    names = {o["code"]["coding"][0]["code"] for o in observations(found)}
    assert "85354-9" in names
    assert not names & {"3281-3", "4548-4"}


def test_none_is_searched_and_not_provided_is_not() -> None:
    assert record(procedures="none").not_provided == frozenset()
    assert record(procedures="not provided").not_provided == {"procedures"}
    assert record(not_provided=["serology"]).not_provided == {"serology"}


@pytest.mark.parametrize(
    ("sections", "named"),
    [
        ({"result": ["d0 UPCR 1 g/g"]}, "'result'"),
        ({"results": ["d0 UPRC 1 g/g"]}, "UPRC"),
        ({"results": ["d0 UPCR 1 g/kg"]}, "g/kg"),
        ({"results": ["d0 UPCR one g/g"]}, "one"),
        ({"results": ["d0 BP 128"]}, "128"),
        ({"results": ["UPCR 1 g/g"]}, "UPCR"),
        ({"results": ["2024-02-30 UPCR 1 g/g"]}, "2024-02-30"),
        ({"treatments": ["d0.. prednisolon 5 mg daily"]}, "prednisolon"),
        ({"treatments": ["d0.. prednisone 5 mg sometimes"]}, "sometimes"),
        ({"treatments": ["d0.. prednisone 5 stones daily"]}, "stones"),
        ({"treatments": ["d0..d5 rituximab IV 1 g"]}, "rituximab"),
        ({"treatments": ["d5..d0 prednisone 5 mg daily"]}, "d5..d0"),
        ({"dispenses": ["d0.. mycophenolate PDC 95"]}, "PDC 95"),
        ({"conditions": ["d0 lupus nefritis"]}, "lupus nefritis"),
        ({"biopsies": ["d0 class VII"]}, "class VII"),
        ({"procedures": ["d0 heart biopsy"]}, "heart biopsy"),
        ({"allergies": ["peanuts"]}, "peanuts"),
        ({"excluded": "all except gout"}, "gout"),
        ({"excluded": "everything"}, "everything"),
        ({"not_provided": ["labs"]}, "labs"),
        ({"patient": "woman"}, "woman"),
        ({"procedures": "unknown"}, "unknown"),
    ],
)
def test_an_unknown_word_is_an_error_that_names_it(sections: Json, named: str) -> None:
    with pytest.raises(ShorthandError) as caught:
        record(**sections)
    assert named in str(caught.value)


def test_a_day_needs_its_day_0() -> None:
    with pytest.raises(ShorthandError, match="day_0"):
        read_record({"as_of": "2024-01-01", "patient": "female", "results": ["d0 UPCR 1 g/g"]})


def test_every_example_patient_is_valid_fhir_with_ids_of_its_own() -> None:
    seen: set[str] = set()
    patients = list(example_patients(date(2026, 2, 28)))
    assert len(patients) >= 8
    for found, name, story in patients:
        assert name
        assert story
        for resource in found.resources:
            place = f"{resource['resourceType']}/{resource['id']}"
            assert place not in seen
            seen.add(place)
            get_fhir_model_class(resource["resourceType"])(**resource)
