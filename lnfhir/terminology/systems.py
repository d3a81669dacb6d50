"""Code systems under the many names real senders give them, and codes in one spelling."""

from __future__ import annotations

import re
from functools import lru_cache

LOINC = "loinc"
SNOMED = "snomed"
ICD_10_CM = "icd-10-cm"
ICD_10 = "icd-10"
ICD_10_GM = "icd-10-gm"
ICD_9_CM = "icd-9-cm"
ICD_10_PCS = "icd-10-pcs"
RXNORM = "rxnorm"
ATC = "atc"
CPT = "cpt"
TERM = "term"
SCORE = "score"

ICD = frozenset({ICD_10_CM, ICD_10, ICD_10_GM, ICD_9_CM})
"""Hierarchies in which a longer code is a special case of a shorter one."""

_KNOWN = {
    "loinc.org": LOINC,
    "loinc": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:1.2.246.537.6.96": LOINC,
    "snomed.info/sct": SNOMED,
    "snomed.info": SNOMED,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "hl7.org/fhir/sid/icd-10-cm": ICD_10_CM,
    "urn:oid:2.16.840.1.113883.6.90": ICD_10_CM,
    "hl7.org/fhir/sid/icd-10": ICD_10,
    "urn:oid:2.16.840.1.113883.6.3": ICD_10,
    "hl7.org/fhir/sid/icd-10-gm": ICD_10_GM,
    "fhir.de/codesystem/bfarm/icd-10-gm": ICD_10_GM,
    "fhir.de/codesystem/dimdi/icd-10-gm": ICD_10_GM,
    "urn:oid:1.2.276.0.76.5.409": ICD_10_GM,
    "hl7.org/fhir/sid/icd-9-cm": ICD_9_CM,
    "urn:oid:2.16.840.1.113883.6.103": ICD_9_CM,
    "hl7.org/fhir/sid/icd-10-pcs": ICD_10_PCS,
    "cms.gov/medicare/coding/icd10": ICD_10_PCS,
    "urn:oid:2.16.840.1.113883.6.4": ICD_10_PCS,
    "nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "rxnorm": RXNORM,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "whocc.no/atc": ATC,
    "whocc.no": ATC,
    "fhir.de/codesystem/bfarm/atc": ATC,
    "fhir.de/codesystem/dimdi/atc": ATC,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "ama-assn.org/go/cpt": CPT,
    "urn:oid:2.16.840.1.113883.6.12": CPT,
    "lnfhir.org/fhir/codesystem/term": TERM,
    "lnfhir.org/fhir/codesystem/score": SCORE,
    "urn:lnfhir:score": SCORE,
}
_SCHEME = re.compile(r"^https?://(www\.)?")
_LOINC = re.compile(r"(\d{1,7})-(\d)")


@lru_cache(maxsize=512)
def system_of(uri: str | None) -> str | None:
    """The code system a URI, OID or near miss of one means; None when it is none of ours."""
    if uri is None:
        return None
    name = _SCHEME.sub("", uri.strip().casefold()).rstrip("/#")
    if name.startswith("snomed.info/sct/"):
        return SNOMED
    if name.startswith("icd.who.int/browse10"):
        return ICD_10
    return _KNOWN.get(name) or (LOINC if name.endswith(("#loinc", "/loinc")) else None)


def spelled(system: str, code: str) -> str:
    """One spelling of a code: no blanks, ICD without its dot and dagger or asterisk, letters in capitals."""
    text = code.strip()
    if system in ICD:
        return text.replace(".", "").rstrip("*+†!-").upper()
    return text.upper() if system in (ATC, CPT, ICD_10_PCS) else text


def is_loinc(code: str) -> bool:
    """A LOINC number with its right check digit (modulus 10)."""
    match = _LOINC.fullmatch(code.strip())
    return match is not None and _luhn(match[1]) == int(match[2])


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return -total % 10
