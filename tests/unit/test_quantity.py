"""Reading amounts: units, comparators, numbers written as text, and values nobody has."""

from __future__ import annotations

import math

import pytest

from lnfhir.analytes import CANONICAL_UNIT
from lnfhir.logic import Truth
from lnfhir.message import Message
from lnfhir.plausibility import WINDOW
from lnfhir.quantity import Amount, Analyte, amount, drug_mg, drug_ml, exactly, is_count_unit, molar_ratio, small_enough
from lnfhir.units import UNITS

UCUM = "http://unitsofmeasure.org"


def read(value: float | str | None, unit: str | None, analyte: Analyte, comparator: str | None = None) -> Amount:
    found = amount(value, comparator, unit, None, None, analyte)
    assert isinstance(found, Amount), found
    return found


def refusal(value: float | str | None, unit: str | None, analyte: Analyte, comparator: str | None = None) -> str:
    found = amount(value, comparator, unit, None, None, analyte)
    assert isinstance(found, Message), found
    return str(found)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "expected"),
    [
        (Analyte.UPCR, 0.4, "g/g", 0.4),
        (Analyte.UPCR, 0.4, "mg/mg", 0.4),
        (Analyte.UPCR, 400, "mg/g", 0.4),
        (Analyte.UPCR, 400, "mg/g{creat}", 0.4),
        (Analyte.UPCR, 400, "mg/g creat", 0.4),
        (Analyte.UPCR, 0.4, "g/g Krea", 0.4),
        (Analyte.UPCR, 56.56, "mg/mmol", 0.5),
        (Analyte.UPCR, 56.56, "g/mol K.", 0.5),
        (Analyte.UPCR, 0.05656, "g/mmol", 0.5),
        (Analyte.UTP, 500, "mg/24h", 0.5),
        (Analyte.UTP, 500, "mg/(24.h)", 0.5),
        (Analyte.UTP, 0.5, "g/(24.h)", 0.5),
        (Analyte.UTP, 0.5, "g/d", 0.5),
        (Analyte.UTP, 0.5, "g/24小时", 0.5),
        (Analyte.UACR, 3.0, "mg/mmol", 26.520509),
        (Analyte.CREATININE, 88.4, "µmol/L", 1.0),
        (Analyte.CREATININE, 88.4, "μmol/L", 1.0),
        (Analyte.CREATININE, 88.4, "umol/L", 1.0),
        (Analyte.CREATININE, 0.0884, "mmol/L", 1.0),
        (Analyte.CREATININE, 1.0, "MG/DL", 1.0),
        (Analyte.EGFR, 60, "mL/min/1.73m2", 60),
        (Analyte.EGFR, 60, "mL/min/{1.73_m2}", 60),
        (Analyte.EGFR, 60, "ml/min/1.73 m²", 60),
        (Analyte.EGFR, 1, "mL/s/1.73m2", 60),
        (Analyte.ALBUMIN, 3.5, "g/dL", 35),
        (Analyte.C3, 90, "mg/dL", 0.9),
        (Analyte.POTASSIUM, 4.5, "mEq/L", 4.5),
        (Analyte.HBA1C, 48, "mmol/mol", 6.54304),
        (Analyte.WEIGHT, 70_000, "g", 70),
        (Analyte.WEIGHT, 154.3235835, "[lb_av]", 70),
        (Analyte.HEIGHT, 1.65, "m", 165),
        (Analyte.HEIGHT, 65, "[in_i]", 165.1),
        (Analyte.SYSTOLIC, 120, "mm[Hg]", 120),
        (Analyte.SYSTOLIC, 16, "kPa", 120.009872),
        (Analyte.URINE_RBC, 12, "/[HPF]", 12),
        (Analyte.PLATELETS, 150, "K/uL", 150),
        (Analyte.PLATELETS, 150_000, "/uL", 150),
        (Analyte.PLATELETS, 150, "Giga/l", 150),
        (Analyte.PLATELETS, 150, "×10⁹/L", 150),
        (Analyte.PLATELETS, 150, "x10e3/uL", 150),
        (Analyte.HAEMOGLOBIN, 120, "g/L", 12),
        (Analyte.HCG, 5, "m[IU]/mL", 5),
        (Analyte.VITAMIN_D, 49.92, "nmol/L", 20),
        (Analyte.CD19, 0.01, "10*9/L", 10),
        (Analyte.URINE_CREATININE, 8.8401697, "mmol/L", 100),
        (Analyte.SLEDAI_2K, 8, None, 8),
    ],
)
def test_every_unit_comes_to_the_canonical_one(
    analyte: Analyte, value: float, unit: str | None, expected: float
) -> None:
    found = read(value, unit, analyte)
    assert found.exact
    assert found.low == pytest.approx(expected, rel=1e-6)
    assert found.unit == CANONICAL_UNIT[analyte]


@pytest.mark.parametrize(
    ("analyte", "value", "unit"),
    [
        (Analyte.UPCR, 0.4, "mg/g"),
        (Analyte.UPCR, 400, "g/g"),
        (Analyte.UPCR, 40, "g/g"),
        (Analyte.UTP, 0.4, "mg/24h"),
        (Analyte.UTP, 400, "g/24h"),
        (Analyte.CREATININE, 88, "mg/dL"),
        (Analyte.CREATININE, 1.0, "umol/L"),
        (Analyte.ALBUMIN, 3.5, "g/L"),
        (Analyte.ALBUMIN, 35, "g/dL"),
        (Analyte.C3, 90, "g/L"),
        (Analyte.C4, 20, "g/L"),
        (Analyte.HEIGHT, 1.65, "cm"),
        (Analyte.WEIGHT, 70_000, "kg"),
        (Analyte.POTASSIUM, 45, "mmol/L"),
        (Analyte.HBA1C, 48, "%"),
        (Analyte.EGFR, 0, "mL/min/1.73m2"),
        (Analyte.PLATELETS, 150_000, "10*9/L"),
        (Analyte.UPCR, -0.4, "g/g"),
        (Analyte.UPCR, 1e308, "g/g"),
        (Analyte.PHGA, 7, "{score}"),
    ],
)
def test_a_value_no_living_person_has_is_refused_loudly(analyte: Analyte, value: float, unit: str) -> None:
    assert "not a plausible" in refusal(value, unit, analyte)


def test_zero_protein_is_believed_in_any_unit_and_has_no_sign() -> None:
    assert str(read(-0.0, "mg/g", Analyte.UPCR)) == "0"


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [
        (Analyte.UPCR, "mg/dL"),
        (Analyte.UPCR, "%"),
        (Analyte.UTP, "g/L"),
        (Analyte.CREATININE, "mmol/d"),
        (Analyte.URINE_RBC, "/uL"),
        (Analyte.ANTI_DSDNA, "U/mL"),
        (Analyte.C3, "see note"),
        (Analyte.ISN_RPS_CLASS, "1"),
    ],
)
def test_an_unknown_unit_is_never_guessed(analyte: Analyte, unit: str) -> None:
    assert refusal(1, unit, analyte) == f"a unit that is not known for {analyte.value}"


def test_a_missing_unit_is_refused_except_for_scores() -> None:
    assert refusal(1.2, None, Analyte.UPCR) == "no unit"
    assert refusal(1.2, "  ", Analyte.CREATININE) == "no unit"
    assert read(3, None, Analyte.NIH_CHRONICITY).low == 3


def test_an_overlong_unit_is_not_looked_at() -> None:
    assert refusal(1, "(" * 500, Analyte.UPCR) == "the unit is longer than any unit"


def test_the_code_and_the_unit_text_must_agree() -> None:
    clash = amount(400, None, "mg/mmol", "mg/g", UCUM, Analyte.UPCR)
    assert str(clash) == "the unit text and the unit code disagree"
    prose = amount(400, None, "milligrams each gram", "mg/g", UCUM, Analyte.UPCR)
    assert prose == Amount(0.4, 0.4, "g/g")


def test_a_ucum_code_of_another_quantity_is_not_covered_up_by_the_text() -> None:
    assert isinstance(amount(1.0, None, "mg/dL", "mmol/d", UCUM, Analyte.CREATININE), Message)
    assert isinstance(amount(1.0, None, "mg/dL", "kg", None, Analyte.CREATININE), Message)
    assert amount(1.0, None, "mg/dL", "our-17", "urn:local", Analyte.CREATININE) == Amount(1, 1, "mg/dL")


def test_a_bare_millilitre_per_minute_is_indexed_only_when_the_code_says_so() -> None:
    assert refusal(55, "mL/min", Analyte.EGFR) == "a clearance in mL/min that is not per 1.73 m²"
    assert amount(55, None, "mL/min", None, None, Analyte.EGFR, indexed=True) == Amount(55, 55, "mL/min/1.73m2")
    beside = amount(55, None, "mL/min", "mL/min/{1.73_m2}", UCUM, Analyte.EGFR)
    assert beside == Amount(55, 55, "mL/min/1.73m2")


def test_comparators_make_intervals() -> None:
    below = read(0.1, "g/g", Analyte.UPCR, "<")
    assert (below.low, below.high, below.high_open) == (0, 0.1, True)
    assert below.below(0.1) is Truth.MET
    assert read(0.1, "g/g", Analyte.UPCR, "<=").below(0.1) is Truth.UNKNOWN
    above = read(90, "mL/min/1.73m2", Analyte.EGFR, ">")
    assert (above.low, above.high, above.low_open) == (90, math.inf, True)
    assert above.above(90) is Truth.MET
    assert above.at_least(60) is Truth.MET
    assert above.at_least(120) is Truth.UNKNOWN
    assert read(60, "mL/min/1.73m2", Analyte.EGFR, ">=").at_least(60) is Truth.MET


@pytest.mark.parametrize("comparator", ["ad", "~", "=", ""])
def test_a_comparator_we_do_not_know_is_refused(comparator: str) -> None:
    assert "comparator" in refusal(0.4, "g/g", Analyte.UPCR, comparator)


@pytest.mark.parametrize(
    ("text", "unit", "low", "high"),
    [
        ("27", "/hpf", 27, 27),
        (" 2.0 ", "/hpf", 2, 2),
        ("5-10", "/hpf", 5, 10),
        ("5 – 10 /HPF", None, 5, 10),
        ("<3", "/hpf", 0, 3),
        ("＜3 /hpf", None, 0, 3),
        (">= 50", "/hpf", 50, math.inf),
    ],
)
def test_numbers_written_as_text_are_read(text: str, unit: str | None, low: float, high: float) -> None:
    found = read(text, unit, Analyte.URINE_RBC)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0,35",
        "1,200",
        "++",
        "阴性",
        "hemolyzed",
        "see note",
        "10-5",
        "nan",
        "inf",
        "1e400",
        "9" * 200,
        "- 3",
        "1:640",
        ">1:640",
    ],
)
def test_text_that_is_no_plain_number_is_refused(text: str) -> None:
    assert refusal(text, "/hpf", Analyte.URINE_RBC) == "no readable value"


def test_a_unit_in_the_text_must_agree_with_the_unit_sent() -> None:
    assert "another unit" in refusal("1.2 g/g", "mg/g", Analyte.UPCR)
    assert read("1200 mg/g", "mg/g", Analyte.UPCR).low == pytest.approx(1.2)


def test_signs_that_contradict_each_other_are_refused() -> None:
    assert refusal("<0.1 g/g", None, Analyte.UPCR, ">") == "two comparators that disagree"
    assert refusal("1-2", "/hpf", Analyte.URINE_RBC, "<") == "a comparator on a range"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, True])
def test_no_number_is_no_value(value: float | None) -> None:
    assert refusal(value, "g/g", Analyte.UPCR) == "no readable value"


def test_a_molar_ratio_keeps_the_number_as_it_was_sent() -> None:
    assert molar_ratio(55, "mg/mmol", None) == pytest.approx(55)
    assert molar_ratio("55", None, "g/mol") == pytest.approx(55)
    assert molar_ratio(0.055, "g/mmol", None) == pytest.approx(55)
    assert molar_ratio(0.5, "g/g", None) is None
    assert molar_ratio(None, "mg/mmol", None) is None


def test_every_analyte_has_a_unit_a_window_and_a_list_of_units() -> None:
    assert set(CANONICAL_UNIT) == set(WINDOW) == set(UNITS) == set(Analyte)


def test_an_exact_value_prints_as_a_number_and_an_interval_as_one() -> None:
    assert [str(each) for each in (exactly(0.5, Analyte.UPCR), Amount(2, 5, "/hpf"), Amount(0, 5, "/hpf"))] == [
        *("0.5", "2-5", "<=5")
    ]


def test_float_noise_does_not_cross_a_limit() -> None:
    assert small_enough(0.1 + 0.2, 0.3)
    assert not small_enough(0.3001, 0.3)


@pytest.mark.parametrize(
    ("value", "unit", "code", "mg"),
    [
        (500, "mg", "mg", 500),
        (1, "g", None, 1000),
        (50, "mcg", "ug", 0.05),
        (2, "克", None, 2000),
        (1, "gram", "g", 1000),
    ],
)
def test_masses_of_drugs_come_to_milligrams(value: float, unit: str, code: str | None, mg: float) -> None:
    assert drug_mg(value, unit, code) == pytest.approx(mg)


def test_a_dose_without_a_mass_is_no_milligrams() -> None:
    assert drug_mg(2, "{tbl}", None) is None
    assert drug_mg(None, "mg", "mg") is None
    assert drug_mg(1, "mg", "g") is None
    assert drug_mg(1, "mg/kg", None) is None
    assert drug_ml(5, "mL", "mL") == 5
    assert drug_ml(5, "mg", None) is None


@pytest.mark.parametrize("unit", ["tablet", "TAB", "Capsules", "{tbl}", "1", "片", "each", "vial"])
def test_things_that_are_counted(unit: str) -> None:
    assert is_count_unit(unit, None)


def test_a_bare_number_counts_things_and_a_mass_never_does() -> None:
    assert is_count_unit(None, None)
    assert not is_count_unit("tablet", "mg")
    assert not is_count_unit("mg", None)
    assert not is_count_unit("puff", None)
