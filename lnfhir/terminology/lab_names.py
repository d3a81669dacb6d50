"""Understanding the name of a laboratory test, in English and Chinese.

A name is translated word by word into roles (substances, specimen, time, harmless words); it is understood
only when every word is, so "creatinine clearance" or "urea/creatinine" are never taken for creatinine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.terminology.lab_terms_zh import in_english
from lnfhir.terminology.phrases import LONGEST_TEXT, folded

# Several words that are one idea; applied to the blank-separated text in this order.
_JOINED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\[(mass|moles|#|units|volume rate|enzymatic activity)/(volume|time|area)\]", " "),
        (r"\[(mass |molar )?ratio\]|\[presence\]", " "),
        (r"\b(pre|post)[- ]?(dialysis|hd|hemodialysis)\b", " dialysis "),
        (r"\bfirst (morning|void)\b", " random "),
        (r"\bmicro ?-?albumin\b", " urine albumin "),  # there is none in blood
        (r"\b24[- ]?(h|hr|hrs|hour|hours|std|stunden)\b", " 24h "),
        (r"\b(6|8|10|12)[- ]?(h|hr|hour|hours)\b", " 12h "),
        (r"\banti[- ]?ds[- ]?dna( ?ig[gm])?( ?(ab|antibody|antibodies))?\b", " antidsdna "),
        (
            r"\b(dna double strand(ed)?|double strand(ed)? dna|ds ?-?dna|native dna)( ?igg)? ?(ab|antibody)?\b",
            " antidsdna ",
        ),
        (r"\banti-? ?double-? ?stranded dna\b", " antidsdna "),
        (
            r"\b(h(a)?emoglobin|hb|hgb|glycated h(a)?emoglobin|glycohemoglobin) ?a1c( ?/ ?h(a)?emoglobin\.? ?total)?\b",
            " hba1c ",
        ),
        (r"\bhgba1c\b|\bglycated h(a)?emoglobin\b|\ba1c\b", " hba1c "),
        (r"\b(estimated|predicted|est)\.? (glomerular filtration rate|gfr)\b", " egfr "),
        (r"\bglomerular filtration rate ?/ ?1\.73 sq m\.?(predicted)?", " egfr "),
        (r"\bgfr ?/ ?1\.73 sq m\.?(predicted)?", " egfr "),
        (r"\bgfr,? (est|estimated|predicted|calc|calculated)\b", " egfr "),
        (r"\bglomerular filtration rate\b", " gfr "),
        (r"\b(red blood cell|rbc|erythrocyte) casts?\b", " rbccasts "),
        (r"\bgranular casts?\b", " granularcasts "),
        (r"\b(red blood cells?|erythrocytes?|rbcs?)\b", " rbc "),
        (r"\b(white blood cells?|leukocytes?|leucocytes?|wbcs?)\b", " wbc "),
        (r"\b(high power field|high-power field|hpf)\b", " hpf "),
        (r"\b(body mass index|bmi)\b", " bmi "),
        (r"\bbody (weight|height)\b", r" \1 "),
        (r"\bblood pressure\b", " bp "),
        (r"\b(c3 complement|complement ?(component )?c ?3c?)\b", " complement3 "),
        (r"\b(c4 complement|complement ?(component )?c ?4)\b", " complement4 "),
        (r"^c3c?$|\bc3c? ?(?=,|level|serum)", " complement3 "),
        (r"^c4$|\bc4 ?(?=,|level|serum)", " complement4 "),
        (r"\b(total h(a)?emolytic complement|ch ?50|complement ch50|complement total)\b", " ch50 "),
        (r"\b(lactate dehydrogenase|lactic dehydrogenase|ldh?)\b", " ldh "),
        (r"\balanine (amino)?transferase( \(alt\))?\b|\bsgpt\b|\balat\b|\balanine aminotransferase\b", " alt "),
        (r"\baspartate (amino)?transferase( \(ast\))?\b|\bsgot\b|\basat\b", " ast "),
        (r"\b(hepatitis b( virus)? surface (ag|antigen)|hbs ?ag)\b", " hbsag "),
        (r"\b(hepatitis b( virus)? core( total)? (ab|antibody|antibodies)|anti-? ?hbc|hbcab|hbc ab)\b", " antihbc "),
        (r"\b(hepatitis b( virus)? surface (ab|antibody|antibodies)|anti-? ?hbs|hbsab|hbs ab)\b", " antihbs "),
        (r"\b(hepatitis b( virus)? dna|hbv-? ?dna|hepatitis b viral load)\b", " hbvdna "),
        (r"\b(hepatitis c( virus)? (ab|antibody|antibodies)|anti-? ?hcv|hcv (ab|antibody))\b", " antihcv "),
        (r"\b25-? ?(oh|hydroxy)-? ?(vitamin|vit\.?) ?d[23]?( ?\+ ?d[23])?\b", " vitamind25 "),
        (r"\b(vitamin|vit\.?) ?d[23]?,? \(?25-? ?(oh|hydroxy)\)?\b", " vitamind25 "),
        (r"\b25-?hydroxyvitamin ?d[23]?( ?\+ ?d[23])?\b", " vitamind25 "),
        (r"\b(immunoglobulin g|igg)\b", " igg "),
        (r"\blupus anticoagulant\b", " lupusanticoagulant "),
        (r"\b(anti-? ?)?cardiolipin\b", " anticardiolipin "),
        (r"\bpregnancy test\b", " pregnancytest "),
        (
            r"\b(beta-? ?)?(hcg|(human )?chorionic gonadotropin|choriogonadotropin(\.(intact\+)?beta subunit)?)\b",
            " hcg ",
        ),
        (r"\b(absolute neutrophil count|anc)\b", " absolute neutrophils "),
        (r"\bcd19\+?( b)?( cells?)?\b", " cd19 "),
        (r"\b(mycophenolic acid|mycophenolate)\b", " mycophenolic "),
        (r"\bthiopurine (s-)?methyltransferase\b", " tpmt "),
        (r"\bsledai-? ?2k\b", " sledai2k "),
        (r"\b(physician'?s? global assessment|phga)\b", " phga "),
        (r"\b(sq m|m2|m\^2)\b", " "),
    )
)

_WORD = re.compile(r"[a-z]+\d*[a-z]*|\d+h|\d+(?:\.\d+)?|%|[^\x00-\x7f]+")

_SUBSTANCES = {
    "protein": "protein", "prot": "protein", "pro": "protein", "tp": "protein", "proteinuria": "protein",
    "creatinine": "creatinine", "creat": "creatinine", "crea": "creatinine", "cr": "creatinine",
    "scr": "serum-creatinine",
    "kreatinin": "creatinine", "eiweiss": "protein", "albumin": "albumin", "alb": "albumin", "microalbumin": "albumin",
    "upcr": "upcr", "uprcr": "upcr", "upc": "upcr", "uacr": "uacr", "acr": "uacr", "utp": "utp",
    "egfr": "egfr", "gfr": "egfr", "potassium": "potassium", "kalium": "potassium",
    "hba1c": "hba1c", "complement3": "c3", "complement4": "c4", "c3": "c3", "c4": "c4", "ch50": "ch50",
    "antidsdna": "anti-dsdna", "weight": "weight", "height": "height", "bmi": "bmi",
    "systolic": "systolic", "diastolic": "diastolic", "sbp": "systolic", "dbp": "diastolic",
    "rbc": "rbc", "wbc": "wbc", "rbccasts": "rbc-casts", "granularcasts": "granular-casts",
    "hcg": "hcg", "pregnancytest": "hcg", "lupusanticoagulant": "lupus-anticoagulant",
    "anticardiolipin": "anticardiolipin", "ldh": "ldh", "haptoglobin": "haptoglobin",
    "platelets": "platelets", "platelet": "platelets", "plt": "platelets", "schistocytes": "schistocytes",
    "haemoglobin": "haemoglobin", "hemoglobin": "haemoglobin", "hgb": "haemoglobin",
    "neutrophils": "neutrophils", "neutrophil": "neutrophils", "cd19": "cd19", "igg": "igg", "hbsag": "hbsag",
    "antihbc": "anti-hbc", "antihbs": "anti-hbs", "hbvdna": "hbv-dna", "antihcv": "anti-hcv", "alt": "alt",
    "ast": "ast", "vitamind25": "vitamin-d", "tacrolimus": "tacrolimus-level", "mycophenolic": "mpa-level",
    "mpa": "mpa-level", "tpmt": "tpmt", "sledai2k": "sledai-2k", "phga": "phga",
}  # fmt: skip
_SPECIMENS = {
    "urine": "urine", "urinary": "urine", "u": "urine", "ur": "urine", "urin": "urine",
    "serum": "blood", "plasma": "blood", "blood": "blood", "s": "blood", "p": "blood", "ser": "blood", "plas": "blood",
    "sediment": "sediment", "microscopy": "sediment", "hpf": "sediment",
}  # fmt: skip
_TIMES = {"24h": "24h", "12h": "12h", "random": "spot", "spot": "spot", "timed": "timed", "dialysis": "dialysis"}
_HARMLESS = frozenset(
    word
    for line in (
        "in or by of and with the to ratio rat level levels quantitative quant measured total conc concentration mass",
        "volume time rate area calculated calc estimated formula based using equation ckd epi mdrd ckdepi 2009 2021 1",
        "1.73 73 automated auto count number test measurement value result component antibody antibodies ab abs igm",
        "titer titre trough complement bp absolute enzymatic activity cells cell presence qualitative qual field power",
        "high low light per units mg g gfr non nonblack black blacks race african american among if index excretion",
        "collection sample panel predicted mean cystatin c sq m hplc ifcc ngsp immunoassay rapid",
    )
    for word in line.split()
)
_SHARE = frozenset({"%", "percent"})
_IN_PERCENT = frozenset({"hba1c", "schistocytes"})
_RATIO = frozenset({"ratio", "rat"})


@dataclass(frozen=True, slots=True)
class NamedTest:
    """The analyte key a name means; `collection` is `24h`, `spot` or ``. `inverse`: creatinine over protein.

    `dialysis`: taken before or after it. `specimen`: the name says whether it was blood or urine.
    """

    analyte: str
    collection: str = ""
    inverse: bool = False
    dialysis: bool = False
    specimen: bool = False


@lru_cache(maxsize=8192)
def named_test(text: str) -> NamedTest | None:
    """The test that a laboratory's name for it means, None when any word of it is not understood."""
    if len(text) > LONGEST_TEXT:
        return None
    substances: list[str] = []
    specimens: set[str] = set()
    times: set[str] = set()
    ratio = share = False
    for word in _words(text):
        if word in _SUBSTANCES:
            substances.append(_SUBSTANCES[word])
        elif word in _SPECIMENS:
            specimens.add(_SPECIMENS[word])
        elif word in _TIMES:
            times.add(_TIMES[word])
        elif word not in _HARMLESS and word not in _SHARE:
            return None
        ratio = ratio or word in _RATIO
        share = share or word in _SHARE
    if share and not set(substances) <= _IN_PERCENT:
        return None
    return _meaning(tuple(dict.fromkeys(substances)), specimens, times, ratio)


def _words(text: str) -> list[str]:
    plain = in_english(folded(text))
    for pattern, replacement in _JOINED:
        plain = pattern.sub(replacement, plain)
    return _WORD.findall(plain)


def _meaning(substances: tuple[str, ...], specimens: set[str], times: set[str], ratio: bool) -> NamedTest | None:
    collection = "24h" if "24h" in times else "spot" if "spot" in times else ""
    if "timed" in times or "12h" in times:
        return None
    dialysis = "dialysis" in times
    if dialysis and "creatinine" not in substances:
        return None
    if substances in (("protein", "creatinine"), ("upcr",), ("protein", "creatinine", "upcr")):
        return None if "blood" in specimens else NamedTest("upcr", collection or "spot")
    if substances in (("albumin", "creatinine"), ("uacr",), ("albumin", "creatinine", "uacr")):
        return None if "blood" in specimens else NamedTest("uacr", collection or "spot")
    if substances == ("creatinine", "protein"):
        return NamedTest("upcr", collection, inverse=True)
    if "egfr" in substances and set(substances) <= {"egfr", "creatinine"}:
        return NamedTest("egfr", specimen=True)
    if len(substances) != 1 or ratio:
        return None
    return _single(substances[0], specimens, collection, dialysis)


_URINE_ONLY = frozenset({"rbc-casts", "granular-casts"})
_BLOOD_OR_URINE = {
    "rbc": ("", "urine-rbc"),
    "wbc": ("wbc", "urine-wbc"),
    "creatinine": ("creatinine", "urine-creatinine"),
    "albumin": ("albumin", ""),
    "protein": ("", "urine-protein"),
}


def _single(substance: str, specimens: set[str], collection: str, dialysis: bool) -> NamedTest | None:
    urine = bool(specimens & {"urine", "sediment"})
    if urine and "blood" in specimens and substance != "hcg":
        return None
    if substance == "serum-creatinine":
        return None if urine else NamedTest("creatinine", dialysis=dialysis, specimen=True)
    if substance == "utp" or (substance == "protein" and collection == "24h"):
        return NamedTest("utp", "24h")
    if substance in _BLOOD_OR_URINE:
        if substance in ("rbc", "wbc") and urine and "sediment" not in specimens:
            return None
        analyte = _BLOOD_OR_URINE[substance][1 if urine else 0]
        return NamedTest(analyte, collection, dialysis=dialysis, specimen=bool(specimens)) if analyte else None
    if urine and substance not in _URINE_ONLY and substance != "hcg":
        return None
    return NamedTest(substance, dialysis=dialysis)
