"""The value sets that profiles bind to: unions of the ideas, and the units that are converted."""

from __future__ import annotations

from collections.abc import Iterable

from lnfhir.analytes import Analyte
from lnfhir.chart.coverage import NEED_OF, Need
from lnfhir.terminology import concepts, drug_groups
from lnfhir.terminology.value_sets import VALUE_SETS
from tests.publishing.shelf import BASE, UCUM, Resource, canonical, copyright_of, head
from tests.publishing.units import ucum_codes

LUPUS = (
    concepts.SLE,
    concepts.LUPUS_NEPHRITIS,
    *sorted(concepts.LUPUS_NEPHRITIS_CLASSES),
    concepts.LUPUS_TUBULOINTERSTITIAL,
    concepts.LUPUS_ORGAN_INVOLVEMENT,
)
CONCLUSIONS = (
    *sorted(concepts.LUPUS_NEPHRITIS_CLASSES),
    concepts.LUPUS_NEPHRITIS,
    concepts.LUPUS_TUBULOINTERSTITIAL,
    concepts.THROMBOTIC_MICROANGIOPATHY,
    concepts.DIABETIC_NEPHROPATHY,
    concepts.HYPERTENSIVE_NEPHROPATHY,
    concepts.OTHER_GLOMERULONEPHRITIS,
)


def _tests(*analytes: Analyte) -> list[str]:
    names = {analyte.value for analyte in analytes}
    return [key for key, each in VALUE_SETS.items() if each.kind == "analyte" and each.analyte in names]


def of_need(need: Need) -> tuple[Analyte, ...]:
    """The analytes a search returns."""
    return tuple(analyte for analyte in Analyte if NEED_OF[analyte] is need)


UNIONS: dict[str, tuple[str, Iterable[str]]] = {
    "ln-proteinuria-tests": ("Tests of proteinuria", _tests(*of_need(Need.PROTEINURIA))),
    "ln-kidney-function-tests": ("Tests of kidney function", _tests(*of_need(Need.KIDNEY_FUNCTION))),
    "ln-body-size": ("Weight, height and body mass index", _tests(*of_need(Need.BODY_SIZE))),
    "ln-blood-pressure": ("Blood pressure", [*_tests(*of_need(Need.BLOOD_PRESSURE)), "blood-pressure-panel"]),
    "ln-chemistry-tests": ("Further blood tests and scores", _tests(*of_need(Need.CHEMISTRY))),
    "ln-serology-tests": ("Tests of serology", _tests(*of_need(Need.SEROLOGY))),
    "ln-urine-sediment-tests": ("Tests of the urine sediment", _tests(*of_need(Need.URINE_SEDIMENT))),
    "ln-biopsy-findings": ("Class and indices of a kidney biopsy", _tests(*of_need(Need.BIOPSY_FINDINGS))),
    "ln-nih-indices": ("NIH indices of a kidney biopsy", _tests(Analyte.NIH_ACTIVITY, Analyte.NIH_CHRONICITY)),
    "ln-biopsy-reports": ("Reports of a kidney biopsy", (concepts.KIDNEY_BIOPSY, concepts.PATHOLOGY_REPORT)),
    "ln-biopsy-conclusions": ("Diagnoses a kidney biopsy concludes", CONCLUSIONS),
    "ln-conditions": ("Lupus and lupus nephritis", LUPUS),
    "ln-immunosuppressants": ("Immunosuppressants", sorted(drug_groups.IMMUNOSUPPRESSANTS)),
    "ln-glucocorticoids": ("Systemic glucocorticoids", sorted(drug_groups.GLUCOCORTICOIDS)),
    "ln-dispensed-drugs": (
        "Antimalarials, immunosuppressants and glucocorticoids",
        sorted(drug_groups.ANTIMALARIALS | drug_groups.IMMUNOSUPPRESSANTS | drug_groups.GLUCOCORTICOIDS),
    ),
}
"""Id, title and members of each union."""

UNITS: dict[str, tuple[str, tuple[Analyte, ...]]] = {
    "ln-proteinuria-units": ("Units of proteinuria", of_need(Need.PROTEINURIA)),
    "ln-creatinine-units": ("Units of creatinine in blood", (Analyte.CREATININE,)),
    "ln-egfr-units": ("Units of eGFR", (Analyte.EGFR,)),
    "ln-serology-units": ("Units of serology", of_need(Need.SEROLOGY)),
    "ln-urine-sediment-units": ("Units of the urine sediment", of_need(Need.URINE_SEDIMENT)),
}


def union(identity: str, title: str, members: Iterable[str]) -> Resource:
    """A value set that holds what each of these holds."""
    keys = list(members)
    systems = {system for key in keys for system in _systems(key)}
    notice = copyright_of(*systems)
    return head(
        "ValueSet",
        identity,
        title,
        purpose="A profile binds to it; it holds what each of its value sets holds.",
        **({"copyright": notice} if notice else {}),
        compose={"include": [{"valueSet": [canonical("ValueSet", key)]} for key in keys]},
    )


def _systems(key: str) -> set[str]:
    uris = {"loinc": "http://loinc.org", "snomed": "http://snomed.info/sct", "atc": "http://www.whocc.no/atc"}
    uris["rxnorm"] = "http://www.nlm.nih.gov/research/umls/rxnorm"
    return {uris[member.system] for member in VALUE_SETS[key].members if member.system in uris}


def units(identity: str, title: str, analytes: Iterable[Analyte]) -> Resource:
    """The UCUM codes that are converted for any of these analytes."""
    codes = sorted({code for analyte in analytes for code in ucum_codes(analyte)})
    return head(
        "ValueSet",
        identity,
        title,
        purpose="Units that are converted; every other unit leaves a result unused.",
        copyright=copyright_of(UCUM),
        compose={"include": [{"system": UCUM, "concept": [{"code": code} for code in codes]}]},
    )


def classes() -> Resource:
    """The class of a biopsy by either classification."""
    keys = [canonical("ValueSet", key) for key in sorted(concepts.LUPUS_NEPHRITIS_CLASSES)]
    return head(
        "ValueSet",
        "ln-isn-rps-classes",
        "Classes of lupus nephritis",
        purpose="ISN/RPS classes, and the WHO classes of SNOMED CT that senders use for them.",
        copyright=copyright_of("http://snomed.info/sct"),
        compose={
            "include": [{"system": f"{BASE}/CodeSystem/isn-rps-class"}, *({"valueSet": [key]} for key in keys)],
        },
    )


def value_sets() -> dict[str, Resource]:
    """Every value set of a binding, by its id."""
    found = [union(identity, title, members) for identity, (title, members) in UNIONS.items()]
    found += [units(identity, title, analytes) for identity, (title, analytes) in UNITS.items()]
    return {resource["id"]: resource for resource in (*found, classes())}
