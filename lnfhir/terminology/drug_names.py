"""Reading a drug's name: ingredients, strength and route, from RxNorm displays and from what people write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.terminology.phrases import LONGEST_TEXT, Lexicon, folded, words
from lnfhir.terminology.value_sets import VALUE_SETS

_DRUGS = [each for each in VALUE_SETS.values() if each.kind == "drug"]
_LEXICON = Lexicon((name, each.key) for each in _DRUGS for name in each.names)
_NOT_SYSTEMIC = frozenset(words(folded(name)) or folded(name) for each in _DRUGS for name in each.not_systemic)


def _keys(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class NamedDrug:
    """`strength_mg` of the first ingredient per `strength_per` (`unit` of the form, or `mL`), None if not stated."""

    ingredients: tuple[str, ...]
    strength_mg: float | None
    strength_per: str
    route: str


_OTHER_ROUTE = re.compile(
    r"\b(topical|cream|ointment|lotion|foam|shampoo|ophthalmic|eye|otic|ear|nasal|inhal\w*|nebuli\w*|rectal|enema|"
    r"suppositor\w*|intravitreal|implant|intra-?articular|intraocular|transdermal|patch|vaginal|paste|"
    r"medicated|actuat|mouthwash|irrigation|cleanser|stick|wipe|spray|drops|epidural|intralesional|periodontal|"
    r"suprachoroidal|mucosal|buccal|gel)\b"
    r"|乳膏|软膏|凝胶|滴眼|眼膏|眼用|滴耳|滴鼻|鼻喷|吸入|雾化|栓|灌肠|贴|洗剂|外用|喷雾|关节腔"
)
_IV = re.compile(r"\b(intravenous\w*|iv|ivpb|infusion)\b|静脉|静滴|静注")
_IM = re.compile(r"\b(intramuscular\w*|im)\b|肌注|肌肉")
_SC = re.compile(
    r"\b(subcutaneous\w*|sc|subq|sq|subcut|auto-?injector|pen injector|prefilled syringe|hyaluronidase)\b|皮下"
)
_ORAL = re.compile(
    r"\b(oral\w*|tablets?|tabs?|capsules?|caps?|po|by mouth|chewable|syrup|elixir|pack|softgels?|odt|dr|ec)\b"
    r"|片|胶囊|口服|颗粒"
)
_INJECTED = re.compile(r"\b(inject\w*|inj|vials?|ampoules?|amp|powder for)\b|注射|粉针|冻干")
_DEPOT = re.compile(r"\b(suspension|acetate|depo|acetonide|hexacetonide)\b|混悬")

_GIVEN_IV_WHEN_INJECTED = _keys(
    "cyclophosphamide rituximab obinutuzumab ocrelizumab daratumumab anifrolumab belimumab eculizumab ravulizumab "
    "fludarabine zoledronic-acid amphotericin-b cisplatin vancomycin azathioprine mycophenolate-mofetil "
    "tacrolimus ciclosporin methylprednisolone hydrocortisone tisagenlecleucel axicabtagene ciltacabtagene "
    "idecabtagene car-t blinatumomab"
)
_GIVEN_SC_WHEN_INJECTED = frozenset({"telitacicept", "denosumab", "teriparatide", "teclistamab", "semaglutide"})

_MASS = re.compile(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)\s*(?P<unit>mg|mcg|μg|ug|g|gm|毫克|微克|克)(?![a-z])"
    r"(?P<rest>\s*/\s*(?:(?P<per>\d+(?:\.\d+)?)?\s*(?P<of>ml|毫升|kg|m2|day|d|hr|h|actuat|dose|l)(?![a-z0-9]))?)?"
)
_TO_MG = {
    "mg": 1.0,
    "毫克": 1.0,
    "mcg": 0.001,
    "μg": 0.001,
    "ug": 0.001,
    "微克": 0.001,
    "g": 1000.0,
    "gm": 1000.0,
    "克": 1000.0,
}


@lru_cache(maxsize=16384)
def named_drug(text: str) -> NamedDrug | None:
    """The drug a text names, None when it names none of ours."""
    if len(text) > LONGEST_TEXT:
        return None
    plain = folded(text)
    hits = _LEXICON.find(plain)
    if not hits:
        return None
    first = min(hits[0].keys)
    ingredients = tuple(dict.fromkeys(key for hit in hits for key in sorted(hit.keys)))
    if "trimethoprim-sulfamethoxazole" in ingredients:
        ingredients = tuple(key for key in ingredients if key != "trimethoprim")
    others = [hit.start for hit in hits if first not in hit.keys]
    strength, per = _strength(_segment(plain, hits[0].start, min(others, default=len(plain))))
    named = _which_mycophenolate(ingredients, plain, strength)
    brands = {words(plain[hit.start : hit.end]) or plain[hit.start : hit.end] for hit in hits}
    return NamedDrug(named, strength, per, "other" if brands & _NOT_SYSTEMIC else _route(plain, named))


def _segment(text: str, start: int, end: int) -> str:
    """From the first ingredient to the next one; in RxNorm's names an ingredient we do not know ends it too."""
    part = text[start:end]
    return part.split(" / ")[0] if " / " in part else part


def _strength(segment: str) -> tuple[float | None, str]:
    found: set[tuple[float, str]] = set()
    for match in _MASS.finditer(segment):
        mg = float(match["number"].replace(",", "")) * _TO_MG[match["unit"]]
        of = match["of"]
        if of in ("ml", "毫升"):
            found.add((mg / float(match["per"] or 1), "mL"))
        elif of is None:
            found.add((mg, "unit"))
        else:
            return None, "unit"
    return next(iter(found)) if len(found) == 1 else (None, "unit")


_ACID = re.compile(r"\b(sodium|acid|delayed|enteric|dr|ec|myfortic|mps)\b|肠溶|钠")
_ACID_STRENGTHS = frozenset({180.0, 360.0, 720.0})


def _which_mycophenolate(ingredients: tuple[str, ...], text: str, strength: float | None) -> tuple[str, ...]:
    """Bare "mycophenolate" is the mofetil unless the text or the strength is the sodium salt's."""
    if "mycophenolate-mofetil" not in ingredients or re.search(r"mofetil|cellcept|myhibbin|mmf|酯", text):
        return ingredients
    if strength not in _ACID_STRENGTHS and not _ACID.search(text):
        return ingredients
    swapped = ("mycophenolic-acid" if key == "mycophenolate-mofetil" else key for key in ingredients)
    return tuple(dict.fromkeys(swapped))


def _route(text: str, ingredients: tuple[str, ...]) -> str:
    if _OTHER_ROUTE.search(text) and not re.search(r"\b(capsules?|tablets?|softgels?)\b|胶囊|片", text):
        return "other"
    for route, sign in (("sc", _SC), ("iv", _IV), ("im", _IM)):
        if sign.search(text):
            return route
    if _INJECTED.search(text):
        if _DEPOT.search(text):
            return "unknown"
        if any(key in _GIVEN_SC_WHEN_INJECTED for key in ingredients):
            return "sc"
        return "iv" if any(key in _GIVEN_IV_WHEN_INJECTED for key in ingredients) else "unknown"
    return "oral" if _ORAL.search(text) else "unknown"
