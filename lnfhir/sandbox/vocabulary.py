"""The words of the shorthand and the codes they stand for: LOINC tests, RxNorm and ATC drugs, diagnoses, procedures.

The codes are written out here on purpose, independently of `lnfhir.terminology`: an example patient that took
its codes from the recogniser under test could never show that the recogniser is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lnfhir.sandbox import gate_words

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
CPT = "http://www.ama-assn.org/go/cpt"
UCUM = "http://unitsofmeasure.org"
SCORE = "https://lnfhir.org/fhir/CodeSystem/score"
ISN_RPS = "https://lnfhir.org/fhir/CodeSystem/isn-rps-class"


@dataclass(frozen=True, slots=True)
class Test:
    """A laboratory test or vital sign. `units` gives, per written unit, its UCUM code and the LOINC code it goes with.

    No units: the test is answered by `positive` or `negative` only (they may be used with any test).
    """

    __test__ = False  # not a test case, whatever its name says to pytest

    display: str
    code: str
    units: Mapping[str, tuple[str, str]]
    category: str = "laboratory"
    system: str = LOINC


def _test(display: str, code: str, *units: str, category: str = "laboratory", **coded: tuple[str, str]) -> Test:
    """`units` are spelled as in UCUM and share the code; `coded` are the other spellings."""
    return Test(display, code, {**{unit: (unit, code) for unit in units}, **coded}, category)


def _ratio(display: str, mass: str, molar: str) -> Test:
    units = {"g/g": ("g/g", mass), "mg/g": ("mg/g", mass), "mg/mg": ("mg/mg", mass), "mg/mmol": ("mg/mmol", molar)}
    return Test(display, mass, {**units, "g/mol": ("g/mol", molar)})


def _vital(display: str, code: str, *units: str) -> Test:
    return _test(display, code, *units, category="vital-signs")


_CELLS = ("10*9/L", "10*3/uL")
TESTS: dict[str, Test] = {
    "upcr": _ratio("Protein/Creatinine in Urine", "2890-2", "34366-5"),
    "24h upcr": _ratio("Protein/Creatinine in 24 hour Urine", "13801-6", "40486-3"),
    "inverse upcr": Test("Creatinine/Protein in Urine", "16285-9", {"mmol/g": ("mmol/g", "16285-9")}),
    "24h protein": Test(
        "Protein in 24 hour Urine",
        "2889-4",
        {"g/24h": ("g/(24.h)", "2889-4"), "mg/24h": ("mg/(24.h)", "2889-4"), "g/d": ("g/d", "2889-4")},
    ),
    "uacr": Test(
        "Albumin/Creatinine in Urine", "9318-7", {"mg/g": ("mg/g", "9318-7"), "mg/mmol": ("mg/mmol", "30000-4")}
    ),
    "creatinine": Test(
        "Creatinine in Serum or Plasma",
        "2160-0",
        {"mg/dL": ("mg/dL", "2160-0"), "umol/L": ("umol/L", "14682-9"), "µmol/L": ("umol/L", "14682-9")},
    ),
    "egfr": Test("Glomerular filtration rate (CKD-EPI 2021)", "98979-8", {"mL/min": ("mL/min/{1.73_m2}", "98979-8")}),
    "egfr 2009": Test(
        "Glomerular filtration rate (CKD-EPI 2009)", "62238-1", {"mL/min": ("mL/min/{1.73_m2}", "62238-1")}
    ),
    "albumin": _test("Albumin in Serum or Plasma", "1751-7", "g/L", "g/dL"),
    "potassium": _test("Potassium in Serum or Plasma", "2823-3", "mmol/L", "meq/L"),
    "mycophenolic acid level": _test("Mycophenolate in Serum or Plasma", "23905-3", "mg/L"),
    "hba1c": _test("Hemoglobin A1c in Blood", "4548-4", "%"),
    "c3": _test("Complement C3 in Serum or Plasma", "4485-9", "g/L", "mg/dL"),
    "c4": _test("Complement C4 in Serum or Plasma", "4498-2", "g/L", "mg/dL"),
    "anti-dsdna": Test("DNA double strand Ab in Serum", "5130-0", {"IU/mL": ("[IU]/mL", "5130-0")}),
    "urine rbc": Test("Erythrocytes in Urine sediment", "13945-1", {"/hpf": ("/[HPF]", "13945-1")}),
    "urine wbc": Test("Leukocytes in Urine sediment", "5821-4", {"/hpf": ("/[HPF]", "5821-4")}),
    "rbc casts": Test("RBC casts in Urine sediment", "5807-3", {"/lpf": ("/[LPF]", "5807-3")}),
    "urine culture": _test("Bacteria identified in Urine by Culture", "630-4"),
    "hcg": _test("Choriogonadotropin (pregnancy test) in Urine", "2106-3"),
    "serum hcg": Test("Choriogonadotropin in Serum or Plasma", "19080-1", {"IU/L": ("[IU]/L", "19080-1")}),
    "lupus anticoagulant": _test("Lupus anticoagulant in Platelet poor plasma", "3281-3"),
    "anticardiolipin igg": Test("Cardiolipin IgG Ab in Serum", "3181-5", {"GPL": ("[GPL'U]", "3181-5")}),
    "anticardiolipin igm": Test("Cardiolipin IgM Ab in Serum", "3182-3", {"MPL": ("[MPL'U]", "3182-3")}),
    "ldh": _test("Lactate dehydrogenase in Serum or Plasma", "2532-0", "U/L"),
    "haptoglobin": _test("Haptoglobin in Serum or Plasma", "4542-7", "g/L", "mg/dL"),
    "platelets": _test("Platelets in Blood by Automated count", "777-3", *_CELLS),
    "schistocytes": _test("Schistocytes in Blood by Light microscopy", "800-3", "%"),
    "haemoglobin": _test("Hemoglobin in Blood", "718-7", "g/dL", "g/L"),
    "leukocytes": _test("Leukocytes in Blood by Automated count", "6690-2", *_CELLS),
    "hbsag": _test("Hepatitis B virus surface Ag in Serum", "5196-1"),
    "anti-hbc": _test("Hepatitis B virus core Ab in Serum", "13952-7"),
    "vitamin d": _test("25-Hydroxyvitamin D in Serum or Plasma", "1989-3", "nmol/L", "ng/mL"),
    "weight": _vital("Body weight", "29463-7", "kg", "g"),
    "height": _vital("Body height", "8302-2", "cm", "m"),
    "bmi": _vital("Body mass index", "39156-5", "kg/m2"),
    "bp": _vital("Blood pressure panel", "85354-9"),
    "sledai-2k": Test("SLEDAI-2K", "sledai-2k", {"points": ("{score}", "sledai-2k")}, "survey", SCORE),
    "phga": Test("Physician global assessment", "phga", {"points": ("{score}", "phga")}, "survey", SCORE),
    "new lupus activity": Test(
        "New lupus activity since the last assessment", "new-lupus-activity", {}, "survey", SCORE
    ),
    "heart rate": _vital("Heart rate", "8867-4", "/min"),
    **{name: _test(*codes) for name, codes in gate_words.TESTS.items()},
}

ANSWERS = {"positive": ("10828004", "Positive"), "negative": ("260385009", "Negative")}


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as ordered: RxNorm code and display, ATC code; `None` where no code exists."""

    display: str
    rxnorm: str | None
    atc: str | None = None


DRUGS: dict[str, Drug] = {
    "hydroxychloroquine": Drug("hydroxychloroquine sulfate 200 MG Oral Tablet", "979092", "P01BA02"),
    "chloroquine": Drug("chloroquine", "2393", "P01BA01"),
    "prednisone": Drug("prednisone 5 MG Oral Tablet", "312617", "H02AB07"),
    "prednisolone": Drug("prednisolone 5 MG Oral Tablet", "198142", "H02AB06"),
    "methylprednisolone": Drug("methylprednisolone 500 MG Injection", "1743720", "H02AB04"),
    "oral methylprednisolone": Drug("methylprednisolone 4 MG Oral Tablet", "259966", "H02AB04"),
    "dexamethasone": Drug("dexamethasone", "3264", "H02AB02"),
    "mycophenolate": Drug("mycophenolate mofetil 500 MG Oral Tablet", "200060", "L04AA06"),
    "mycophenolic acid": Drug("mycophenolic acid 360 MG Delayed Release Oral Tablet", "485023", "L04AA06"),
    "cyclophosphamide": Drug("cyclophosphamide 500 MG Injection", "1734917", "L01AA01"),
    "oral cyclophosphamide": Drug("cyclophosphamide 50 MG Oral Capsule", "1437969", "L01AA01"),
    "azathioprine": Drug("azathioprine 50 MG Oral Tablet", "197388", "L04AX01"),
    "tacrolimus": Drug("tacrolimus 1 MG Oral Capsule", "198377", "L04AD02"),
    "ciclosporin": Drug("cyclosporine", "3008", "L04AD01"),
    "voclosporin": Drug("voclosporin 7.9 MG Oral Capsule", "2475400", "L04AD03"),
    "belimumab": Drug("belimumab", "1092437", "L04AG04"),
    "anifrolumab": Drug("anifrolumab", None, "L04AG11"),
    "rituximab": Drug("rituximab", "121191", "L01FA01"),
    "obinutuzumab": Drug("obinutuzumab", "974779", "L01FA03"),
    "leflunomide": Drug("leflunomide 20 MG Oral Tablet", "205285", "L04AK01"),
    "fludarabine": Drug("fludarabine", None, "L01BB05"),
    "tisagenlecleucel": Drug("tisagenlecleucel", "1986438", "L01XL04"),
    "lisinopril": Drug("lisinopril", "29046", "C09AA03"),
    "ramipril": Drug("ramipril 2.5 MG Oral Capsule", "198188", "C09AA05"),
    "enalapril": Drug("enalapril", "3827", "C09AA02"),
    "losartan": Drug("losartan potassium 50 MG Oral Tablet", "979492", "C09CA01"),
    "valsartan": Drug("valsartan", "69749", "C09CA03"),
    "dapagliflozin": Drug("dapagliflozin 10 MG Oral Tablet", "1488569", "A10BK01"),
    "empagliflozin": Drug("empagliflozin 10 MG Oral Tablet", "1545658", "A10BK03"),
    "finerenone": Drug("finerenone", "2562811", "C03DA05"),
    "spironolactone": Drug("spironolactone", "9997", "C03DA01"),
    "furosemide": Drug("furosemide 40 MG Oral Tablet", "313988", "C03CA01"),
    "amlodipine": Drug("amlodipine", None, "C08CA01"),
    "ibuprofen": Drug("ibuprofen", "5640", "M01AE01"),
    "naproxen": Drug("naproxen", "7258", "M01AE02"),
    "omeprazole": Drug("omeprazole", None, "A02BC01"),
    "calcium carbonate": Drug("calcium carbonate 1250 MG Oral Tablet", "282465", "A12AA04"),
    "colecalciferol": Drug("cholecalciferol", "2418", "A11CC05"),
    "trimethoprim-sulfamethoxazole": Drug("trimethoprim / sulfamethoxazole", "10831", "J01EE01"),
    "tamoxifen": Drug("tamoxifen", "10324", "L02BA01"),
    "alendronate": Drug("alendronate", None, "M05BA04"),
    **{name: Drug(*codes) for name, codes in gate_words.DRUGS.items()},
}

ROUTES = {
    "oral": ("26643006", "Oral route"),
    "IV": ("47625008", "Intravenous route"),
    "SC": ("34206005", "Subcutaneous route"),
    "IM": ("78421000", "Intramuscular route"),
}

DOSE_UNITS = {"mg": "mg", "g": "g", "ug": "ug", "mL": "mL", "IU": "[IU]", "tablets": "{tbl}"}

# phrase: frequency, period, period unit
FREQUENCIES: dict[str, tuple[int, int, str]] = {
    "daily": (1, 1, "d"),
    "once daily": (1, 1, "d"),
    "twice daily": (2, 1, "d"),
    "three times daily": (3, 1, "d"),
    "every other day": (1, 2, "d"),
    "weekly": (1, 1, "wk"),
    "monthly": (1, 1, "mo"),
}

_Codes = tuple[tuple[str, str], ...]
CONDITIONS: dict[str, _Codes] = {
    "systemic lupus erythematosus": ((SNOMED, "55464009"), (ICD10CM, "M32.9")),
    "lupus nephritis": ((SNOMED, "68815009"), (ICD10CM, "M32.14")),
    "lupus nephritis who class iii": ((SNOMED, "76521009"),),
    "lupus nephritis who class iv": ((SNOMED, "36402006"),),
    "lupus nephritis who class v": ((SNOMED, "52042003"),),
    "lupus tubulo-interstitial nephropathy": ((SNOMED, "307755009"), (ICD10CM, "M32.15")),
    "drug-induced lupus": ((SNOMED, "201436003"), (ICD10CM, "M32.0")),
    "antiphospholipid syndrome": ((SNOMED, "26843008"), (ICD10CM, "D68.61")),
    "thrombotic microangiopathy": ((SNOMED, "126729006"), (ICD10CM, "M31.19")),
    "hypertension": ((SNOMED, "38341003"), (ICD10CM, "I10")),
    "hypertensive crisis": ((ICD10CM, "I16.9"),),
    "type 1 diabetes": ((SNOMED, "46635009"), (ICD10CM, "E10.9")),
    "type 2 diabetes": ((SNOMED, "44054006"), (ICD10CM, "E11.9")),
    "diabetic nephropathy": ((ICD10CM, "E11.21"),),
    "pregnancy": ((SNOMED, "77386006"), (ICD10CM, "Z33.1")),
    "pre-eclampsia": ((ICD10CM, "O14.90"),),
    "end-stage kidney disease": ((SNOMED, "46177005"), (ICD10CM, "N18.6")),
    "dialysis dependence": ((SNOMED, "105502003"), (ICD10CM, "Z99.2")),
    "kidney transplant": ((ICD10CM, "Z94.0"),),
    "acute kidney injury": ((ICD10CM, "N17.9"),),
    "heart failure": ((ICD10CM, "I50.9"),),
    "urinary tract infection": ((ICD10CM, "N39.0"),),
    "hypovolaemia": ((ICD10CM, "E86.1"),),
    "hypotension": ((ICD10CM, "I95.9"),),
    "hyperkalaemia": ((SNOMED, "14140009"), (ICD10CM, "E87.5")),
    "angioedema": ((SNOMED, "41291007"), (ICD10CM, "T78.3XXA")),
    "chronic hepatitis b": ((ICD10CM, "B18.1"),),
    "hydroxychloroquine retinopathy": ((ICD10CM, "H35.383"), (ICD10CM, "T37.2X5A")),
    "macular disease": ((ICD10CM, "H35.30"),),
    "renal artery stenosis": ((ICD10CM, "I70.1"),),
    "kidney stones": ((ICD10CM, "N20.0"),),
    "medication non-adherence": ((ICD10CM, "Z91.148"),),
    "non-compliance with other treatment": ((ICD10CM, "Z91.198"),),
    "obesity": ((ICD10CM, "E66.9"),),
    "osteoporosis": ((ICD10CM, "M81.0"),),
    "asthma": ((SNOMED, "195967001"), (ICD10CM, "J45.909")),
    **gate_words.CONDITIONS,
}

PROCEDURES: dict[str, _Codes] = {
    "kidney biopsy": ((SNOMED, "7246002"), (CPT, "50200")),
    "haemodialysis": ((SNOMED, "302497006"),),
    "peritoneal dialysis": ((SNOMED, "71192002"),),
    "kidney transplantation": ((SNOMED, "70536003"), (CPT, "50360")),
    "retinal optical coherence tomography": ((CPT, "92134"),),
    "visual field examination": ((CPT, "92083"),),
    "car-t infusion": ((CPT, "38228"),),
    "appendectomy": ((SNOMED, "80146002"),),
}
