"""Understanding the name of a laboratory test, in English and Chinese.

A name is translated word by word into roles (substances, specimen, time, harmless words); it is understood
only when every word is, so "creatinine clearance" or "urea/creatinine" are never taken for creatinine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.terminology.phrases import LONGEST_TEXT, folded

# Han terms to English words, longest first when applied.
_HAN = {
    "尿蛋白肌酐比值": "urine protein creatinine ratio",
    "蛋白肌酐比": "protein creatinine ratio",
    "微量白蛋白": "albumin",
    "白蛋白": "albumin",
    "蛋白质": "protein",
    "蛋白": "protein",
    "肌酐": "creatinine",
    "血肌酐": "blood creatinine",
    "随机尿": "random urine",
    "晨尿": "random urine",
    "点尿": "random urine",
    "尿液": "urine",
    "尿沉渣": "urine sediment",
    "尿": "urine",
    "血清": "serum",
    "血浆": "plasma",
    "全血": "blood",
    "血": "blood",
    "比值": "ratio",
    "比率": "ratio",
    "比": "ratio",
    "二十四小时": "24h",
    "24小时": "24h",
    "总量": "total",
    "定量": "quantitative",
    "测定": "measured",
    "检测": "measured",
    "浓度": "concentration",
    "估算肾小球滤过率": "egfr",
    "估计肾小球滤过率": "egfr",
    "肾小球滤过率": "gfr",
    "估算": "estimated",
    "血钾": "potassium",
    "钾离子": "potassium",
    "钾": "potassium",
    "糖化血红蛋白": "hba1c",
    "补体": "complement",
    "总补体活性": "ch50",
    "抗双链dna抗体": "antidsdna",
    "抗ds-dna抗体": "antidsdna",
    "抗dsdna抗体": "antidsdna",
    "双链dna抗体": "antidsdna",
    "体重指数": "bmi",
    "体质指数": "bmi",
    "体重": "weight",
    "身高": "height",
    "收缩压": "systolic bp",
    "舒张压": "diastolic bp",
    "红细胞管型": "rbccasts",
    "颗粒管型": "granularcasts",
    "红细胞": "rbc",
    "白细胞计数": "wbc",
    "白细胞": "wbc",
    "高倍视野": "hpf",
    "镜检": "microscopy",
    "人绒毛膜促性腺激素": "hcg",
    "绒毛膜促性腺激素": "hcg",
    "妊娠试验": "pregnancytest",
    "狼疮抗凝物": "lupusanticoagulant",
    "抗心磷脂抗体": "anticardiolipin",
    "乳酸脱氢酶": "ldh",
    "结合珠蛋白": "haptoglobin",
    "触珠蛋白": "haptoglobin",
    "血小板计数": "platelets",
    "血小板": "platelets",
    "破碎红细胞": "schistocytes",
    "裂红细胞": "schistocytes",
    "血红蛋白": "haemoglobin",
    "中性粒细胞绝对值": "absolute neutrophils",
    "中性粒细胞计数": "absolute neutrophils",
    "免疫球蛋白g": "igg",
    "乙肝表面抗原": "hbsag",
    "乙型肝炎表面抗原": "hbsag",
    "乙肝核心抗体": "antihbc",
    "乙型肝炎核心抗体": "antihbc",
    "乙肝表面抗体": "antihbs",
    "乙型肝炎表面抗体": "antihbs",
    "乙肝病毒dna": "hbvdna",
    "乙型肝炎病毒dna": "hbvdna",
    "丙肝抗体": "antihcv",
    "丙型肝炎抗体": "antihcv",
    "谷丙转氨酶": "alt",
    "丙氨酸氨基转移酶": "alt",
    "谷草转氨酶": "ast",
    "天门冬氨酸氨基转移酶": "ast",
    "25羟维生素d": "vitamind25",
    "25-羟基维生素d": "vitamind25",
    "25-羟维生素d": "vitamind25",
    "他克莫司": "tacrolimus",
    "麦考酚酸": "mycophenolic",
    "谷浓度": "trough level",
    "血药浓度": "blood level",
}
_HAN_ORDER = re.compile("|".join(map(re.escape, sorted(_HAN, key=len, reverse=True))))

# Several words that are one idea; applied to the blank-separated text in this order.
_JOINED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\[[^\]]*\]", " "),
        (r"\b24 ?(h|hr|hrs|hour|hours|std|stunden)\b", " 24h "),
        (r"\b1[02] ?(h|hr|hour|hours)\b", " 12h "),
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
        (r"\b(beta-? ?)?(hcg|choriogonadotropin|chorionic gonadotropin|human chorionic gonadotropin)\b", " hcg "),
        (r"\b(absolute neutrophil count|anc)\b", " absolute neutrophils "),
        (r"\bcd19\+?( b)?( cells?)?\b", " cd19 "),
        (r"\b(mycophenolic acid|mycophenolate)\b", " mycophenolic "),
        (r"\bthiopurine (s-)?methyltransferase\b", " tpmt "),
        (r"\bsledai-? ?2k\b", " sledai2k "),
        (r"\b(physician'?s? global assessment|phga)\b", " phga "),
        (r"\b(sq m|m2|m\^2)\b", " "),
    )
)

_WORD = re.compile(r"[a-z]+\d*[a-z]*|\d+h|\d+(?:\.\d+)?|[^\x00-\x7f]+")

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
        "collection sample panel predicted mean first morning void cystatin c arb sq m",
    )
    for word in line.split()
)
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
    ratio = False
    for word in _words(text):
        if word in _SUBSTANCES:
            substances.append(_SUBSTANCES[word])
        elif word in _SPECIMENS:
            specimens.add(_SPECIMENS[word])
        elif word in _TIMES:
            times.add(_TIMES[word])
        elif word not in _HARMLESS:
            return None
        ratio = ratio or word in _RATIO
    return _meaning(tuple(dict.fromkeys(substances)), specimens, times, ratio)


def _words(text: str) -> list[str]:
    plain = _HAN_ORDER.sub(lambda match: f" {_HAN[match[0]]} ", folded(text))
    for pattern, replacement in _JOINED:
        plain = pattern.sub(replacement, plain)
    return _WORD.findall(plain)


def _meaning(substances: tuple[str, ...], specimens: set[str], times: set[str], ratio: bool) -> NamedTest | None:
    collection = "24h" if "24h" in times else "spot" if "spot" in times else ""
    if "timed" in times or "12h" in times:
        return None
    dialysis = "dialysis" in times
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
