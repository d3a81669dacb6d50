"""Recognising conditions, procedures and reports."""

from __future__ import annotations

import pytest

from lnfhir.fhir.resource import CodeableConcept
from lnfhir.terminology import concepts
from lnfhir.terminology.conditions import (
    Recognised,
    meaning_of_condition,
    meaning_of_procedure,
    meaning_of_report,
)
from tests.unit.terminology.concepts import ICD_9, ICD_10, ICD_10_CM, ICD_10_GM, LOINC, SNOMED, coded, codings, named


def known(concept: CodeableConcept) -> Recognised:
    found = meaning_of_condition(concept)
    assert found is not None
    assert found.refused is None
    return found


def concepts_of(concept: CodeableConcept) -> frozenset[str]:
    found = meaning_of_condition(concept)
    return frozenset() if found is None else found.concepts


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (ICD_10_CM, "M32.14"),
        (ICD_10_CM, "M3214"),
        (ICD_10, "M3214"),
        (SNOMED, "68815009"),
        (SNOMED, "308751000119106"),
        (SNOMED, "1144973003"),
        ("http://snomed.info/sct/900000000000207008", "295101000119105"),
    ],
)
def test_every_code_of_lupus_nephritis_is_that_and_lupus(system: str, code: str) -> None:
    assert known(coded(system, code)).concepts == {concepts.LUPUS_NEPHRITIS, concepts.SLE}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("73286009", "i"),
        ("4676006", "ii"),
        ("76521009", "iii"),
        ("36402006", "iv"),
        ("52042003", "v"),
        ("11013005", "vi"),
    ],
)
def test_the_class_is_the_codes_never_the_displays(code: str, name: str) -> None:
    without_class = known(coded(SNOMED, code, "Systemic lupus erythematosus glomerulonephritis syndrome"))
    contradicting = known(coded(SNOMED, code, "Lupus nephritis, class IV"))
    for found in (without_class, contradicting):
        assert found.concepts & concepts.LUPUS_NEPHRITIS_CLASSES == {f"lupus-nephritis-class-{name}"}
        assert not found.from_text


def test_a_class_in_a_text_is_lupus_nephritis_without_a_class() -> None:
    found = known(named("Lupus nephritis, ISN/RPS class IV"))
    assert found.from_text
    assert found.concepts == {concepts.LUPUS_NEPHRITIS, concepts.SLE}


@pytest.mark.parametrize(
    "concept",
    [coded(ICD_10, "M32.1"), coded(ICD_10_GM, "M32.1"), coded(ICD_10_GM, "M32.1+"), coded(ICD_10_CM, "M32.10")],
)
def test_lupus_with_organ_involvement_is_not_yet_lupus_nephritis(concept: CodeableConcept) -> None:
    assert known(concept).concepts == {concepts.LUPUS_ORGAN_INVOLVEMENT, concepts.SLE}


def test_a_code_decides_even_where_the_text_says_more() -> None:
    assert concepts.LUPUS_NEPHRITIS not in known(coded(ICD_10, "M32.1", None, "狼疮性肾炎")).concepts


def test_tubulointerstitial_and_drug_induced_lupus_are_kept_apart() -> None:
    assert known(coded(ICD_10_CM, "M32.15")).concepts == {concepts.LUPUS_TUBULOINTERSTITIAL, concepts.SLE}
    assert known(coded(ICD_10_CM, "M32.0")).concepts == {concepts.DRUG_INDUCED_LUPUS}
    assert known(named("Drug-induced systemic lupus erythematosus")).concepts == {concepts.DRUG_INDUCED_LUPUS}


@pytest.mark.parametrize(
    ("system", "code", "concept"),
    [
        (ICD_10_CM, "E10.9", concepts.TYPE_1_DIABETES),
        (ICD_10_CM, "E10.10", concepts.DIABETIC_KETOACIDOSIS),
        (ICD_10_CM, "E1122", concepts.DIABETIC_NEPHROPATHY),
        (ICD_10_GM, "E11.90", concepts.TYPE_2_DIABETES),
        (ICD_10, "I10", concepts.HYPERTENSION),
        (ICD_10_CM, "O14.93", concepts.PRE_ECLAMPSIA),
        (ICD_10_CM, "O14.93", concepts.PREGNANCY),
        (ICD_10_CM, "O24.011", concepts.TYPE_1_DIABETES),
        (ICD_10_CM, "H35.383", concepts.HCQ_RETINOPATHY),
        (ICD_10, "H35383", concepts.HCQ_RETINOPATHY),
        (ICD_10_CM, "H35.31", concepts.MACULAR_DISEASE),
        (ICD_10_CM, "Z91.148", concepts.NON_ADHERENCE),
        (ICD_10_CM, "Z91.190", concepts.OTHER_NON_ADHERENCE),
        (ICD_10_CM, "T78.3XXA", concepts.ANGIOEDEMA),
        (ICD_10_CM, "D59.30", concepts.THROMBOTIC_MICROANGIOPATHY),
        (ICD_10_CM, "D68.62", concepts.ANTIPHOSPHOLIPID_SYNDROME),
        (ICD_10_CM, "N18.6", concepts.KIDNEY_FAILURE),
        (ICD_10_CM, "Z99.2", concepts.DIALYSIS_DEPENDENCE),
        (ICD_10_CM, "N49.3", concepts.FOURNIER_GANGRENE),
        (ICD_10_CM, "N14.11", concepts.NEPHROTOXIC_INJURY),
        (ICD_9, "710.0", concepts.SLE),
        (SNOMED, "420422005", concepts.DIABETES),
        (SNOMED, "41291007", concepts.ANGIOEDEMA),
    ],
)
def test_codes_and_the_descendants_of_icd_categories_are_known(system: str, code: str, concept: str) -> None:
    assert concept in known(coded(system, code)).concepts


@pytest.mark.parametrize(
    ("system", "code"),
    [(ICD_10_CM, "Z91.190"), (ICD_10_GM, "H35.38"), (ICD_10_CM, "M32"), (ICD_10_CM, "E66.3"), (ICD_10_CM, "N12")],
)
def test_neighbouring_codes_are_not_taken_along(system: str, code: str) -> None:
    assert not concepts_of(coded(system, code)) & {
        concepts.NON_ADHERENCE,
        concepts.HCQ_RETINOPATHY,
        concepts.LUPUS_NEPHRITIS,
        concepts.SLE,
        concepts.OBESITY,
        concepts.URINARY_INFECTION,
    }


def test_kidney_failure_is_not_acute_and_hypertension_is_not_pulmonary() -> None:
    assert concepts_of(named("Acute kidney failure")) == {concepts.ACUTE_KIDNEY_INJURY}
    assert concepts_of(named("Pulmonary hypertension")) == frozenset()
    assert concepts_of(named("Gestational diabetes")) == frozenset()
    assert concepts_of(named("妊娠期糖尿病")) == frozenset()


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("狼疮性肾炎", concepts.LUPUS_NEPHRITIS),
        ("系统性红斑狼疮 狼疮性肾炎（Ⅳ型）", concepts.LUPUS_NEPHRITIS),
        ("LUPUS NEPHRITIS", concepts.LUPUS_NEPHRITIS),
        ("SLE with nephrotic syndrome", concepts.NEPHROTIC_SYNDROME),
        ("T1DM", concepts.TYPE_1_DIABETES),
        ("1型糖尿病", concepts.TYPE_1_DIABETES),
        ("Type 2 diabetes mellitus without complications", concepts.TYPE_2_DIABETES),
        ("History of angioedema with lisinopril", concepts.ANGIOEDEMA),
        ("Fournier's gangrene", concepts.FOURNIER_GANGRENE),
        ("G6PD deficiency", concepts.G6PD_DEFICIENCY),
        ("抗磷脂综合征", concepts.ANTIPHOSPHOLIPID_SYNDROME),
    ],
)
def test_names_are_read_where_there_is_no_code(text: str, concept: str) -> None:
    found = known(named(text))
    assert concept in found.concepts
    assert found.from_text


@pytest.mark.parametrize(
    "text",
    [
        "R/O lupus nephritis",
        "Rule out lupus nephritis",
        "No evidence of lupus nephritis",
        "Lupus nephritis ruled out",
        "Lupus nephritis?",
        "Suspected SLE",
        "Family history of lupus nephritis",
        "Mother with type 1 diabetes",
        "Hepatitis B vaccination",
        "Screening for tuberculosis",
        "排除狼疮性肾炎",
        "狼疮性肾炎待排",
        "无糖尿病",
        "History of pregnancy",
        "Sleep apnea",
        "nslept",
        "hivernal depressionlike" * 40,
    ],
)
def test_what_is_doubted_denied_or_anothers_is_not_read(text: str) -> None:
    assert meaning_of_condition(named(text)) is None


@pytest.mark.parametrize(
    "concept",
    [
        coded(ICD_10_CM, "I10", None, "Lupus nephritis"),
        coded(ICD_10_CM, "N18.6", "Type 1 diabetes mellitus"),
        coded(SNOMED, "68815009", None, "高血压"),
    ],
)
def test_a_code_and_a_text_about_different_things_are_both_refused(concept: CodeableConcept) -> None:
    found = meaning_of_condition(concept)
    assert found is not None
    assert str(found.refused) == "the code and the text say different things"
    assert found.concepts == frozenset()


def test_two_texts_about_different_things_are_refused() -> None:
    found = meaning_of_condition(codings((None, None, "Hypertension"), text="Lupus nephritis"))
    assert found is not None
    assert str(found.refused) == "its texts say different things"


def test_a_text_that_mentions_more_than_the_code_does_not_contradict_it() -> None:
    found = known(coded(ICD_10_CM, "O99.214", "Obesity complicating childbirth"))
    assert found.concepts == {concepts.PREGNANCY, concepts.OBESITY}
    assert known(coded(ICD_10_CM, "R80.9", None, "Proteinuria in lupus nephritis")).concepts == {concepts.PROTEINURIA}
    assert known(coded(ICD_10_CM, "R80.9", None, "Foamy urine: lupus nephritis")).concepts == {concepts.PROTEINURIA}
    assert known(coded(ICD_10_CM, "I10", None, "狼疮性肾炎用药后血压高")).concepts == {concepts.HYPERTENSION}


def test_the_label_is_what_the_sender_wrote_and_else_our_title() -> None:
    assert known(coded(ICD_10_CM, "M32.14", "Glomerular disease in SLE", "LN")).label == "LN"
    assert known(coded(ICD_10_CM, "M32.14")).label == "Lupus nephritis, every code"


def test_procedures_and_reports_are_known_by_code_and_name() -> None:
    def done(concept: CodeableConcept) -> frozenset[str]:
        found = meaning_of_procedure(concept)
        return frozenset() if found is None else found.concepts

    assert done(coded(SNOMED, "7246002")) == {concepts.KIDNEY_BIOPSY}
    assert done(coded("http://www.ama-assn.org/go/cpt", "50200")) == {concepts.KIDNEY_BIOPSY}
    assert done(named("肾穿刺活检")) == {concepts.KIDNEY_BIOPSY}
    assert done(named("Hemodialysis")) == {concepts.DIALYSIS}
    assert done(named("Humphrey visual field 10-2")) == {concepts.EYE_SCREENING}
    assert done(named("Kidney biopsy declined")) == frozenset()
    assert done(coded(ICD_10_CM, "M32.14")) == frozenset()


def test_a_pathology_report_is_of_the_kidney_only_when_its_name_says_so() -> None:
    def reported(concept: CodeableConcept) -> frozenset[str]:
        found = meaning_of_report(concept)
        return frozenset() if found is None else found.concepts

    assert reported(coded(LOINC, "11526-1")) == {concepts.PATHOLOGY_REPORT}
    assert reported(coded(LOINC, "11526-1", None, "Kidney biopsy")) == {
        concepts.PATHOLOGY_REPORT,
        concepts.KIDNEY_BIOPSY,
    }
    assert reported(named("肾活检病理报告")) >= {concepts.KIDNEY_BIOPSY}
    assert reported(coded(LOINC, "24604-1", "MG Breast")) == frozenset()


def test_broader_concepts_come_along_all_the_way() -> None:
    found = concepts.with_broader(frozenset({concepts.LUPUS_NEPHRITIS_CLASS_III}))
    assert found == {concepts.LUPUS_NEPHRITIS_CLASS_III, concepts.LUPUS_NEPHRITIS, concepts.SLE}


def test_an_eye_examination_for_diabetes_is_no_screening_for_hydroxychloroquine() -> None:
    assert meaning_of_procedure(named("Diabetic retinal eye exam (procedure)")) is None
    assert meaning_of_procedure(named("Retinal eye exam")) is not None
