"""Recognising drugs: ingredient, strength and route."""

from __future__ import annotations

import pytest

from lnfhir.fhir.resource import CodeableConcept
from lnfhir.terminology.drugs import DrugMeaning, meaning_of_drug
from tests.unit.terminology.concepts import ATC, RXNORM, coded, codings, named


def known(concept: CodeableConcept) -> DrugMeaning:
    found = meaning_of_drug(concept)
    assert found is not None
    assert found.refused is None
    return found


@pytest.mark.parametrize(
    ("code", "ingredient", "strength", "route"),
    [
        ("5521", "hydroxychloroquine", None, "unknown"),
        ("979092", "hydroxychloroquine", 200, "oral"),
        ("312617", "prednisone", 5, "oral"),
        ("200060", "mycophenolate-mofetil", 500, "oral"),
        ("485023", "mycophenolic-acid", 360, "oral"),
        ("1743726", "methylprednisolone", 1000, "iv"),
        ("1734917", "cyclophosphamide", 500, "iv"),
        ("2475400", "voclosporin", 7.9, "oral"),
        ("1092437", "belimumab", None, "unknown"),
        ("1545658", "empagliflozin", 10, "oral"),
        ("313988", "furosemide", 40, "oral"),
    ],
)
def test_a_bare_rxnorm_code_says_ingredient_strength_and_route(
    code: str, ingredient: str, strength: float | None, route: str
) -> None:
    found = known(coded(RXNORM, code))
    assert (found.ingredients, found.strength_mg, found.route) == ((ingredient,), strength, route)
    assert not found.from_text


@pytest.mark.parametrize(
    ("code", "ingredients"),
    [
        ("P01BA02", {"hydroxychloroquine"}),
        ("L04AG11", {"anifrolumab"}),
        ("L04AA06", {"mycophenolate-mofetil"}),
        ("C09DX04", {"sacubitril", "valsartan"}),
        ("C09BA03", {"lisinopril"}),
        ("A10AE04", {"insulin"}),
        ("L04AX03", {"methotrexate"}),
        ("L01BA01", {"methotrexate"}),
    ],
)
def test_atc_codes_are_known(code: str, ingredients: set[str]) -> None:
    assert set(known(coded(ATC, code)).ingredients) == ingredients


@pytest.mark.parametrize(
    ("name", "ingredient", "strength", "route"),
    [
        ("hydroxychloroquine sulfate 200 MG Oral Tablet [Plaquenil]", "hydroxychloroquine", 200, "oral"),
        ("Plaquenil 200mg", "hydroxychloroquine", 200, "unknown"),
        ("CellCept 500mg tab", "mycophenolate-mofetil", 500, "oral"),
        ("MMF", "mycophenolate-mofetil", None, "unknown"),
        ("mycophenolate 360 mg DR tab", "mycophenolic-acid", 360, "oral"),
        ("mycophenolate 360 mg", "mycophenolic-acid", 360, "unknown"),
        ("mycophenolate 500 mg", "mycophenolate-mofetil", 500, "unknown"),
        ("mycophenolate sodium", "mycophenolic-acid", None, "unknown"),
        ("methylPREDNISolone 1 g IV", "methylprednisolone", 1000, "iv"),
        ("Solu-Medrol 500 mg vial", "methylprednisolone", 500, "iv"),
        ("prednisoLONE 5 mg tablet", "prednisolone", 5, "oral"),
        ("prednisone (DELTASONE) 20 mg tablet", "prednisone", 20, "oral"),
        ("24 HR tacrolimus 1 MG Extended Release Oral Capsule [Astagraf]", "tacrolimus", 1, "oral"),
        ("{21 (dexamethasone 1.5 MG Oral Tablet) } Pack [HiDex 6-Day Taper]", "dexamethasone", 1.5, "oral"),
        ("tacrolimus 0.1 % Topical Ointment", "tacrolimus", None, "other"),
        ("triamcinolone acetonide 0.055 MG/ACTUAT Metered Dose Nasal Spray", "triamcinolone", None, "other"),
        ("prednisolone acetate 10 MG/ML Ophthalmic Suspension [Pred Forte]", "prednisolone", 10, "other"),
        ("Pred Forte", "prednisolone", None, "other"),
        ("Restasis", "ciclosporin", None, "other"),
        ("methylprednisolone acetate 40 MG/ML Injectable Suspension", "methylprednisolone", 40, "unknown"),
        ("1 ML belimumab 200 MG/ML Auto-Injector", "belimumab", 200, "sc"),
        ("Benlysta 400 mg injection", "belimumab", 400, "iv"),
        ("azathioprine 2 mg/kg", "azathioprine", None, "unknown"),
        ("醋酸泼尼松片 5mg", "prednisone", 5, "oral"),
        ("泼尼松龙片5mg", "prednisolone", 5, "oral"),
        ("甲泼尼龙片 4mg", "methylprednisolone", 4, "oral"),
        ("甲泼尼龙琥珀酸钠 40mg 静滴", "methylprednisolone", 40, "iv"),
        ("吗替麦考酚酯胶囊 0.25g", "mycophenolate-mofetil", 250, "oral"),
        ("麦考酚钠肠溶片 180mg", "mycophenolic-acid", 180, "oral"),
        ("注射用环磷酰胺 0.2g", "cyclophosphamide", 200, "iv"),
        ("硫酸羟氯喹片(纷乐) 0.1g", "hydroxychloroquine", 100, "oral"),
        ("注射用泰它西普 80mg", "telitacicept", 80, "sc"),
        ("他克莫司软膏", "tacrolimus", None, "other"),
        ("奥滨尤妥珠单抗", "obinutuzumab", None, "unknown"),
        ("奥妥珠单抗", "obinutuzumab", None, "unknown"),
    ],
)
def test_a_name_alone_says_ingredient_strength_and_route(
    name: str, ingredient: str, strength: float | None, route: str
) -> None:
    found = known(named(name))
    assert (found.ingredients, found.strength_mg, found.route) == ((ingredient,), strength, route)
    assert found.from_text


@pytest.mark.parametrize(
    ("name", "ingredients", "strength"),
    [
        ("amlodipine 5 MG / benazepril hydrochloride 20 MG Oral Capsule [Lotrel]", ("benazepril",), 20),
        (
            "hydrochlorothiazide 12.5 MG / losartan potassium 50 MG Oral Tablet",
            ("hydrochlorothiazide", "losartan"),
            12.5,
        ),
        ("sacubitril 24 MG / valsartan 26 MG Oral Tablet [Entresto]", ("sacubitril", "valsartan"), 24),
        ("atorvastatin 40 MG / ezetimibe 10 MG Oral Tablet", ("atorvastatin",), 40),
        ("Entresto", ("sacubitril", "valsartan"), None),
        ("sulfamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet", ("trimethoprim-sulfamethoxazole",), 800),
        (
            "calcium carbonate 1250 MG / cholecalciferol 200 UNT Oral Tablet",
            ("calcium-carbonate", "colecalciferol"),
            1250,
        ),
    ],
)
def test_combinations_name_each_ingredient_and_the_strength_of_the_first(
    name: str, ingredients: tuple[str, ...], strength: float | None
) -> None:
    found = known(named(name))
    assert (found.ingredients, found.strength_mg) == (ingredients, strength)


def test_a_strength_per_millilitre_says_so() -> None:
    found = known(named("prednisolone 15 mg/5 mL oral solution"))
    assert (found.strength_mg, found.strength_per) == (3, "mL")
    assert known(named("prednisone 5 MG Oral Tablet")).strength_per == "unit"


def test_two_strengths_in_one_name_are_none() -> None:
    assert known(named("prednisone 5 mg and 20 mg tablets")).strength_mg is None


@pytest.mark.parametrize(
    "concept",
    [
        coded(RXNORM, "313988", None, "mycophenolate"),
        coded(RXNORM, "5521", "prednisone 5 MG Oral Tablet"),
        coded(ATC, "L04AA06", None, "azathioprine"),
    ],
)
def test_a_code_and_a_name_of_different_drugs_are_both_refused(concept: CodeableConcept) -> None:
    found = meaning_of_drug(concept)
    assert found is not None
    assert str(found.refused) == "the code and the text name different drugs"
    assert found.ingredients == ()


def test_names_of_different_drugs_without_a_code_are_refused() -> None:
    found = meaning_of_drug(codings((None, None, "prednisone"), text="azathioprine"))
    assert found is not None
    assert str(found.refused) == "its texts name different drugs"


@pytest.mark.parametrize(
    "text",
    ["Mycophenolate or azathioprine", "MMF 1 g or CYC 500 mg", "MMF vs CYC", "他克莫司或环孢素"],
)
def test_a_text_that_names_alternatives_says_of_neither_that_it_is_taken(text: str) -> None:
    found = meaning_of_drug(CodeableConcept(text=text))
    assert found is not None
    assert str(found.refused) == "the text names alternatives: which drug is meant is not known"
    assert found.ingredients == ()


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("mycophenolate mofetil or mycophenolic acid", ("mycophenolate-mofetil", "mycophenolic-acid")),
        ("losartan/hydrochlorothiazide 50/12.5 mg, one or two tablets", ("losartan", "hydrochlorothiazide")),
        ("hydroxychloroquine and prednisone", ("hydroxychloroquine", "prednisone")),
    ],
)
def test_no_alternatives(text: str, ingredients: tuple[str, ...]) -> None:
    assert known(CodeableConcept(text=text)).ingredients == ingredients


def test_a_code_decides_between_the_alternatives_of_a_text() -> None:
    assert known(coded(ATC, "L04AX01", None, "mycophenolate or azathioprine")).ingredients == ("azathioprine",)


def test_between_the_two_mycophenolates_the_name_decides() -> None:
    assert known(coded(ATC, "L04AA06", None, "Myfortic 360 mg")).ingredients == ("mycophenolic-acid",)
    assert known(coded(ATC, "L04AA06", None, "CellCept")).ingredients == ("mycophenolate-mofetil",)


def test_a_product_code_nobody_listed_is_read_by_its_display() -> None:
    found = known(coded(RXNORM, "999999999", "hydroxychloroquine sulfate 200 MG Oral Tablet"))
    assert found.ingredients == ("hydroxychloroquine",)
    assert found.from_text
    assert meaning_of_drug(coded(RXNORM, "999999999")) is None


def test_the_strength_of_the_code_completes_a_bare_name() -> None:
    found = known(coded(RXNORM, "979092", None, "Plaquenil"))
    assert (found.strength_mg, found.label) == (200, "Plaquenil")


def test_strengths_that_disagree_are_none() -> None:
    assert known(coded(RXNORM, "979092", None, "Plaquenil 400 mg")).strength_mg is None


def test_a_topical_product_is_not_systemic_whatever_the_code_of_its_ingredient() -> None:
    assert known(coded(RXNORM, "5492", None, "hydrocortisone 1 % cream")).route == "other"
    both = codings((None, None, "hydrocortisone tablet"), (None, None, "hydrocortisone cream"))
    assert known(both).route == "other"


@pytest.mark.parametrize(
    "name", ["amlodipine 5 MG Oral Tablet", "prednicarbate cream", "", "氨氯地平", "predni", "x" * 999]
)
def test_other_drugs_are_none_of_ours(name: str) -> None:
    assert meaning_of_drug(named(name)) is None
