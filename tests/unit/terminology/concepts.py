"""Building concepts for the tests of the recognisers."""

from __future__ import annotations

from lnfhir.fhir.resource import CodeableConcept, Coding

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
ICD_10_GM = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
ICD_9 = "http://hl7.org/fhir/sid/icd-9-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"


def coded(system: str | None, code: str | None, display: str | None = None, text: str | None = None) -> CodeableConcept:
    """A concept with one coding."""
    return CodeableConcept((Coding(system, code, display),), text)


def codings(*parts: tuple[str | None, str | None, str | None], text: str | None = None) -> CodeableConcept:
    """A concept with several codings (system, code, display)."""
    return CodeableConcept(tuple(Coding(*part) for part in parts), text)


def named(text: str) -> CodeableConcept:
    """A concept that is only a text."""
    return CodeableConcept((), text)
