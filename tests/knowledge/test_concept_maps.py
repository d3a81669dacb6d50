"""Concept maps, definitions and schemas say what the code does."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from cds_hooks.config import settings_from
from cds_hooks.guidance_cards import TITLES
from lnfhir.analytes import Analyte
from lnfhir.errors import KnowledgeError
from lnfhir.fhir.resource import CodeableConcept, Coding
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.terminology.code_map import code_map_from
from lnfhir.terminology.drug_groups import BIOLOGICS, CELL_THERAPIES
from lnfhir.terminology.drugs import meaning_of_drug
from lnfhir.terminology.observations import meaning_of_observation
from lnfhir.terminology.value_sets import value_sets_with
from lnfhir.units import UNITS, spell
from tests.knowledge.pages import recommendations
from tests.publishing.definitions import asked, criteria
from tests.publishing.shelf import SHELF, TERM, UCUM, published

MAPS = published("ConceptMap")
PLANS = published("PlanDefinition")
ROOT = Path(__file__).parents[2]


def rows(key: str, target: str) -> list[tuple[str, dict[str, Any]]]:
    """Each source code with each of its targets in this system."""
    groups = [group for group in MAPS[key]["group"] if group["target"] == target]
    return [(each["code"], to) for group in groups for each in group["element"] for to in each["target"]]


def test_a_unit_is_mapped_to_a_ucum_code_that_is_converted_in_the_same_way() -> None:
    mapped = set()
    for spelling, target in rows("unit-spelling-to-ucum", UCUM):
        named = [Analyte(each["value"]) for each in target.get("dependsOn", ())]
        for analyte in named or [each for each in Analyte if spelling in UNITS[each]]:
            assert UNITS[analyte][spelling] == UNITS[analyte][spell(target["code"])], (spelling, analyte)
            mapped.add((analyte, spelling))
    assert mapped == {(analyte, spelling) for analyte, table in UNITS.items() for spelling in table}


def test_giga_per_litre_of_cells_is_not_grams_per_litre() -> None:
    found = [to for spelling, to in rows("unit-spelling-to-ucum", UCUM) if spelling == "g/l"]
    by_analyte = {each["dependsOn"][0]["value"]: each["code"] for each in found}
    assert (by_analyte["platelets"], by_analyte["c3"]) == ("10*9/L", "g/L")


def test_an_atc_code_means_its_ingredient_to_the_recogniser() -> None:
    for code, target in rows("atc-to-ingredient", TERM):
        meaning = meaning_of_drug(CodeableConcept((Coding("http://www.whocc.no/atc", code),)))
        assert meaning is not None
        assert target["code"] in meaning.ingredients, code


def test_rxnorm_ingredients_agree_with_the_terms_beside_them() -> None:
    for key in ("atc-to-ingredient", "drug-name-zh-to-ingredient"):
        terms: dict[str, set[str]] = {}
        for code, target in rows(key, TERM):
            terms.setdefault(code, set()).add(target["code"])
        coded = rows(key, "http://www.nlm.nih.gov/research/umls/rxnorm")
        assert len(coded) > 100
        for code, target in coded:
            assert value_sets_with("rxnorm", target["code"]) & terms[code], (key, code)


def test_a_combination_is_mapped_to_each_of_its_ingredients() -> None:
    entresto = [to for code, to in rows("atc-to-ingredient", TERM) if code == "C09DX04"]
    assert {to["code"] for to in entresto} == {"sacubitril", "valsartan"}
    assert {to["equivalence"] for to in entresto} == {"wider"}


def test_a_chinese_name_of_a_drug_means_its_ingredient_to_the_recogniser() -> None:
    for name, target in rows("drug-name-zh-to-ingredient", TERM):
        meaning = meaning_of_drug(CodeableConcept(text=name))
        assert meaning is not None, name
        assert target["code"] in meaning.ingredients, name


def test_a_chinese_name_of_a_test_means_what_its_loinc_code_measures() -> None:
    mapped = rows("test-name-zh-to-loinc", "http://loinc.org")
    assert len(mapped) > 40
    # FHIR's cmd-1: a narrower target has a comment.
    assert all(target["equivalence"] == "narrower" and target["comment"] for _, target in mapped)
    for name, target in mapped:
        by_name = meaning_of_observation(CodeableConcept(text=name))
        by_code = meaning_of_observation(CodeableConcept((Coding("http://loinc.org", target["code"]),)))
        assert by_name is not None, name
        assert by_code is not None, name
        assert by_name.analyte is by_code.analyte, name
        assert by_name.collection in ("", by_code.collection), name


def test_there_is_one_plan_definition_for_each_recommendation() -> None:
    rules = {item.rule for item in RECOMMENDATIONS} | {item.rule for item in ORDER_RULES}
    assert set(PLANS) == rules
    for item in recommendations():
        plan = PLANS[item.rule]
        assert (plan["title"], plan["description"]) == (str(item.title), str(item.statement))
        assert (plan["status"], plan["experimental"]) == ("draft", True)
        [action] = plan["action"]
        assert action["textEquivalent"].startswith(criteria(asked(item).because)[0])
        assert len(plan["relatedArtifact"]) == len(item.cites)
        assert len(json.dumps(plan, indent=1).splitlines()) <= 150, item.rule


def test_every_topic_of_a_card_is_a_code() -> None:
    topics = {each["code"] for each in published("CodeSystem")["card-topic"]["concept"]}
    assert set(TITLES) <= topics
    assert topics - {item.rule for item in recommendations()} == {"refractory", "response", "data-needed", "visit"}


def test_no_activity_orders_a_biologic_or_a_cell_therapy() -> None:
    activities = published("ActivityDefinition")
    assert len(activities) > 20
    for key, activity in activities.items():
        product = activity.get("productCodeableConcept")
        if product is not None:
            meaning = meaning_of_drug(CodeableConcept(text=product["text"]))
            assert meaning is not None, key
            assert not set(meaning.ingredients) & (BIOLOGICS | CELL_THERAPIES), key


def schema(name: str) -> jsonschema.Draft202012Validator:
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (SHELF / "schema").glob("*.json")}
    known: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in found.values() if "$id" in each
    )
    return jsonschema.Draft202012Validator(found[name], registry=known)


def test_the_sample_settings_fit_their_schema_and_a_slip_does_not() -> None:
    sample = tomllib.loads((ROOT / "deploy" / "lnfhir.toml").read_text(encoding="utf-8"))
    check = schema("config.json")
    assert [error.message for error in check.iter_errors(sample)] == []
    slips: list[dict[str, Any]] = [{"service": {"prot": 1}}, {"policy": {"gc_cap_mg": 61}}, {"sevice": {}}]
    for wrong in slips:
        assert not check.is_valid(wrong)
        with pytest.raises(KnowledgeError):
            settings_from(wrong)


MAP = """
[[test]]
code = "KREA"
analyte = "creatinine"
unit = "umol/L"

[[drug]]
text = "MMF 500 Tbl"
ingredient = ["mycophenolate-mofetil"]
strength_mg = 500

[[condition]]
system = "urn:oid:1.2.3.5"
code = "LN4"
concept = "lupus-nephritis-class-iv"
"""


def test_a_code_map_fits_its_schema_and_a_slip_does_not() -> None:
    check = schema("code-map.json")
    good = tomllib.loads(MAP)
    assert [error.message for error in check.iter_errors(good)] == []
    assert len(code_map_from(good)) == 3
    for old, new in (('"creatinine"', '"kreatinin"'), ("text =", "txet ="), ("lupus-nephritis-class-iv", "ln-4")):
        wrong = tomllib.loads(MAP.replace(old, new))
        assert not check.is_valid(wrong), new
        with pytest.raises(KnowledgeError):
            code_map_from(wrong)


@pytest.mark.parametrize("path", sorted((SHELF / "schema").glob("*.json")), ids=lambda path: path.name)
def test_every_schema_is_one_and_has_an_id(path: Path) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    assert re.fullmatch(rf"urn:lnfhir:schema:{path.stem}(:[0-9.]+)?", found["$id"])
