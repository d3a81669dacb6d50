"""What a kidney biopsy's text says: ISN/RPS class, activity, chronicity, thrombotic microangiopathy.

Free text decides nothing by itself (it is marked `from_text`). Only what is plainly said is taken: a sentence
about another biopsy or with a negation in front of the finding does not count as the finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lnfhir.chart.other_kidney_disease import (
    NO_DOUBTS,
    SENTENCE,
    Doubts,
    names_lupus,
    names_only_another,
    read_doubts,
    speaks_of_another,
)

_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}
_ROMAN |= {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "Ⅴ": "V", "Ⅵ": "VI"}
_ONE = r"(?:(?:iii|iv|[34])(?:\s*-?\s*[gs])?|ii|vi|v|i|[1256])(?:\s*\(?\s*(?:a\s*/\s*c|a|c)\s*\))?(?![a-z\d])"
_LIST = rf"(?P<list>{_ONE}(?:\s*(?:\+|/|,|&|and|with)\s*(?:class\s*)?{_ONE})*)"
_CLASS = re.compile(rf"\b(?:class(?:es)?|ln)\s*[-:]?\s*{_LIST}")
_ROMAN_ONE = r"(?:iii|ii|iv|vi|v|i)(?:\s*-?\s*[gs])?(?:\s*\(?\s*(?:a\s*/\s*c|a|c)\s*\))?"
_CLASS_ZH = re.compile(
    rf"(?<![a-z])(?P<list>{_ROMAN_ONE}(?:\s*[+/、和合并]+\s*{_ROMAN_ONE})*)\s*型(?!胶原|超敏|变态|肾小管|呼吸|糖尿)"
)
_OTHER_CLASS = re.compile(
    r"heart|nyha|functional|\bhla\b|\bmhc\b|\basa\b|killip|banff|antiarrhythm|haas|\blee\b|tervaert|心功能"
)
_EACH = re.compile(r"(?<![a-z\d])(iii|ii|iv|vi|v|i|[1-6])(?=[^a-z\d]|[gs]\b|\s|$)")
_CLAUSE = re.compile(r"[,，、]|\bbut\b|\bhowever\b|但")
_PAST = re.compile(
    r"previous|prior|earlier|history of|last biopsy|compared|former|versus|\bvs\b"
    r"|既往|上次|之前|(?<![抗病])原(?!发|因|位|则)"
)
_DOUBT = re.compile(
    r"possibl|probabl|cannot exclude|rule out|r/o|suspicious|versus|differential|suggest|\?|可能|疑|待排|不除外"
)
_NOT = re.compile(
    r"\bno\b|\bnot\b|without|negative for|absen|neither|\bnor\b|rather than|exclud|未见|无|没有|不符合|未发现"
)
_ABOUT_SOMETHING_ELSE = re.compile(r"\bwithout\b|\b(?:with|and) no\b|\bno\b(?! longer)|伴|无|未见|未发现")
"""What follows speaks of another finding: `TMA without necrosis` shows TMA."""
_NOTHING_ELSE = re.compile(r"\s*(?:(?:is|are|was|were)\s+)?:?\s*(?:none|no|无|未见|未发现)\s*")
_CLOSED = re.compile(
    r"\b(?:seen|present|identified|noted|found|observed|evident|detected)\s+and\b|\band (?:there (?:is|are)|with)\b"
    r"|(?<![未不])可见"
)
"""A denial before these words is over: `no crescents are seen and ...`."""
_TMA = re.compile(
    r"thrombotic micro-?angiopath|\btma\b|血栓性微血管(?:病|损害)|\bapsn\b|抗磷脂(?:抗体|综合征)?(?:相关)?(?:性)?肾"
    r"|\b(?:antiphospholipid|aps|apl)(?: antibody| antibodies| syndrome)?[- ](?:related |associated )?nephropath"
)
"""Thrombotic microangiopathy or antiphospholipid nephropathy: one item of criterion 4."""
_SCLEROSIS = re.compile(
    r"advanced (?:global )?(?:glomerulo)?scleros|extensive (?:global )?(?:glomerulo)?scleros|"
    r"(?:9\d|100)\s*%[^.;]{0,40}scleros|弥漫性硬化|晚期硬化"
)
_ANY_SCLEROSIS = re.compile(r"scleros|硬化")
_ACTIVE = re.compile(
    r"active lesion|cellular crescent|fibrinoid necrosis|endocapillary (?:hypercellularity|proliferation)|wire.?loop|"
    r"karyorrhexis|hyaline thromb|活动性病变|细胞性新月体|纤维素样坏死|毛细血管内增生"
)
_MARKERS = {
    "cellular crescents": re.compile(r"(?<!fibro)(?<!fibro-)cellular crescent|(?<!纤维)细胞性新月体"),
    "fibrous crescents": re.compile(r"fibrous crescent|(?<!细胞)纤维性新月体"),
    "wire loops or hyaline deposits": re.compile(r"wire.?loop|hyaline (?:deposit|thromb)|白金耳|透明血栓"),
    "interstitial inflammation": re.compile(r"interstitial inflammat|间质炎"),
    "thickened basement membrane": re.compile(
        r"(?:thicken\w* (?:of )?(?:the )?(?:glomerular )?(?:basement membrane|gbm)"
        r"|(?:basement membrane|gbm) thicken)|基底膜增厚"
    ),
}
"""Lesions that went with refractory disease; `fibrocellular` alone is neither of the first two."""
_INDEX = (
    r"(?:nih\s*)?(?:{name})\s*(?:\((?:ai|ci)\))?\s*(?:index|score)?\s*(?:of|is|was|=|:|为)?\s*"
    r"(?P<score>\d{{1,2}})(?!\d|\.\d|\s*%)"
)
_AI = re.compile(_INDEX.format(name=r"activity index|\bai\b|活动性?指数"))
_CI = re.compile(_INDEX.format(name=r"chronicity index|\bci\b|慢性化?指数"))
_KIDNEY = re.compile(r"kidney|renal|glomerul|lupus nephritis|nephropath|肾|狼疮")
_LONGEST = 20_000


_WHOLE = re.compile(
    rf"(?:isn/?rps|who|lupus nephritis|狼疮性肾炎|ln|,|\s|20\d\d)*(?:mixed )?(?:class(?:es)?|type)?\s*{_LIST}\s*(?:型)?"
)


@dataclass(frozen=True, slots=True)
class Histology:
    """What a text or the codes of a report say; None is what they do not say."""

    classes: frozenset[str] = frozenset()
    activity_index: float | None = None
    chronicity_index: float | None = None
    tma: bool | None = None
    sclerosis: bool | None = None
    active_lesions: bool | None = None
    about_kidney: bool = False
    nephritis: bool = False
    markers: frozenset[str] = frozenset()
    doubts: Doubts = NO_DOUBTS


def read_classes(text: str) -> frozenset[str]:
    """The ISN/RPS (or WHO) classes in a short value such as `class III + V`, `IV-G (A/C)`, `Ⅳ型` or `III`."""
    words = _normal(text)
    found = _WHOLE.fullmatch(words)
    return _listed(found["list"]) if found else _classes(words)


def _listed(words: str) -> frozenset[str]:
    bare = re.sub(r"\(?\s*(?:a\s*/\s*c|\b[ac]\b)\s*\)", " ", words)
    return frozenset(_ROMAN.get(name, name.upper()) for name in _EACH.findall(bare))


def _classes(words: str, *, plain: bool = False) -> frozenset[str]:
    """`plain`: only those that are neither denied nor the class of another disease."""
    found: set[str] = set()
    for pattern in (_CLASS, _CLASS_ZH):
        for match in pattern.finditer(words):
            if not plain or not (_is_denied(words, match) or speaks_of_another(words, match.start(), match.end())):
                found |= _listed(match["list"])
    return frozenset(found)


def _normal(text: str) -> str:
    for wide, name in (("Ⅰ", "I"), ("Ⅱ", "II"), ("Ⅲ", "III"), ("Ⅳ", "IV"), ("Ⅴ", "V"), ("Ⅵ", "VI"), ("＋", "+")):
        text = text.replace(wide, name)
    text = text.translate(str.maketrans("（）：，－／", "():,-/"))
    return re.sub(r"[ \t\r]+", " ", text).casefold()


def read_histology(text: str) -> Histology:
    """Mine a report's free text; one longer than 20,000 characters is cut there."""
    words = _normal(text[:_LONGEST])
    classes: set[str] = set()
    markers: set[str] = set()
    tma = sclerosis = active = None
    for sentence in SENTENCE.split(words):
        if _PAST.search(sentence) or _OTHER_CLASS.search(sentence):
            continue
        doubtful = bool(_DOUBT.search(sentence))
        if doubtful:
            continue
        listed, others_own = False, names_only_another(sentence)
        for clause in _CLAUSE.split(sentence):
            denied = bool(_NOT.search(clause))
            listed = listed and not denied and " or " in sentence
            others_own = _is_of_another(clause, others_own, denied=denied)
            if not listed and not others_own:
                classes |= _classes(clause, plain=True)
            if not listed:
                markers |= {name for name, words_for in _MARKERS.items() if _says(words_for, clause)}
            tma = _found(tma, _TMA, clause, listed=listed)
            active = _found(active, _ACTIVE, clause, listed=listed)
            sclerosis = _found(sclerosis, _SCLEROSIS, clause, listed=listed, denied=_ANY_SCLEROSIS)
            listed = listed or denied
    activity, chronicity = _score(_AI, words, 24), _score(_CI, words, 12)
    if activity is not None and active is None:
        active = activity > 0
    if "VI" in classes:
        sclerosis = True
    return Histology(
        frozenset(classes),
        activity,
        chronicity,
        tma,
        sclerosis,
        active,
        bool(_KIDNEY.search(words)),
        markers=frozenset(markers),
        doubts=read_doubts(words),
    )


def _is_of_another(clause: str, before: bool, *, denied: bool) -> bool:
    """A class in this clause is that of another disease: the last one named, unless lupus is named and not denied."""
    if names_only_another(clause):
        return True
    return before and (denied or not names_lupus(clause))


def _is_denied(clause: str, match: re.Match[str]) -> bool:
    """A denial before the words that is not over by then, or one after them that speaks of them."""
    before, after = clause[: match.start()], clause[match.end() :]
    closed = list(_CLOSED.finditer(before))
    if _NOT.search(before[closed[-1].end() :] if closed else before):
        return True
    return bool(_NOTHING_ELSE.fullmatch(after) or _NOT.search(_ABOUT_SOMETHING_ELSE.split(after, maxsplit=1)[0]))


def _says(pattern: re.Pattern[str], clause: str) -> bool:
    return any(not _is_denied(clause, match) for match in pattern.finditer(clause))


def _found(
    before: bool | None,
    pattern: re.Pattern[str],
    clause: str,
    *,
    listed: bool,
    denied: re.Pattern[str] | None = None,
) -> bool | None:
    """A finding named plainly holds, whatever another sentence denies. `listed`: the denial of a list goes on."""
    if before is True or (not listed and _says(pattern, clause)):
        return True
    matches = (denied or pattern).finditer(clause)
    return False if any(listed or _is_denied(clause, match) for match in matches) else before


def _score(pattern: re.Pattern[str], words: str, highest: int) -> float | None:
    found = {float(match["score"]) for match in pattern.finditer(words)}
    score = found.pop() if len(found) == 1 else None
    return score if score is not None and score <= highest else None
