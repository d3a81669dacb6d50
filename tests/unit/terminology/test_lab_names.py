"""Understanding laboratories' names, in two languages, and understanding nothing halfway."""

from __future__ import annotations

import pytest

from lnfhir.terminology.lab_names import named_test


@pytest.mark.parametrize(
    ("name", "analyte", "collection"),
    [
        ("Protein/Creatinine Ratio, Urine", "upcr", "spot"),
        ("PROTEIN/CREATININE RATIO,RANDOM URINE", "upcr", "spot"),
        ("Prot/Creat Ratio, Ur", "upcr", "spot"),
        ("UPCR", "upcr", "spot"),
        ("Protein/Creatinine [Mass Ratio] in 24 hour Urine", "upcr", "24h"),
        ("尿蛋白肌酐比", "upcr", "spot"),
        ("尿蛋白/肌酐比值", "upcr", "spot"),
        ("尿总蛋白肌酐比", "upcr", "spot"),
        ("Protein, 24 hour urine", "utp", "24h"),
        ("Urine protein 24h", "utp", "24h"),
        ("24小时尿蛋白定量", "utp", "24h"),
        ("２４小时尿蛋白定量", "utp", "24h"),
        ("Microalbumin/Creat Ratio", "uacr", "spot"),
        ("尿微量白蛋白/肌酐", "uacr", "spot"),
        ("Creatinine", "creatinine", ""),
        ("CREATININE, SERUM", "creatinine", ""),
        ("Creatinine [Mass/volume] in Serum or Plasma", "creatinine", ""),
        ("血肌酐", "creatinine", ""),
        ("血清肌酐测定", "creatinine", ""),
        ("eGFR (CKD-EPI 2021)", "egfr", ""),
        ("EGFR African American", "egfr", ""),
        ("Estimated Glomerular Filtration Rate", "egfr", ""),
        (
            "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by "
            "Creatinine-based formula (CKD-EPI 2021)",
            "egfr",
            "",
        ),
        ("估算肾小球滤过率", "egfr", ""),
        ("Albumin", "albumin", ""),
        ("白蛋白", "albumin", ""),
        ("补体C3", "c3", ""),
        ("C4 complement", "c4", ""),
        ("Anti-dsDNA Ab", "anti-dsdna", ""),
        ("抗双链DNA抗体", "anti-dsdna", ""),
        ("RBC, urine /HPF", "urine-rbc", ""),
        ("Hemoglobin A1c", "hba1c", ""),
        ("糖化血红蛋白", "hba1c", ""),
        ("Systolic blood pressure", "systolic", ""),
        ("收缩压", "systolic", ""),
        ("Body weight", "weight", ""),
        ("25-OH vitamin D", "vitamin-d", ""),
        ("Hepatitis B surface antigen", "hbsag", ""),
        ("乙肝表面抗原", "hbsag", ""),
        ("Absolute neutrophil count", "neutrophils", ""),
        ("Tacrolimus trough level", "tacrolimus-level", ""),
    ],
)
def test_a_name_that_is_wholly_understood_means_its_test(name: str, analyte: str, collection: str) -> None:
    found = named_test(name)
    assert found is not None
    assert (found.analyte, found.collection, found.inverse) == (analyte, collection, False)


@pytest.mark.parametrize(
    "name",
    [
        "Creatinine clearance",
        "Urea/creatinine ratio",
        "BUN/Creatinine ratio",
        "Calcium/Creatinine ratio, urine",
        "Creatinine kinase",
        "Creatine",
        "Protein, total, serum",
        "Total protein",
        "Protein C",
        "Protein S antigen",
        "Albumin, urine",
        "Albumin/Globulin ratio",
        "Prealbumin",
        "Glucose, urine",
        "Potassium, urine",
        "C3 nephritic factor",
        "C-reactive protein",
        "Hemoglobin, urine",
        "Neutrophils %",
        "Weight loss",
        "Protein, 12 hour urine",
        "Protein/Creatinine ratio, serum",
        "Creatinine ratio",
        "Potassium, post dialysis",
        "肌酐清除率",
        "尿素/肌酐",
        "前白蛋白",
        "C反应蛋白",
        "尿红细胞形态",
        "",
    ],
)
def test_a_name_with_a_word_that_is_not_understood_means_nothing(name: str) -> None:
    assert named_test(name) is None


def test_the_order_of_the_two_substances_is_kept() -> None:
    found = named_test("Creatinine/Protein [Ratio] in Urine")
    assert found is not None
    assert found.inverse


@pytest.mark.parametrize("name", ["微量白蛋白", "尿微量白蛋白", "microalbumin", "Micro-albumin"])
def test_microalbumin_alone_is_never_serum_albumin(name: str) -> None:
    """It is only ever measured in urine, and alone it is no ratio."""
    assert named_test(name) is None
