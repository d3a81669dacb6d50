"""A site's code map: what it may say, and how far it is believed."""

from __future__ import annotations

from typing import Any

import pytest

from lnfhir.analytes import Analyte
from lnfhir.errors import KnowledgeError
from lnfhir.terminology.code_map import NO_MAP, CodeMap, code_map_from
from lnfhir.terminology.conditions import meaning_of_condition
from lnfhir.terminology.drugs import meaning_of_drug
from lnfhir.terminology.observations import meaning_of_observation
from lnfhir.terminology.systems import LOINC
from tests.unit.terminology.concepts import coded, codings, named

LOINC_URL = "http://loinc.org"
HERE = "urn:oid:1.2.3.4"
KREA = {"system": HERE, "code": "KREA", "analyte": "creatinine", "unit": "umol/L"}
MMF = {"text": "Zellzept-Generikum  500", "ingredient": "mycophenolate-mofetil", "strength_mg": 500, "route": "oral"}


def mapped(*tests: dict[str, Any], drugs: tuple[dict[str, Any], ...] = (), **tables: Any) -> CodeMap:
    return code_map_from({"test": list(tests), "drug": list(drugs), **tables})


def test_a_local_code_is_what_the_map_says_and_nothing_without_it() -> None:
    concept = coded(HERE, "KREA", "Kreatinin i. S. enz.")
    assert meaning_of_observation(concept) is None
    found = meaning_of_observation(concept, mapped(KREA))
    assert found is not None
    assert (found.analyte, found.unit, found.from_text, found.code) == (Analyte.CREATININE, "umol/L", False, "")


@pytest.mark.parametrize("concept", [coded(None, "KREA"), coded(HERE, "krea"), coded("urn:oid:9", "KREA")])
def test_a_code_is_only_itself_in_its_own_system(concept: Any) -> None:
    assert meaning_of_observation(concept, mapped(KREA)) is None


@pytest.mark.parametrize(
    "concept",
    [
        codings((HERE, "KREA", None), (LOINC_URL, "2951-2", None), (LOINC_URL, "2823-3", None)),
        coded(HERE, "KREA", "Potassium"),
        codings((HERE, "KREA", None), (HERE, "UPCR", None)),
        coded(HERE, "KREA", "Creatinine post dialysis"),
        coded(HERE, "KREA", "Creatinine, urine"),
    ],
)
def test_a_mapped_code_that_anything_contradicts_is_refused(concept: Any) -> None:
    codes = mapped(KREA, {"system": HERE, "code": "UPCR", "analyte": "upcr"})
    found = meaning_of_observation(concept, codes)
    assert found is not None
    assert found.analyte is None
    assert found.refused is not None


def test_a_loinc_code_beside_the_mapped_one_keeps_what_it_says() -> None:
    concept = codings((HERE, "KREA", None), (LOINC_URL, "2160-0", "Creatinine"))
    found = meaning_of_observation(concept, mapped(KREA))
    assert found is not None
    assert (found.analyte, found.code, found.unit) == (Analyte.CREATININE, "2160-0", "umol/L")


def test_a_number_of_its_own_under_loincs_name_can_be_mapped() -> None:
    codes = mapped({"system": LOINC_URL, "code": "12904", "analyte": "creatinine"})
    found = meaning_of_observation(coded(LOINC_URL, "12904"), codes)
    assert found is not None
    assert found.analyte is Analyte.CREATININE


def test_a_drugs_text_is_what_the_map_says_however_it_is_spaced() -> None:
    codes = mapped(drugs=(MMF,))
    found = meaning_of_drug(named("ZELLZEPT-Generikum 500"), codes)
    assert found is not None
    assert (found.ingredients, found.strength_mg, found.route) == (("mycophenolate-mofetil",), 500.0, "oral")
    assert meaning_of_drug(named("Zellzept-Generikum 500 N2"), codes) is None


def test_a_drugs_code_that_its_name_contradicts_is_refused() -> None:
    codes = mapped(drugs=({"system": HERE, "code": "4711", "ingredient": "prednisone", "strength_mg": 5},))
    agreed = meaning_of_drug(coded(HERE, "4711", "Prednisone tab"), codes)
    assert agreed is not None
    assert (agreed.strength_mg, agreed.route) == (5.0, "oral")
    contradicted = meaning_of_drug(coded(HERE, "4711", "Azathioprine 50 mg"), codes)
    assert contradicted is not None
    assert contradicted.refused is not None
    assert contradicted.ingredients == ()


def test_a_local_diagnosis_brings_its_broader_ones() -> None:
    codes = code_map_from({"condition": [{"system": HERE, "code": "LN4", "concept": "lupus-nephritis-class-iv"}]})
    found = meaning_of_condition(coded(HERE, "LN4"), codes)
    assert found is not None
    assert {"lupus-nephritis-class-iv", "lupus-nephritis", "sle"} <= found.concepts


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"code": "A", "analyte": "creatine"}, "`creatine` is no analyte"),
        ({"code": "A", "analyte": "creatinine", "unit": "mg/mmol"}, "`mg/mmol` is no unit of creatinine"),
        ({"code": " ", "analyte": "creatinine"}, "`code` is missing"),
        ({"system": LOINC_URL, "code": "2160-0", "analyte": "upcr"}, "means creatinine"),
        ({"system": LOINC_URL, "code": "2345-7", "analyte": "creatinine"}, "LOINC code of another test"),
        ({"code": "A", "analyte": "creatinine", "units": "mg/dL"}, "unknown field `units`"),
    ],
)
def test_what_cannot_be_meant_is_fatal(entry: dict[str, Any], fault: str) -> None:
    with pytest.raises(KnowledgeError, match=fault):
        mapped(entry)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"text": "x", "ingredient": "prednison"}, "`prednison` is no ingredient"),
        ({"text": "x", "ingredient": []}, "`ingredient` is empty"),
        ({"ingredient": "prednisone"}, "either `text` or `code`"),
        ({"text": "x", "code": "y", "ingredient": "prednisone"}, "either `text` or `code`"),
        ({"text": "x", "ingredient": "prednisone", "strength_mg": 0}, "is not a strength"),
        ({"text": "x", "ingredient": "prednisone", "route": "p.o."}, "route"),
    ],
)
def test_what_cannot_be_meant_of_a_drug_is_fatal(entry: dict[str, Any], fault: str) -> None:
    with pytest.raises(KnowledgeError, match=fault):
        mapped(drugs=(entry,))


def test_one_code_with_two_meanings_is_fatal_and_with_one_said_twice_is_not() -> None:
    with pytest.raises(KnowledgeError, match="KREA: is mapped to two meanings"):
        mapped(KREA, {**KREA, "analyte": "urine-creatinine", "unit": ""})
    with pytest.raises(KnowledgeError, match="two meanings"):
        mapped(drugs=(MMF, {**MMF, "text": "zellzept-generikum 500", "strength_mg": 250}))
    assert len(mapped(KREA, KREA)) == 1


def test_every_fault_is_named_not_the_first() -> None:
    with pytest.raises(KnowledgeError) as caught:
        mapped({"code": "A", "analyte": "x"}, {"code": "B", "analyte": "y"})
    assert "`x`" in str(caught.value)
    assert "`y`" in str(caught.value)


def test_no_map_changes_nothing() -> None:
    assert len(NO_MAP) == 0
    assert meaning_of_observation(coded(LOINC, "2160-0"), NO_MAP) == meaning_of_observation(coded(LOINC, "2160-0"))
