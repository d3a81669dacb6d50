"""The second depth: our profiles, claimed or meant."""

from __future__ import annotations

import pytest

from lnfhir.fhir.issue import Severity
from lnfhir.validation.profiles import profile_faults, profiles
from tests.unit.chart.records import Json, coded, condition, creatinine, observation, order, quantity, without

CREATININE = "https://lnfhir.org/fhir/StructureDefinition/ln-creatinine"


def found(resource: Json) -> list[tuple[str, str, str]]:
    faults = profile_faults(resource, "f.json", "Observation")
    return [(f.severity.value, f.path, str(f.says)) for f in faults]


def claiming(resource: Json) -> Json:
    return {**resource, "meta": {"profile": [CREATININE]}}


def test_the_published_profiles_are_read() -> None:
    assert {"ln-creatinine", "ln-proteinuria", "ln-condition"} <= {profile.name for profile in profiles().values()}
    assert all(profile.key is not None for profile in profiles().values())


def test_what_the_rules_use_fits_its_profile() -> None:
    assert found(creatinine()) == []


@pytest.mark.parametrize(("claims", "severity"), [(True, "error"), (False, "warning")])
def test_a_missing_member_is_worse_where_the_profile_is_claimed(claims: bool, severity: str) -> None:
    resource = without(creatinine(), "effectiveDateTime")
    told = found(claiming(resource) if claims else resource)
    assert told == [(severity, "Observation.effective", "profile ln-creatinine requires `effective[x]`")]


def test_a_profile_that_is_neither_claimed_nor_meant_is_not_asked() -> None:
    assert found(observation(coded("2345-7"))) == []


def test_a_claimed_profile_binds_the_code() -> None:
    other = claiming(observation(coded("2345-7"), valueQuantity=quantity(1, "mg/dL")))
    told = ("error", "Observation.code", "none of the codes is in the value set creatinine of profile ln-creatinine")
    assert told in found(other)


def test_a_unit_that_is_not_converted_is_only_noted() -> None:
    (told,) = found(creatinine(1, "g/L"))
    assert told[:2] == ("information", "Observation.valueQuantity")


def test_a_choice_of_the_wrong_type_is_told() -> None:
    wrong = claiming(without(creatinine(None), "valueQuantity") | {"valueString": "1.0 mg/dL"})
    assert ("error", "Observation.valueString", "profile ln-creatinine does not allow String here") in found(wrong)


def test_a_member_the_rules_would_use_is_missed() -> None:
    told = found(creatinine(None))
    assert told == [("information", "Observation", "profile ln-creatinine would use `value[x]`, which is not sent")]
    absent = {"dataAbsentReason": {"coding": [{"code": "unknown"}]}}
    assert found({**creatinine(None), **absent}) == []


def test_codes_below_a_category_belong_to_it() -> None:
    lupus = condition(coded("M32.14", "http://hl7.org/fhir/sid/icd-10-cm"))
    assert not [told for told in found(lupus) if "value set" in told[2]]


def test_an_order_without_a_dosage_is_missed_by_the_profile_of_its_drug() -> None:
    steroid = order(coded("8640", "http://www.nlm.nih.gov/research/umls/rxnorm"))
    said = [text for _, _, text in found(steroid)]
    assert "profile ln-glucocorticoid-order would use `dosageInstruction`, which is not sent" in said


def test_severities_are_those_of_fhir() -> None:
    assert {severity.value for severity in Severity} == {"error", "warning", "information"}
