"""Which kidney disease other than lupus nephritis a biopsy's text names, and whether it shows nephritis at all.

Text decides nothing by itself: what is named here is a doubt, never a diagnosis. A disease in doubt counts as named
(the doubt is what matters); one that is denied, or that an earlier biopsy showed, does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lnfhir.message import Message, say

_NAMES: tuple[tuple[Message, str], ...] = (
    (say("IgA nephropathy"), r"\big ?a (?:nephropathy|glomerulonephritis)|\bigan\b|berger|ig ?a肾病|ig ?a肾小球肾炎"),
    (say("IgA vasculitis nephritis"), r"ig ?a vasculitis|henoch|紫癜性肾炎|ig ?a血管炎"),
    (
        say("diabetic nephropathy"),
        r"diabetic (?:nephropath|glomerul|kidney|nodular)|kimmelstiel|diabetes[- ]related (?:neph|kidney)"
        r"|糖尿病(?:性)?肾|糖尿病性结节|结节性糖尿病",
    ),
    (
        say("primary membranous nephropathy"),
        r"(?:primary|idiopathic) membranous|pla2r[- ](?:positive|associated|related)|pla2r[^,.;]{0,20}\bpositive"
        r"|原发性膜性肾|特发性膜性肾|pla2r[^,，。;；]{0,10}(?:阳性|\(\+)"
        r"|膜性肾病\s*\(?\s*(?:非狼疮|i期|ii期|iii期)",
    ),
    (
        say("focal segmental glomerulosclerosis"),
        r"focal (?:and )?segmental (?:glomerulo)?scleros|\bfsgs\b|节段性肾小球硬化",
    ),
    (say("minimal change disease"), r"minimal[- ]change|\bmcd\b|微小病变"),
    (say("podocytopathy"), r"podocytopath|collapsing glomerul|足细胞病|塌陷(?:型|性)"),
    (say("amyloidosis"), r"amyloidosis|amyloid (?:deposit|nephropath|fibril)|(?:\baa|\bal|renal)[- ]amyloid|淀粉样变"),
    (
        say("ANCA-associated glomerulonephritis"),
        r"pauci-? ?immune|anca[- ](?:associated|related|positive|vasculitis|glomerulonephritis)|寡免疫|anca相关"
        r"|polyangiitis|多血管炎",
    ),
    (say("anti-GBM disease"), r"anti-? ?gbm|anti-? ?glomerular basement|goodpasture|抗gbm|抗肾小球基底膜|抗基底膜"),
    (say("thin basement membrane nephropathy"), r"thin (?:glomerular )?basement membrane|thin gbm|薄基底膜"),
    (say("Alport syndrome"), r"alport"),
    (
        say("paraprotein kidney disease"),
        r"light[- ]chain (?:deposition|proximal|cast)|heavy[- ]chain deposition|monoclonal|myeloma|轻链|骨髓瘤|单克隆",
    ),
    (say("fibrillary or immunotactoid glomerulonephritis"), r"fibrillary g|dnajb9|immunotactoid|纤维样肾小球|免疫触须"),
    (say("C3 glomerulopathy"), r"\bc3 glomerul|dense deposit disease|c3肾(?:小球)?病|致密物沉积病"),
    (say("cryoglobulinaemic glomerulonephritis"), r"cryoglobulin|冷球蛋白"),
    (
        say("infection-related glomerulonephritis"),
        r"(?:post-? ?|peri-?)infectious|infection[- ]related|post-? ?streptococcal|感染后|感染相关性肾|链球菌感染",
    ),
    (
        say("virus-associated glomerulonephritis"),
        r"(?:hepatitis [bc]|hbv|hcv|hiv)(?: virus)?[- ](?:associated|related)|hivan|乙(?:型)?肝(?:炎)?(?:病毒)?相关"
        r"|丙(?:型)?肝(?:炎)?(?:病毒)?相关|(?:bk|polyoma)[- ]?(?:virus )?(?:nephropath|nephritis)",
    ),
    (say("obesity-related glomerulopathy"), r"obesity[- ](?:related|associated)|肥胖相关"),
    (say("rejection of a transplant"), r"allograft rejection|mediated rejection|transplant glomerulopath|排斥反应"),
)  # fmt: skip
_NAMED = tuple((label, re.compile(pattern)) for label, pattern in _NAMES)
_ALIKE = (
    (
        say("membranous nephropathy"),
        re.compile(
            r"(?<!lupus )membranous (?:nephropath|glomerulo|gn\b)(?! ?lupus)|(?<!狼疮性)(?<!狼疮)膜性肾(?:病|小球)"
            r"|(?<!狼疮性)(?<!狼疮)膜性肾炎"
        ),
    ),
    (
        say("membranoproliferative or crescentic glomerulonephritis"),
        re.compile(
            r"membranoproliferative|mesangiocapillary|(?<!lupus )crescentic (?:glomerulo|gn\b)"
            r"|膜增生性肾小球|膜增殖性肾小球|新月体性肾小球肾炎|新月体肾炎"
        ),
    ),
    (
        say("hypertensive nephrosclerosis"),
        re.compile(r"nephrosclerosis|hypertensive (?:nephropath|kidney)|高血压(?:性)?肾"),
    ),
    (
        say("interstitial nephritis"),
        re.compile(r"(?<!tubulo)interstitial nephritis|tubulo-?interstitial nephritis|间质性肾炎|小管间质性肾炎"),
    ),
    (say("acute tubular injury"), re.compile(r"acute tubular (?:necros|injur)|急性肾小管(?:坏死|损伤)")),
)
"""What may be lupus nephritis or go with it; another disease only where the report shows no lupus nephritis."""
_NEPHRITIS = re.compile(r"lupus (?:nephritis|glomerulo)|\bln\b|狼疮(?:性)?肾")
_INADEQUATE = re.compile(
    r"inadequate (?:\w+ ){0,2}(?:sample|tissue|specimen|biopsy|material|core)|non-?diagnostic|"
    r"(?:sample|tissue|specimen|biopsy|material|core) (?:is|was) inadequate|"
    r"insufficient (?:\w+ ){0,2}(?:sample|tissue|specimen|material|core|glomeruli)|"
    r"\bno glomerul(?:i|us)\b(?! (?:with|show|are|is|have|has))|"
    r"no (?:renal |kidney )?cortex|(?:medulla|fat|muscle) only|"
    r"标本不足|组织不足|取材不足|未取到|未见肾小球(?:组织)?(?=[,，。;；.\s]|$)|仅见(?:肾)?髓质|无法诊断"
)
SENTENCE = re.compile(r"(?<!\d)[.;\n](?!\d)|[。；]|(?<=\d)\.\s")
"""Where a sentence of a report ends."""
_CLAUSE = re.compile(r"[,，、]|\bbut\b|\bhowever\b|\brather than\b|但|而非|而不是")
_PAST = re.compile(
    r"\b(?:previous|prior|earlier|former|last)\b(?! diagnosis of)|\bhistory\b"
    r"|既往|病史|上次|之前|(?<![抗病])原(?!发|因|位|则)"
)
_DENIAL = re.compile(
    r"\bno\b|\bnot\b|\bwithout\b|negative for|\babsen\w+|\bneither\b|\bnor\b|\bexclud\w+|\brule[sd]? out\b|"
    r"\bargues? against\b|未见|未发现|未提示|无(?!法)|没有|不符合|不支持|不考虑|"
    r"(?<!不能)(?<!不)(?<!待)排除|(?<!不)除外|阴性"
)
_NO_EVIDENCE = re.compile(r"\bno (?:\w+ ){0,2}(?:evidence|features?|findings?|signs?|indication)\b|证据|\bnot\b|不")
_TURN = re.compile(
    r"consistent with|compatible with|in keeping with|diagnos\w+|indicat\w+|favou?r\w*|suggest\w*|due to|secondary to|"
    r"most likely|符合|考虑|提示|支持|诊断为"
)
_DENIED_AFTER = re.compile(
    r"\s*(?:(?!with|and\b|or\b)\w+\s){0,2}?(?:(?:is|are|was|were|has been|have been)\s+)?(?:also\s+)?"
    r"(?:not (?:seen|identified|present|found|observed|evident|detected|supported|demonstrated|suspected|apparent|noted"
    r"|favou?red|likely)|absent|excluded|ruled out|negative|unlikely|"
    r"[:：]\s*(?:none|no|not|absent|negative|无|未见|阴性)"
    r"|阴性|\(-\)|已?(?<!不能)排除|不支持|不考虑|证据不足)"
)
_CANNOT_EXCLUDE = re.compile(
    r"(?:cannot|can't|could not|can not|not (?:be )?(?:entirely |completely )?)\s*(?:be )?(?:exclud\w*|ruled? out)|"
    r"\bto rule out|\br/o\b|不能(?:完全)?(?:排除|除外)|不(?:除外|排除)|待排"
)
_LUPUS = re.compile(r"lupus|狼疮|\bln\b|isn")
_BESIDE = 12
"""Characters between the name of a disease and its class."""
_REACH = 80
_ONLY_JOINED = re.compile(r"\s*(?:(?:and|or|nor|及|和|或|或者|以及)\s*)?")
_AND = re.compile(r"\s*(?:and|or|nor|及|和|或|或者|以及)\s*")


@dataclass(frozen=True, slots=True)
class Doubts:
    """`others` are the other diseases named, without those that may be lupus nephritis itself (`alike`).

    `denied`: lupus nephritis is said to be absent. `inadequate`: the sample shows too little to tell.
    """

    others: tuple[Message, ...] = ()
    alike: tuple[Message, ...] = ()
    denied: bool = False
    inadequate: bool = False


NO_DOUBTS = Doubts()


def read_doubts(words: str) -> Doubts:
    """Read a report's text, folded and with plain punctuation."""
    others: dict[Message, None] = {}
    alike: dict[Message, None] = {}
    denied = False
    for sentence in SENTENCE.split(words):
        carried = False
        for clause in _CLAUSE.split(sentence):
            hits = _hits(clause)
            listed = carried and bool(hits) and (" or " in sentence or " nor " in sentence or _is_list(clause, hits))
            carried = False
            for (label, start, end, group), together in zip(hits, _ends_of_lists(clause, hits), strict=True):
                if listed or _is_denied(clause, start, end) or _is_denied(clause, start, together):
                    carried = True
                    denied = denied or group is None
                elif group is not None and not _PAST.search(clause[:start]):
                    group_of = others if group == "other" else alike
                    group_of[label] = None
    return Doubts(tuple(others), tuple(alike), denied, bool(_INADEQUATE.search(words)))


def names_only_another(sentence: str) -> bool:
    """A sentence about another disease alone: a class in it is not one of lupus nephritis."""
    others = any(group == "other" for _, _, _, group in _hits(sentence))
    return others and not names_lupus(sentence)


def names_lupus(words: str) -> bool:
    """Lupus, or its classification."""
    return _LUPUS.search(words) is not None


def speaks_of_another(clause: str, start: int, end: int) -> bool:
    """What stands from start to end (a class) follows the name of another disease, or right before one."""
    if _LUPUS.match(clause[end:].lstrip(") ")):
        return False
    before, after = clause[max(0, start - _BESIDE) : start], clause[end : end + 2]
    hits = [hit for hit in _hits(clause) if hit[3] == "other"]
    follows = any(0 <= start - hit[2] <= _BESIDE for hit in hits) and not names_lupus(before)
    return follows or any(0 <= hit[1] - end <= len(after) for hit in hits)


_LUPUS_NEPHRITIS = say("lupus nephritis")


def _hits(clause: str) -> list[tuple[Message, int, int, str | None]]:
    """Each disease named, where, and whether it is another one, one alike, or lupus nephritis (None)."""
    named = [(label, pattern, "other") for label, pattern in _NAMED]
    named += [(label, pattern, "alike") for label, pattern in _ALIKE]
    found = [
        (label, match.start(), _end_of_word(clause, match.end()), group)
        for label, pattern, group in (*named, (_LUPUS_NEPHRITIS, _NEPHRITIS, None))
        for match in pattern.finditer(clause)
    ]
    return sorted(found, key=lambda hit: hit[1])


def _end_of_word(clause: str, end: int) -> int:
    while end < len(clause) and "a" <= clause[end] <= "z":
        end += 1
    return end


def _ends_of_lists(clause: str, hits: list[tuple[Message, int, int, str | None]]) -> list[int]:
    """For each name, where the list of names ends that it begins: `A and B are excluded` denies both."""
    ends = [end for _, _, end, _ in hits]
    for index in range(len(hits) - 2, -1, -1):
        if _AND.fullmatch(clause[hits[index][2] : hits[index + 1][1]]):
            ends[index] = ends[index + 1]
    return ends


def _is_list(clause: str, hits: list[tuple[Message, int, int, str | None]]) -> bool:
    """The clause is nothing but a further name of the list that a denial began."""
    joined = _ONLY_JOINED.match(clause)
    return joined is not None and joined.end() == hits[0][1]


def _is_denied(clause: str, start: int, end: int) -> bool:
    """A denial before the name that nothing turns, or right after it; what cannot be excluded is not denied."""
    before = clause[max(0, start - _REACH) : start]
    if _CANNOT_EXCLUDE.search(clause):
        return False
    if _DENIED_AFTER.match(clause[end:]):
        return True
    turns = list(_TURN.finditer(before))
    if turns and not _NO_EVIDENCE.search(before[max(0, turns[-1].start() - 40) : turns[-1].start()]):
        before = before[turns[-1].end() :]
    return bool(_DENIAL.search(before))
