"""Kidney biopsies: reports and findings."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from lnfhir.chart.biopsies import ClassFinding
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Biopsy
from tests.unit.chart.records import ANN, SNOMED, chart_of, coded, observation, said

Json = dict[str, Any]
SCORE = "urn:lnfhir:score"


def report(conclusion: str | None = None, **members: Any) -> Json:
    return {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "subject": ANN,
        "code": coded("60568-3", text="Kidney biopsy"),
        "effectiveDateTime": "2025-01-10",
        **({"conclusion": conclusion} if conclusion else {}),
        **members,
    }


def finding(code: str, name: str, day: str = "2025-01-10", **value: Any) -> Json:
    return observation(coded(code, SCORE), name, day, **value)


def class_of(*codes: str, name: str = "class", day: str = "2025-01-10") -> Json:
    return finding(
        "isn-rps-class", name, day, valueCodeableConcept={"coding": [{"system": SCORE, "code": c} for c in codes]}
    )


def only(*resources: Json) -> Biopsy:
    (biopsy,) = chart_of(*resources).biopsies
    return biopsy


# -- Reports


def test_a_biopsy_after_the_day_of_the_review_is_not_used_and_told() -> None:
    later = {"effectiveDateTime": "2026-02-01"}
    chart = chart_of(report("Lupus nephritis class IV", **later), class_of("ISN/RPS-IV", day="2026-02-01"))
    assert chart.biopsies == ()
    assert said(chart) == ["2 results are dated after the day of this review and not used"]


def test_a_class_in_the_conclusion_is_marked_as_read_from_text() -> None:
    biopsy = only(
        report("Lupus nephritis, ISN/RPS class III + V (A/C). AI 8/24, CI 2/12. No thrombotic microangiopathy.")
    )
    assert (biopsy.classes, biopsy.from_text) == (frozenset({"III", "V"}), True)
    assert (biopsy.activity_index, biopsy.chronicity_index, biopsy.tma, biopsy.active_lesions) == (8, 2, False, True)
    assert (biopsy.day, biopsy.reference) == (date(2025, 1, 10), "DiagnosticReport/r")


def test_a_coded_class_is_not_marked() -> None:
    biopsy = only(report("see text", conclusionCode=[coded("36402006", SNOMED)]))
    assert (biopsy.classes, biopsy.from_text) == (frozenset({"IV"}), False)


def test_a_coded_thrombotic_microangiopathy() -> None:
    assert only(report(conclusionCode=[coded("126729006", SNOMED)])).tma is True


def test_another_disease_is_named() -> None:
    assert only(report(conclusionCode=[{"text": "IgA nephropathy"}])).other_disease


def test_a_plain_text_form_is_read() -> None:
    text = b"Kidney biopsy. Lupus nephritis class IV (A)."
    form = {"contentType": "text/plain; charset=utf-8", "data": base64.b64encode(text).decode()}
    assert only(report(presentedForm=[form])).classes == {"IV"}


@pytest.mark.parametrize(
    "form", [{"contentType": "application/pdf", "data": "JVBERg=="}, {"contentType": "text/plain", "data": "%%%/w"}]
)
def test_a_form_that_is_not_plain_text_says_nothing(form: Json) -> None:
    assert only(report(presentedForm=[form])).classes == frozenset()


@pytest.mark.parametrize("status", ["preliminary", "partial", "registered", "cancelled", "entered-in-error", "unknown"])
def test_a_report_that_is_not_final_is_not_used(status: str) -> None:
    assert chart_of(report("class IV", status=status)).biopsies == ()


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "appended"])
def test_a_final_report_is_used(status: str) -> None:
    assert only(report("Lupus nephritis class IV", status=status)).classes == {"IV"}


def test_a_pathology_report_of_another_organ_is_no_kidney_biopsy() -> None:
    skin = report("Skin: class II reaction", code=coded("11526-1", display="Pathology study"))
    assert chart_of(skin).biopsies == ()


def test_a_pathology_report_about_the_kidney_is_one() -> None:
    kidney = report("Lupus nephritis class II", code=coded("11526-1", display="Pathology study"))
    assert only(kidney).classes == {"II"}


def test_a_report_without_a_day_is_not_used_and_leaves_reports_in_doubt() -> None:
    chart = chart_of(report("class IV", effectiveDateTime="2025"))
    assert chart.biopsies == ()
    assert chart.coverage[Need.REPORTS] is Coverage.PARTIAL


def test_a_report_of_the_future_is_left_out() -> None:
    assert chart_of(report("class IV", effectiveDateTime="2026-01-10")).biopsies == ()


# -- Findings


def test_findings_linked_to_a_report_belong_to_it() -> None:
    linked = [
        class_of("III", "V", day="2025-01-12"),
        finding("nih-ai", "ai", "2025-01-12", valueQuantity={"value": 9, "code": "{score}", "unit": "score"}),
        finding("nih-ci", "ci", "2025-01-12", valueQuantity={"value": 3, "code": "{score}", "unit": "score"}),
    ]
    links = [{"reference": f"Observation/{name}"} for name in ("class", "ai", "ci")]
    biopsy = only(report(result=links), *linked)
    assert (biopsy.classes, biopsy.from_text) == (frozenset({"III", "V"}), False)
    assert (biopsy.activity_index, biopsy.chronicity_index) == (9, 3)
    assert biopsy.active_lesions is True


def test_findings_of_the_same_day_belong_to_the_report() -> None:
    assert only(report("no class here"), class_of("IV")).classes == {"IV"}


def test_a_coded_finding_wins_over_the_text() -> None:
    biopsy = only(report("Lupus nephritis class II"), class_of("IV"))
    assert (biopsy.classes, biopsy.from_text) == (frozenset({"IV"}), False)


def test_findings_without_a_report_make_a_biopsy_of_their_day() -> None:
    biopsy = only(class_of("V"), finding("nih-ai", "ai", valueQuantity={"value": 0, "code": "{score}"}))
    assert (biopsy.classes, biopsy.active_lesions, biopsy.reference) == (frozenset({"V"}), False, "Observation/class")


def test_two_biopsies_stay_two() -> None:
    chart = chart_of(class_of("IV"), class_of("V", name="second", day="2025-06-01"))
    assert [(b.day, b.classes) for b in chart.biopsies] == [
        (date(2025, 1, 10), frozenset({"IV"})),
        (date(2025, 6, 1), frozenset({"V"})),
    ]


def test_the_order_of_two_findings_of_one_day_does_not_matter() -> None:
    one, other = class_of("III", name="b"), class_of("V", name="a")
    assert only(one, other) == only(other, one)
    assert only(one, other).reference == "Observation/a"


def test_class_vi_is_sclerosis() -> None:
    assert only(class_of("VI")).sclerosis is True
    assert only(report("Class VI lupus nephritis")).sclerosis is True


def test_a_class_in_a_component() -> None:
    part = {"code": coded("isn-rps-class", SCORE), "valueString": "Class III"}
    assert only(observation(coded("lab", "urn:x"), day="2025-01-10", component=[part])).classes == {"III"}


def test_an_unreadable_class_leaves_biopsy_findings_in_doubt() -> None:
    chart = chart_of(finding("isn-rps-class", "class", valueString="see report"))
    assert chart.biopsies == ()
    assert said(chart) == ["the class of the biopsy is not readable"]
    assert chart.coverage[Need.BIOPSY_FINDINGS] is Coverage.PARTIAL


def biopsied(day: str, name: str = "pr") -> Json:
    code = coded("7246002", SNOMED, "Kidney biopsy")
    return {
        "resourceType": "Procedure",
        "id": name,
        "status": "completed",
        "subject": ANN,
        "code": code,
        "performedDateTime": day,
    }


def test_a_procedure_alone_is_a_biopsy_without_a_class() -> None:
    biopsy = only(biopsied("2025-01-08"))
    assert (biopsy.day, biopsy.classes, biopsy.reference) == (date(2025, 1, 8), frozenset(), "Procedure/pr")


def test_a_procedure_and_its_report_are_one_biopsy() -> None:
    assert only(biopsied("2025-01-08"), report("class IV")).reference == "DiagnosticReport/r"


def test_two_procedures_are_two_biopsies_and_twice_the_same_day_is_one() -> None:
    first, second, again = biopsied("2025-01-08"), biopsied("2025-01-20", "b"), biopsied("2025-01-08", "c")
    chart = chart_of(second, again, first)
    assert [biopsy.reference for biopsy in chart.biopsies] == ["Procedure/c", "Procedure/b"]


def test_a_procedure_long_before_a_report_is_another_biopsy() -> None:
    assert len(chart_of(biopsied("2024-10-01"), report("class IV")).biopsies) == 2


def test_a_finding_is_named_by_its_day_and_classes() -> None:
    assert ClassFinding(date(2025, 1, 1), "Observation/x", frozenset({"IV"})).classes == {"IV"}


def test_another_disease_beside_a_class_is_named_but_no_doubt() -> None:
    biopsy = only(report("Lupus nephritis class IV. IgA nephropathy. Acute tubular injury."))
    assert ([str(name) for name in biopsy.others_in_text], biopsy.doubts) == (["IgA nephropathy"], ())


def test_another_disease_in_the_words_of_a_conclusion_code_or_of_a_linked_result_is_a_doubt() -> None:
    local = {"coding": [{"system": "urn:lab", "code": "77", "display": "Fibrillary glomerulonephritis"}]}
    told = observation(coded("22637-3"), "told", "2025-01-10", valueString="Diagnosis: C3 glomerulopathy")
    for resources in ((report(conclusionCode=[local]),), (report(result=[{"reference": "Observation/told"}]), told)):
        assert len(only(*resources).doubts) == 1


def test_a_coded_conclusion_of_lupus_nephritis_stands_beside_another_disease() -> None:
    codes = [coded("68815009", SNOMED), {"text": "IgA nephropathy"}]
    biopsy = only(report(conclusionCode=codes))
    assert (biopsy.shows_nephritis, biopsy.shows_only_another, biopsy.doubts) == (True, False, ())
