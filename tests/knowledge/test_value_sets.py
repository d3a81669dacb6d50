"""The value sets are true to their code systems, to the constants of the code, and to each other."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts, drug_groups
from lnfhir.terminology.drug_names import named_drug
from lnfhir.terminology.systems import is_loinc
from lnfhir.terminology.value_sets import VALUE_SETS

SHELF = Path(__file__).parents[2] / "profiles"
BASE = "https://lnfhir.org/fhir"
PUBLISHED: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((SHELF / "ValueSet").glob("*.json"))
}
CODE_SYSTEMS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((SHELF / "CodeSystem").glob("*.json"))
}
SHAPES = {
    "http://loinc.org": r"\d{1,7}-\d",
    "http://snomed.info/sct": r"\d{6,18}",
    "http://hl7.org/fhir/sid/icd-10-cm": r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
    "http://hl7.org/fhir/sid/icd-10": r"[A-Z]\d\d(\.\d)?",
    "http://hl7.org/fhir/sid/icd-9-cm": r"(V\d\d|\d{3})(\.\d{1,2})?",
    "http://www.nlm.nih.gov/research/umls/rxnorm": r"\d{3,7}",
    "http://www.whocc.no/atc": r"[A-Z]\d\d[A-Z]{1,2}(\d\d)?",
    "http://www.ama-assn.org/go/cpt": r"\d{4}[\dT]",
    "http://www.cms.gov/Medicare/Coding/ICD10": r"[0-9A-HJ-NP-Z]{7}",
    f"{BASE}/CodeSystem/term": r"[a-z0-9]+(-[a-z0-9]+)*",
    f"{BASE}/CodeSystem/score": r"[a-z0-9]+(-[a-z0-9]+)*",
}
MULTIPLY = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]] + [[0] * 10 for _ in range(9)]
for row, column in itertools.product(range(1, 10), range(10)):
    turn, flip = row % 5, row >= 5
    if not flip:
        MULTIPLY[row][column] = (column + turn) % 5 + (5 if column >= 5 else 0)
    else:
        MULTIPLY[row][column] = (turn - column) % 5 + (0 if column >= 5 else 5)
PERMUTE = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    PERMUTE.append([PERMUTE[-1][PERMUTE[1][digit]] for digit in range(10)])


def verhoeff(digits: str) -> bool:
    """The check digit of SNOMED CT identifiers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total = MULTIPLY[total][PERMUTE[place % 8][int(digit)]]
    return total == 0


def includes(key: str) -> list[dict[str, Any]]:
    compose: dict[str, list[dict[str, Any]]] = PUBLISHED[key]["compose"]
    return compose["include"]


def codes(key: str, system: str) -> set[str]:
    return {
        concept["code"]
        for include in includes(key)
        if include["system"] == system
        for concept in include.get("concept", ())
    }


def everything() -> list[tuple[str, str, str, str]]:
    """Value set, system, code and display of every listed concept."""
    return [
        (key, include["system"], concept["code"], concept["display"])
        for key in PUBLISHED
        for include in includes(key)
        for concept in include.get("concept", ())
    ]


def of_kind(kind: str) -> set[str]:
    return {key for key, each in VALUE_SETS.items() if each.kind == kind}


def test_the_oracle_of_check_digits_knows_a_right_and_a_wrong_one() -> None:
    assert verhoeff("55464009")
    assert verhoeff("308751000119106")
    assert not verhoeff("55464008")
    assert not verhoeff("55446009")


def test_every_file_is_a_value_set_of_its_own_name() -> None:
    for key, published in PUBLISHED.items():
        assert published["resourceType"] == "ValueSet"
        assert published["id"] == key
        assert published["url"] == f"{BASE}/ValueSet/{key}"
        assert published["status"] == "draft"
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]{0,254}", published["name"]), key
        assert published["version"]
        assert published["title"]
        assert published["purpose"]
    assert set(PUBLISHED) == set(VALUE_SETS)
    assert len({published["name"] for published in PUBLISHED.values()}) == len(PUBLISHED)


def test_systems_are_known_codes_have_their_shape_and_a_display() -> None:
    for key, system, code, display in everything():
        assert system in SHAPES, (key, system)
        assert re.fullmatch(SHAPES[system], code), (key, system, code)
        assert display.strip(), (key, code)


def test_loinc_and_snomed_codes_have_their_check_digits() -> None:
    for key, system, code, _ in everything():
        if system == "http://loinc.org":
            assert is_loinc(code), (key, code)
        if system == "http://snomed.info/sct":
            assert verhoeff(code), (key, code)


def test_no_code_stands_twice_in_one_value_set() -> None:
    listed = [(key, system, code) for key, system, code, _ in everything()]
    assert len(listed) == len(set(listed))


def test_third_party_codes_come_with_their_notice() -> None:
    for key, published in PUBLISHED.items():
        for include in includes(key):
            for system, word in (("http://loinc.org", "LOINC"), ("http://snomed.info/sct", "SNOMED CT")):
                if include["system"] == system:
                    assert word in published["copyright"], key


def test_every_condition_procedure_and_report_has_its_constant_and_the_reverse() -> None:
    constants = {value for name, value in vars(concepts).items() if name.isupper() and isinstance(value, str)}
    assert constants == of_kind("condition") | of_kind("procedure") | of_kind("report")
    for name, value in vars(concepts).items():
        if name.isupper() and isinstance(value, str):
            assert name == value.upper().replace("-", "_")
    assert set(concepts.BROADER) | set(concepts.BROADER.values()) <= constants


def test_every_ingredient_has_its_value_set_and_the_reverse() -> None:
    assert of_kind("drug") == drug_groups.INGREDIENTS
    for name, group in vars(drug_groups).items():
        if name.isupper() and isinstance(group, frozenset):
            assert group
            assert group <= drug_groups.INGREDIENTS, name


def test_every_analyte_has_a_value_set_and_the_reverse() -> None:
    assert {VALUE_SETS[key].analyte for key in of_kind("analyte")} == {analyte.value for analyte in Analyte}


def test_a_loinc_code_belongs_to_one_value_set_only() -> None:
    owner: dict[str, str] = {}
    for key, system, code, _ in everything():
        if system == "http://loinc.org":
            assert owner.setdefault(code, key) == key, code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type-1-diabetes", "type-2-diabetes"),
        ("drug-induced-lupus", "sle"),
        ("obesity", "diabetes"),
        ("lupus-tubulointerstitial", "lupus-nephritis"),
        ("non-adherence", "other-non-adherence"),
        ("acute-kidney-injury", "kidney-failure"),
        ("hypotension", "hypertension"),
        *itertools.combinations(sorted(concepts.LUPUS_NEPHRITIS_CLASSES), 2),
    ],
)
def test_ideas_that_exclude_each_other_share_no_code(one: str, other: str) -> None:
    def members(key: str) -> set[tuple[str, str]]:
        return {(member.system, member.code) for member in VALUE_SETS[key].members}

    assert members(one)
    assert not members(one) & members(other)


def test_every_class_code_is_in_the_value_set_of_lupus_nephritis() -> None:
    snomed = "http://snomed.info/sct"
    classes = set().union(*(codes(key, snomed) for key in concepts.LUPUS_NEPHRITIS_CLASSES))
    assert len(classes) == 6
    assert classes < codes("lupus-nephritis", snomed)
    assert "52042003" in codes("lupus-nephritis-class-v", snomed)
    assert codes("lupus-nephritis", "http://hl7.org/fhir/sid/icd-10") == set()


def test_a_product_is_listed_under_each_ingredient_its_name_says() -> None:
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    for key, system, code, display in everything():
        if system == rxnorm:
            drug = named_drug(display)
            assert drug is not None, (key, code, display)
            assert key in drug.ingredients, (key, code, display)


def test_a_name_means_one_ingredient_unless_it_is_a_combination() -> None:
    owners: dict[str, set[str]] = {}
    for key in of_kind("drug"):
        for name in VALUE_SETS[key].names:
            owners.setdefault(name.casefold(), set()).add(key)
    shared = {name: keys for name, keys in owners.items() if len(keys) > 1}
    assert set(shared) == {"entresto"}


def test_every_drug_has_names_in_both_languages_and_conditions_a_chinese_one() -> None:
    han = re.compile(r"[一-鿿]")
    for key in of_kind("drug"):
        names = VALUE_SETS[key].names
        assert any(han.search(name) for name in names), key
        assert any(not han.search(name) for name in names), key
    for key in of_kind("condition"):
        names = VALUE_SETS[key].names
        assert not names or any(han.search(name) for name in names), key


def test_local_codes_are_defined_in_their_code_systems() -> None:
    defined = {
        published["url"]: {concept["code"] for concept in published["concept"]} for published in CODE_SYSTEMS.values()
    }
    for key, system, code, _ in everything():
        if system.startswith(BASE):
            assert code in defined[system], (key, code)
    for key, published in PUBLISHED.items():
        for tag in published["meta"]["tag"]:
            assert tag["code"] in defined[tag["system"]], key
    for name, published in CODE_SYSTEMS.items():
        assert published["id"] == name
        assert published["url"] == f"{BASE}/CodeSystem/{name}"
        assert published["count"] == len(published["concept"]) == len(defined[published["url"]])
    assert defined[f"{BASE}/CodeSystem/term"] == set(PUBLISHED)
