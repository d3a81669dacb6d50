"""Words for what an order or an escalation is checked against: rarer tests, drugs that do not go together, diagnoses.

Plain codes, from which `vocabulary.py` makes its words.
"""

from __future__ import annotations

from collections.abc import Mapping

SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"

TESTS: Mapping[str, tuple[str, ...]] = {
    "igg": ("IgG in Serum or Plasma", "2465-3", "g/L", "mg/dL"),
    "neutrophils": ("Neutrophils in Blood by Automated count", "751-8", "10*9/L", "10*3/uL"),
    "alt": ("Alanine aminotransferase in Serum or Plasma", "1742-6", "U/L"),
    "tpmt": ("Thiopurine methyltransferase activity", "21563-2", "U/mL"),
    "anti-hcv": ("Hepatitis C virus Ab in Serum", "13955-0"),
}
"""Display, LOINC code, and the units as spelled in UCUM."""

DRUGS: Mapping[str, tuple[str, str | None, str | None]] = {
    "teriflunomide": ("teriflunomide", None, "L04AK02"),
    "mercaptopurine": ("mercaptopurine", "103", "L01BB02"),
    "methotrexate": ("methotrexate 2.5 MG Oral Tablet", "105585", "L04AX03"),
    "allopurinol": ("allopurinol", "519", "M04AA01"),
    "febuxostat": ("febuxostat", "73689", "M04AA03"),
    "clarithromycin": ("clarithromycin", "21212", "J01FA09"),
    "diltiazem": ("diltiazem", None, "C08DB01"),
    "rifampicin": ("rifampin", "9384", "J04AB02"),
    "aliskiren": ("aliskiren", None, "C09XA02"),
    "trimethoprim": ("trimethoprim", "10829", "J01EA01"),
    "live vaccine": ("BCG, live, Tice strain 50 MG Injection", "1653579", None),
    "daratumumab": ("daratumumab", "1721947", "L01FC01"),
    "teclistamab": ("teclistamab", "2619426", "L01FX24"),
    "telitacicept": ("telitacicept", None, None),
}
"""Display, RxNorm and ATC code; None where there is none."""

CONDITIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sepsis": ((SNOMED, "91302008"), (ICD10CM, "A41.9")),
    "cytomegaloviral disease": ((ICD10CM, "B25.9"),),
    "tuberculosis": ((SNOMED, "56717001"), (ICD10CM, "A15.9")),
    "progressive multifocal leukoencephalopathy": ((SNOMED, "22255007"), (ICD10CM, "A81.2")),
    "HIV infection": ((SNOMED, "86406008"), (ICD10CM, "B20")),
    "chronic hepatitis c": ((SNOMED, "128302006"), (ICD10CM, "B18.2")),
    "lupus of the nervous system": ((SNOMED, "95644001"),),
    "depression": ((SNOMED, "35489007"), (ICD10CM, "F32.A")),
    "liver disease": ((SNOMED, "328383001"), (ICD10CM, "K73.9")),
    "cardiomyopathy": ((SNOMED, "85898001"), (ICD10CM, "I42.9")),
    "porphyria": ((ICD10CM, "E80.20"),),
    "long QT syndrome": ((SNOMED, "9651007"), (ICD10CM, "I45.81")),
    "fournier gangrene": ((SNOMED, "398318005"), (ICD10CM, "N49.3")),
    "genital candidiasis": ((SNOMED, "72934000"), (ICD10CM, "B37.31")),
    "diabetic ketoacidosis": ((SNOMED, "420422005"), (ICD10CM, "E11.10")),
    "polycystic kidney disease": ((SNOMED, "765330003"), (ICD10CM, "Q61.2")),
}
