"""The second depth: our profiles, claimed or meant."""

from __future__ import annotations

import pytest

from lnfhir.fhir.issue import Severity
from lnfhir.validation.profiles import profile_faults
from lnfhir.validation.published import profiles
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


def test_a_unit_that_is_not_converted_is_told_once() -> None:
    says = "profile ln-creatinine demands a unit that is converted"
    assert found(creatinine(1, "g/L")) == [("warning", "Observation.valueQuantity", says)]


def test_a_unit_that_is_converted_and_no_ucum_is_only_noted() -> None:
    ((severity, path, says),) = found(creatinine(1, "MCMOL / L"))
    assert (severity, path) == ("information", "Observation.valueQuantity")
    assert says == "none of the codes is in the value set ln-creatinine-units of profile ln-creatinine"


@pytest.mark.parametrize(
    ("resource", "path", "says"),
    [
        (creatinine(1, "mg/dL", subject={"reference": "https://x/fhir/Group/1"}), ".subject",
         "profile ln-creatinine does not allow Group here"),
        (creatinine(effectiveDateTime="2025-03"), "",
         "profile ln-creatinine demands a time known to the day, as effectiveDateTime, effectiveInstant or "
         "effectivePeriod"),
        (creatinine() | {"valueQuantity": {"value": 1}}, ".valueQuantity",
         "profile ln-creatinine demands a unit, as a UCUM code or as text of the unit list"),
        (creatinine() | {"valueQuantity": {"unit": "mg/dL"}}, ".valueQuantity",
         "profile ln-creatinine demands a number"),
    ],
)  # fmt: skip
def test_a_broken_constraint_or_reference_is_told(resource: Json, path: str, says: str) -> None:
    assert ("warning", f"Observation{path}", says) in found(resource)
    assert ("error", f"Observation{path}", says) in found(claiming(resource))


@pytest.mark.parametrize("reference", ["Patient/1", "https://x/fhir/Patient/1/_history/2", "urn:uuid:1", "#p", ""])
def test_a_reference_to_a_patient_or_to_what_cannot_be_told_is_allowed(reference: str) -> None:
    assert found(creatinine(1, "mg/dL", subject={"reference": reference})) == []


@pytest.mark.parametrize(
    ("url", "severity", "says"),
    [
        ("http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab|6.1.0", "information",
         "a profile is claimed that is not lnfhir's: it is not checked here"),
        ("https://lnfhir.org/fhir/StructureDefinition/ln-creatinin", "warning", "lnfhir has no profile"),
        ("https://lnfhir.org/fhir/StructureDefinition/ln-condition", "error",
         "profile ln-condition is for resources of the type Condition"),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_checked_or_true_is_told(url: str, severity: str, says: str) -> None:
    ((graded, path, told),) = found({**creatinine(), "meta": {"profile": [url]}})
    assert (graded, path) == (severity, "Observation.meta.profile[0]")
    assert says in told


def test_only_advice_is_graded_lower() -> None:
    bare = without(condition(coded("M32.14", "http://hl7.org/fhir/sid/icd-10-cm")), "recordedDate", "onsetDateTime")
    says = "profile ln-condition demands the onset or the day of recording"
    assert ("information", "Observation", says) in found(bare)
    url = "https://lnfhir.org/fhir/StructureDefinition/ln-condition"
    assert ("warning", "Observation", says) in found({**bare, "meta": {"profile": [url]}})


def test_a_part_of_a_dosage_that_the_rules_would_use_is_missed() -> None:
    steroid = order(coded("8640", "http://www.nlm.nih.gov/research/umls/rxnorm"))
    told = [text for _, _, text in found({**steroid, "dosageInstruction": [{"timing": {"code": {"text": "BID"}}}]})]
    assert "profile ln-glucocorticoid-order would use `dosageInstruction.doseAndRate`, which is not sent" in told


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
